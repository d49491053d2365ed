package parse

import (
	"net/url"
	"strings"
	"time"
)

// A table is the side table: everything that a feed says, before any of it is
// understood. gofeed reads what the table writes for it (canon.go); what its
// model has no place for is looked up here, items by their ordinal.
type table struct {
	format  string // rss20, atom10, …
	atom    bool
	feed    element // its kids are the feed's properties
	entries []entry
	deleted []element // RFC 6721
	cut     bool      // it has no end
	notes   notes

	home *url.URL       // the document's own address: the base where nothing sets one; may be nil
	page *url.URL       // the feed's home page, once it is known; may be nil
	lang string         // the feed's, for the names of months
	zone *time.Location // of dates without one

	sanitize func(fragment string, base *url.URL) string // clean.HTML; a benchmark leaves it out
}

// An element is a property of a feed or item, its name canonical: lower case,
// with the prefix that names.go gives its namespace.
type element struct {
	name   string
	attrs  []attr // names lower case without prefix, but for xml:base and xml:lang
	text   string // decoded once; HTML when markup
	markup bool   // there were elements in the text
	cdata  bool   // the text was in a CDATA section
	base   *url.URL
	lang   string
	kids   []element // of boxes
}

// An entry is an item or entry.
type entry struct {
	element
	raw   string // as it stands in the document
	whole bool   // it has an end tag
	print uint64 // hash of raw; with what it inherits it becomes the fingerprint
}

// attr returns the value of an attribute, trimmed.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.name == name {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// find returns the first kid of the first of the names that has one with a
// text or attributes, or nil.
func (e *element) find(names ...string) *element {
	for _, name := range names {
		for i := range e.kids {
			if k := &e.kids[i]; k.name == name && (strings.TrimSpace(k.text) != "" || len(k.attrs) > 0 || len(k.kids) > 0) {
				return k
			}
		}
	}
	return nil
}

// value returns the trimmed text of the first kid of the first of the names
// that has any.
func (e *element) value(names ...string) string {
	for _, name := range names {
		for i := range e.kids {
			if k := &e.kids[i]; k.name == name {
				if s := strings.TrimSpace(k.text); s != "" {
					return s
				}
			}
		}
	}
	return ""
}

// each calls f for every kid of that name.
func (e *element) each(name string, f func(k *element)) {
	for i := range e.kids {
		if e.kids[i].name == name {
			f(&e.kids[i])
		}
	}
}
