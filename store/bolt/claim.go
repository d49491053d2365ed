package bolt

import (
	"context"
	"fmt"
	"slices"
	"time"

	"wiredesk/store"
)

// maxVisit is how many jobs one visit takes along.
const maxVisit = 64

// apart is how long the second of two jobs of one source is put off.
const apart = time.Minute

// resting is how long pages of a source that is paused or gone are put off.
const resting = time.Hour

// Claim leases up to n hosts that have something due, the longest overdue
// first, and returns what is due at each. next is when the next host that is
// not leased has something due, zero if none ever has. A lease ends when every
// job of its visit was ingested or released; it is kept in memory only, so a
// crash repeats the polls that were under way and nothing else.
func (d *DB) Claim(ctx context.Context, now time.Time, n int) (visits []store.Visit, next time.Time, err error) {
	if err := ctx.Err(); err != nil {
		return nil, time.Time{}, err
	}
	visits, next = d.lease(now.UnixNano(), n)
	if len(visits) == 0 {
		return nil, next, nil
	}
	_, err = d.plan(func(b *batch) error {
		for i := range visits {
			d.equip(b, &visits[i], now)
		}
		return nil
	})
	if err != nil {
		for _, v := range visits {
			d.Release(v)
		}
		return nil, time.Time{}, fmt.Errorf("claim: %w", err)
	}
	return visits, next, nil
}

// lease takes what is due out of the index.
func (d *DB) lease(now int64, n int) (visits []store.Visit, next time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ix := &d.index
	for len(visits) < n && len(ix.queue) > 0 && ix.queue[0].due() <= now {
		if v := ix.visit(ix.queue[0], now); len(v.Jobs) > 0 {
			visits = append(visits, v)
		}
	}
	if len(ix.queue) > 0 {
		next = fromNano(max(ix.queue[0].due(), 1))
	}
	return visits, next
}

// visit leases a host with what is due there.
func (ix *index) visit(h *host, now int64) store.Visit {
	ix.leases++
	h.lease = ix.leases
	v := store.Visit{Host: h.name, Lease: h.lease}
	for len(v.Jobs) < maxVisit && len(h.jobs) > 0 && h.jobs[0].due <= now {
		j := h.jobs[0]
		s := ix.sources[j.source]
		if s == nil || s.removed || s.Paused {
			ix.move(j, now+int64(resting)) // a page of a source that is not to be bothered
			continue
		}
		if j.kind != store.PageJob && slices.ContainsFunc(v.Jobs, func(o store.Job) bool { return o.Kind != store.PageJob && o.Source == j.source }) {
			ix.move(j, now+int64(apart)) // a feed and its archive share their bookkeeping
			continue
		}
		ix.lease(j)
		v.Jobs = append(v.Jobs, store.Job{
			Kind: j.kind, Source: j.source, Of: s.Of, Name: s.Name, URL: j.url, Due: fromNano(j.due), Article: store.Article{ID: j.article},
		})
	}
	if h.out == 0 {
		h.lease = 0
	}
	ix.settle(h)
	return v
}

// equip adds to the jobs of a visit what is needed to do them without the
// store.
func (d *DB) equip(b *batch, v *store.Visit, now time.Time) {
	for i := range v.Jobs {
		j := &v.Jobs[i]
		switch j.Kind {
		case store.PageJob:
			d.equipPage(b, j)
		case store.ArchiveJob:
			d.equipFeed(b, j)
			j.URL = j.Backfill.Next
		default:
			d.equipFeed(b, j)
			j.Pushed = b.pushed(j.Source, now)
		}
	}
}

func (d *DB) equipFeed(b *batch, j *store.Job) {
	doc, p, _ := d.kept(b, j.Source)
	j.URL, j.Title = doc.Source.URL, doc.Feed.Title
	j.Validators, j.FinalURL, j.BodyHash = doc.Validators, doc.FinalURL, doc.BodyHash
	j.Known, j.Hints, j.Sighting, j.Backfill = doc.Known, doc.Hints, doc.Sighting, doc.Backfill
	j.Errors, j.FailedAt, j.LastCode = p.Errors, fromNano(p.FailedAt), p.Code
	j.LastOK, j.LastFull, j.Attempt = fromNano(p.LastOK), fromNano(p.LastFull), fromNano(p.Attempt)
	for _, t := range doc.SeenTimes {
		j.SeenTimes = append(j.SeenTimes, fromNano(t))
	}
}

func (d *DB) equipPage(b *batch, j *store.Job) {
	page := d.keptPage(b, j.Article.ID)
	j.Validators, j.FinalURL, j.BodyHash = page.Validators, page.FinalURL, page.BodyHash
	j.Errors, j.FailedAt = page.Errors, fromNano(page.FailedAt)
	j.LastOK, j.Attempt = fromNano(page.LastOK), fromNano(page.Attempt)
	if a, ok := b.article(j.Article.ID); ok {
		b.addText(&a)
		j.Article = a
	}
}

// Release gives back the jobs of a visit that were not ingested. They are due
// as before.
func (d *DB) Release(v store.Visit) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, j := range v.Jobs {
		leased := d.index.leased[task{j.Kind, j.Source, j.Article.ID}]
		if leased != nil && leased.lease == v.Lease {
			d.index.done(leased)
		}
	}
}

// Force makes sources due at once; ids nil means all. It never breaks a host's
// or source's hold, and does not bring back a source that is gone for good.
func (d *DB) Force(ctx context.Context, now time.Time, ids []store.SourceID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if ids == nil {
		ids = d.sourceIDs()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		s := d.index.sources[id]
		if s == nil || s.removed {
			return fmt.Errorf("force: source %q: %w", id, store.ErrNotFound)
		}
	}
	for _, id := range ids {
		s := d.index.sources[id]
		if due := max(now.UnixNano(), s.poll.Hold); s.feed != nil && s.feed.due > due {
			d.index.move(s.feed, due)
		}
	}
	return nil
}
