package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"wiredesk/fetch"
	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// lists is the daemon's archive. When a list of feeds changed, nothing more is
// handed out until the desk knows the new sources: what comes from a source
// that it does not know is shown nowhere.
type lists struct {
	*bolt.DB
	relist func(context.Context) error
	mu     sync.RWMutex // held for writing while a list is taken
}

func (l *lists) Claim(ctx context.Context, now time.Time, n int) ([]store.Visit, time.Time, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.DB.Claim(ctx, now, n)
}

func (l *lists) Ingest(ctx context.Context, d store.Delivery) (store.Receipt, error) {
	if d.Listed == nil {
		return l.DB.Ingest(ctx, d)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r, err := l.DB.Ingest(ctx, d)
	if err == nil && r.Listed > 0 {
		err = l.relist(ctx)
	}
	return r, err
}

// relist tells the desk which sources there are now.
func (d *daemon) relist(ctx context.Context) error {
	desk, cfg := d.desk.Load(), d.cfg.Load()
	if desk == nil {
		return nil // it is not open yet, and will look itself
	}
	health, err := d.db.Health(ctx)
	if err != nil {
		return err
	}
	if err := desk.Configure(cfg.deskTopics(), cfg.outlets(health)); err != nil {
		return err
	}
	if hubs := d.hubs.Load(); hubs != nil {
		return offer(ctx, hubs, health, cfg.callbacks() != "")
	}
	return nil
}

// listedOutlets returns the sources that the configured lists name, or named
// once: what they published stays. They are as their lists are.
func (c *config) listedOutlets(health []store.Health) []curate.Outlet {
	lists := map[store.SourceID]*fetch.Source{}
	for i := range c.Sources {
		if s := &c.Sources[i]; s.OPML != "" {
			lists[s.ID] = s
		}
	}
	var all []curate.Outlet
	for _, h := range health {
		list := lists[h.Of]
		if list == nil {
			continue
		}
		o := curate.Outlet{
			ID: h.Source, Name: h.Name, Home: h.Home, Feed: h.URL, FeedID: h.Self.ID, Rights: h.Self.Rights,
			Rank: list.Rank, Tags: append(slices.Clone(h.Tags), listTag(list.ID)), Content: list.Content, Private: list.Private,
			LowTrust: list.Trust == "low",
		}
		o.Name = cmp.Or(o.Name, string(o.ID))
		if o.Private {
			o.Feed = ""
		}
		all = append(all, o)
	}
	return all
}

// listTag is the tag that all sources of a list have. No configured tag holds a
// colon.
func listTag(list store.SourceID) string { return "list:" + string(list) }

// deskTopics returns the topics for the desk: one that takes from a list takes
// from all sources of the list.
func (c *config) deskTopics() []curate.Topic {
	topics := slices.Clone(c.Topics)
	for i := range topics {
		t := &topics[i]
		for _, from := range c.Topics[i].From {
			if slices.ContainsFunc(c.Sources, func(s fetch.Source) bool { return string(s.ID) == from && s.OPML != "" }) {
				t.From = append(slices.Clone(t.From), "tag:"+listTag(store.SourceID(from)))
			}
		}
	}
	return topics
}

// listed returns the names of the sources that lists name.
func (s *session) listed() []string {
	health, err := s.db.Health(context.Background())
	if err != nil {
		return nil // the command will meet the error itself
	}
	var ids []string
	for _, h := range health {
		if h.Of != "" && !h.Removed {
			ids = append(ids, string(h.Source))
		}
	}
	return ids
}
