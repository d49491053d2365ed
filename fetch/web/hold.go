package web

import (
	"net/url"
	"sync"
	"time"

	"wiredesk/store"
)

// unasked is how long a host is left alone that answers 429 and names no time.
const unasked = time.Hour

// holds are the hosts that asked for no more requests (FETCH-A16), whoever asks
// them for what: polls, pages, or redirects that lead there. The store keeps
// those of sources beyond a restart.
type holds struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (h *holds) put(u *url.URL, until, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = make(map[string]time.Time)
	}
	for name, t := range h.until {
		if !t.After(now) {
			delete(h.until, name)
		}
	}
	h.until[store.Patience(host(u))] = until
}

// check returns an error while u's host wants to be left alone.
func (h *holds) check(u *url.URL, now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := store.Patience(host(u))
	if until := h.until[name]; until.After(now) {
		e := fail(store.CodeLimited, "%s asked us to wait until %s", name, until.UTC().Format(time.RFC3339))
		e.RetryAfter, e.Host = until, name
		return e
	}
	return nil
}
