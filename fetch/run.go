package fetch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"wiredesk/store"
)

const (
	// maxVisits is how many hosts are visited at once. Most visits wait: for
	// their turn at the host, or for an answer.
	maxVisits = 2048
	// maxIdle is how long Run sleeps at most. It bounds what a clock that was
	// set back, or a lease that nobody gave up, can do.
	maxIdle = time.Minute
	// firstRest and longestRest bound the pause after the archive failed.
	firstRest   = time.Second
	longestRest = 10 * time.Second
)

// Run polls what is due until ctx is done, and returns ctx's cause after the
// last visit has ended. An archive that fails, as when the disk is full, stops
// the polling until it works again.
func (f *Fetcher) Run(ctx context.Context) error {
	v := newVisitors(f, nil)
	defer v.wg.Wait()
	rest := firstRest
	for ctx.Err() == nil {
		next, err := f.claim(ctx, v)
		if err == nil {
			err = v.failure()
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			f.Log.Error("the archive fails; polling rests", "err", err, "for", rest)
			f.sleep(ctx, rest)
			rest = min(2*rest, longestRest)
		default:
			rest = firstRest
			f.await(ctx, v, next)
		}
	}
	return context.Cause(ctx)
}

// claim hands out work until there is none or all hands are full. It returns
// when more will be due; now, if more is due than there are hands.
func (f *Fetcher) claim(ctx context.Context, v *visitors) (next time.Time, err error) {
	for ctx.Err() == nil {
		free := v.room()
		if free == 0 {
			return time.Time{}, nil // a visit that ends wakes us
		}
		visits, next, err := f.Archive.Claim(ctx, f.now(), free)
		if err != nil {
			return time.Time{}, fmt.Errorf("claim: %w", err)
		}
		if len(visits) == 0 {
			return next, nil
		}
		for _, visit := range visits {
			v.start(ctx, visit)
		}
	}
	return time.Time{}, nil
}

// await sleeps until next, until a visit ends, or until somebody wakes it.
func (f *Fetcher) await(ctx context.Context, v *visitors, next time.Time) {
	wait := maxIdle
	if !next.IsZero() {
		wait = min(wait, max(next.Sub(f.now()), 0))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-v.ended:
	case <-f.wake:
	case <-ctx.Done():
	}
}

func (f *Fetcher) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// visitors are the visits under way.
type visitors struct {
	f     *Fetcher
	count func(store.Delivery, store.Receipt) // called after each commit; may be nil
	wg    sync.WaitGroup
	ended chan struct{} // holds a token when a visit has ended since last looked

	mu   sync.Mutex
	busy int
	err  error // the first failure of the archive since last asked
}

func newVisitors(f *Fetcher, count func(store.Delivery, store.Receipt)) *visitors {
	return &visitors{f: f, count: count, ended: make(chan struct{}, 1)}
}

func (v *visitors) start(ctx context.Context, visit store.Visit) {
	v.mu.Lock()
	v.busy++
	v.mu.Unlock()
	v.wg.Go(func() {
		err := v.f.visit(ctx, visit, v.count)
		v.mu.Lock()
		v.busy--
		if err != nil && v.err == nil && ctx.Err() == nil {
			v.err = err
		}
		v.mu.Unlock()
		select {
		case v.ended <- struct{}{}:
		default:
		}
	})
}

func (v *visitors) room() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maxVisits - v.busy
}

func (v *visitors) idle() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.busy == 0
}

func (v *visitors) failure() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	err := v.err
	v.err = nil
	return err
}
