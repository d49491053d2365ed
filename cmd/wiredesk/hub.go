package main

import (
	"context"
	"time"

	"wiredesk/publish"
	"wiredesk/publish/hub"
)

// hub returns the address of our own WebSub hub, "" if there is none. Unless the
// file says otherwise there is one where a daemon serves a public address: what
// single commands write may be served by something that is no hub.
func (c *config) hub(daemon bool) string {
	if !c.Publish.Hub || c.Publish.Listen == "" || c.Site.URL == "" || !c.doc.Has("publish.hub") && (!daemon || !public(c.Site.URL, nil)) {
		return ""
	}
	return c.Site.URL + hub.Path
}

// feeds returns the addresses of all feeds that hubs are told of.
func (c *config) feeds() []string {
	var all []string
	for _, t := range c.Topics {
		all = append(all, publish.Feeds(c.Site.URL, t)...)
	}
	return all
}

// tell makes the daemon's hub that of cfg, and has it hear of what room
// publishes.
func (d *daemon) tell(ctx context.Context, cfg *config, room *newsroom) error {
	if d.hub == nil {
		h := &hub.Hub{Store: d.db, Sender: d.fetcher.Client, Log: d.log, Now: d.program.now}
		if err := h.Load(ctx); err != nil {
			return err
		}
		d.hub = h
	}
	d.hub.Configure(hub.Config{Self: cfg.hub(true), Hubs: cfg.Publish.Hubs})
	room.press.Hub = d.hub
	return nil
}

// pinging is how long a single command may spend on telling other hubs. What is
// left, the next one tells.
const pinging = 30 * time.Second

// pinger returns what tells other hubs of what a command publishes; nil if
// there are none, or a daemon does it.
func (s *session) pinger(ctx context.Context) (*hub.Hub, error) {
	if len(s.cfg.Publish.Hubs) == 0 || s.daemon {
		return nil, nil
	}
	client, err := s.web(s.cfg)
	if err != nil {
		return nil, err
	}
	h := &hub.Hub{Store: s.db, Sender: client, Log: s.log, Now: s.now}
	if err := h.Load(ctx); err != nil {
		return nil, err
	}
	h.Configure(hub.Config{Hubs: s.cfg.Publish.Hubs})
	return h, nil
}

// ping tells other hubs of what was published.
func (s *session) ping(ctx context.Context, h *hub.Hub) error {
	if h == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pinging)
	defer cancel()
	return h.Once(ctx)
}
