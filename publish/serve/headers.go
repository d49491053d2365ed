package serve

import (
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"strings"
)

// Header values that never change. They are shared by all answers and must not
// be written to.
var (
	allowed      = []string{"GET, HEAD, OPTIONS"}
	acceptRanges = []string{"bytes"}
	anyOrigin    = []string{"*"}
	exposed      = []string{"ETag, Last-Modified, Link"}
	noSniff      = []string{"nosniff"}
	noReferrer   = []string{"no-referrer"}
	noStore      = []string{"no-store"}
	retryAfter   = []string{"10"}
	varyEncoding = []string{"Accept-Encoding"}

	// Pictures come from the outlets, over https or, in a demonstration, from
	// this machine. Nothing else is loaded and nothing runs.
	contentPolicy = []string{"default-src 'none'; style-src 'self'; img-src 'self' https: http://127.0.0.1:* http://localhost:*; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"}
)

// unmodified decides between 304 and 200 by RFC 9110, 13.2.2: If-None-Match
// wins, and a date is compared as a date, never as a string (PUBLISH-C7).
func (d *document) unmodified(h http.Header, etag string, dated bool) bool {
	if tags := h["If-None-Match"]; tags != nil {
		for _, list := range tags {
			if matches(list, etag) {
				return true
			}
		}
		return false
	}
	since := h["If-Modified-Since"]
	if len(since) != 1 || !dated {
		return false
	}
	if since[0] == d.lastModified[0] {
		return true
	}
	t, err := http.ParseTime(since[0])
	return err == nil && !d.modified.After(t)
}

// matches reports whether an If-None-Match list names etag, compared weakly.
func matches(list, etag string) bool {
	for list = textproto.TrimString(list); list != ""; {
		if list[0] == '*' {
			return true
		}
		list = strings.TrimPrefix(list, "W/")
		if len(list) < 2 || list[0] != '"' {
			return false
		}
		end := strings.IndexByte(list[1:], '"')
		if end < 0 {
			return false
		}
		if list[:end+2] == etag {
			return true
		}
		list = strings.TrimLeft(list[end+2:], ", \t")
	}
	return false
}

// knows reports whether the request is meant for us (RELIABILITY-A1): a name
// that leads here by somebody else's DNS does not count.
func (s *settings) knows(r *http.Request) bool {
	if r.Host == "" || s.hosts[r.Host] { // empty: HTTP/1.0
		return true
	}
	host := hostname(r.Host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || s.hosts[host] {
		return true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if ip.IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.AddrPort().Addr().Unmap() == ip.Unmap()
}

// hostname returns a host in lower case without port, brackets or final dot.
func hostname(s string) string {
	if h, _, err := net.SplitHostPort(s); err == nil {
		s = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(s, "[]"), "."))
}

// preflight answers OPTIONS.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h["Allow"] = allowed
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Access-Control-Allow-Methods"] = allowed
	h["Access-Control-Allow-Headers"] = []string{"If-None-Match, If-Modified-Since, Range"}
	h["Access-Control-Max-Age"] = []string{"86400"}
	w.WriteHeader(http.StatusNoContent)
}

// redirect answers 301. The address is one of ours, made of a configured slug.
func redirect(w http.ResponseWriter, to string) {
	h := w.Header()
	h["Location"] = []string{escapePath(to)}
	h["Cache-Control"] = []string{"public, max-age=86400"}
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["X-Content-Type-Options"] = noSniff
	w.WriteHeader(http.StatusMovedPermanently)
}

// fail answers with an error page.
func (s *settings) fail(w http.ResponseWriter, r *http.Request, status int, detail string) {
	body, kind := []byte(http.StatusText(status)+"\n"), "text/plain; charset=utf-8"
	if s.Error != nil {
		if page := s.Error(status, detail); page != nil {
			body, kind = page, "text/html; charset=utf-8"
		}
	}
	h := w.Header()
	h["Cache-Control"] = noStore
	if status == http.StatusNotFound {
		h["Cache-Control"] = []string{"public, max-age=60"}
	}
	h["Content-Type"] = []string{kind}
	h["Content-Security-Policy"] = contentPolicy
	h["X-Content-Type-Options"] = noSniff
	h["X-Robots-Tag"] = []string{"noindex"}
	h["Vary"] = varyEncoding
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
