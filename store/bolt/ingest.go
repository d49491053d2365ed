package bolt

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"wiredesk/store"
)

// A plan is what one delivery does to the store.
type plan struct {
	*batch
	before  int // writes that the batch had before this plan
	del     *store.Delivery
	at      time.Time
	doc     sourceDoc
	poll    poll
	known   bool   // the source is configured, or was
	first   bool   // it never was read before
	orphan  bool   // its source moved to another address meanwhile: how the poll went says nothing of that
	partial bool   // it was asked for news only, and is to send everything again
	version uint32 // of the source's bookkeeping when this was planned
	stale   bool   // a push that is older than what we have: it may add, and change nothing
	receipt store.Receipt
	pages   map[store.ArticleID]pageDoc // without a URL: done
	listed  []configured                // sources that a list added, changed or took away
	late    map[store.ArticleID]bool    // too much came at once: folded later
	held    int                         // articles beyond the source's daily number, left for another day
	quiet   bool                        // nothing but bookkeeping
	newDoc  bool                        // and doc is newer than the file's
}

// Ingest stores a delivery whole or not at all. One that brings nothing new
// costs no transaction: its bookkeeping waits for the next group.
func (d *DB) Ingest(ctx context.Context, del store.Delivery) (store.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	del = inUTC(del)
	var p *plan
	plan := func(b *batch) error {
		before := b.seq
		p = d.newPlan(b, &del)
		p.run()
		if b.seq != before {
			p.receipt.Seq = b.seq
		}
		return nil
	}
	learn, err := func() { d.learn(p) }, error(nil)
	if len(del.Articles) > 0 && !del.Failed() {
		err = d.inTurn(&turn{ctx: ctx, source: del.Source, articles: len(del.Articles), plan: plan, after: learn})
	} else {
		_, err = d.change(ctx, plan, learn)
	}
	if err != nil {
		return store.Receipt{}, fmt.Errorf("ingest %s of %s: %w", del.Kind, del.Source, err)
	}
	return p.receipt, nil
}

func (d *DB) newPlan(b *batch, del *store.Delivery) *plan {
	p := &plan{batch: b, before: b.count, del: del, at: del.At, pages: map[store.ArticleID]pageDoc{}}
	p.doc, p.poll, p.known = d.kept(b, del.Source)
	p.first = p.poll.LastOK == 0
	d.mu.Lock()
	defer d.mu.Unlock()
	j := d.index.leased[task{del.Kind, del.Source, del.Article}]
	if s := d.index.sources[del.Source]; s != nil {
		p.version = s.version
	}
	p.orphan, p.partial = j != nil && j.dropped, j != nil && j.partial
	// What somebody was sent for is the newest there is, whatever the clock did.
	p.stale = (del.Kind == store.FeedJob || del.Kind == store.PushJob) && nano(del.At) < p.poll.Start && j == nil
	return p
}

func (p *plan) run() {
	doc := p.doc
	p.takeUp()
	switch {
	case p.del.Kind == store.PageJob:
		p.page()
	case !p.del.Failed() && p.doc.Source.List:
		p.list()
	case !p.del.Failed():
		p.articles()
		p.deleted()
	}
	if p.del.Kind == store.FeedJob && p.known && !p.stale && !p.orphan {
		p.keepBooks()
	}
	archived := p.del.Backfill != nil && p.known && !p.orphan && !p.stale
	if archived {
		p.doc.Backfill = *p.del.Backfill
	}
	p.quiet = p.count == p.before && !archived // what was asked for is written before anything else is
	if !p.quiet {
		p.putBooks()
		return
	}
	p.newDoc = !reflect.DeepEqual(doc, p.doc)
}

// keepBooks notes how the poll went.
func (p *plan) keepBooks() {
	del, k := p.del, &p.poll
	k.Start, k.Attempt, k.Next, k.Hold = nano(del.Start), nano(del.At), nano(del.Next), nano(del.Hold)
	if del.Next.IsZero() {
		k.Next = nano(del.At.Add(time.Hour)) // whoever names no time must not make us ask without end
	}
	k.Code, k.Detail = del.Code, short(del.Detail)
	k.Stopped = k.Stopped || del.Stop
	p.doc.Sighting = del.Sighting
	switch {
	case del.Code == store.CodeLocal: // not the source's error: counts nothing, forgives nothing
	case del.Failed():
		if k.Errors++; k.Errors == 1 {
			k.FailedAt = nano(del.At)
		}
	default:
		k.Errors, k.FailedAt, k.LastOK = 0, 0, nano(del.At)
		if del.Full {
			k.LastFull = nano(del.At)
		}
		if !p.partial {
			p.keepDoc()
		}
	}
	if s := p.kept().State(); s != k.State {
		k.State, k.Since = s, nano(del.At)
	}
}

