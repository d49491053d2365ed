package main

import (
	"sync"
	"time"

	"wiredesk/publish/site"
	"wiredesk/store"
)

// tallied is how many hours a tally looks back.
const tallied = 24

// A tally counts what polls brought, by the hour, since the daemon started.
type tally struct {
	mu    sync.Mutex
	hours [tallied]hour // a ring, by hour since 1970
}

// An hour is what happened in one hour.
type hour struct {
	at                         int64 // hours since 1970
	changed, same, failed      int   // polls
	stories, copies, revisions int   // articles
}

// add counts a delivery that was stored.
func (t *tally) add(now time.Time, del store.Delivery, r store.Receipt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.of(now.Unix() / 3600)
	brought := r.Count(store.New)+r.Count(store.Revised) > 0
	switch {
	case del.Kind != store.FeedJob && del.Kind != store.PushJob:
	case del.Failed():
		h.failed++
	case brought:
		h.changed++
	default:
		h.same++
	}
	for _, a := range r.Articles {
		switch {
		case a.Verdict == store.New && a.InStory == store.New:
			h.stories++
		case a.Verdict == store.New:
			h.copies++
		case a.Verdict == store.Revised:
			h.revisions++
		}
	}
}

// of returns the hour's place in the ring, emptied if it held an older one.
func (t *tally) of(at int64) *hour {
	h := &t.hours[at%tallied]
	if h.at != at {
		*h = hour{at: at}
	}
	return h
}

// charts returns the tally as the desk's page draws it.
func (t *tally) charts(now time.Time) []site.Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	count := func(name string, of func(*hour) int) site.Series {
		s := site.Series{Name: name}
		for back := tallied - 1; back >= 0; back-- {
			s.Counts = append(s.Counts, of(t.of(now.Unix()/3600-int64(back))))
		}
		return s
	}
	failed := count("failed", func(h *hour) int { return h.failed })
	failed.Bad = true
	ends := now.Truncate(time.Hour).Add(time.Hour)
	return []site.Tally{
		{Name: "Polls", Unit: "polls", Ends: ends, Series: []site.Series{
			count("nothing new", func(h *hour) int { return h.same }),
			count("brought something", func(h *hour) int { return h.changed }),
			failed,
		}},
		{Name: "Articles", Unit: "articles", Ends: ends, Series: []site.Series{
			count("new stories", func(h *hour) int { return h.stories }),
			count("copies folded", func(h *hour) int { return h.copies }),
			count("revised", func(h *hour) int { return h.revisions }),
		}},
	}
}
