package publish

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// A Desk turns the change feed into editions. Set the fields, Configure it,
// then call Run or Once; the reading methods may be called at any time.
//
// It writes to the archive only what it did, after the sink has it. A crash in
// between repeats the round with the same result: what readers are given
// depends on what is stored, not on when the desk came round to it.
type Desk struct {
	Archive Archive
	Site    curate.Site
	Sink    Sink // nil: editions are kept for Edition only
	Log     *slog.Logger
	Now     func() time.Time

	setup atomic.Pointer[setup]
	issue atomic.Pointer[issue]
	nap   atomic.Pointer[context.CancelFunc]

	mu     sync.RWMutex // guards memory: rounds write, Explain reads
	memory *memory      // nil: to be loaded
}

// bookmark is the name under which the desk keeps its place in the change feed.
const bookmark = "desk"

// A setup is a configuration, checked.
type setup struct {
	roster *curate.Roster // as configured
	rules  map[string]*curate.Rule
	slugs  []string // sorted
}

// An issue is what readers are given until the next round. It never changes.
type issue struct {
	setup    *setup
	roster   *curate.Roster
	rules    map[string]*curate.Rule
	index    *query.Index
	rulings  curate.Rulings
	editions map[string]curate.Edition
}

// A Summary says what one round of the desk did.
type Summary struct {
	Stories  int       // looked at
	Taken    int       // takings made
	Left     int       // takings ended
	Entries  int       // appeared, changed or went
	Editions []string  // slugs of the topics whose edition differs from the last one of this desk
	Next     time.Time // when the desk has something to do by itself; zero: nothing
}

// Configure sets the topics and the outlets, now or while the desk runs. It is
// all or nothing: on an error everything stays as it was. Outlets are all
// sources of the configuration, those that are not polled any more included:
// what comes from a source that is not among them is shown nowhere.
func (d *Desk) Configure(topics []curate.Topic, outlets []curate.Outlet) error {
	s := &setup{roster: curate.NewRoster(outlets), rules: map[string]*curate.Rule{}}
	var errs []error
	for _, t := range topics {
		rule, err := curate.NewRule(t, s.roster)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("topic %q: %w", t.Slug, err))
		case s.rules[t.Slug] != nil:
			errs = append(errs, fmt.Errorf("topic %q: there are two of that name", t.Slug))
		default:
			s.rules[t.Slug] = rule
			s.slugs = append(s.slugs, t.Slug)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	slices.Sort(s.slugs)
	d.setup.Store(s)
	if wake := d.nap.Load(); wake != nil {
		(*wake)()
	}
	return nil
}

// tick is how often the desk looks after the sources' health without a change.
const tick = time.Minute

// retry is how long the desk waits after a sink failed.
const retry = 10 * time.Second

// Run keeps the editions current until ctx ends or the archive fails. It
// returns what ended it.
func (d *Desk) Run(ctx context.Context) error {
	for {
		sum, err := d.Once(ctx, false)
		until := d.Now().Add(tick)
		var sink *sinkError
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &sink):
			d.Log.Error("publishing failed; trying again", "err", err)
			if err := pause(ctx, retry); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		if !sum.Next.IsZero() && sum.Next.Before(until) {
			until = sum.Next
		}
		if err := d.sleep(ctx, until); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, t time.Duration) error {
	select {
	case <-time.After(t):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sleep waits for a change, a new configuration, or until.
func (d *Desk) sleep(ctx context.Context, until time.Time) error {
	nap, wake := context.WithTimeout(ctx, max(until.Sub(d.Now()), time.Millisecond))
	defer wake()
	d.nap.Store(&wake)
	d.mu.RLock()
	after, current := uint64(0), false
	if d.memory != nil {
		after, current = d.memory.bookmark, d.memory.setup == d.setup.Load()
	}
	d.mu.RUnlock()
	if !current {
		return nil
	}
	err := d.Archive.Wait(nap, after)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil && nap.Err() == nil {
		return fmt.Errorf("wait for changes: %w", err)
	}
	return nil
}

// Once brings the editions up to date and returns. With settleNow it does not
// wait for copies: a one-shot run has gathered all there will be.
func (d *Desk) Once(ctx context.Context, settleNow bool) (Summary, error) {
	var sum Summary
	moved := 0
	for {
		part, more, err := d.round(ctx, settleNow)
		sum.add(part)
		switch {
		case errors.Is(err, store.ErrMoved) && moved < 5:
			moved++ // another desk committed meanwhile: take up where it left
			continue
		case err != nil:
			return sum, err
		case !more:
			return sum, nil
		}
	}
}

func (s *Summary) add(part Summary) {
	s.Stories += part.Stories
	s.Taken += part.Taken
	s.Left += part.Left
	s.Entries += part.Entries
	s.Editions = slices.Compact(slices.Sorted(slices.Values(append(s.Editions, part.Editions...))))
	s.Next = part.Next
}

// Topics returns the configured topics, by slug.
func (d *Desk) Topics() []curate.Topic {
	s := d.setup.Load()
	if s == nil {
		return nil
	}
	var list []curate.Topic
	for _, slug := range s.slugs {
		list = append(list, s.rules[slug].Topic)
	}
	return list
}

// Bookmark returns the last change that the editions know of.
func (d *Desk) Bookmark() uint64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.memory == nil {
		return 0
	}
	return d.memory.bookmark
}

// Edition returns a topic's current edition.
func (d *Desk) Edition(slug string) (curate.Edition, bool) {
	is := d.issue.Load()
	if is == nil {
		return curate.Edition{}, false
	}
	e, ok := is.editions[slug]
	return e, ok
}

// Front returns what the front page shows: the public topics.
func (d *Desk) Front() site.FrontData {
	f := site.FrontData{Site: d.Site}
	is := d.issue.Load()
	if is == nil {
		return f
	}
	for _, slug := range is.setup.slugs {
		if e, ok := is.editions[slug]; ok && e.Topic.Public() {
			f.Editions = append(f.Editions, e)
		}
	}
	return f
}
