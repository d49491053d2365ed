package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"wiredesk/fetch/parse"
	"wiredesk/fetch/schedule"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

// An errand is one job being done: where it comes from and what it carries.
type errand struct {
	f     *Fetcher
	s     *settings
	p     *feed
	job   store.Job
	start time.Time
	held  int      // bytes that the client counts until the delivery is stored
	hints []string // addresses that the document gives for itself
}

// run does the job. It is not ok when ctx ended first. A panic is ours, but set
// off by what a stranger sent: it costs that source a poll, and nobody else
// anything.
func (e *errand) run(ctx context.Context) (d store.Delivery, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			e.f.Log.Error("reading a source went wrong; please report it", "source", e.job.Source, "url", e.job.URL,
				"panic", r, "stack", string(debug.Stack()))
			d, ok = e.failed(&failure{code: store.CodeHostile, detail: "reading it went wrong; the log has more"}), true
		}
	}()
	switch {
	case e.p == nil && e.job.Of != "" && e.s.sources[e.job.Of] != nil:
		e.p = e.s.sources[e.job.Of].member(e.job)
		return e.run(ctx)
	case e.p == nil: // it went from the configuration; the store will hear of it
		e.p = &feed{Source: &Source{ID: e.job.Source, URL: e.job.URL}}
		d = e.failed(&failure{code: store.CodeLocal, detail: "the source is configured no more"})
	case e.job.Kind == store.FeedJob:
		d = e.poll(ctx)
	case e.job.Kind == store.PageJob:
		d = e.page(ctx)
	case e.job.Kind == store.ArchiveJob:
		d = e.archive(ctx)
	default:
		d = e.failed(&failure{code: store.CodeLocal, detail: "there is no way yet to fetch this kind of thing"})
	}
	return d, ctx.Err() == nil || !d.Failed()
}

// get makes the errand's request.
func (e *errand) get(ctx context.Context, r web.Request) (*web.Response, error) {
	res, err := e.f.Client.Get(ctx, r)
	if err != nil {
		return nil, err
	}
	e.held += len(res.Body)
	e.f.Client.Hold(len(res.Body))
	return res, nil
}

// begin waits for a processor to read a document with. The caller must call leave.
func (e *errand) begin(ctx context.Context) (leave func(), err error) {
	if err := e.f.cpu.Acquire(ctx, 1); err != nil {
		return nil, context.Cause(ctx)
	}
	return func() { e.f.cpu.Release(1) }, nil
}

// delivery returns what every successful errand delivers.
func (e *errand) delivery(res *web.Response, bond uint64) store.Delivery {
	d := store.Delivery{
		Kind: e.job.Kind, Source: e.job.Source, Article: e.job.Article.ID, Start: e.start, At: e.f.now(),
		Status: res.Status, Bytes: res.Wire, Validators: res.Validators, FinalURL: res.URL,
		Hints: store.Hints{Fresh: res.Fresh, Life: res.Life}, Full: !res.Conditional,
	}
	if res.NotModified {
		keepValidators(&d.Validators, e.job.Validators)
	}
	d.Validators.For = bond
	return d
}

// failure is why a job brought nothing.
type failure struct {
	code       store.Code
	detail     string
	status     int
	retryAfter time.Time
	wire       int64
	hops       int // redirects followed before it
	ours       bool
	host       string // that wants to be left alone; empty: the job's own
}

// webFailure reads the error of a request.
func webFailure(err error) *failure {
	var e *web.Error
	if !errors.As(err, &e) {
		return &failure{code: store.CodeLocal, detail: oneLine(err)}
	}
	return &failure{code: e.Code, detail: e.Detail, status: e.Status, retryAfter: e.RetryAfter, wire: e.Wire, hops: e.Hops, ours: e.Ours, host: e.Host}
}

// readFailure reads the error of a document that came whole.
func readFailure(err error, res *web.Response) *failure {
	f := &failure{code: store.CodeNotFeed, detail: oneLine(err), status: res.Status, wire: res.Wire}
	var e *parse.Error
	if errors.As(err, &e) {
		f.code, f.detail = e.Code, web.Line(e.Detail)
	}
	if res.URL != res.Asked {
		f.hops = 1
	}
	return f
}

// watches reports whether a page that was read before is to be read again at its
// next turn, though this time a wall or another page came: walls come and go.
func (e *errand) watches(code store.Code) bool {
	again := code != store.CodeGone && code != store.CodeRobots && code != store.CodePrivate && code != store.CodeScheme
	return again && e.p.Watch && e.job.Article.Page == store.PageRead
}

// failed is the delivery of a job that brought nothing. What is stored stays.
func (e *errand) failed(why *failure) store.Delivery {
	d := store.Delivery{
		Kind: e.job.Kind, Source: e.job.Source, Article: e.job.Article.ID, Start: e.start, At: e.f.now(),
		Code: why.code, Detail: why.detail, Status: why.status, Bytes: why.wire, Sighting: e.job.Sighting,
	}
	limited := d.Code == store.CodeLimited || d.Status == http.StatusTooManyRequests
	if limited || d.Status == http.StatusServiceUnavailable {
		d.Hold = why.retryAfter
	}
	switch e.job.Kind {
	case store.PageJob:
		d.Next = schedule.RetryPage(d.Code, e.job.Errors+1, why.retryAfter, d.At)
		if d.Next.IsZero() && e.watches(d.Code) {
			d.Next = schedule.WatchPage(e.job.Article.Seen, d.At)
		}
	case store.ArchiveJob:
		b := failedArchive(e.job.Backfill, d.Code, why.retryAfter, d.At)
		d.Backfill, d.Next = &b, b.Due
	default:
		e.failedPoll(&d, why)
	}
	if limited { // FETCH-A16: a 429 closes the whole host
		d.HoldHost = d.Next
		if !d.Hold.IsZero() {
			d.HoldHost = d.Hold
		}
		if own := store.Patience(web.Host(e.job.URL)); why.host != own {
			d.Host = why.host
		}
	}
	return d
}

func (e *errand) failedPoll(d *store.Delivery, why *failure) {
	if e.f.outage.note(web.Host(e.job.URL), why.ours, d.At) {
		d.Code, d.Detail = store.CodeLocal, "most hosts can not be reached: "+d.Detail
	}
	if !why.ours && !e.job.Sighting.Found && (why.hops > 0 || e.s.migrated(e.p, e.job, e.start)) {
		d.Sighting = store.Sighting{} // where it led is no good: ask the configured address again
	}
	h := history(e.job, d)
	h.RetryAfter = why.retryAfter
	d.Next = schedule.Next(h, e.s.pace(e.p, e.job), d.At)
	d.Stop = d.Code == store.CodeGone && e.job.LastCode == store.CodeGone && d.At.Sub(e.job.Attempt) >= schedule.Confirm
}

func oneLine(err error) string { return web.Line(fmt.Sprint(err)) }
