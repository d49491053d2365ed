package fetch

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/parse"
	"wiredesk/fetch/schedule"
	"wiredesk/fetch/web"
	"wiredesk/fetch/websub"
	"wiredesk/store"
)

// refreshAfter is how long nothing but 304 is believed before the document is
// asked for whole once more (FETCH-A6): some servers say 304 to everything.
const refreshAfter = 8 * 24 * time.Hour

// poll does one poll of one source. The validators it delivers are those of the
// document it delivers, and of no other.
func (e *errand) poll(ctx context.Context) store.Delivery {
	q := e.s.question(e.p, e.job, e.start)
	q.request.Audience = e.f.audience(e.job.Source)
	res, err := e.get(ctx, q.request)
	if err != nil {
		return e.failed(webFailure(err))
	}
	d := e.delivery(res, q.bond)
	switch {
	case res.NotModified, q.same && e.job.BodyHash != 0 && xxhash.Sum64(res.Body) == e.job.BodyHash:
		keep(&d, e.job)
	default:
		read := e.read
		if e.p.list {
			read = e.readList
		}
		if fail := read(ctx, q.same, res, &d); fail != nil {
			return e.seek(ctx, res, fail)
		}
	}
	e.f.outage.note(web.Host(e.job.URL), false, d.At)
	d.Sighting = e.s.sighted(e.p, e.job, res, &d, e.hints...)
	e.tellMove(&d)
	d.Next = schedule.Next(history(e.job, &d), e.s.pace(e.p, e.job), d.At)
	if e.s.pushed(e.job) { // polls still look, daily at least, whether all was pushed
		d.Pushed = true
		if daily := d.At.Add(schedule.MaxWait); d.Next.After(daily) {
			d.Next = daily
		}
	}
	return d
}

// question is how a source is asked this time.
type question struct {
	request web.Request
	bond    uint64
	same    bool // what was stored of the last document is of this very question
}

func (s *settings) question(p *feed, job store.Job, now time.Time) question {
	address := s.address(p, job, now)
	q := question{request: web.Request{URL: address, Accept: p.accept(), ValidFor: job.FinalURL}, bond: s.bond(p, address, p.accept())}
	p.own(&q.request)
	q.same = job.Validators.For == q.bond
	if q.same && (job.LastFull.IsZero() || now.Sub(job.LastFull) < refreshAfter) {
		q.request.Validators, q.request.Life = job.Validators, job.Hints.Life
	}
	return q
}

// audience says to a publisher how many read its feed by us (FETCH-A10), and
// which of our feeds it is, so that two with its address are not one.
func (f *Fetcher) audience(id store.SourceID) string {
	if f.Readers == nil {
		return ""
	}
	n := f.Readers()
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("%d subscribers; feed-id=%s", n, strconv.FormatUint(xxhash.Sum64String(string(id)), 36))
}

// keep carries over what an answer without a new document leaves as it was.
func keep(d *store.Delivery, job store.Job) {
	d.BodyHash, d.Known, d.Items = job.BodyHash, job.Known, len(job.Known)
	fresh, life := d.Hints.Fresh, d.Hints.Life
	d.Hints = job.Hints
	d.Hints.Fresh, d.Hints.Life = fresh, life
}

// keepValidators fills in what a 304 did not repeat (RFC 9111, 3.2).
func keepValidators(v *store.Validators, old store.Validators) {
	if v.ETag == "" {
		v.ETag = old.ETag
	}
	if v.LastModified == "" {
		v.LastModified = old.LastModified
	}
}

// read parses a document and adds what is new in it to d. Items that were known
// are dropped here, unread; same says whether the old fingerprints still count.
func (e *errand) read(ctx context.Context, same bool, res *web.Response, d *store.Delivery) *failure {
	leave, err := e.begin(ctx)
	if err != nil {
		return webFailure(err)
	}
	defer leave()
	zone := e.p.location(e.job.Zone)
	var known []uint64
	if same {
		known = e.job.Known
	}
	doc, err := parse.Parse(res.Body, parse.Options{URL: res.URL, Header: res.Header, Zone: zone, Lang: e.p.Lang, Known: known})
	if err != nil {
		return readFailure(err, res)
	}
	whole := !slices.Contains(doc.Warnings, cutWarning)
	if !whole && len(doc.Items) == 0 {
		return readFailure(&parse.Error{Code: store.CodeXML, Detail: "the document is cut before its first item"}, res)
	}
	e.describe(doc, res, d)
	e.take(doc, known, d)
	if res.Delta { // RFC 3229: what it leaves out is as it was
		d.BodyHash, d.Known = 0, merged(d.Known, known)
		d.Items = len(d.Known)
	}
	if older := e.older(doc, res); older != "" && whole && !res.Delta && e.wantsArchive(same, d) {
		d.Backfill = startArchive(e.job.Backfill, older, doc.Feed.Prev == "", d.At)
	}
	if !whole {
		// What is there is taken, but a 304 or the same bytes must not hide the rest.
		d.Validators, d.BodyHash = store.Validators{For: d.Validators.For}, 0
	}
	return nil
}

