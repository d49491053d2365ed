package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"wiredesk/cmd/wiredesk/metrics"
	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// adminHandler answers supervisors: is it alive, is it ready, how much of what.
// Profiles are for who may open the Unix socket only: they tell of memory.
func (d *daemon) adminHandler(l net.Listener) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, map[string]any{"alive": true}) })
	mux.HandleFunc("GET /readyz", d.readyz)
	mux.Handle("GET /metrics", d.metrics.Handler())
	if l == nil || l.Addr().Network() == "unix" {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
		return mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownName(r.Host, l.Addr().String(), d.cfg.Load().Publish.Admin) {
			answer(w, http.StatusMisdirectedRequest, map[string]any{"error": "this listener does not answer for that name"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// ownName reports whether a Host header may name a listener: by its number, as
// localhost, or as one of addresses. A page elsewhere whose name leads here
// (DNS rebinding) gets nothing.
func ownName(host string, addresses ...string) bool {
	name := hostOf(host)
	if _, err := netip.ParseAddr(name); err == nil || name == "localhost" {
		return true
	}
	for _, a := range addresses {
		if name != "" && strings.EqualFold(name, hostOf(a)) {
			return true
		}
	}
	return false
}

// hostOf returns the host of host:port or host.
func hostOf(address string) string {
	if h, _, err := net.SplitHostPort(address); err == nil {
		return h
	}
	return strings.Trim(address, "[]")
}

// readyz says whether readers are served from a store that can be read, how far
// polling lags behind its schedule, and what does not work at the moment.
func (d *daemon) readyz(w http.ResponseWriter, r *http.Request) {
	health, err := d.db.Health(r.Context())
	state := map[string]any{"ready": d.ready.Load() && err == nil, "since": d.started}
	if err != nil {
		state["error"] = err.Error()
	}
	state["lag_seconds"] = int(lag(health, d.program.now()).Seconds())
	ails := d.ailments(health)
	state["degraded"] = ails
	if room, err := bolt.Room(filepath.Dir(d.cfg.Load().Store.Path)); err == nil {
		state["disk_free_bytes"] = room
	}
	switch {
	case !d.ready.Load():
		state["state"] = "stopping"
	case err != nil:
		state["state"] = "failing"
	case len(ails) > 0:
		state["state"] = "degraded" // readers are served all the same
	default:
		state["state"] = "ready"
	}
	if bad := d.bad.Load(); bad != nil {
		state["configuration"] = bad.mistakes()
	}
	status := http.StatusOK
	if state["ready"] != true {
		status = http.StatusServiceUnavailable
	}
	answer(w, status, state)
}

// lag is how late the most overdue poll is.
func lag(health []store.Health, now time.Time) time.Duration {
	var most time.Duration
	for _, h := range health {
		if !h.Next.IsZero() && !h.Removed {
			most = max(most, now.Sub(h.Next))
		}
	}
	return most
}

// state is what the metrics tell of this moment.
func (d *daemon) state(ctx context.Context) (metrics.State, error) {
	stats, err := d.db.Stats(ctx)
	if err != nil {
		return metrics.State{}, err
	}
	health, err := d.db.Health(ctx)
	if err != nil {
		return metrics.State{}, err
	}
	now := d.program.now()
	s := metrics.State{
		Store: stats, Sources: map[store.State]int{}, Topics: len(d.cfg.Load().Topics),
		Subscribers: d.readers.Count(now), Lag: lag(health, now), Refused: d.bad.Load() != nil,
		Degraded: len(d.ailments(health)), Hub: d.hub.Stats(),
	}
	for _, h := range health {
		if !h.Removed {
			s.Sources[h.State]++
		}
	}
	return s, nil
}

// feedOf returns the topic whose feed is at path; ok is false for all else.
func feedOf(path string) (slug string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/t/")
	if !ok {
		return "", false
	}
	slug, file, _ := strings.Cut(rest, "/")
	file = file[strings.LastIndexByte(file, '/')+1:] // behind the token, if the topic has one
	return slug, strings.HasPrefix(file, "feed.") || file == "changes.atom"
}

func slugs(topics []curate.Topic) []string {
	list := make([]string, len(topics))
	for i, t := range topics {
		list[i] = t.Slug
	}
	return list
}

func answer(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked has gone
}
