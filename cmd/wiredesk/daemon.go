package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"

	"wiredesk/cmd/wiredesk/metrics"
	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch"
	"wiredesk/fetch/websub"
	"wiredesk/publish"
	"wiredesk/publish/audience"
	"wiredesk/publish/hub"
	"wiredesk/publish/serve"
	"wiredesk/publish/signin"
	"wiredesk/store/bolt"
)

// courtesy is the pause between two polls of one source while publishers
// cannot reach the operator (site.contact is empty).
const courtesy = time.Hour

// stopping is how long the daemon's parts get to end once it is told to stop.
// Readers and commands get [parting] of it.
const (
	stopping = 6 * time.Second
	parting  = 2 * time.Second
)

// A daemon polls, publishes and serves until it is told to stop. It opens the
// store once, and lends it to the commands that come in by the socket.
type daemon struct {
	program *program
	log     *slog.Logger
	db      *bolt.DB
	fetcher *fetch.Fetcher
	started time.Time

	cfg   atomic.Pointer[config]
	site  atomic.Pointer[serve.Site]   // what readers get; swapped whole on reload
	desk  atomic.Pointer[publish.Desk] // that makes it
	bad   atomic.Pointer[refusal]      // the last reload, if it was refused
	ready atomic.Bool

	guard   *signin.Guard // lets people in at the desk
	office  atomic.Pointer[publish.Office]
	proxies atomic.Pointer[serve.Proxies]
	tally   tally
	ward    ward

	room    *newsroom // of Run's goroutine alone
	workers sync.WaitGroup
	fail    context.CancelCauseFunc

	metrics *metrics.Metrics
	readers audience.Counter

	hubs  atomic.Pointer[websub.Subscriber] // what takes pushes; nil: nobody
	leave context.CancelFunc                // ends what asks hubs; of Run's goroutine alone

	hub *hub.Hub // tells subscribers of our own topics; never nil once readers are served
}

// A refusal says why a changed configuration was not taken.
type refusal struct {
	At  time.Time
	Err error
	doc *strict.Doc // what was read; nil: nothing
}

// runDaemon runs a daemon until ctx is done. Once readers can be served it
// calls ready, which may be nil.
func (p *program) runDaemon(ctx context.Context, log *slog.Logger, ready func(*daemon, string)) (err error) {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	if who, err := p.whoIs(ctx, cfg); err == nil {
		return fmt.Errorf("a daemon runs on %s already, as process %d", cfg.Store.Path, who.PID)
	}
	ls, err := listen(cfg)
	if err != nil {
		return err
	}
	defer ls.close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	d := &daemon{program: p, log: log, started: p.now(), fail: cancel, metrics: metrics.New(version()), guard: signin.NewGuard(p.now)}
	db, err := p.open(ctx, cfg, d.storeAils)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	d.db = db
	d.metrics.Watch(d.state)
	d.fetcher = &fetch.Fetcher{Archive: &lists{DB: db, relist: d.relist}, OnStored: d.stored, Log: log, Now: p.now}
	d.fetcher.Readers = (&readership{count: d.readers.Total, clock: p.now}).total
	if err := d.take(ctx, cfg); err != nil {
		return errors.Join(err, d.room.close())
	}
	db.Spread(p.now(), cfg.Fetch.Interval)
	return d.work(ctx, ls, ready)
}

// work starts the daemon's parts, waits, and stops them in order: no new
// readers and commands, no new polls, the desk, and then the store.
func (d *daemon) work(ctx context.Context, ls *listeners, ready func(*daemon, string)) error {
	sock, err := d.listenSocket()
	if err != nil {
		return err
	}
	stop := d.serve(ctx, ls, sock)
	polls, halt := context.WithCancel(context.WithoutCancel(ctx))
	d.workers.Go(func() { _ = d.fetcher.Run(polls) })
	d.workers.Go(func() { _ = d.hub.Run(polls) })
	d.ready.Store(true)
	d.log.Info("ready", "pages", ls.url(), "store", d.cfg.Load().Store.Path, "sources", len(d.cfg.Load().Sources), "topics", len(d.cfg.Load().Topics))
	tellSystemd(systemd.SdNotifyReady)
	if ready != nil {
		ready(d, ls.url())
	}
	d.workers.Go(func() { d.watchdog(polls) })
	d.workers.Go(func() { d.keepHouse(polls) })
	d.watch(ctx)
	tellSystemd(systemd.SdNotifyStopping)
	d.ready.Store(false)
	cause := context.Cause(ctx)
	d.log.Info("stopping")
	late := time.AfterFunc(stopping, func() { d.log.Warn("something does not end; leaving it") })
	defer late.Stop()
	stop()
	halt()
	if d.leave != nil {
		d.leave()
	}
	d.wait()
	err = d.room.close()
	if !interrupted(cause) {
		err = errors.Join(cause, err)
	}
	return errors.Join(err, d.db.Flush(context.WithoutCancel(ctx)))
}

// wait waits for the workers, for as long as stopping may take.
func (d *daemon) wait() {
	done := make(chan struct{})
	go func() { defer close(done); d.workers.Wait() }()
	select {
	case <-done:
	case <-time.After(stopping):
	}
}

