package clean

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"wiredesk/store/safe"
)

// Rules say which parts of a link name the article and which only say how a
// reader came by it. The zero Rules are those of the tables in this file.
type Rules struct {
	Tracking []string // names of further query parameters to leave out; "x_*" is all that begin with x_
}

// Canonical returns the form of link that is compared, never shown: https,
// without www., mobile and AMP variants, default port, trailing slash,
// fragment, tracking parameters and the wrappers of aggregators, its query
// sorted. It is "" for what is no http or https address, and Canonical of a
// canonical form is that form.
func Canonical(link string) string { return Rules{}.Canonical(link) }

// Canonical is [Canonical] with further rules.
func (r Rules) Canonical(link string) string {
	c := r.once(link)
	for range 4 { // what a rule takes away can make room for another
		again := r.once(c)
		if again == c {
			return c
		}
		c = again
	}
	return ""
}

func (r Rules) once(link string) string {
	u, err := url.Parse(safe.URL(link, nil))
	if err != nil || u.Host == "" {
		return ""
	}
	for range 3 {
		inner := unwrap(u)
		if inner == nil {
			break
		}
		u = inner
	}
	host := canonicalHost(u)
	if strings.Trim(host, ".") == "" {
		return ""
	}
	c := "https://" + host + canonicalPath(u.EscapedPath())
	if q := r.query(u.RawQuery); q != "" {
		c += "?" + q
	}
	if strings.HasPrefix(u.Fragment, "!") {
		c += "#" + u.EscapedFragment() // pages that are all one address to their server
	}
	return c
}

// SameSite reports whether two links belong to one site: the same registered
// domain, whatever the host before it.
func SameSite(a, b string) bool {
	sa, sb := site(a), site(b)
	return sa != "" && sa == sb
}

// Claimed returns the comparison form of the first of the addresses that an
// article gives as its own and that is on another site than it came from; ""
// if none is.
func Claimed(own string, given ...string) string {
	for _, g := range given {
		if link := URL(g, nil); link != "" && own != "" && !SameSite(link, own) {
			return Canonical(link)
		}
	}
	return ""
}

func site(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if s, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return s
	}
	return host
}

// wrappers carry the article's address in a parameter of their own.
var wrappers = []struct{ host, path, param string }{
	{"google.com", "/url", "url"},
	{"google.com", "/url", "q"},
	{"news.google.com", "/news/url", "url"},
	{"news.url.google.com", "/news/url", "url"},
	{"l.facebook.com", "/l.php", "u"},
	{"lm.facebook.com", "/l.php", "u"},
	{"l.instagram.com", "/", "u"},
	{"out.reddit.com", "/", "url"},
	{"t.umblr.com", "/redirect", "z"},
	{"bing.com", "/news/apiclick.aspx", "url"},
	{"getpocket.com", "/redirect", "url"},
	{"flipboard.com", "/redirect", "url"},
	{"exit.sc", "/", "url"},
	{"youtube.com", "/redirect", "q"},
	{"duckduckgo.com", "/l/", "uddg"},
	{"click.linksynergy.com", "/", "murl"},
	{"anrdoezrs.net", "/links", "url"},
}

// unwrap returns the address inside a wrapper's, or nil.
func unwrap(u *url.URL) *url.URL {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	for _, w := range wrappers {
		if host == w.host && strings.HasPrefix(u.Path, w.path) {
			if in := inner(u.Query().Get(w.param)); in != nil {
				return in
			}
		}
	}
	switch {
	case host == "google.com" && strings.HasPrefix(u.Path, "/amp/"):
		return ampInner(u.Path[len("/amp/"):], u.RawQuery)
	case strings.HasSuffix(host, "cdn.ampproject.org"):
		for _, kind := range []string{"/c/", "/v/", "/wp/"} {
			if rest, ok := strings.CutPrefix(u.Path, kind); ok {
				return ampInner(rest, u.RawQuery)
			}
		}
	case host == "news.google.com":
		return googleNews(u.Path)
	case host == "r.search.yahoo.com":
		if _, rest, ok := strings.Cut(u.EscapedPath(), "/RU="); ok {
			rest, _, _ = strings.Cut(rest, "/")
			if raw, err := url.PathUnescape(rest); err == nil {
				return inner(raw)
			}
		}
	}
	return nil
}

func inner(raw string) *url.URL {
	u, err := url.Parse(safe.URL(raw, nil))
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

func ampInner(rest, query string) *url.URL {
	rest = strings.TrimPrefix(rest, "s/")
	if query != "" {
		rest += "?" + query
	}
	return inner("https://" + rest)
}

// googleNews reads the address that older links of Google News carry, encoded.
// Newer ones hold a number that only Google can resolve.
func googleNews(path string) *url.URL {
	_, id, ok := strings.Cut(path, "/articles/")
	if !ok {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(id, "="))
	if err != nil {
		return nil
	}
	i := strings.Index(string(raw), "http")
	if i < 0 {
		return nil
	}
	link := string(raw[i:])
	if end := strings.IndexFunc(link, func(r rune) bool { return r <= ' ' || r >= 0x7f }); end >= 0 {
		link = link[:end]
	}
	return inner(link)
}

// variants are first labels of hosts that serve the same articles as the host
// without them.
var variants = []string{"www.", "www2.", "m.", "mobile.", "amp.", "touch."}

func canonicalHost(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	for again := true; again; {
		again = false
		for _, v := range variants {
			if rest, ok := strings.CutPrefix(host, v); ok && strings.Contains(rest, ".") {
				host, again = rest, true
			}
		}
	}
	if first, rest, ok := strings.Cut(host, ".m."); ok && len(first) <= 3 && strings.Contains(rest, ".") { // en.m.wikipedia.org
		host = first + "." + rest
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	return host
}

// defaults are names of a directory's own document.
var defaults = []string{"/index.html", "/index.htm", "/index.php", "/default.aspx"}

func canonicalPath(p string) string {
	p = escapes(p)
	for strings.Contains(p, "//") {
		p = strings.ReplaceAll(p, "//", "/")
	}
	before := ""
	for before != p {
		before = p
		p = strings.TrimRight(p, "/")
		for _, d := range defaults {
			p = strings.TrimSuffix(p, d)
		}
		p = strings.TrimSuffix(strings.TrimSuffix(p, "/amp"), ".amp")
		if rest, ok := strings.CutSuffix(p, ".amp.html"); ok {
			p = rest + ".html"
		}
		if rest, ok := strings.CutPrefix(p, "/amp/"); ok {
			p = "/" + rest
		}
	}
	return p
}

// escapes writes the escapes of a path in capitals, and none that need not be.
func escapes(p string) string {
	if strings.IndexByte(p, '%') < 0 {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] != '%' || i+2 >= len(p) {
			b.WriteByte(p[i])
			continue
		}
		c := unhex(p[i+1])<<4 | unhex(p[i+2])
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~' {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(p[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}

// query leaves out what tracks, and sorts the rest.
func (r Rules) query(raw string) string {
	if raw == "" {
		return ""
	}
	var kept []string
	for _, pair := range strings.FieldsFunc(raw, func(c rune) bool { return c == '&' }) {
		name, value, _ := strings.Cut(pair, "=")
		if n, err := url.QueryUnescape(name); err == nil {
			name = n
		}
		if !r.tracks(strings.ToLower(strings.TrimPrefix(name, "amp;")), strings.ToLower(value)) {
			kept = append(kept, escapes(strings.TrimPrefix(pair, "amp;")))
		}
	}
	slices.Sort(kept)
	return strings.Join(slices.Compact(kept), "&")
}
