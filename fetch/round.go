package fetch

import (
	"context"
	"sync"
	"time"

	"wiredesk/store"
)

// A Summary is what one round did.
type Summary struct {
	Sources   int                // polled
	OK        int                // of them, those that answered as they should
	Failed    map[store.Code]int // of them, the others
	Errors    []Failure          // the same, one each, in the order in which they failed
	Pages     int                // read
	NoPage    int                // pages that could not be read
	New       int                // articles
	Revised   int
	Unchanged int
	Bytes     int64 // received
	Took      time.Duration
}

// A Failure is a source that could not be polled.
type Failure struct {
	Source store.SourceID
	Code   store.Code
	Detail string
}

// claimPause keeps a round from asking the archive after every single visit.
// It grows to longestPause while there is nothing new.
const (
	claimPause   = 25 * time.Millisecond
	longestPause = 200 * time.Millisecond
)

// Round polls everything that is due now, reads the pages of what that brought,
// and ends. Work that falls due a second time meanwhile is left for later.
func (f *Fetcher) Round(ctx context.Context) (Summary, error) {
	start := time.Now()
	t := &tally{s: Summary{Failed: make(map[store.Code]int)}}
	ctx, cancel := context.WithCancelCause(ctx)
	v := newVisitors(f, t.add)
	err := f.round(ctx, v)
	cancel(err)
	v.wg.Wait()
	if err == nil {
		err = v.failure()
	}
	if flushErr := f.Archive.Flush(context.WithoutCancel(ctx)); err == nil {
		err = flushErr
	}
	t.s.Took = time.Since(start)
	return t.s, err
}

func (f *Fetcher) round(ctx context.Context, v *visitors) error {
	seen := repeats{archive: f.Archive, done: make(map[task]bool)}
	defer seen.release()
	rest := claimPause
	for {
		quiet := v.idle() // before the claim: a visit that ends during it may leave pages behind
		if quiet {
			seen.release()
		}
		visits, _, err := f.Archive.Claim(ctx, f.now(), v.room())
		if err != nil {
			return err
		}
		started := false
		for _, visit := range visits {
			if todo := seen.fresh(visit); len(todo.Jobs) > 0 {
				v.start(ctx, todo)
				started = true
			}
		}
		if quiet && !started {
			return nil
		}
		if rest = min(2*rest, longestPause); started {
			rest = claimPause
		}
		select {
		case <-v.ended:
			if !v.idle() {
				f.sleep(ctx, rest)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := v.failure(); err != nil {
			return err
		}
	}
}

// task is what a round does at most once.
type task struct {
	kind    store.JobKind
	source  store.SourceID
	article store.ArticleID
}

// repeats keeps from the round what falls due a second time. It keeps the lease
// of that, so that it is not handed out again and again, until nothing else is
// under way.
type repeats struct {
	archive Archive
	done    map[task]bool
	held    []store.Visit
}

// fresh returns a visit with the jobs that the round has not seen.
func (r *repeats) fresh(v store.Visit) store.Visit {
	todo, again := v, v
	todo.Jobs, again.Jobs = nil, nil
	for _, job := range v.Jobs {
		t := task{job.Kind, job.Source, job.Article.ID}
		if r.done[t] {
			again.Jobs = append(again.Jobs, job)
			continue
		}
		r.done[t] = true
		todo.Jobs = append(todo.Jobs, job)
	}
	if len(again.Jobs) > 0 {
		r.held = append(r.held, again)
	}
	return todo
}

func (r *repeats) release() {
	for _, v := range r.held {
		r.archive.Release(v)
	}
	r.held = nil
}

// tally adds up deliveries.
type tally struct {
	mu sync.Mutex
	s  Summary
}

func (t *tally) add(d store.Delivery, r store.Receipt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &t.s
	s.New += r.Count(store.New)
	s.Revised += r.Count(store.Revised)
	s.Unchanged += r.Count(store.Unchanged)
	s.Bytes += d.Bytes
	switch {
	case d.Kind == store.ArchiveJob:
	case d.Kind == store.PageJob && d.Failed():
		s.NoPage++
	case d.Kind == store.PageJob:
		s.Pages++
	case d.Failed():
		s.Sources++
		s.Failed[d.Code]++
		s.Errors = append(s.Errors, Failure{Source: d.Source, Code: d.Code, Detail: d.Detail})
	default:
		s.Sources++
		s.OK++
	}
}