// keepDoc takes what a success brought. A document that was not parsed says
// nothing of itself and its items.
func (p *plan) keepDoc() {
	del, doc := p.del, &p.doc
	doc.Validators, doc.FinalURL, doc.BodyHash, doc.Hints = del.Validators, del.FinalURL, del.BodyHash, del.Hints
	parsed := !reflect.DeepEqual(del.Feed, store.FeedInfo{}) || del.Items > 0 || len(del.Known) > 0
	if parsed {
		doc.Known, p.poll.Items = del.Known, del.Items
	}
	if !reflect.DeepEqual(del.Feed, store.FeedInfo{}) {
		doc.Feed = del.Feed
	}
}

// short bounds a line for people.
func short(s string) string {
	if r := []rune(s); len(r) > 300 {
		return string(r[:299]) + "…"
	}
	return s
}

// putBooks writes the bookkeeping along with the rest.
func (p *plan) putBooks() {
	if p.known && p.del.Kind != store.PageJob {
		p.save("source", []byte(p.del.Source), p.doc)
		p.save("poll", []byte(p.del.Source), p.poll)
	}
	for id, doc := range p.pages {
		p.putPage(id, doc)
	}
}

// learn brings the memory up to date with a plan that was committed, or that
// needed no commit.
func (d *DB) learn(p *plan) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ix := &d.index
	if p.del.Kind != store.PageJob {
		ix.learnSource(p)
	}
	ix.setPages(p.pages)
	for id, doc := range p.pages {
		if p.quiet {
			ix.pageDocs[id] = doc
		} else {
			delete(ix.pageDocs, id)
		}
	}
	for _, c := range p.listed {
		ix.configure(c)
	}
	ix.finish(p.del)
	if p.quiet {
		d.dirtied()
	}
}

func (ix *index) learnSource(p *plan) {
	s := ix.sources[p.del.Source]
	if s == nil || p.quiet && (p.stale || p.orphan || p.version != s.version) {
		return // nothing to learn, or a later delivery was faster
	}
	if p.del.Kind != store.FeedJob && p.version != s.version {
		ix.learnBeside(s, p)
		return
	}
	s.version++
	s.poll = p.poll
	switch {
	case !p.quiet:
		s.doc = nil
		delete(ix.dirty, s.ID)
	case p.newDoc:
		s.doc = &p.doc
		fallthrough
	default:
		ix.dirty[s.ID] = true
	}
	if s.feed != nil {
		ix.move(s.feed, s.poll.Next)
	}
	ix.schedule(s, false)
	ix.setArchive(s, p.doc.Backfill, false)
}

// learnBeside takes what a push or an archive brought while a poll was noted in
// memory: how that went stays, and is written with the next group.
func (ix *index) learnBeside(s *source, p *plan) {
	k := &s.poll
	k.Articles, k.Newest, k.Ahead, k.Day, k.Today = p.poll.Articles, p.poll.Newest, p.poll.Ahead, p.poll.Day, p.poll.Today
	if s.doc != nil {
		s.doc.SeenTimes, s.doc.Backfill = p.doc.SeenTimes, p.doc.Backfill
	}
	ix.dirty[s.ID] = true
	ix.setArchive(s, p.doc.Backfill, false)
}

// finish ends the delivery's part in its visit.
func (ix *index) finish(del *store.Delivery) {
	j := ix.leased[task{del.Kind, del.Source, del.Article}]
	host := del.Host
	switch s := ix.sources[del.Source]; {
	case host != "":
	case j != nil:
		host = j.host.name
	case del.Kind == store.FeedJob && s != nil:
		host = hostOf(s.URL)
	}
	if host != "" && !del.HoldHost.IsZero() {
		ix.hold(host, nano(del.HoldHost))
	}
	if j != nil {
		ix.done(j)
	}
}

// inUTC returns the delivery as the store keeps it: every time in UTC, without
// a reading of the monotonic clock.
func inUTC(d store.Delivery) store.Delivery {
	for _, t := range []*time.Time{&d.Start, &d.At, &d.Next, &d.Hold, &d.HoldHost, &d.Sighting.Since, &d.Hints.Fresh, &d.Pages} {
		*t = plainTime(*t)
	}
	if d.Backfill != nil {
		b := *d.Backfill
		b.Due, b.Asked = plainTime(b.Due), slices.Clone(b.Asked)
		for i := range b.Asked {
			b.Asked[i].At = plainTime(b.Asked[i].At)
		}
		d.Backfill = &b
	}
	if d.Start.IsZero() {
		d.Start = d.At
	}
	return d
}

// plainTime returns t as it comes back from the file; one that no calendar of
// ours has is no time.
func plainTime(t time.Time) time.Time {
	t = t.UTC().Round(0)
	if y := t.Year(); y < 1 || y > 9999 || t.IsZero() {
		return time.Time{}
	}
	return t
}