// describe adds to d what a document and its header fields say of themselves.
func (e *errand) describe(doc *parse.Document, res *web.Response, d *store.Delivery) {
	fresh, life := d.Hints.Fresh, d.Hints.Life
	d.Hints = doc.Hints
	d.Hints.Fresh, d.Hints.Life = fresh, life
	d.BodyHash, d.Items, d.Deleted, d.Feed = xxhash.Sum64(res.Body), len(doc.Items), doc.Deleted, info(&doc.Feed)
	if hubs, self := websub.Links(res.Header, res.URL); len(hubs) > 0 || self != "" { // they come before what the document says
		d.Feed.Hubs, d.Feed.Self = firstList(hubs, d.Feed.Hubs), first(self, d.Feed.Self)
	}
	if at := e.job.Sighting; at.Found && len(at.Hubs) > 0 && len(d.Feed.Hubs) == 0 {
		d.Feed.Hubs, d.Feed.Self = at.Hubs, first(d.Feed.Self, at.URL)
	}
	e.hints = []string{doc.Feed.Self, doc.Feed.MovedTo}
}

// take adds a document's items to d: fingerprints of all, and the articles of
// those that are not known.
func (e *errand) take(doc *parse.Document, known []uint64, d *store.Delivery) {
	d.Known = make([]uint64, len(doc.Items))
	old := make(map[uint64]bool, len(known))
	for _, k := range known {
		old[k] = true
	}
	r := reader{feed: e.p, links: e.s.Links(), doc: doc, zone: e.p.location(e.job.Zone), at: d.At, forbidden: e.f.Client.Forbidden}
	for i := range doc.Items {
		item := &doc.Items[i]
		d.Known[i] = item.Fingerprint
		if !old[item.Fingerprint] || item.Fingerprint == 0 {
			d.Articles = append(d.Articles, r.article(item))
		}
	}
}

// maxKnown is how many items are remembered of a source that answers with
// deltas only: none of them says what is gone.
const maxKnown = 5000

// merged returns the items that are known after a delta: its own, and the newest
// of those that were known before.
func merged(delta, old []uint64) []uint64 {
	has := make(map[uint64]bool, len(delta))
	for _, k := range delta {
		has[k] = true
	}
	for _, k := range old {
		if !has[k] && len(delta) < maxKnown {
			delta = append(delta, k)
		}
	}
	return delta
}

// cutWarning is how package parse says that a document lacks its end.
const cutWarning = "the document is cut"

// history is what the schedule must know after d.
func history(job store.Job, d *store.Delivery) schedule.History {
	h := schedule.History{
		Source: job.Source, Seen: job.SeenTimes, Hints: d.Hints, Code: d.Code, FailedAt: job.FailedAt,
		Validators: d.Validators.ETag != "" || d.Validators.LastModified != "",
	}
	if d.Failed() {
		h.Errors = job.Errors + 1 // the store counts ours no further, see [schedule.Next]
		h.Hints = job.Hints
		return h
	}
	if len(d.Articles) > 0 {
		h.Seen = append(h.Seen[:len(h.Seen):len(h.Seen)], d.At)
	}
	return h
}

func firstList(a, b []string) []string {
	if len(a) > 0 {
		return a
	}
	return b
}

// pushed reports whether a hub tells us of what is new, and somebody listens.
func (s *settings) pushed(job store.Job) bool { return job.Pushed && s.WebSub }

// pushedFactor is how much less often a source is polled whose hub pushes.
const pushedFactor = 4

// pace is how often the operator wants a source to be asked.
func (s *settings) pace(p *feed, job store.Job) schedule.Pace {
	pace := schedule.Pace{Interval: s.Interval, Min: max(s.MinInterval, s.Floor)}
	if p.Interval > 0 {
		pace.Interval, pace.Fixed = p.Interval, true
	}
	if s.pushed(job) {
		pace.Interval = max(pace.Interval, min(pushedFactor*pace.Interval, schedule.MaxWait))
	}
	return pace
}
