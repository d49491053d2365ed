package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"

	"wiredesk/cmd/wiredesk/strict"
)

// watching is how often the files of the configuration are looked at.
const watching = time.Second

// watch reloads the configuration on SIGHUP and when a file of it changed, and
// lets those who sleep by the clock look at it when it was set, until ctx is done.
func (d *daemon) watch(ctx context.Context) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(watching)
	defer tick.Stop()
	stamp := d.cfg.Load().doc.Stamp()
	jump := jumps(d.program.now())
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			stamp = d.reload(ctx)
		case <-tick.C:
			if by := jump(d.program.now()); by != 0 {
				d.log.Info("the clock was set", "by", by)
				d.clockSet(by)
				d.wake()
			}
			if d.doc().Stamp() != stamp {
				stamp = d.reload(ctx)
			}
		}
	}
}

// jumped is by how much a clock must differ from the time that went by to have
// been set.
const jumped = 5 * time.Second

// jumps returns a function that says by how much the wall clock was set since it
// was last called; 0: it ran on.
func jumps(last time.Time) func(now time.Time) time.Duration {
	at := time.Now()
	return func(now time.Time) time.Duration {
		by := now.Round(0).Sub(last.Round(0)) - time.Since(at)
		at, last = time.Now(), now
		return by.Truncate(jumped)
	}
}

// wake makes the daemon's parts look at the clock.
func (d *daemon) wake() {
	d.fetcher.Wake()
	d.hub.Wake()
	if hubs := d.hubs.Load(); hubs != nil {
		hubs.Wake()
	}
}

// doc is the last configuration that was read, taken or not.
func (d *daemon) doc() *strict.Doc {
	if bad := d.bad.Load(); bad != nil && bad.doc != nil {
		return bad.doc
	}
	return d.cfg.Load().doc
}

// reload takes the configuration as it is now, or keeps the old one and says
// why. It returns the stamp of what it read.
func (d *daemon) reload(ctx context.Context) string {
	tellSystemd(systemd.SdNotifyReloading)
	defer tellSystemd(systemd.SdNotifyReady)
	stamp := d.doc().Stamp()
	cfg, err := d.program.load()
	if cfg != nil {
		stamp = cfg.doc.Stamp()
	}
	if err == nil {
		err = d.take(ctx, cfg)
	}
	if err == nil {
		d.bad.Store(nil)
		d.log.Info("configuration reloaded", "sources", len(cfg.Sources), "topics", len(cfg.Topics))
		return stamp
	}
	r := &refusal{At: d.program.now(), Err: err}
	if cfg != nil {
		r.doc = cfg.doc
		r.doc.Release("sources")
	}
	d.bad.Store(r)
	for _, m := range r.mistakes() {
		d.log.Error("configuration refused; the old one stays", "mistake", m)
	}
	return stamp
}
