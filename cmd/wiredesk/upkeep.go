package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"wiredesk/store/bolt"
)

func (p *program) compactCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Give back the room that the store does not use",
		Long: `Copies the store to a new file without its holes, which then takes its place.
The daemon goes on polling and serving, and does so by itself when more than half
of the file is holes.`,
		Example: `  wiredesk compact`,
		Args:    cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error {
			before, err := s.db.Stats(ctx)
			if err != nil {
				return err
			}
			if err := s.db.Compact(ctx); err != nil {
				return err
			}
			after, err := s.db.Stats(ctx)
			if err != nil {
				return err
			}
			return s.show(map[string]any{"path": s.cfg.Store.Path, "before": before.File, "after": after.File}, func() {
				s.say("%s: %s, was %s", s.cfg.Store.Path, size(after.File), size(before.File))
			})
		}),
	}
}

func (p *program) pruneCmd() *cobra.Command {
	trust := false
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Forget what the keep section does not keep",
		Long: `Forgets stories beyond the limits of the keep section, oldest first, and at most
a tenth of all articles at a time. What a source still lists, what an edition
shows and what somebody decided about stays. keep.age takes the pages of topics'
archives as well, once all that they hold is too old. The daemon does so every hour.`,
		Example: `  wiredesk prune`,
		Args:    cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error {
			done, err := s.db.Prune(ctx, s.cfg.limits(), s.now(), trust)
			if err != nil {
				return err
			}
			return s.show(prunedRow{done.Articles, done.Stories, done.Revisions, done.Changes, done.Pages, done.Left, done.More}, func() { s.sayPruned(done) })
		}),
	}
	cmd.Flags().BoolVar(&trust, "trust-clock", false, "the clock is right, though it jumped")
	return cmd
}

// prunedRow is what `prune --json` prints.
type prunedRow struct {
	Articles  int  `json:"articles"`
	Stories   int  `json:"stories"`
	Revisions int  `json:"revisions"`
	Changes   int  `json:"changes"`
	Pages     int  `json:"pages"` // of topics' archives
	Left      int  `json:"left"`  // beyond the limits, and kept for now
	More      bool `json:"more"`  // another pass would forget more
}

func (s *session) sayPruned(done bolt.Pruned) {
	if !s.cfg.Keep.forgets() {
		s.say("the keep section sets no limits: everything is kept")
		return
	}
	s.say("forgot %s with %s, %s, %s, %s", count(done.Stories, "story"), count(done.Articles, "article"),
		count(done.Revisions, "old revision"), count(done.Changes, "change"), count(done.Pages, "archive page"))
	switch {
	case done.More:
		s.say("that was a tenth of all; there is more: type it again")
	case done.Left > 0:
		s.say("%s beyond the limits stay: their sources list them, editions show them, or they are less than a day old", count(done.Left, "article"))
	}
}

func (p *program) verifyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Check the store's structure and every reference in it",
		Long: `Checks the store, or a backup: every page, every record, and that each record
that another one names is there. It changes nothing.`,
		Example: `  wiredesk verify
  wiredesk verify /backup/wiredesk.db`,
		Args: cobra.MaximumNArgs(1),
		RunE: p.do(func(ctx context.Context, args []string) error {
			if len(args) == 1 {
				return p.verifyFile(ctx, p.abs(args[0]))
			}
			return p.verify(ctx)
		}),
	}
}

// verify checks the store: the daemon its own, else a child the file.
func (p *program) verify(ctx context.Context) error {
	if p.lender == nil {
		cfg, err := p.load()
		if cfg == nil {
			return err
		}
		if _, err := os.Stat(cfg.Store.Path); errors.Is(err, os.ErrNotExist) {
			return p.sayClean(cfg.Store.Path+" (not made yet)", bolt.Stats{})
		}
		if _, none := p.whoIs(ctx, cfg); errors.Is(none, errNoDaemon) {
			return p.verifyFile(ctx, cfg.Store.Path)
		}
	}
	return p.withStore(ctx, func(ctx context.Context, s *session) error {
		if err := s.db.Verify(ctx); err != nil {
			return fmt.Errorf("verify %s: %w: %w", s.cfg.Store.Path, bolt.ErrDamaged, err)
		}
		stats, err := s.db.Stats(ctx)
		if err != nil {
			return err
		}
		return s.sayClean(s.cfg.Store.Path, stats)
	})
}

