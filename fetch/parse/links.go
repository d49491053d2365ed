package parse

import (
	"net/url"
	"strings"

	"wiredesk/fetch/clean"
	"wiredesk/store/safe"
)

// links returns the Atom links among the kids of e, under any of the names.
func (t *table) links(e *element, names ...string) []Link {
	var list []Link
	for i := range e.kids {
		k := &e.kids[i]
		if !contains(names, k.name) || len(list) >= maxList {
			continue
		}
		href := k.attr("href")
		if href == "" && k.attr("rel") != "" {
			href = k.text // not Atom, but written
		}
		u := absolute(href, t.at(k))
		if u == "" {
			continue
		}
		list = append(list, Link{
			URL: u, Rel: relation(k.attr("rel")), Type: strings.ToLower(term(k.attr("type"))), Title: safe.Line(k.attr("title")),
			Language: language(k.attr("hreflang")), Length: term(k.attr("length")),
		})
	}
	return list
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// relation returns a link relation without the prefix that RFC 4287, 4.2.7.2,
// makes equal to none.
func relation(rel string) string {
	rel = strings.ToLower(term(rel))
	for _, p := range []string{"http://www.iana.org/assignments/relation/", "http://www.iana.org/assignments/link-relations/"} {
		rel = strings.TrimPrefix(rel, p)
	}
	if rel == "" {
		return "alternate"
	}
	return rel
}

// alternate returns the page that says the same as an entry: HTML before
// anything else.
func alternate(list []Link) string {
	first := ""
	for _, l := range list {
		if l.Rel != "alternate" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l.URL
		}
		if first == "" {
			first = l.URL
		}
	}
	return first
}

// related returns the first link of that relation.
func related(list []Link, rel string) string {
	for _, l := range list {
		if l.Rel == rel {
			return l.URL
		}
	}
	return ""
}

// address returns the first text among the kids of those names that is a
// usable address.
func (t *table) address(e *element, names ...string) string {
	for _, name := range names {
		for i := range e.kids {
			if k := &e.kids[i]; k.name == name {
				if u := absolute(addressText(k), t.at(k)); u != "" {
					return u
				}
			}
		}
	}
	return ""
}

// addressText returns an address that stands in an element's text. "&amp;" in
// it was escaped once too often; other entities are parameters.
func addressText(e *element) string {
	s := e.text
	if e.markup {
		s = safe.Text(s)
	}
	return strings.ReplaceAll(s, "&amp;", "&")
}

// absolute returns raw as an address that a reader can open, or "".
func absolute(raw string, base *url.URL) string {
	if len(raw) > maxAddress || strings.TrimSpace(raw) == "" {
		return "" // an empty one is not the base: nothing was said
	}
	return clean.URL(raw, base)
}

func parseURL(s string) *url.URL {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil
	}
	return u
}
