package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"time"

	"wiredesk/publish/serve"
	"wiredesk/store"
	"wiredesk/store/bolt"
	"wiredesk/store/safe"
)

// healthPath is where the operator can subscribe to how the sources do.
const healthPath = "/sources/health.atom"

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

// healthFeed writes the feed. Private sources are not in it.
func (c *config) healthFeed(health []store.Health, authority string, born time.Time) ([]byte, error) {
	private := map[store.SourceID]bool{}
	for _, s := range c.Sources {
		private[s.ID] = s.Private
	}
	health = slices.DeleteFunc(slices.Clone(health), func(h store.Health) bool {
		return h.Removed || private[h.Source] || private[h.Of] || !troubled(h) || h.Since.IsZero()
	})
	slices.SortStableFunc(health, func(a, b store.Health) int { return b.Since.Compare(a.Since) })
	f := atomHealth{
		ID: fmt.Sprintf("tag:%s,2026:sources/health", authority), Title: safe.XML("Sources of " + c.Site.Title + " in trouble"),
		Updated: stamp(born), Author: safe.XML(c.Site.Title),
		Links: []atomRef{{"self", c.Site.URL + healthPath}, {"alternate", c.Site.URL + "/sources/"}},
	}
	for i, h := range health[:min(len(health), maxTroubles)] {
		if i == 0 {
			f.Updated = stamp(h.Since)
		}
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

// withHealth makes the feed when somebody asks for it, and leaves all else to
// render.
func withHealth(c *config, db *bolt.DB, born time.Time, render serve.Renderer) serve.Renderer {
	return func(ctx context.Context, path string, query url.Values) (*serve.File, error) {
		if path != healthPath {
			return render(ctx, path, query)
		}
		health, err := db.Health(ctx)
		if err != nil {
			return nil, err
		}
		body, err := c.healthFeed(health, c.curate(db).Authority, born)
		if err != nil {
			return nil, err
		}
		return &serve.File{Type: "application/atom+xml; charset=utf-8", Body: body, NoIndex: true}, nil
	}
}
