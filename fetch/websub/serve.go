package websub

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wiredesk/fetch/web"
	"wiredesk/store"
)

// maxChallenge is the longest challenge that is echoed.
const maxChallenge = 4 << 10

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// ServeHTTP answers hubs: GET asks whether we want something, POST brings it.
// Whoever does not know a callback learns nothing.
func (s *Subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	token, ok := strings.CutPrefix(r.URL.Path, Path)
	if !ok || len(token) != 32 {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.verify(w, r, token)
	case http.MethodPost:
		s.push(w, r, token)
	default:
		h.Set("Allow", "GET, POST")
		http.Error(w, "hubs use GET and POST", http.StatusMethodNotAllowed)
	}
}

// verify answers a hub that asks whether we meant it, or tells us no.
func (s *Subscriber) verify(w http.ResponseWriter, r *http.Request, token string) {
	q := r.URL.Query()
	challenge := q.Get("hub.challenge")
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.find(token)
	if sub == nil || q.Get("hub.topic") != sub.Topic || len(challenge) > maxChallenge {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	next, ok := verified(*sub, token, q, s.Now())
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	if err := s.put(context.WithoutCancel(r.Context()), next); err != nil {
		s.Log.Error("a hub's verification could not be kept", "source", sub.Source, "err", err)
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	}
	s.Log.Info("the hub verified", "source", sub.Source, "mode", q.Get("hub.mode"), "until", next.Active.Until, "why", next.Why)
	_, _ = io.WriteString(w, challenge)
}

// verified returns what a subscription becomes by a hub's question. It is not ok
// if that is about nothing that we asked for.
func verified(sub store.Subscription, token string, q url.Values, now time.Time) (store.Subscription, bool) {
	pending := sub.Pending.Token != "" && same(sub.Pending.Token, token)
	switch q.Get("hub.mode") {
	case "subscribe":
		switch {
		case sub.Leaving || sub.Gone || q.Get("hub.challenge") == "":
			return sub, false
		case pending:
			sub.Active, sub.Pending = sub.Pending, store.Callback{}
		}
		sub.Active.Until, sub.Due = lease(q.Get("hub.lease_seconds"), now)
		sub.Errors, sub.Denied, sub.Why = 0, time.Time{}, ""
		return sub, true
	case "unsubscribe":
		if !sub.Leaving || pending || q.Get("hub.challenge") == "" {
			return sub, false
		}
		sub.Gone, sub.Due = true, later(sub.Active.Until, now.Add(24*time.Hour))
		return sub, true
	case "denied":
		sub.Denied, sub.Why = now, "denied: "+web.Line(q.Get("hub.reason"))
		sub.Pending, sub.Due = store.Callback{}, now.Add(denied)
		if !pending {
			sub.Active = store.Callback{}
		}
		return sub, true
	}
	return sub, false
}

// lease returns when what a hub grants ends, and when to renew it: after two
// thirds, but not all the time, and not years later.
func lease(seconds string, now time.Time) (until, renew time.Time) {
	d := wantedLease
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil && n > 0 {
		d = time.Duration(min(n, int64(longestLease/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		d = longestLease
	}
	return now.Add(d), now.Add(max(d*2/3, shortest))
}

// push takes what a hub brings. The hub is told nothing of what becomes of it,
// but that it should try again when we are at fault.
func (s *Subscriber) push(w http.ResponseWriter, r *http.Request, token string) {
	at := s.Now()
	s.mu.Lock()
	var sub store.Subscription
	found := s.find(token)
	if found != nil {
		sub = *found
	}
	s.mu.Unlock()
	switch {
	case found == nil, !same(sub.Active.Token, token):
		http.Error(w, "not found", http.StatusNotFound)
		return
	case !sub.Live(at):
		http.Error(w, "wanted no more", http.StatusGone)
		return
	}
	select {
	case s.pushs <- struct{}{}:
		defer func() { <-s.pushs }()
		s.take(w, r, sub, at)
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too much at once", http.StatusServiceUnavailable)
	}
}

// take reads what a hub brings for a live subscription.
func (s *Subscriber) take(w http.ResponseWriter, r *http.Request, sub store.Subscription, at time.Time) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.Client.MaxBody()))
	if err != nil {
		s.Log.Warn("a push was cut short or too large", "source", sub.Source, "err", web.Line(err.Error()))
		http.Error(w, "too large, or cut short", http.StatusRequestEntityTooLarge)
		return
	}
	method, ok := signed(r.Header.Get("X-Hub-Signature"), sub.Active.Secret, body)
	if !ok {
		s.Log.Warn("a push was not signed as agreed; dropped", "source", sub.Source, "method", web.Line(method))
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if method == "sha1" {
		s.Log.Info("the hub signs with sha1", "source", sub.Source, "hub", hubOf(&sub))
	}
	news, err := s.Take(context.WithoutCancel(r.Context()), sub, r.Header, body, at)
	if err == nil && news {
		err = s.pushed(r.Context(), sub.Source, at)
	}
	if err != nil {
		s.Log.Error("a push could not be stored", "source", sub.Source, "err", err)
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// pushed notes that a hub pushes again after it had missed something.
func (s *Subscriber) pushed(ctx context.Context, source store.SourceID, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subs[source]
	if sub == nil || sub.Missed.IsZero() && at.Sub(sub.Pushed) < time.Hour {
		return nil // not every push is worth a write
	}
	next := *sub
	next.Pushed, next.Missed = at, time.Time{}
	return s.put(context.WithoutCancel(ctx), next)
}
