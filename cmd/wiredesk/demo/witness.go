package demo

import (
	"context"
	"fmt"
	"time"

	"wiredesk/store"
)

// place is where an item stands: the same address may be listed by two feeds.
type place struct {
	source store.SourceID
	url    string
}

// A witness reads the daemon's store. It knows only what the change feed and
// the sources' health say.
type witness struct {
	archive  Archive
	after    uint64 // last change read
	articles map[place]store.ArticleID
	changes  map[store.ArticleID][]store.Change
	health   map[store.SourceID]store.Health
}

func newWitness(a Archive) *witness {
	return &witness{archive: a, articles: map[place]store.ArticleID{}, changes: map[store.ArticleID][]store.Change{}}
}

// look reads what changed since the last look.
func (w *witness) look(ctx context.Context) error {
	for {
		list, err := w.archive.Changes(ctx, w.after, 500)
		if err != nil {
			return fmt.Errorf("read the change feed: %w", err)
		}
		if len(list) == 0 {
			break
		}
		for _, c := range list {
			if err := w.note(ctx, c); err != nil {
				return err
			}
			w.after = c.Seq
		}
	}
	list, err := w.archive.Health(ctx)
	if err != nil {
		return fmt.Errorf("read the sources' health: %w", err)
	}
	w.health = make(map[store.SourceID]store.Health, len(list))
	for _, h := range list {
		w.health[h.Source] = h
	}
	return nil
}

func (w *witness) note(ctx context.Context, c store.Change) error {
	if c.Article == 0 {
		return nil
	}
	if len(w.changes[c.Article]) == 0 {
		a, err := w.archive.Article(ctx, c.Article)
		if err != nil {
			return fmt.Errorf("read article %s: %w", c.Article, err)
		}
		w.articles[place{a.Source, a.URL}] = a.ID
	}
	w.changes[c.Article] = append(w.changes[c.Article], c)
	return nil
}

// A sighting is an item as the store holds it. The zero sighting: not yet.
type sighting struct {
	article store.Article
	story   store.Story
	member  store.Member
}

// find returns an item's sighting once it was judged with all its text: an
// article whose page is still to be read has not said everything.
func (w *witness) find(ctx context.Context, it *item) (s sighting, ok bool, err error) {
	id, ok := w.articles[place{it.feed.id, it.url}]
	if !ok {
		return s, false, nil
	}
	if s.article, err = w.archive.Article(ctx, id); err != nil {
		return s, false, fmt.Errorf("read article %s: %w", id, err)
	}
	if s.article.Page == store.PageWanted {
		return s, false, nil
	}
	if s.story, err = w.archive.Story(ctx, s.article.Story); err != nil {
		return s, false, fmt.Errorf("read story %s: %w", s.article.Story, err)
	}
	m := s.story.Find(id)
	if m == nil {
		return s, false, fmt.Errorf("story %s: its member %s is missing", s.story.ID, id)
	}
	s.member = *m
	return s, true, nil
}

// revised returns how often an article was revised, and the last class.
func (w *witness) revised(it *item) (n int, last store.Class) {
	for _, c := range w.changes[w.articles[place{it.feed.id, it.url}]] {
		if c.Verdict == store.Revised {
			n, last = n+1, c.Class
		}
	}
	return n, last
}

// withdrawn reports whether the change feed says that an item was taken back.
func (w *witness) withdrawn(it *item) bool {
	for _, c := range w.changes[w.articles[place{it.feed.id, it.url}]] {
		if c.Kind == store.WithdrawnChange {
			return true
		}
	}
	return false
}

// all returns every story of the store, members with text.
func (w *witness) all(ctx context.Context) ([]store.Story, error) {
	var list []store.Story
	var after store.StoryID
	for {
		page, err := w.archive.Stories(ctx, after, 200)
		if err != nil {
			return nil, fmt.Errorf("read the stories: %w", err)
		}
		if len(page) == 0 {
			return list, nil
		}
		list = append(list, page...)
		after = page[len(page)-1].ID
	}
}

// until looks again and again until seen says yes, or the time is up.
func (w *witness) until(ctx context.Context, patience time.Duration, seen func() (bool, error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if err := w.look(ctx); err != nil {
			return false, ignoreDone(ctx, err)
		}
		if ok, err := seen(); ok || err != nil {
			return ok, ignoreDone(ctx, err)
		}
		if !pause(ctx, 40*time.Millisecond) {
			return false, nil
		}
	}
}

// ignoreDone drops an error that only says that the time was up.
func ignoreDone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// pause waits and reports whether ctx is still alive.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
