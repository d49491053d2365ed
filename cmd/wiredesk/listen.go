package main

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"wiredesk/publish/serve"
)

// listeners are the addresses that a daemon serves on.
type listeners struct {
	public, admin net.Listener // nil: not configured
}

// listen opens the configured addresses, all or none.
func listen(cfg *config) (*listeners, error) {
	var ls listeners
	var errs [2]error
	ls.public, errs[0] = listenAt(cfg.Publish.Listen)
	ls.admin, errs[1] = listenAt(cfg.Publish.Admin)
	if err := errors.Join(errs[:]...); err != nil {
		ls.close()
		return nil, err
	}
	if ls.public != nil {
		ls.public = serve.Limit(ls.public)
	}
	return &ls, nil
}

// listenAt listens on host:port or unix:PATH; on "" it does not.
func listenAt(address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	path, unix := strings.CutPrefix(address, "unix:")
	if !unix {
		return net.Listen("tcp", address)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close() // somebody lives: listening will fail and say so
	} else if info, err := os.Lstat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		_ = os.Remove(path) // left behind by a daemon that was killed
	}
	return net.Listen("unix", path)
}

func (ls *listeners) close() {
	for _, l := range []net.Listener{ls.public, ls.admin} {
		if l != nil {
			_ = l.Close()
		}
	}
}

// url returns the address of the front page, "" if there is none.
func (ls *listeners) url() string {
	if ls.public == nil || ls.public.Addr().Network() != "tcp" {
		return ""
	}
	host, port, err := net.SplitHostPort(ls.public.Addr().String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// adminHandler answers supervisors: is it alive, is it ready.
func (d *daemon) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, map[string]any{"alive": true}) })
	mux.HandleFunc("GET /readyz", d.readyz)
	return mux
}

// readyz says whether readers are served from a store that can be read, and
// how far polling lags behind its schedule.
func (d *daemon) readyz(w http.ResponseWriter, r *http.Request) {
	health, err := d.db.Health(r.Context())
	state := map[string]any{"ready": d.ready.Load() && err == nil, "since": d.started}
	if err != nil {
		state["error"] = err.Error()
	}
	var lag time.Duration
	for _, h := range health {
		if !h.Next.IsZero() && !h.Removed {
			lag = max(lag, d.program.now().Sub(h.Next))
		}
	}
	state["lag_seconds"] = int(lag.Seconds())
	if bad := d.bad.Load(); bad != nil {
		state["configuration"] = bad.mistakes()
	}
	status := http.StatusOK
	if state["ready"] != true {
		status = http.StatusServiceUnavailable
	}
	answer(w, status, state)
}

func answer(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked has gone
}
