package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"wiredesk/store"
)

// Limits say what may be forgotten. Zero limits nothing.
type Limits struct {
	Articles  int           // most of them
	Age       time.Duration // longest, since an article was first seen
	Size      int64         // most bytes that hold something
	Revisions int           // most of one article: the first, and the newest
	Shown     int           // newest entries of each topic whose stories stay, whatever their age
}

// Pruned is what one pass forgot.
type Pruned struct {
	Articles, Stories, Revisions, Changes int
	Pages                                 int  // of topics' archives
	Left                                  int  // articles beyond the limits that stay for now
	More                                  bool // another pass would forget more
}

// ErrClock reports that the clock went where retention does not follow.
var ErrClock = errors.New("the clock moved by more than a month since retention last ran, or backwards; nothing was forgotten")

const (
	// longestGap is how far the clock may move between two passes. A clock that
	// jumps years ahead makes everything look old (RELIABILITY-D10).
	longestGap = 31 * 24 * time.Hour
	// youngest is the age below which no number of articles, and no size, forgets.
	youngest = 24 * time.Hour
	// changesKept is for how long whoever follows the change feed may stay away.
	changesKept = 35 * 24 * time.Hour
	// scanned bounds what one step looks at, removed what it takes away (RELIABILITY-D8).
	scanned = 1000
	removed = 1000
)

// Prune forgets what is beyond the limits, oldest stories first and at most a
// tenth of all articles. A story goes whole, once all of its articles may: those
// that their source still lists, that an edition shows, or that somebody decided
// about stay. trust follows a clock that jumped.
func (d *DB) Prune(ctx context.Context, l Limits, now time.Time, trust bool) (Pruned, error) {
	now = plainTime(now)
	p := &pruning{limits: l, at: now}
	if err := d.survey(ctx, p, trust); err != nil {
		return Pruned{}, fmt.Errorf("prune: %w", err)
	}
	for _, step := range []func(context.Context, *pruning) (more bool, err error){d.pruneStories, d.pruneRevisions, d.pruneArchives, d.pruneChanges} {
		for more := true; more; {
			var err error
			if more, err = step(ctx, p); err != nil {
				return p.done, fmt.Errorf("prune: %w", err)
			}
		}
	}
	p.done.Left = max(p.quota, 0)
	return p.done, nil
}

// A pruning is one pass.
type pruning struct {
	limits  Limits
	at      time.Time
	old     time.Time // articles that were first seen before are too old by age
	quota   int       // articles to go by their number and by size
	budget  int       // articles that may go in this pass
	listed  map[store.ArticleID]bool
	kept    map[store.StoryID]bool
	rules   map[string]uint64
	after   store.StoryID
	article store.ArticleID
	done    Pruned
}

// survey finds out what is to go and what must stay.
func (d *DB) survey(ctx context.Context, p *pruning, trust bool) error {
	_, err := d.change(ctx, func(b *batch) error {
		if last := fromNano(int64(b.number(lastPrune))); !trust && !last.IsZero() && (p.at.Sub(last) > longestGap || last.Sub(p.at) > time.Hour) {
			return ErrClock
		}
		b.put("meta", []byte(lastPrune), u64(uint64(nano(p.at))))
		return nil
	}, func() {})
	if err != nil {
		return err
	}
	stats, err := d.Stats(ctx) // which bbolt knows once something was written
	if err != nil {
		return err
	}
	p.budget = stats.Articles / 10
	p.quota = p.limits.excess(stats)
	if p.limits.Age > 0 {
		p.old = p.at.Add(-p.limits.Age)
	}
	err = d.read(ctx, func(b *batch) error {
		p.keepDecided(b)
		p.keepShown(b)
		return nil
	})
	if err != nil {
		return err
	}
	return d.keepListed(ctx, p)
}

// excess returns how many articles are too many, by their number or by their
// size.
func (l Limits) excess(s Stats) int {
	n := 0
	if l.Articles > 0 {
		n = s.Articles - l.Articles
	}
	if l.Size > 0 && s.Used > l.Size {
		n = max(n, int(math.Ceil(float64(s.Used-l.Size)/float64(s.Used)*float64(s.Articles))))
	}
	return max(n, 0)
}

