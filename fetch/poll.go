package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/parse"
	"wiredesk/fetch/schedule"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

// refreshAfter is how long nothing but 304 is believed before the document is
// asked for whole once more (FETCH-A6): some servers say 304 to everything.
const refreshAfter = 8 * 24 * time.Hour

// failure is why a job brought nothing.
type failure struct {
	code       store.Code
	detail     string
	status     int
	retryAfter time.Time
	wire       int64
	moved      string // where permanent redirects led before it failed
	hops       int
}

// poll does one poll of one source. The validators it delivers are those of the
// document it delivers, and of no other.
func (f *Fetcher) poll(ctx context.Context, s *settings, p *feed, job store.Job) store.Delivery {
	start := f.now()
	q := s.question(p, job, start)
	res, err := f.get(ctx, q.request)
	if err != nil {
		return f.failed(s, p, job, start, webFailure(err))
	}
	d := store.Delivery{
		Kind: store.FeedJob, Source: job.Source, Start: start, At: f.now(), Status: res.Status, Bytes: res.Wire,
		Validators: res.Validators, FinalURL: res.URL, Hints: store.Hints{Fresh: res.Fresh}, Full: !res.Conditional,
	}
	d.Validators.For = q.bond
	same := q.same && job.BodyHash != 0
	switch {
	case res.NotModified:
		keep(&d, job)
		keepValidators(&d.Validators, job.Validators)
	case same && xxhash.Sum64(res.Body) == job.BodyHash:
		keep(&d, job)
	default:
		if fail := f.read(ctx, p, job, q.same, res, &d); fail != nil {
			return f.failed(s, p, job, start, fail)
		}
	}
	f.outage.note(web.Host(job.URL), false, d.At)
	d.Sighting = s.sighted(p, job, res, &d)
	d.Next = schedule.Next(history(job, &d), s.pace(p), d.At)
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
	q := question{
		request: web.Request{URL: address, Accept: web.Feeds, Header: p.header, ValidFor: job.FinalURL},
		bond:    s.bond(p, address, web.Feeds),
	}
	q.same = job.Validators.For == q.bond
	if q.same && (job.LastFull.IsZero() || now.Sub(job.LastFull) < refreshAfter) {
		q.request.Validators = job.Validators
	}
	return q
}

// get makes a request while it holds a slot.
func (f *Fetcher) get(ctx context.Context, r web.Request) (*web.Response, error) {
	back, err := f.slots.take(ctx)
	if err != nil {
		return nil, err
	}
	defer back()
	return f.Client.Get(ctx, r)
}

