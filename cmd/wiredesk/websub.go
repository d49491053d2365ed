package main

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"wiredesk/fetch"
	"wiredesk/fetch/websub"
	"wiredesk/store"
)

// callbacks returns the address that hubs can reach us at, "" if there is none:
// https at a public name, or a network that the operator opened, as for a trial
// on one machine.
func (c *config) callbacks() string {
	if !c.Fetch.WebSub || c.Publish.Listen == "" || !public(c.Site.URL, c.Fetch.AllowNetworks) {
		return ""
	}
	return c.Site.URL
}

// public reports whether strangers can reach a site: by https at a public name,
// or in a network that was opened for it.
func public(site string, opened []netip.Prefix) bool {
	u, err := url.Parse(site)
	if err != nil || u.Hostname() == "" {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		open := func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) }
		return slices.ContainsFunc(opened, open) || u.Scheme == "https" && addr.IsGlobalUnicast() && !addr.IsPrivate()
	}
	inside := !strings.Contains(host, ".")
	for _, end := range []string{".localhost", ".local", ".internal", ".invalid", ".test", ".example", ".home.arpa"} {
		inside = inside || strings.HasSuffix(host, end)
	}
	return !inside && u.Scheme == "https"
}

// subscribe makes the subscriptions at hubs those of cfg. Where there is no
// address for hubs any more, they are told.
func (d *daemon) subscribe(ctx context.Context, cfg *config) error {
	base, hubs := cfg.callbacks(), d.hubs.Load()
	if base == "" && hubs == nil {
		return nil
	}
	if hubs == nil || base != "" && hubs.Base != base {
		hubs = &websub.Subscriber{Store: d.db, Client: d.fetcher.Client, Base: base, Log: d.log, Now: d.program.now, Take: d.takePush}
		if err := hubs.Load(ctx); err != nil {
			return err
		}
		d.start(ctx, hubs)
	}
	health, err := d.db.Health(ctx)
	if err != nil {
		return err
	}
	return offer(ctx, hubs, health, base != "")
}

// offer makes the subscriptions those of the sources that are polled.
func offer(ctx context.Context, hubs *websub.Subscriber, health []store.Health, reachable bool) error {
	wanted := map[store.SourceID]bool{}
	for _, h := range health {
		if !reachable || h.Removed || h.State == store.StatePaused || h.State == store.StateGone {
			continue
		}
		wanted[h.Source] = true
		if err := hubs.Offer(ctx, h.Source, h.Self); err != nil {
			return err
		}
	}
	return hubs.Keep(ctx, func(id store.SourceID) bool { return wanted[id] })
}

// start lets hubs take the place of who asked hubs before.
func (d *daemon) start(ctx context.Context, hubs *websub.Subscriber) {
	if d.leave != nil {
		d.leave()
	}
	run, leave := context.WithCancel(context.WithoutCancel(ctx))
	d.leave = leave
	d.hubs.Store(hubs)
	d.workers.Go(func() { _ = hubs.Run(run) })
}

// takePush hands a push to the fetcher.
func (d *daemon) takePush(ctx context.Context, sub store.Subscription, h http.Header, body []byte, at time.Time) (news bool, err error) {
	_, r, err := d.fetcher.Push(ctx, fetch.Push{Subscription: sub, Header: h, Body: body, At: at})
	return r.Count(store.New)+r.Count(store.Revised) > 0, err
}

// stored counts what a poll brought, and tells who asks hubs what it says of
// them.
func (d *daemon) stored(del store.Delivery, r store.Receipt) {
	d.metrics.Stored(del, r)
	d.tally.add(d.program.now(), del, r)
	hubs := d.hubs.Load()
	if hubs == nil || del.Kind != store.FeedJob || del.Failed() {
		return
	}
	var err error
	if del.Feed.Format != "" && d.cfg.Load().callbacks() != "" {
		err = hubs.Offer(context.Background(), del.Source, del.Feed)
	}
	if err == nil && websub.Missed(&del, &r) {
		err = hubs.Missed(context.Background(), del.Source)
	}
	if err != nil {
		d.log.Error("a subscription could not be kept", "source", del.Source, "err", err)
	}
}

// archive returns where a command's deliveries go: by the daemon's way, if one
// runs it.
func (s *session) archive() fetch.Archive {
	if s.lender != nil {
		return s.lender.fetcher.Archive
	}
	return s.db
}
