package safe

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is the longest address kept, in bytes (RELIABILITY-X3).
const maxURL = 2048

// URL returns raw as an absolute http or https address, resolved against base,
// or "". The same rule holds for links, enclosures, images, authors' pages,
// sources, hubs and icons: nothing after us would check them again.
func URL(raw string, base *url.URL) string {
	if web(raw) {
		return raw
	}
	u := parseURL(raw, base)
	if u == nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// link returns raw as an address that a reader may follow, or "". Without a
// scheme it stays relative: package clean resolved what could be resolved.
func link(raw string) string {
	if web(raw) {
		return raw
	}
	u := parseURL(raw, nil)
	if u == nil {
		return ""
	}
	switch u.Scheme {
	case "":
		return u.String()
	case "http", "https", "ftp", "gemini":
		if u.Host == "" {
			return ""
		}
		return u.String()
	case "mailto", "tel", "xmpp", "magnet":
		return u.String()
	}
	return ""
}

// media returns raw as an address to load something from, or "".
func media(raw string) string {
	if beacon(raw) {
		return ""
	}
	if web(raw) {
		return raw
	}
	u := parseURL(raw, nil)
	if u == nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.Scheme != "" && u.Host == "" {
		return ""
	}
	return u.String()
}

// maxData is the longest data: image kept, in bytes of the address.
const maxData = 8 << 10

// picture is media, or a small image inside the address itself.
func picture(raw string) string {
	s := strings.TrimSpace(raw)
	if len(s) < 5 || !strings.EqualFold(s[:5], "data:") {
		return media(raw)
	}
	if len(s) > maxData {
		return ""
	}
	kind, rest, ok := strings.Cut(s[5:], ";base64,")
	if !ok {
		return ""
	}
	kind = strings.ToLower(kind)
	switch kind {
	case "image/png", "image/gif", "image/jpeg", "image/webp", "image/avif":
	case "image/jpg":
		kind = "image/jpeg"
	default:
		return ""
	}
	rest = strings.Map(func(r rune) rune {
		switch {
		case r <= ' ':
			return -1
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/' || r == '=':
			return r
		}
		return '!'
	}, rest)
	if strings.Contains(rest, "!") || rest == "" {
		return ""
	}
	return "data:" + kind + ";base64," + rest
}

// parseURL reads raw as browsers do: white space around it and line breaks
// inside do not count, a backslash is a slash, and whatever an address may not
// hold is encoded. It returns nil for what is no address, or too long.
func parseURL(raw string, base *url.URL) *url.URL {
	s := strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' || r == 0xa0 || r == 0xfeff })
	if len(s) > maxURL {
		return nil
	}
	u, err := url.Parse(tidy(s))
	if err != nil {
		return nil
	}
	if base != nil {
		if base.Scheme == "http" || base.Scheme == "https" {
			if (u.Scheme == base.Scheme) && u.Opaque != "" { // "http:page" is relative to those who wrote it
				u = &url.URL{Path: u.Opaque, RawQuery: u.RawQuery, Fragment: u.Fragment}
			}
		}
		if u.Scheme == "" {
			u = base.ResolveReference(u)
		}
	}
	if u.Host != "" && !host(u) {
		return nil
	}
	out := u.String()
	if out == s { // it was read from what it is written as
		return u
	}
	if again, err := url.Parse(out); err != nil || again.String() != out || len(out) > 3*maxURL {
		return nil
	}
	return u
}

// tidy encodes what may not stand in an address.
func tidy(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		c := s[i]
		clean = c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' && c != '{' && c != '|' && c != '}' && c != '%'
	}
	if clean {
		return s
	}
	web := len(s) > 4 && strings.EqualFold(s[:4], "http") || !strings.Contains(s, ":")
	authority := strings.Index(s, "//")
	var b strings.Builder
	b.Grow(len(s) + 16)
	query := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\t' || c == '\n' || c == '\r' || c < ' ' || c == 0x7f:
		case c == '\\' && web && !query:
			b.WriteByte('/')
		case c == '%' && !(i+2 < len(s) && hex(s[i+1]) && hex(s[i+2])):
			b.WriteString("%25")
		case c >= 0x80 && authority >= 0 && !strings.ContainsAny(s[min(authority+2, i):i], "/?#"):
			b.WriteByte(c) // of the host, which has an encoding of its own
		case c == ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}' || c >= 0x80:
			const digits = "0123456789ABCDEF"
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		default:
			query = query || c == '?'
			b.WriteByte(c)
		}
	}
	return b.String()
}

func hex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// host brings the host of u into ASCII and reports whether it is one.
func host(u *url.URL) bool {
	ascii := true
	for i := 0; i < len(u.Host); i++ {
		ascii = ascii && u.Host[i] < 0x80
	}
	if ascii {
		return !strings.ContainsAny(u.Host, " <>\"'`{}|\\^%")
	}
	name, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		return false
	}
	if p := u.Port(); p != "" {
		name += ":" + p
	}
	u.Host = name
	return true
}
