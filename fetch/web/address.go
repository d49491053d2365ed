package web

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parse reads an address so that its path and query go out byte for byte
// (FETCH-A8): publishers compare them, and some sign them.
func parse(raw string) (*url.URL, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" {
		return nil, fmt.Errorf("%q is not an http or https address: write it as in https://example.org/feed.xml", short(raw))
	}
	end := strings.IndexAny(rest, "/?#\\")
	if end < 0 {
		end = len(rest)
	}
	u, err := url.Parse(scheme + "://" + rest[:end])
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is not an address: %v", short(raw), errors.Unwrap(err))
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q has no host: write it as in https://example.org/feed.xml", short(raw))
	case u.User != nil:
		return nil, errors.New("the address has a password in it")
	case !validPort(u.Port()):
		return nil, fmt.Errorf("%q has a port that is no number from 1 to 65535", short(raw))
	}
	setPath(u, rest[end:])
	return u, nil
}

func validPort(port string) bool {
	n, err := strconv.Atoi(port)
	return port == "" || err == nil && n >= 1 && n <= 65535
}

// setPath gives u the path and query of raw, without its fragment.
func setPath(u *url.URL, raw string) {
	raw, _, _ = strings.Cut(raw, "#")
	path, query, asked := strings.Cut(escape(raw), "?")
	if path == "" {
		path = "/"
	}
	u.RawQuery, u.ForceQuery = query, asked && query == ""
	if strings.HasPrefix(path, "//") { // Opaque would read this as a host
		u.Path, u.RawPath = path, path
		if plain, err := url.PathUnescape(path); err == nil {
			u.Path = plain
		}
		return
	}
	u.Opaque = path
}

// escape writes what can not stand in a request line as %XX, and nothing else.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// address writes u as its request asks for it.
func address(u *url.URL) string {
	return u.Scheme + "://" + u.Host + u.RequestURI()
}

// resolve returns where a Location header leads (RFC 3986, section 5).
func resolve(from *url.URL, location string) (*url.URL, error) {
	if location == "" {
		return nil, errors.New("a redirect without a Location")
	}
	base, err := url.Parse(address(from))
	if err != nil {
		return nil, errors.New("a relative redirect from an address that can not be parsed")
	}
	ref, err := base.Parse(strings.TrimSpace(escapeText(location)))
	if err != nil {
		return nil, fmt.Errorf("the Location %q is not an address", short(location))
	}
	if ref.User != nil {
		return nil, errors.New("a redirect to an address with a password in it")
	}
	return parse(ref.String())
}

// escapeText escapes bytes outside ASCII as browsers do in a Location.
func escapeText(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= 0x80 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// hostname returns the name of u's host as DNS is asked for it.
func hostname(u *url.URL) string {
	name := strings.ToLower(u.Hostname())
	if ascii, err := idna.Lookup.ToASCII(name); err == nil {
		return ascii
	}
	return name
}

// host returns the key under which a server's requests are paced.
func host(u *url.URL) string {
	name, port := hostname(u), u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		if strings.Contains(name, ":") {
			return "[" + name + "]"
		}
		return name
	}
	return net.JoinHostPort(name, port)
}

// origin returns the scheme and host that credentials belong to.
func origin(u *url.URL) string { return u.Scheme + "://" + host(u) }

func short(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
