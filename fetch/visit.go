package fetch

import (
	"context"
	"errors"
	"sync"

	"wiredesk/store"
)

// Do does all the work of a visit. What a source does wrong is delivered, not
// returned: the error is the archive's. What ctx cut short is released.
func (f *Fetcher) Do(ctx context.Context, v store.Visit) error { return f.visit(ctx, v, nil) }

func (f *Fetcher) visit(ctx context.Context, v store.Visit, count func(store.Delivery, store.Receipt)) error {
	s := f.settings.Load()
	q := &queue{jobs: v.Jobs}
	var wg sync.WaitGroup
	for range min(max(s.PerHost, 1), len(v.Jobs)) {
		wg.Go(func() {
			for ctx.Err() == nil { // before a job is taken: one that was taken must be done or given back
				job, ok := q.next()
				if !ok {
					return
				}
				held, err := f.work(ctx, s, job, count)
				switch {
				case err != nil:
					q.stop(job, err)
				case held == released:
					q.giveBack(job)
				case held == holding:
					q.stop(store.Job{}, nil)
				}
			}
		})
	}
	wg.Wait()
	if rest := q.rest(); len(rest) > 0 {
		v.Jobs = rest
		f.Archive.Release(v)
	}
	return q.err
}

// outcome says what became of a job.
type outcome uint8

const (
	delivered outcome = iota
	holding           // delivered, and the host wants to be left alone
	released          // cut short: to be given back
)

// work fetches one job and hands the delivery to the archive.
func (f *Fetcher) work(ctx context.Context, s *settings, job store.Job, count func(store.Delivery, store.Receipt)) (outcome, error) {
	e := &errand{f: f, s: s, p: s.sources[job.Source], job: job, start: f.now()}
	defer func() { f.Client.Hold(-e.held) }()
	d, ok := e.run(ctx)
	if !ok {
		return released, nil
	}
	// What was fetched is kept, even while we are being stopped.
	r, err := f.Archive.Ingest(context.WithoutCancel(ctx), d)
	if errors.Is(err, store.ErrUnfit) { // else it would come back for ever, and hold up all others
		f.Log.Error("what a source sent could not be stored", "source", d.Source, "err", err)
		d = e.failed(&failure{code: store.CodeHostile, detail: "storing it went wrong; the log has more"})
		r, err = f.Archive.Ingest(context.WithoutCancel(ctx), d)
	}
	if err != nil {
		return released, err
	}
	f.report(d, r)
	if count != nil {
		count(d, r)
	}
	if !d.HoldHost.IsZero() && d.Host == "" {
		return holding, nil
	}
	return delivered, nil
}

// report tells what a delivery brought.
func (f *Fetcher) report(d store.Delivery, r store.Receipt) {
	log := f.Log.With("source", d.Source)
	took := d.At.Sub(d.Start)
	switch {
	case d.Kind == store.PageJob && d.Failed():
		log.Debug("page not read", "article", d.Article, "code", d.Code, "detail", d.Detail, "took", took)
	case d.Kind == store.PageJob:
		log.Debug("page read", "article", d.Article, "bytes", d.Bytes, "took", took)
	case d.Kind == store.PushJob:
		log.Info("pushed", "code", d.Code, "detail", d.Detail, "new", r.Count(store.New), "revised", r.Count(store.Revised), "bytes", d.Bytes)
	case d.Kind == store.ArchiveJob:
		log.Info("archive read", "code", d.Code, "detail", d.Detail, "new", r.Count(store.New), "bytes", d.Bytes, "took", took)
	case d.Failed():
		log.Warn("poll failed", "code", d.Code, "detail", d.Detail, "next", d.Next, "took", took)
	default:
		log.Info("polled", "status", d.Status, "new", r.Count(store.New), "revised", r.Count(store.Revised), "bytes", d.Bytes, "next", d.Next, "took", took)
	}
	for _, a := range r.Articles {
		if a.Verdict == store.New || a.Verdict == store.Revised {
			log.Info("stored", "id", a.ID.String(), "title", a.Title, "verdict", a.Verdict.String())
		}
	}
	if f.OnStored != nil {
		f.OnStored(d, r)
	}
}

// queue hands a visit's jobs to the workers at its host.
type queue struct {
	mu     sync.Mutex
	jobs   []store.Job // not begun
	back   []store.Job // begun, to be released
	halted bool
	err    error
}

func (q *queue) next() (store.Job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.halted || len(q.jobs) == 0 {
		return store.Job{}, false
	}
	job := q.jobs[0]
	q.jobs = q.jobs[1:]
	return job, true
}

func (q *queue) giveBack(job store.Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.back = append(q.back, job)
}

// stop ends the visit. A job is given back if there was an error.
func (q *queue) stop(job store.Job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.halted = true
	if err != nil {
		q.back = append(q.back, job)
		if q.err == nil {
			q.err = err
		}
	}
}

func (q *queue) rest() []store.Job { return append(q.back, q.jobs...) }
