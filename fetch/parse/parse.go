// Package parse reads feeds: bytes of any format, charset and state of repair
// become a [Document], or a named [Error].
//
// The way there has one direction. guard counts what the bytes would cost;
// decode makes them text; side cuts the text into a table of everything the
// feed says, repairing as it goes; the table is written out again as a small
// and well-formed feed, which gofeed parses; and what gofeed says is completed
// from the table, brought into one form and made safe by package clean. JSON
// Feed has a decoder of its own.
//
// Nothing here does I/O or reads the clock.
package parse

import (
	"fmt"
	"net/url"
	"strings"

	"wiredesk/fetch/clean"
	"wiredesk/store"
)

// Parse reads a feed. What can be repaired is read, with warnings; a document
// that is cut gives the items that are there. An error is always an [*Error].
func Parse(raw []byte, o Options) (doc *Document, err error) {
	defer func() {
		// The last fence: one source's bytes must never stop the others.
		if r := recover(); r != nil {
			doc, err = nil, refuse(store.CodeXML, "the reader broke on it: %v", r)
		}
	}()
	if len(raw) > maxBytes {
		return nil, refuse(store.CodeHostile, "%d MiB, more than %d", len(raw)>>20, maxBytes>>20)
	}
	text, warning := decode(raw, o.Header.Get("Content-Type"))
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, refuse(store.CodeEmpty, "there is nothing in it")
	case text[0] == '{':
		doc, err = parseJSON(text, &o)
	case text[0] == '[':
		return nil, refuse(store.CodeNotFeed, "it is a JSON list, not a feed")
	default:
		doc, err = parseXML(text, &o)
	}
	if err != nil {
		return nil, err
	}
	if warning != "" {
		doc.Warnings = append([]string{warning}, doc.Warnings...)
	}
	return doc, nil
}

func parseXML(text string, o *Options) (*Document, error) {
	if err := guard(text); err != nil {
		return nil, err
	}
	t, err := side(text, documentURL(o), o)
	if err != nil {
		return nil, err
	}
	return t.read(o)
}

// read makes a document of the side table.
func (t *table) read(o *Options) (*Document, error) {
	doc := &Document{Feed: Feed{Format: t.format, Language: t.feedLanguage(o)}, Cut: t.cut}
	if doc.Feed.Language != "" {
		t.lang = doc.Feed.Language
	}
	t.lang = clean.Located(t.lang, o.URL)
	t.newest()
	doc.Items = make([]Item, len(t.entries))
	if err := t.items(doc, o); err != nil {
		return nil, err
	}
	t.signals(doc)
	doc.Warnings = t.notes.list()
	return doc, nil
}

// newest keeps the newest entries of a document with too many. Feeds are
// sorted one way or the other, so the ends tell which half is the newer.
func (t *table) newest() {
	n := len(t.entries)
	if n <= maxKept {
		return
	}
	t.notes.once(fmt.Sprintf("only the newest %d entries were kept", maxKept))
	names := []string{"pubdate", "updated", "published", "dc:date", "modified", "issued"}
	head, tail := t.date(&t.entries[0].element, names...), t.date(&t.entries[n-1].element, names...)
	if tail.At.After(head.At) {
		copy(t.entries, t.entries[n-maxKept:])
	}
	clear(t.entries[maxKept:])
	t.entries = t.entries[:maxKept]
}

// unknown returns the entries whose fingerprint is not in known.
func unknown(prints, known []uint64) []int {
	have := make(map[uint64]bool, len(known))
	for _, k := range known {
		have[k] = true
	}
	pick := make([]int, 0, len(prints))
	for i, p := range prints {
		if !have[p] {
			pick = append(pick, i)
		}
	}
	return pick
}

func documentURL(o *Options) *url.URL {
	u, err := url.Parse(o.URL)
	if err != nil || !u.IsAbs() {
		return nil
	}
	return u
}
