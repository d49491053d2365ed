package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch"
	"wiredesk/store"
)

func (p *program) fetchCmd() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "fetch [SOURCE...]",
		Short: "Poll once what is due, then publish",
		Long: `Polls every source that is due, or those named, reads the pages of what they
brought, and publishes. Ends with exit code 3 if a source failed; the others
were stored and published all the same.`,
		Example: `  wiredesk fetch
  wiredesk fetch --force bbc-world france24`,
	}
	cmd.Flags().BoolVar(&force, "force", false, "ignore the schedule, but no publisher's Retry-After or 410")
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, args []string) error { return s.fetch(ctx, args, force) })
	return cmd
}

// fetched is what `fetch --json` prints.
type fetched struct {
	Sources   int       `json:"sources"`
	New       int       `json:"new"`
	Revised   int       `json:"revised"`
	Unchanged int       `json:"unchanged"`
	Pages     int       `json:"pages"`
	Bytes     int64     `json:"bytes"`
	Failed    []failure `json:"failed"`
	Files     int       `json:"files"` // of the export that changed; a daemon's follow later
	Seconds   float64   `json:"seconds"`
}

type failure struct {
	Source store.SourceID `json:"source"`
	Code   store.Code     `json:"error"`
	Detail string         `json:"detail,omitempty"`
	Means  string         `json:"means"`
}

func (s *session) fetch(ctx context.Context, args []string, force bool) error {
	ids, err := s.named(args)
	if err != nil {
		return err
	}
	if force {
		if err := s.db.Force(ctx, s.now(), ids); err != nil {
			return err
		}
	}
	sum, err := s.round(ctx, ids)
	if err != nil {
		return err
	}
	f := fetched{
		Sources: sum.Sources, New: sum.New, Revised: sum.Revised, Unchanged: sum.Unchanged, Pages: sum.Pages,
		Bytes: sum.Bytes, Failed: []failure{}, Seconds: sum.Took.Seconds(),
	}
	for _, e := range sum.Errors {
		f.Failed = append(f.Failed, failure{e.Source, e.Code, e.Detail, e.Code.Sentence()})
	}
	if s.lender == nil { // a daemon's own desk publishes when copies have gathered
		if f.Files, err = s.republish(ctx); err != nil {
			return err
		}
		if s.cfg.Keep.forgets() { // what a daemon does every hour
			if _, err := s.db.Prune(ctx, s.cfg.limits(), s.now(), false); err != nil {
				s.log.Error("nothing is forgotten", "err", err, "next", s.remedy(err))
			}
		}
	}
	return s.report(f)
}

// report prints what a round did. Failed sources make the exit code 3.
func (s *session) report(f fetched) error {
	err := s.show(f, func() {
		for _, e := range f.Failed {
			s.say("%s: %s: %s", e.Source, e.Code, oneLine(e.Detail+" ("+e.Means+")"))
		}
		then := count(f.Files, "file") + " published"
		if s.lender != nil {
			then = "the daemon publishes"
		}
		s.say("%s polled, %d new, %d revised, %d failed; %s", count(f.Sources, "source"), f.New, f.Revised, len(f.Failed), then)
	})
	if err == nil && len(f.Failed) > 0 {
		return exited(exitPartial)
	}
	return err
}

// round polls what is due of ids, of all sources if ids is nil.
func (s *session) round(ctx context.Context, ids []store.SourceID) (fetch.Summary, error) {
	archive := &chosen{Archive: s.archive(), ids: ids}
	defer archive.letGo()
	f, err := s.fetcher(archive)
	if err != nil {
		return fetch.Summary{}, err
	}
	bar := s.progress()
	defer bar.clear()
	var mu sync.Mutex
	polled, fresh := 0, 0
	f.OnStored = func(d store.Delivery, r store.Receipt) {
		if s.lender != nil {
			s.lender.stored(d, r)
		}
		mu.Lock()
		defer mu.Unlock()
		polled, fresh = polled+1, fresh+r.Count(store.New)
		bar.show("%d answers of %s, %d new articles", polled, count(len(s.cfg.Sources), "source"), fresh)
	}
	return f.Round(ctx)
}

// named checks the names of sources. No names are all sources: nil.
func (s *session) named(args []string) ([]store.SourceID, error) {
	if len(args) == 0 {
		return nil, nil
	}
	var known []string
	for _, src := range s.cfg.Sources {
		known = append(known, string(src.ID))
	}
	if s.db != nil {
		known = append(known, s.listed()...)
	}
	var ids []store.SourceID
	for _, a := range args {
		if !slices.Contains(known, a) {
			return nil, wrong("there is no source %q; %s", a, strict.Suggest(a, known))
		}
		ids = append(ids, store.SourceID(a))
	}
	return ids, nil
}

// chosen is an archive that hands out the work of some sources only. It keeps
// the lease of the others' work, so that it is not handed out again and again,
// until letGo.
type chosen struct {
	fetch.Archive
	ids []store.SourceID // nil: all

	mu   sync.Mutex
	held []store.Visit
}

func (c *chosen) Claim(ctx context.Context, now time.Time, n int) ([]store.Visit, time.Time, error) {
	for {
		visits, next, err := c.Archive.Claim(ctx, now, n)
		if c.ids == nil || err != nil || len(visits) == 0 {
			return visits, next, err
		}
		if mine := c.sort(visits); len(mine) > 0 {
			return mine, next, nil
		}
	}
}

// sort keeps the jobs of other sources and returns the rest.
func (c *chosen) sort(visits []store.Visit) []store.Visit {
	c.mu.Lock()
	defer c.mu.Unlock()
	var mine []store.Visit
	for _, v := range visits {
		ours, theirs := store.Visit{Host: v.Host}, store.Visit{Host: v.Host}
		for _, j := range v.Jobs {
			if slices.Contains(c.ids, j.Source) {
				ours.Jobs = append(ours.Jobs, j)
			} else {
				theirs.Jobs = append(theirs.Jobs, j)
			}
		}
		switch {
		case len(ours.Jobs) == 0:
			c.held = append(c.held, theirs)
			continue
		case len(theirs.Jobs) > 0:
			c.Archive.Release(theirs)
		}
		mine = append(mine, ours)
	}
	return mine
}

// letGo gives back what was held.
func (c *chosen) letGo() {
	for _, v := range c.held {
		c.Archive.Release(v)
	}
}
