package websub

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHubs is how many hubs of a source are known.
const maxHubs = 8

// Links returns what the Link headers of an answer from base say: the hubs in
// their order, and what the document calls itself. They come before what the
// document says (WebSub, section 4).
func Links(h http.Header, base string) (hubs []string, self string) {
	at, err := url.Parse(base)
	if err != nil {
		return nil, ""
	}
	for _, l := range split(strings.Join(h.Values("Link"), ","), ',') {
		target, rest, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(l), "<"), ">")
		u, err := at.Parse(strings.TrimSpace(target))
		if !ok || err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || len(target) > 2048 {
			continue
		}
		u.Fragment = ""
		for _, rel := range relations(rest) {
			switch {
			case rel == "hub" && len(hubs) < maxHubs && !slices.Contains(hubs, u.String()):
				hubs = append(hubs, u.String())
			case rel == "self" && self == "":
				self = u.String()
			}
		}
	}
	return hubs, self
}

// Head returns what the head of an HTML page says: hubs and the page's own
// address. Its body is anybody's, and says nothing.
func Head(page []byte, base string) (hubs []string, self string) {
	links := http.Header{}
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(1 << 20)
	for {
		kind := z.Next()
		t := z.Token()
		switch {
		case kind == html.ErrorToken, kind == html.EndTagToken && t.DataAtom == atom.Head:
			return Links(links, base)
		case kind != html.StartTagToken && kind != html.SelfClosingTagToken:
		case !slices.Contains(inHead, t.DataAtom):
			return Links(links, base)
		case t.DataAtom == atom.Link:
			at := map[string]string{}
			for _, a := range t.Attr {
				at[a.Key] = strings.NewReplacer("<", "", ">", "", `"`, "").Replace(a.Val)
			}
			links.Add("Link", "<"+at["href"]+`>; rel="`+at["rel"]+`"`)
		}
	}
}

// inHead are the elements that do not end a page's head.
var inHead = []atom.Atom{
	atom.Html, atom.Head, atom.Title, atom.Meta, atom.Link, atom.Base, atom.Script, atom.Style, atom.Noscript, atom.Template,
}

// relations returns the values of a link's first rel parameter (RFC 8288, 3.3).
func relations(params string) []string {
	for _, p := range split(params, ';') {
		name, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`)))
		}
	}
	return nil
}

// split parts s at sep, where that is not in quotes or angle brackets.
func split(s string, sep byte) []string {
	var parts []string
	start, quoted, angled := 0, false, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' && !angled:
			quoted = !quoted
		case quoted:
		case c == '<':
			angled = true
		case c == '>':
			angled = false
		case c == sep && !angled:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}