// keep carries over what an answer without a new document leaves as it was.
func keep(d *store.Delivery, job store.Job) {
	d.BodyHash, d.Known, d.Items = job.BodyHash, job.Known, len(job.Known)
	fresh := d.Hints.Fresh
	d.Hints = job.Hints
	d.Hints.Fresh = fresh
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
func (f *Fetcher) read(ctx context.Context, p *feed, job store.Job, same bool, res *web.Response, d *store.Delivery) *failure {
	leave, err := f.cpu.enter(ctx, len(res.Body))
	if err != nil {
		return webFailure(err)
	}
	defer leave()
	zone := p.location(job.Zone)
	var known []uint64
	if same {
		known = job.Known
	}
	doc, err := parse.Parse(res.Body, parse.Options{URL: res.URL, Header: res.Header, Zone: zone, Lang: p.Lang, Known: known})
	if err != nil {
		return &failure{code: parseCode(err), detail: oneLine(err), status: res.Status, wire: res.Wire, moved: res.Moved}
	}
	fresh := d.Hints.Fresh
	d.Hints = doc.Hints
	d.Hints.Fresh = fresh
	d.BodyHash, d.Items, d.Deleted, d.Feed = xxhash.Sum64(res.Body), len(doc.Items), doc.Deleted, info(&doc.Feed)
	d.Known = make([]uint64, len(doc.Items))
	old := make(map[uint64]bool, len(known))
	for _, k := range known {
		old[k] = true
	}
	r := reader{feed: p, doc: doc, zone: zone, at: d.At, forbidden: f.Client.Forbidden}
	for i := range doc.Items {
		item := &doc.Items[i]
		d.Known[i] = item.Fingerprint
		if !old[item.Fingerprint] || item.Fingerprint == 0 {
			d.Articles = append(d.Articles, r.article(item))
		}
	}
	return nil
}

func parseCode(err error) store.Code {
	var e *parse.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return store.CodeNotFeed
}

// webFailure reads the error of a request.
func webFailure(err error) *failure {
	var e *web.Error
	if !errors.As(err, &e) {
		return &failure{code: store.CodeLocal, detail: oneLine(err)}
	}
	return &failure{code: e.Code, detail: e.Detail, status: e.Status, retryAfter: e.RetryAfter, wire: e.Wire, moved: e.Moved, hops: e.Hops}
}

// failed is the delivery of a job that brought nothing. What is stored stays.
func (f *Fetcher) failed(s *settings, p *feed, job store.Job, start time.Time, why *failure) store.Delivery {
	d := store.Delivery{
		Kind: job.Kind, Source: job.Source, Article: job.Article.ID, Start: start, At: f.now(),
		Code: why.code, Detail: why.detail, Status: why.status, Bytes: why.wire,
		Sighting: job.Sighting,
	}
	if job.Kind == store.FeedJob && f.outage.failed(job, &d) {
		d.Code = store.CodeLocal
		d.Detail = "most hosts can not be reached: " + d.Detail
	}
	if d.Status == http.StatusTooManyRequests || d.Status == http.StatusServiceUnavailable {
		d.Hold = why.retryAfter
	}
	if job.Kind == store.PageJob {
		d.Next = schedule.RetryPage(d.Code, job.Errors+1, why.retryAfter, d.At)
		d.HoldHost = holdHost(&d, d.Next)
		return d
	}
	if why.hops > 0 || s.migrated(p, job, d.At) {
		d.Sighting = store.Sighting{} // where it led is no good: ask the configured address again
	}
	h := history(job, &d)
	h.RetryAfter = why.retryAfter
	d.Next = schedule.Next(h, s.pace(p), d.At)
	d.Stop = d.Code == store.CodeGone && job.LastCode == store.CodeGone && d.At.Sub(job.Attempt) >= schedule.Confirm
	d.HoldHost = holdHost(&d, d.Next)
	return d
}

// holdHost returns until when a 429 closes the whole host (FETCH-A16).
func holdHost(d *store.Delivery, next time.Time) time.Time {
	switch {
	case d.Code != store.CodeLimited:
		return time.Time{}
	case !d.Hold.IsZero():
		return d.Hold
	}
	return next
}

// history is what the schedule must know after d.
func history(job store.Job, d *store.Delivery) schedule.History {
	h := schedule.History{
		Source: job.Source, Seen: job.SeenTimes, Hints: d.Hints, Code: d.Code, FailedAt: job.FailedAt,
		Validators: d.Validators.ETag != "" || d.Validators.LastModified != "",
	}
	if d.Failed() {
		h.Errors = job.Errors + 1
		h.Hints = job.Hints
		return h
	}
	if len(d.Articles) > 0 {
		h.Seen = append(h.Seen[:len(h.Seen):len(h.Seen)], d.At)
	}
	return h
}

// pace is how often the operator wants a source to be asked.
func (s *settings) pace(p *feed) schedule.Pace {
	pace := schedule.Pace{Interval: s.Interval, Min: max(s.MinInterval, s.Floor)}
	if p.Interval > 0 {
		pace.Interval, pace.Fixed = p.Interval, true
	}
	return pace
}

func oneLine(err error) string {
	return web.Line(fmt.Sprint(err))
}