// keepListed finds the articles that each source's document lists: forgotten,
// they would come back as new.
func (d *DB) keepListed(ctx context.Context, p *pruning) error {
	p.listed = map[store.ArticleID]bool{}
	for _, id := range d.sourceIDs() {
		err := d.read(ctx, func(b *batch) error {
			doc, k, _ := d.kept(b, id)
			plan := plan{batch: b}
			for _, a := range plan.newest(id, max(k.Items, len(doc.Known))) {
				p.listed[a] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keepDecided keeps the stories that decisions are about: an undo finds them.
func (p *pruning) keepDecided(b *batch) {
	p.kept = map[store.StoryID]bool{}
	b.scan("decision", nil, func(_, raw []byte) bool {
		var doc decisionDoc
		b.decode("decision", raw, &doc)
		if doc.Decision.Undone || doc.Decision.Verb == store.Undo {
			return true
		}
		p.kept[doc.Decision.Story], p.kept[doc.Decision.Other] = true, true
		for _, m := range doc.Moves {
			p.kept[m.From], p.kept[m.To] = true, true
		}
		return true
	})
}

// keepShown keeps the stories of each topic's newest entries.
func (p *pruning) keepShown(b *batch) {
	p.rules = map[string]uint64{}
	b.scan("rule", nil, func(k, raw []byte) bool {
		var r store.TopicRule
		b.decode("rule", raw, &r)
		p.rules[string(k)] = r.Rule
		return true
	})
	for topic := range p.rules {
		var list []store.Entry
		b.scan("entry", name(topic), func(k, raw []byte) bool {
			var e store.Entry
			b.decode("entry", raw, &e)
			if e.Story = store.StoryID(tail(k)); e.Gone.IsZero() && !e.Held {
				list = append(list, e)
			}
			return true
		})
		slices.SortFunc(list, func(a, b store.Entry) int { return b.Moved.Compare(a.Moved) })
		for _, e := range list[:min(p.limits.Shown, len(list))] {
			p.kept[e.Story] = true
		}
	}
}

// pruneStories looks at the next stories, and forgets those that may go.
func (d *DB) pruneStories(ctx context.Context, p *pruning) (more bool, err error) {
	var step pruning
	var pages map[store.ArticleID]pageDoc
	_, err = d.changeFirst(ctx, func(b *batch) error {
		step, more, pages = *p, false, map[store.ArticleID]pageDoc{}
		n := 0
		b.from("story", storyKey(p.after+1), func(k, raw []byte) bool {
			if n++; n > scanned || b.count > removed {
				more = true
				return false
			}
			var s store.Story
			b.decode("story", raw, &s)
			step.after = store.StoryID(tail(k))
			goes, stop := step.goes(b, &s)
			if goes {
				step.forget(b, &s, pages)
			}
			return !stop
		})
		return nil
	}, func() { d.forgetPages(pages) })
	if err == nil {
		*p = step
	}
	return more, err
}

// goes reports whether a story may be forgotten, and whether no later one can.
func (p *pruning) goes(b *batch, s *store.Story) (goes, stop bool) {
	byAge, byNumber := s.Seen.Before(p.old), p.quota > 0 && s.Seen.Before(p.at.Add(-youngest))
	if p.budget <= 0 || !byAge && !byNumber {
		p.done.More = p.done.More || byAge || byNumber
		return false, !s.Seen.After(p.at) // one from the future came while the clock was wrong: others after it are old
	}
	if p.kept[s.ID] {
		return false, false
	}
	if len(s.Members) == 0 { // an old address; it goes after what it leads to
		return b.get("story", storyKey(s.Into)) == nil, false
	}
	for _, m := range s.Members {
		a, _ := b.article(m.ID)
		byAge, byNumber = byAge && a.Seen.Before(p.old), byNumber && a.Seen.Before(p.at.Add(-youngest))
		if p.listed[m.ID] {
			return false, false
		}
	}
	if (byAge || byNumber) && len(s.Members) > p.budget {
		p.done.More = true
		return false, false
	}
	return byAge || byNumber, false
}

// forget removes a story with all that is known of its articles, and tells of
// it.
func (p *pruning) forget(b *batch, s *store.Story, pages map[store.ArticleID]pageDoc) {
	for _, m := range s.Members {
		if a, ok := b.article(m.ID); ok {
			b.forgetArticle(&a)
			pages[a.ID] = pageDoc{}
			p.done.Articles++
			p.budget--
			p.quota--
		}
	}
	for topic, rule := range p.rules {
		b.remove("taking", takingKey(topic, rule, s.ID))
		b.remove("entry", entryKey(topic, s.ID))
	}
	b.remove("story", storyKey(s.ID))
	b.add(forgotten, 1)
	if len(s.Members) > 0 {
		b.add(storyCount, -1)
		p.done.Stories++
		b.tell(p.at, store.Change{Kind: store.ForgottenChange, Story: s.ID})
	}
}

// forgetArticle removes an article from every bucket.
func (b *batch) forgetArticle(a *store.Article) {
	for n := 1; n <= a.Revision; n++ {
		b.forgetRevision(revisionKey(a.ID, n))
	}
	filed := plan{batch: b}
	filed.unfile(a, "")
	if key := identityKey(a.Source, a.Key); bytes.Equal(b.get("key", key), articleKey(a.ID)) {
		b.remove("key", key)
	}
	b.remove("source_of", ownedKey(a.Source, a.ID))
	if b.get("sketch", articleKey(a.ID)) != nil {
		b.unlearn(a.ID)
	}
	for _, bucket := range []string{"sketch", "page", "article"} {
		b.remove(bucket, articleKey(a.ID))
	}
	b.scan("later", nil, func(k, _ []byte) bool { // few ever wait
		if tail(k) == uint64(a.ID) {
			b.remove("later", bytes.Clone(k))
		}
		return true
	})
	b.add(articleCount, -1)
}

func (b *batch) forgetRevision(key []byte) {
	if b.get("revision", key) != nil {
		b.remove("revision", key)
		b.add(revisions, -1)
	}
	b.remove("text", key)
}

// forgetPages takes the pages of forgotten articles out of what is due.
func (d *DB) forgetPages(pages map[store.ArticleID]pageDoc) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.index.setPages(pages)
	for id := range pages {
		delete(d.index.pageDocs, id)
	}
}

// pruneRevisions removes what lies between an article's first revision and its
// newest ones, where it has too many.
func (d *DB) pruneRevisions(ctx context.Context, p *pruning) (more bool, err error) {
	if p.limits.Revisions == 0 {
		return false, nil
	}
	next, gone := p.article, 0
	_, err = d.changeFirst(ctx, func(b *batch) error {
		next, gone, more = p.article, 0, false
		var keys [][]byte // of one article
		prune := func() {
			for i := 1; i <= len(keys)-p.limits.Revisions; i++ {
				b.forgetRevision(keys[i])
				gone++
			}
			keys = keys[:0]
		}
		n := 0
		b.from("revision", articleKey(p.article+1), func(k, _ []byte) bool {
			if id := store.ArticleID(tail(k[:8])); id != next {
				prune()
				if n > 10*scanned || b.count > removed {
					more = true
					return false
				}
				next = id
			}
			n++
			keys = append(keys, bytes.Clone(k))
			return true
		})
		prune()
		if gone > 0 {
			b.add(forgotten, gone)
		}
		return nil
	}, func() {})
	if err == nil {
		p.article = next
		p.done.Revisions += gone
	}
	return more, err
}

// pruneChanges removes what is so old that nobody can be waiting for it, and
// that every desk has handled.
func (d *DB) pruneChanges(ctx context.Context, p *pruning) (more bool, err error) {
	l := p.limits
	if l.Articles == 0 && l.Age == 0 && l.Size == 0 {
		return false, nil
	}
	n := 0
	_, err = d.changeFirst(ctx, func(b *batch) error {
		n = 0
		handled := uint64(math.MaxUint64)
		b.scan("bookmark", nil, func(_, v []byte) bool {
			if len(v) == 8 { // a seal is none
				handled = min(handled, tail(v))
			}
			return true
		})
		b.scan("change", nil, func(k, raw []byte) bool {
			var c store.Change
			b.decode("change", raw, &c)
			if n == removed || c.Seq >= b.number(lastChange) || c.Seq > handled || !c.At.Before(p.at.Add(-changesKept)) {
				return false
			}
			b.remove("change", bytes.Clone(k))
			n++
			return true
		})
		return nil
	}, func() {})
	if err == nil {
		p.done.Changes += n
	}
	return n == removed, err
}
