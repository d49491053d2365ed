package parse

import (
	"bytes"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"wiredesk/store"
)

// items has gofeed parse the feed, then those of its entries that are not
// known, and completes what it says from the side table.
//
// The feed comes first, and alone, because the fingerprints that tell which
// entries are known also hash what entries inherit from it.
func (t *table) items(doc *Document, o *Options) error {
	about, entries := t.rssAbout, t.rssItems
	if t.atom {
		about, entries = t.atomAbout, t.atomItems
	}
	if err := about(doc); err != nil {
		return err
	}
	prints := fingerprints(t, &doc.Feed, o)
	for i, p := range prints {
		doc.Items[i].Fingerprint = p
	}
	pick := unknown(prints, o.Known)
	if err := entries(doc, pick); err != nil {
		return err
	}
	identify(doc, pick)
	return nil
}

func (t *table) atomAbout(doc *Document) error {
	feed, err := t.readAtom(nil)
	if err == nil {
		t.atomFeed(&doc.Feed, feed)
	}
	return err
}

func (t *table) atomItems(doc *Document, pick []int) error {
	feed, err := t.readAtom(pick)
	if err != nil {
		return err
	}
	for n, i := range pick {
		t.atomItem(&doc.Items[i], feed.Entries[n], &t.entries[i].element, &doc.Feed)
	}
	return nil
}

func (t *table) rssAbout(doc *Document) error {
	feed, err := t.readRSS(nil)
	if err == nil {
		t.rssFeed(doc, feed)
	}
	return err
}

func (t *table) rssItems(doc *Document, pick []int) error {
	feed, err := t.readRSS(pick)
	if err != nil {
		return err
	}
	for n, i := range pick {
		t.rssItem(&doc.Items[i], feed.Items[n], &t.entries[i].element, &doc.Feed)
	}
	return nil
}

func (t *table) readAtom(pick []int) (*atom.Feed, error) {
	feed, err := new(atom.Parser).Parse(bytes.NewReader(t.document(pick)))
	if err == nil && len(feed.Entries) == len(pick) {
		return feed, nil
	}
	return nil, refuse(store.CodeXML, "repaired, it still cannot be read: %v", err)
}

func (t *table) readRSS(pick []int) (*rss.Feed, error) {
	feed, err := new(rss.Parser).Parse(bytes.NewReader(t.document(pick)))
	if err == nil && len(feed.Items) == len(pick) {
		return feed, nil
	}
	return nil, refuse(store.CodeXML, "repaired, it still cannot be read: %v", err)
}