// take makes cfg the daemon's configuration, all of it or nothing.
func (d *daemon) take(ctx context.Context, cfg *config) error {
	if old := d.cfg.Load(); old != nil {
		if err := sameForLife(old, cfg); err != nil {
			return err
		}
	}
	room, err := d.newRoom(ctx, cfg)
	if err != nil {
		return err
	}
	d.room.pause() // it must not commit by the old rules what the new sources bring
	if err := d.install(ctx, cfg, room); err != nil {
		if old := d.cfg.Load(); old != nil {
			err = errors.Join(err, d.install(ctx, old, d.room))
		}
		d.resume(ctx, d.room)
		return errors.Join(err, room.close())
	}
	d.readers.Keep(slugs(cfg.Topics))
	d.complain(room.succeed(d.room))
	cfg.doc.Release("sources")
	d.cfg.Store(cfg)
	d.room = room
	d.guard.Configure(cfg.Desk)
	proxies, _ := serve.ParseProxies(cfg.Publish.TrustedProxies) // they were checked
	d.proxies.Store(&proxies)
	d.fetcher.Wake()
	err = d.open(ctx, room)
	if err != nil {
		d.fail(err) // the old newsroom is closed: there is no way back
		return err
	}
	d.hub.Keep(cfg.feeds())
	return nil
}

// install tells the store, the fetcher and the hubs what is polled.
func (d *daemon) install(ctx context.Context, cfg *config, room *newsroom) error {
	if err := d.db.Configure(ctx, d.program.now(), cfg.known()); err != nil { // first: only this one can fail
		return err
	}
	if err := d.fetcher.Configure(cfg.polling(), cfg.Sources); err != nil {
		return err
	}
	return errors.Join(d.subscribe(ctx, cfg), d.tell(ctx, cfg, room))
}

// sameForLife refuses what only a new start can change.
func sameForLife(old, cfg *config) error {
	for _, k := range []struct{ key, was, is string }{
		{"store.path", old.Store.Path, cfg.Store.Path},
		{"publish.listen", old.Publish.Listen, cfg.Publish.Listen},
		{"publish.admin", old.Publish.Admin, cfg.Publish.Admin},
		{"publish.tls", fmt.Sprint(old.Publish.TLS), fmt.Sprint(cfg.Publish.TLS)},
		{"publish.socket_mode", old.Publish.SocketMode, cfg.Publish.SocketMode},
	} {
		if k.was != k.is {
			return fmt.Errorf("%s cannot change from %q to %q while the daemon runs: restart it", k.key, k.was, k.is)
		}
	}
	return nil
}

func (d *daemon) complain(err error) {
	if err != nil && !interrupted(err) {
		d.log.Error("publishing", "err", err)
	}
}

// lend makes the session of a command that was sent to the daemon.
func (d *daemon) lend(p *program) *session {
	return &session{program: p, cfg: d.cfg.Load(), db: d.db, log: p.quiet(), client: d.fetcher.Client, daemon: true}
}

// ServeHTTP gives readers what is published now.
func (d *daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = d.proxies.Load().Unwrap(r)
	if !d.site.Load().Knows(r) { // for nobody else's name is anything answered
		d.site.Load().ServeHTTP(w, r)
		return
	}
	if hubs := d.hubs.Load(); hubs != nil && strings.HasPrefix(r.URL.Path, websub.Path) {
		hubs.ServeHTTP(w, r)
		return
	}
	if r.URL.Path == publish.DeskPath || strings.HasPrefix(r.URL.Path, publish.DeskPath+"/") {
		d.office.Load().ServeHTTP(w, r)
		return
	}
	if r.URL.Path == hub.Path && d.cfg.Load().hub(true) != "" {
		d.hub.ServeHTTP(w, r)
		return
	}
	if slug, ok := feedOf(r.URL.Path); ok {
		d.readers.Saw(slug, r.UserAgent(), d.program.now())
	}
	d.site.Load().ServeHTTP(w, r)
}

// serve starts the servers and returns what stops them.
func (d *daemon) serve(ctx context.Context, ls *listeners, sock net.Listener) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	servers := []*http.Server{}
	start := func(l net.Listener, srv *http.Server) {
		if l == nil {
			return
		}
		serve := srv.Serve
		if srv.TLSConfig != nil {
			serve = func(l net.Listener) error { return srv.ServeTLS(l, "", "") }
		}
		srv.BaseContext = func(net.Listener) context.Context { return ctx }
		servers = append(servers, srv)
		d.workers.Go(func() {
			if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
				d.fail(fmt.Errorf("serve %s: %w", l.Addr(), err))
			}
		})
	}
	public, plain := serve.NewServer(d, d.log), http.Handler(nil)
	public.TLSConfig, plain = secure(d.cfg.Load(), d.log, d.program.now, func(err error) {
		d.ails("certificate", err, "renew it; the files are read again when they change")
	})
	start(ls.public, public)
	start(ls.plain, serve.NewServer(plain, d.log))
	start(ls.admin, serve.NewServer(d.adminHandler(ls.admin), d.log))
	start(sock, &http.Server{Handler: d.socketHandler(), ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelWarn)})
	return func() {
		cancel() // commands that follow the change feed end now
		grace, done := context.WithTimeout(context.WithoutCancel(ctx), parting)
		defer done()
		var parted sync.WaitGroup
		for _, s := range servers {
			parted.Go(func() {
				if s.Shutdown(grace) != nil {
					_ = s.Close() // whoever still reads or dawdles is cut off
				}
			})
		}
		parted.Wait()
	}
}

// mistakesOf returns what is wrong with a refused configuration, one line each.
func (r *refusal) mistakes() []string {
	var bad strict.Mistakes
	if !errors.As(r.Err, &bad) {
		return []string{r.Err.Error()}
	}
	var lines []string
	for _, m := range bad {
		lines = append(lines, m.Error())
	}
	return lines
}
