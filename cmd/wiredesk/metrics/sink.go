package metrics

import (
	"context"
	"sync"
	"time"

	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/store"
)

// newness remembers which stories were live already, so that each is timed
// once. What was live when the daemon began is not timed at all.
type newness struct {
	mu     sync.Mutex
	live   map[store.StoryID]bool
	topics map[string]bool // that had an edition since the daemon began
	pushed map[store.SourceID]bool
}

// maxLive is how many stories are remembered as live; beyond it the memory
// begins anew, and the stories of that moment's editions are not timed.
const maxLive = 100_000

// Sink counts what passes to next, the sink that publishes.
func (m *Metrics) Sink(next publish.Sink, now func() time.Time) publish.Sink {
	return &sink{Sink: next, m: m, now: now}
}

type sink struct {
	publish.Sink
	m   *Metrics
	now func() time.Time
}

// Edition publishes an edition and times the stories that are in it for the
// first time.
func (s *sink) Edition(ctx context.Context, e curate.Edition) error {
	if err := s.Sink.Edition(ctx, e); err != nil {
		return err
	}
	s.m.editions.Inc()
	s.m.time(&e, s.now())
	return nil
}

// follow notes whether a hub tells of what the source has, or polls find it.
func (m *Metrics) follow(d *store.Delivery) {
	if d.Failed() || d.Kind != store.FeedJob && d.Kind != store.PushJob {
		return
	}
	m.news.mu.Lock()
	defer m.news.mu.Unlock()
	if m.news.pushed == nil {
		m.news.pushed = map[store.SourceID]bool{}
	}
	if d.Pushed || d.Kind == store.PushJob {
		m.news.pushed[d.Source] = true
	} else {
		delete(m.news.pushed, d.Source)
	}
}

func (m *Metrics) time(e *curate.Edition, now time.Time) {
	n := &m.news
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.live == nil || len(n.live) > maxLive {
		n.live, n.topics = map[store.StoryID]bool{}, map[string]bool{}
	}
	begun := n.topics[e.Topic.Slug]
	n.topics[e.Topic.Slug] = true
	for i := range e.Entries {
		entry := &e.Entries[i]
		if n.live[entry.Story] {
			continue
		}
		n.live[entry.Story] = true
		if !begun || entry.Pinned {
			continue
		}
		m.seen.Observe(max(0, now.Sub(entry.Seen).Seconds()))
		if !entry.Published.IsZero() {
			followed := "poll"
			if n.pushed[entry.Outlet.ID] {
				followed = "push"
			}
			m.claimed.WithLabelValues(followed).Observe(max(0, now.Sub(entry.Published).Seconds()))
		}
	}
}