func (p *program) verifyFile(ctx context.Context, path string) error {
	p.begun = true
	bar := p.progress()
	bar.show("checking %s", path)
	stats, err := p.inspect(ctx, path, bolt.Records)
	bar.clear()
	switch {
	case errors.Is(err, bolt.ErrLocked):
		return &lockedError{path, err}
	case err != nil:
		return fmt.Errorf("verify: %w", err)
	}
	return p.sayClean(path, stats)
}

func (p *program) sayClean(path string, stats bolt.Stats) error {
	return p.show(map[string]any{"ok": true, "path": path, "articles": stats.Articles, "stories": stats.Stories}, func() {
		p.say("%s: clean: %s, %s", path, count(stats.Articles, "article"), count(stats.Stories, "story"))
	})
}

func (p *program) repairCmd() *cobra.Command {
	to := ""
	cmd := &cobra.Command{
		Use:   "repair",
		Short: "Make a store of what can be read of a damaged one",
		Long: `Reads what can be read of a damaged store into a new file, mends what names what
is lost, checks the result and puts it in the store's place. The damaged file is
kept beside it under another name. The daemon must be stopped first.

A backup that is not too old may be better: see wiredesk restore.`,
		Example: `  wiredesk repair
  wiredesk repair --to mended.db      # and leave the store as it is`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&to, "to", "", "write the repaired store to `FILE`")
	cmd.RunE = p.do(func(ctx context.Context, _ []string) error { return p.repair(ctx, to) })
	return cmd
}

// repairedRow is what `repair --json` prints.
type repairedRow struct {
	Path     string `json:"path"`
	Aside    string `json:"aside,omitempty"` // the damaged file
	Damaged  bool   `json:"damaged"`
	Why      string `json:"why,omitempty"`
	Pages    int    `json:"bad_pages"`
	Records  int    `json:"records"`
	Lost     int    `json:"lost_records"`
	Articles int    `json:"articles"`
	Stories  int    `json:"stories"`
}

func (p *program) repair(ctx context.Context, to string) error {
	cfg, err := p.stopped(ctx)
	if cfg == nil {
		return err
	}
	path := cfg.Store.Path
	stats, err := p.inspect(ctx, path, bolt.Records)
	switch {
	case err == nil && to == "":
		row := repairedRow{Path: path, Articles: stats.Articles, Stories: stats.Stories}
		return p.show(row, func() { p.say("%s is in order; there is nothing to repair", path) })
	case err != nil && !errors.Is(err, bolt.ErrDamaged):
		return err
	}
	row := repairedRow{Path: path, Damaged: err != nil}
	if err != nil {
		row.Why = err.Error()
	}
	temp := path + ".repaired"
	if to != "" {
		temp = p.abs(to)
	}
	if _, err := os.Lstat(temp); err == nil {
		return fmt.Errorf("%s is there already; take it away, or name another file with --to", temp)
	}
	done, err := bolt.Repair(ctx, path, temp, p.now())
	if err == nil {
		_, err = p.inspect(ctx, temp, bolt.Records)
	}
	if err != nil {
		return errors.Join(err, p.discard(temp))
	}
	row.Pages, row.Records, row.Lost, row.Articles, row.Stories = done.Bad, done.Records, done.Lost, done.Articles, done.Stories
	if row.Path = temp; to == "" {
		row.Path, row.Aside = path, path+".damaged-"+p.now().Format(stampFormat)
		if err := bolt.Replace(path, temp, row.Aside); err != nil {
			return errors.Join(err, p.discard(temp))
		}
	}
	return p.show(row, func() {
		p.say("%s: %s, %s; %s could not be read, %s were lost or mended", row.Path, count(row.Articles, "article"), count(row.Stories, "story"), count(row.Pages, "page"), count(row.Lost, "record"))
		if row.Aside != "" {
			p.say("the damaged file is kept as %s", row.Aside)
		}
	})
}

// discard removes a file that we began, if it is there.
func (p *program) discard(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
