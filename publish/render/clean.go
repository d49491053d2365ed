package render

import (
	"html"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// markup is what a reader that decodes a title once too often would take for a
// tag, and entity what it would decode. Titles are plain text and have neither;
// a "<" or "&" that starts nothing may stay.
var (
	markup = regexp.MustCompile(`</?[A-Za-z!?][^<>]*>`)
	opened = regexp.MustCompile(`<([/A-Za-z!?])`) // a tag that nothing closes
	entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
)

// line makes s one line of plain text that means the same to readers that
// decode it once, twice or not at all (PARSE-E9).
func line(s string) string {
	s = strings.ToValidUTF8(s, "")
	for range 8 { // what was escaped more often is nobody's headline
		before := s
		s = strings.Join(strings.Fields(strings.Map(visible, safe.XML(s))), " ")
		s = markup.ReplaceAllString(entity.ReplaceAllStringFunc(s, html.UnescapeString), "")
		if s == before {
			if s = opened.ReplaceAllString(s, "$1"); s == before {
				return s
			}
		}
	}
	return strings.Map(func(r rune) rune {
		if r == '<' || r == '&' {
			return -1
		}
		return visible(r)
	}, s)
}

// visible drops what shows nothing and may mislead: C1 controls, tag
// characters, bidirectional overrides, noncharacters, U+FFFD.
func visible(r rune) rune {
	switch {
	case r == utf8.RuneError, r >= 0x7F && r <= 0x9F && r != 0x85, r >= 0xE0000 && r <= 0xE007F:
		return -1
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
		return -1
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return -1
	case r == 0x85, r == 0x2028, r == 0x2029, unicode.IsControl(r):
		return ' '
	}
	return r
}

// clip cuts s to at most n characters, after a word where it can.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	cut := string([]rune(s)[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.–-") + "…"
}

// webURL returns raw as an absolute http or https address in ASCII, or "".
func webURL(raw string) string {
	raw = escapeURL(strings.TrimSpace(raw))
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || len(raw) > 4096 {
		return ""
	}
	host, err := asciiHost(u)
	if err != nil {
		return ""
	}
	u.Host, u.User = host, nil // no credential leaves the house
	front := u.Scheme + "://" + host
	return front + brackets.Replace(strings.TrimPrefix(escapeURL(u.String()), front))
}

// brackets may stand in a host only, where they hold an IPv6 address.
var brackets = strings.NewReplacer("[", "%5B", "]", "%5D")

func asciiHost(u *url.URL) (string, error) {
	name := u.Hostname()
	if strings.Contains(name, ":") { // IPv6
		return u.Host, nil
	}
	name, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return "", err
	}
	if p := u.Port(); p != "" {
		name += ":" + p
	}
	return name, nil
}

// escapeURL percent-encodes what RFC 3986 allows nowhere, and lone percent signs.
func escapeURL(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		lone := c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]))
		if c <= ' ' || c >= 0x7F || lone || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// address cleans an address of our own: absolute, or relative to the site's
// root while it has no address yet.
func address(s string) string {
	if strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") {
		return escapeURL(s)
	}
	return webURL(s)
}

// uri matches an absolute URI that stays one in every format.
var uri = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$`)

// tag matches RFC 4151, urn RFC 2141, and uuid what that leaves open.
var (
	tag  = regexp.MustCompile(`^tag:(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?,\d{4}(?:-\d\d){0,2}:[^#]+$`)
	urn  = regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]{1,31}:(?:[a-z0-9()+,.:=@;$_!*'-]|%[0-9a-f]{2})+$`)
	uuid = regexp.MustCompile(`(?i)^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// isURI reports whether an id can stand in atom:id as it is.
func isURI(s string) bool {
	if !uri.MatchString(s) || len(s) > 2048 || escapeURL(s) != s {
		return false
	}
	scheme, _, _ := strings.Cut(strings.ToLower(s), ":")
	switch scheme {
	case "tag":
		return tag.MatchString(s)
	case "http", "https":
		return webURL(s) == s
	case "urn":
		return urn.MatchString(s) && (uuid.MatchString(s) || !strings.HasPrefix(strings.ToLower(s), "urn:uuid:"))
	}
	return false // a scheme that nobody registered is no better than none
}

// tagURI mints an id under our authority for what came without a proper one.
func tagURI(authority, specific string) string {
	return "tag:" + firstOf(authority, "wiredesk.invalid") + "," + firstYear + ":" + escapeTag(clip(specific, 1000))
}

// escapeTag percent-encodes what the specific part of a tag URI may not hold.
func escapeTag(s string) string {
	return strings.NewReplacer("#", "%23", "[", "%5B", "]", "%5D", "…", "").Replace(escapeURL(s))
}

// mediaType returns the media type in s without parameters, or "".
func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if main, sub, ok := strings.Cut(t, "/"); err != nil || !ok || main == "" || sub == "" {
		return ""
	}
	return t
}

// languageTag returns s in canonical BCP 47 form, or "".
func languageTag(s string) string {
	t, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"))
	if err != nil || t == language.Und {
		return ""
	}
	return t.String()
}

// hostOf returns the host of an address without "www.", or "".
func hostOf(raw string) string {
	u, err := url.Parse(webURL(raw))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// cleanOutlet never leaves the outlet without a name, if last is one.
func cleanOutlet(o curate.Outlet, last string) outlet {
	out := outlet{name: firstOf(line(o.Name), line(string(o.ID)), last), home: webURL(o.Home), rights: line(o.Rights)}
	if !o.Private { // a private feed's address stays with us
		out.feed, out.id = webURL(o.Feed), o.FeedID
	}
	return out
}

func cleanImage(i store.Image) store.Image {
	i = store.Image{URL: webURL(i.URL), Caption: line(i.Caption), Credit: line(i.Credit)}
	if i.URL == "" {
		return store.Image{}
	}
	return i
}

// cleanPeople never returns an empty list: readers show an author on every
// entry, and the outlet is the author of last resort.
func cleanPeople(list []store.Person, last string) []store.Person {
	var out []store.Person
	for _, p := range list {
		p = store.Person{Name: clip(line(p.Name), 200), URL: webURL(p.URL)}
		if p.Name != "" && len(out) < maxListed {
			out = append(out, p)
		}
	}
	if out == nil {
		out = []store.Person{{Name: firstOf(line(last), "wiredesk")}}
	}
	return out
}

func cleanCategories(list []store.Category) []store.Category {
	var out []store.Category
	seen := map[string]bool{}
	for _, c := range list {
		c = store.Category{Term: clip(line(firstOf(c.Term, c.Label)), 200), Scheme: webURL(c.Scheme), Label: clip(line(c.Label), 200)}
		if c.Term != "" && !seen[c.Term] && len(out) < maxListed {
			seen[c.Term] = true
			out = append(out, c)
		}
	}
	return out
}

func cleanEnclosures(list []store.Enclosure) []store.Enclosure {
	var out []store.Enclosure
	for _, c := range list {
		c = store.Enclosure{URL: webURL(c.URL), Type: mediaType(c.Type), Length: max(c.Length, 0), Title: line(c.Title)}
		if c.URL != "" && len(out) < maxListed {
			out = append(out, c)
		}
	}
	return out
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
