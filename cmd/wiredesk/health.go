package main

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"time"

	"wiredesk/publish"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// maxTroubles is how many sources the feed tells of, those that changed last.
const maxTroubles = 100

// atomHealth is a feed with an entry for each source in trouble: another state
// is another entry, so that a feed reader tells of it once.
type atomHealth struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomRef   `xml:"link"`
	Entries []atomState `xml:"entry"`
}

type atomRef struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomState struct {
	ID      string  `xml:"id"`
	Title   string  `xml:"title"`
	Updated string  `xml:"updated"`
	Link    atomRef `xml:"link"`
	Content string  `xml:"content"`
}

// healthFeed writes the feed. Private sources are not in it. It is as new as the
// last source that changed its state, for better or worse.
func (c *config) healthFeed(health []store.Health, authority string) ([]byte, error) {
	private := map[store.SourceID]bool{}
	for _, s := range c.Sources {
		private[s.ID] = s.Private
	}
	updated := time.Unix(0, 0)
	health = slices.DeleteFunc(slices.Clone(health), func(h store.Health) bool {
		hidden := h.Removed || private[h.Source] || private[h.Of]
		if !hidden && h.Since.After(updated) {
			updated = h.Since
		}
		return hidden || !troubled(h) || h.Since.IsZero()
	})
	slices.SortStableFunc(health, func(a, b store.Health) int { return b.Since.Compare(a.Since) })
	f := atomHealth{
		ID: fmt.Sprintf("tag:%s,2026:sources/health", authority), Title: safe.XML("Sources of " + c.Site.Title + " in trouble"),
		Updated: stamp(updated), Author: safe.XML(c.Site.Title),
		Links: []atomRef{{"self", c.Site.URL + publish.HealthPath}, {"alternate", c.Site.URL + "/sources/"}},
	}
	for _, h := range health[:min(len(health), maxTroubles)] {
		f.Entries = append(f.Entries, atomState{
			ID:    fmt.Sprintf("tag:%s,2026:source/%s/%s/%d", authority, url.PathEscape(string(h.Source)), h.State, h.Since.Unix()),
			Title: safe.XML(safe.Line(fmt.Sprintf("%s is %s", h.Name, h.State))), Updated: stamp(h.Since),
			Link:    atomRef{"alternate", c.Site.URL + "/sources/"},
			Content: safe.XML(safe.Line(trouble(h)) + "\nNext: " + safe.Line(remedy(h))),
		})
	}
	raw, err := xml.MarshalIndent(f, "", " ")
	return append([]byte(xml.Header), raw...), err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
