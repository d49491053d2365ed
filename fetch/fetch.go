// Package fetch brings articles in: it polls sources when they are due and
// hands what they sent to the archive. It never reads articles back.
package fetch

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"wiredesk/fetch/web"
	"wiredesk/store"
)

// An Archive is where work comes from and deliveries go.
type Archive interface {
	// Claim hands out at most n visits that are due, and says when the next of
	// those that it keeps will be; zero: none is in sight.
	Claim(ctx context.Context, now time.Time, n int) (visits []store.Visit, next time.Time, err error)
	// Release gives back what was not done of a visit.
	Release(v store.Visit)
	// Ingest keeps all of a delivery or nothing of it.
	Ingest(ctx context.Context, d store.Delivery) (store.Receipt, error)
	// Flush makes the bookkeeping of polls that brought nothing durable.
	Flush(ctx context.Context) error
}

// A Fetcher polls sources. Set its fields and call Configure before anything
// else; after that the fields must not change.
type Fetcher struct {
	Archive  Archive
	Client   *web.Client // nil: Configure makes one
	Log      *slog.Logger
	Now      func() time.Time                    // nil: time.Now
	Readers  func() int                          // how many read what we publish; 0, or a nil Readers: nobody knows
	OnStored func(store.Delivery, store.Receipt) // called after each commit, from several goroutines; may be nil

	settings atomic.Pointer[settings]
	wake     chan struct{}
	cpu      *semaphore.Weighted // documents being read
	outage   outage
}

// settings is what a reload replaces, as a whole.
type settings struct {
	Config
	sources map[store.SourceID]*feed
	taken   map[string]store.SourceID // configured addresses, to keep sources from moving onto each other
}

// Configure makes the next visits obey c and sources. When it returns an
// error, nothing has changed. The sources are kept, and must not be changed.
func (f *Fetcher) Configure(c Config, sources []Source) error {
	s := &settings{Config: c, sources: make(map[store.SourceID]*feed, len(sources)), taken: make(map[string]store.SourceID, len(sources))}
	for i := range sources {
		id := sources[i].ID
		prepared, err := prepare(&sources[i])
		if err != nil {
			return fmt.Errorf("source %q: %w", id, err)
		}
		s.sources[id] = prepared
		s.taken[prepared.URL] = id
	}
	w := c.Web()
	w.Now = f.now
	if f.Client == nil {
		client, err := web.New(w, f.Log)
		if err != nil {
			return err
		}
		f.Client = client
	} else if err := f.Client.Configure(w); err != nil {
		return err
	}
	if f.wake == nil {
		f.wake, f.cpu = make(chan struct{}, 1), semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0)))
	}
	f.settings.Store(s)
	f.Wake()
	return nil
}

// Wake makes Run look for work at once, as after a forced poll.
func (f *Fetcher) Wake() {
	select {
	case f.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (f *Fetcher) now() time.Time {
	if f.Now == nil {
		return time.Now().UTC()
	}
	return f.Now().UTC()
}
