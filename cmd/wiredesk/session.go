package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch"
	"wiredesk/fetch/web"
	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// A session is a command at work on an open store: its own, or the daemon's.
type session struct {
	*program
	cfg    *config
	db     *bolt.DB
	log    *slog.Logger
	client *web.Client // of the daemon, so that its pauses between requests hold; nil: none yet
	daemon bool        // what it publishes is what a daemon serves
}

// withStore runs fn on the store: inside the daemon that has it open, if one
// does, else on the file itself.
func (p *program) withStore(ctx context.Context, fn func(context.Context, *session) error) error {
	p.begun = true
	if p.lender != nil {
		return fn(ctx, p.lender.lend(p))
	}
	cfg, err := p.load()
	if cfg == nil {
		return err
	}
	code, remote := p.remote(ctx, cfg)
	switch {
	case remote != nil && !errors.Is(remote, errNoDaemon):
		return remote
	case remote == nil:
		return exited(code)
	case err != nil:
		return err
	}
	return p.withFile(ctx, cfg, fn)
}

// withFile runs fn on the store's file, which nobody else may have open.
func (p *program) withFile(ctx context.Context, cfg *config, fn func(context.Context, *session) error) (err error) {
	db, err := p.open(ctx, cfg, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Configure(ctx, p.now(), cfg.known()); err != nil {
		return err
	}
	return fn(ctx, &session{program: p, cfg: cfg, db: db, log: p.quiet()})
}

// open opens the store, and makes the folder that it is to be in. A store that
// was not closed the last time is looked at first. ails, which may be nil, is
// called when writing begins to fail and when it works again.
func (p *program) open(ctx context.Context, cfg *config, ails func(error)) (*bolt.DB, error) {
	if err := os.MkdirAll(filepath.Dir(cfg.Store.Path), 0o700); err != nil {
		return nil, fmt.Errorf("store.path: %w", err)
	}
	c := cfg.Store
	c.Note, c.OnTrouble = true, ails
	err := p.doubt(ctx, c.Path, ails != nil)
	if err == nil || errors.Is(err, bolt.ErrLocked) {
		var db *bolt.DB
		if db, err = bolt.Open(c, p.now()); err == nil {
			return db, nil
		}
	}
	if errors.Is(err, bolt.ErrLocked) {
		return nil, &lockedError{c.Path, err}
	}
	return nil, err
}

// load reads the configuration. Beside mistakes it returns what could be read.
func (p *program) load() (*config, error) {
	cfg, err := load(strict.Input{Path: p.abs(p.config), Name: p.config, Env: os.LookupEnv})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{&configMissing{p.config, err}}
	}
	if mistakes := strict.Mistakes(nil); err != nil && !errors.As(err, &mistakes) {
		return nil, usageError{err}
	}
	return cfg, err
}

// abs returns path as seen from where the command was typed.
func (p *program) abs(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.dir, path)
}

// curate returns what pages and feeds say of the site.
func (c *config) curate(db *bolt.DB) curate.Site {
	zone, err := time.LoadLocation(c.Site.Zone)
	if err != nil {
		zone = time.UTC
	}
	s := curate.Site{
		Title: c.Site.Title, URL: c.Site.URL, Authority: c.Site.Authority, Language: c.Site.Language,
		Zone: zone, Contact: c.Site.Contact, Version: version(), Desk: len(c.Desk.Users) > 0,
	}
	if s.Authority == "" {
		s.Authority = db.Authority()
	}
	return s
}

// outlets returns the sources as readers are shown them. What the feeds say of
// themselves comes from the store.
func (c *config) outlets(health []store.Health) []curate.Outlet {
	said := make(map[store.SourceID]store.Health, len(health))
	for _, h := range health {
		said[h.Source] = h
	}
	all := make([]curate.Outlet, 0, len(health))
	for _, s := range c.Sources {
		h := said[s.ID]
		o := curate.Outlet{
			ID: s.ID, Name: s.Name, Home: h.Home, Feed: s.URL, FeedID: h.Self.ID, Rights: h.Self.Rights,
			Rank: s.Rank, Tags: s.Tags, Content: s.Content, Private: s.Private, LowTrust: s.Trust == "low",
		}
		if o.Name == "" {
			o.Name = h.Self.Title
		}
		if o.Name == "" {
			o.Name = string(s.ID)
		}
		if s.Private || s.AuthFile != "" || len(s.Headers) > 0 { // who needs more than the address may have secrets in it
			o.Feed = ""
		}
		all = append(all, o)
	}
	return append(all, c.listedOutlets(health)...)
}

// desk returns a desk over the session's store, configured, that hands what it
// makes to sink.
func (s *session) desk(ctx context.Context, sink publish.Sink) (*publish.Desk, error) {
	health, err := s.db.Health(ctx)
	if err != nil {
		return nil, err
	}
	site := s.cfg.curate(s.db)
	site.Hub, site.Hubs = s.cfg.hub(s.daemon), s.cfg.Publish.Hubs
	d := &publish.Desk{Archive: s.db, Site: site, Sink: sink, Log: s.log, Now: s.now}
	if err := d.Configure(s.cfg.deskTopics(), s.cfg.outlets(health)); err != nil {
		return nil, err
	}
	return d, nil
}

// fetcher returns a fetcher on archive, configured. What it stores is logged
// where all that a daemon stores is logged.
func (s *session) fetcher(archive fetch.Archive) (*fetch.Fetcher, error) {
	f := &fetch.Fetcher{Archive: archive, Client: s.client, Log: s.log, Now: s.now}
	if s.lender != nil {
		f.Readers = s.lender.fetcher.Readers
	}
	if s.lender != nil {
		f.Log = s.lender.log
	}
	fc := s.cfg.polling()
	if s.lender == nil {
		fc.WebSub, fc.Floor = false, s.cfg.Fetch.Floor // nobody takes pushes, and who asks for a round gets it
	}
	return f, f.Configure(fc, s.cfg.Sources)
}

// polling returns how a daemon polls.
func (c *config) polling() fetch.Config {
	fc := c.Fetch
	fc.WebSub = c.callbacks() != ""
	if c.Site.Contact == "" {
		fc.Floor = courtesy
	}
	return fc
}
