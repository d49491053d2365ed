package demo

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wiredesk/store"
)

// The formats that the outlets' feeds come in.
const (
	rss20 = "RSS 2.0"
	rss10 = "RSS 1.0"
	atom  = "Atom"
	jsonf = "JSON Feed"
)

// A feed is one source of the daemon's configuration.
type feed struct {
	id     store.SourceID
	name   string
	site   *site
	path   string
	format string
	latin  bool   // in windows-1252
	xhtml  bool   // Atom: contents as XHTML instead of escaped HTML
	teaser bool   // carries summaries; the text is on the page
	weak   bool   // weak ETag
	agency string // name in its datelines; empty: no agency
	rank   int
	tags   []string
	low    bool // of low trust

	asked   atomic.Int64 // requests answered
	minted  int
	items   []*item // newest first; guarded by site.room
	deleted []*item // withdrawn; guarded by site.room
}

// mint returns a guid in the manner of the feed's format.
func (f *feed) mint(url string) string {
	f.minted++
	switch f.format {
	case atom:
		return fmt.Sprintf("tag:%s.example,2026:%05d", f.id, 41000+f.minted)
	case rss10:
		return url // rdf:about
	}
	return fmt.Sprintf("%s-%05d", f.id, 41000+f.minted)
}

// newest is the time of the last change of anything in the feed.
func (f *feed) newest() time.Time {
	var t time.Time
	for _, it := range slices.Concat(f.items, f.deleted) {
		for _, u := range []time.Time{it.updated, it.gone} {
			if u.After(t) {
				t = u
			}
		}
	}
	return t
}

// A site is a web server of its own with one or two feeds and their pages.
type site struct {
	name  string
	base  string // address without a trailing slash
	room  *sync.RWMutex
	feeds []*feed
	moved map[string]string // paths that answer 301, and where to; guarded by room
	down  bool              // answers 502 to everything; guarded by room
	traps bool              // its pages have all that a real newspaper's have
}

// page returns the item at a path, or nil. Only a feed's own items have a page.
func (s *site) page(path string) *item {
	for _, f := range s.feeds {
		for _, it := range f.items {
			if it.origin == nil && it.url == s.base+path {
				return it
			}
		}
	}
	return nil
}
