package websub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"wiredesk/fetch/web"
	"wiredesk/store"
)

const (
	retryAfter   = time.Hour      // an attempt that came to nothing, at first
	maxRetry     = 24 * time.Hour // and at last
	denied       = 24 * time.Hour // a hub that refused is not asked before
	wantedLease  = 10 * 24 * time.Hour
	longestLease = 30 * 24 * time.Hour // of which two thirds are waited
	shortest     = 30 * time.Second    // between two renewals, whatever the lease
	leaveTries   = 3
)

// maxIdle bounds what a clock that was set can do to Run's sleep.
const maxIdle = time.Minute

// rest is how long Run waits after the store failed.
const rest = time.Minute

// Run asks hubs when they are due to be asked, until ctx is done. It returns
// ctx's cause.
func (s *Subscriber) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		q, next, err := s.due(ctx)
		if err == nil && q != nil {
			err = s.ask(ctx, q)
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.Log.Error("subscriptions rest", "err", err, "for", rest)
			s.sleep(ctx, s.Now().Add(rest))
		case q == nil:
			s.sleep(ctx, next)
		}
	}
	return context.Cause(ctx)
}

// A question is what a hub is to be asked.
type question struct {
	sub      store.Subscription
	mode     string
	callback store.Callback
}

// due returns what is to be asked now, or when there will be something. It is
// kept as asked before it is: the hub may verify before it answers.
func (s *Subscriber) due(ctx context.Context) (*question, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	var next time.Time
	for _, sub := range s.subs {
		switch {
		case sub.Due.IsZero():
		case !sub.Due.After(now) && sub.Gone: // long enough
			end := *sub
			end.Topic = ""
			return nil, now, s.put(ctx, end)
		case !sub.Due.After(now):
			q := begin(*sub, now)
			return q, now, s.put(ctx, q.sub)
		case next.IsZero() || sub.Due.Before(next):
			next = sub.Due
		}
	}
	return nil, next, nil
}

// begin returns the question that a subscription's hub is due to be asked.
func begin(sub store.Subscription, now time.Time) *question {
	q := &question{sub: sub, mode: "unsubscribe", callback: sub.Active}
	if !sub.Leaving {
		q.mode, q.callback = "subscribe", newCallback()
		q.sub.Pending = q.callback
	}
	q.sub.Errors++
	q.sub.Due = now.Add(backoff(q.sub.Errors))
	return q
}

// sleep waits until next, or for ever if that is zero, or until something
// changes.
func (s *Subscriber) sleep(ctx context.Context, next time.Time) {
	var after <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(min(next.Sub(s.Now()), maxIdle))
		defer timer.Stop()
		after = timer.C
	}
	select {
	case <-after:
	case <-s.wake:
	case <-ctx.Done():
	}
}

// ask sends one request to the hub: to push, to go on pushing, or to stop.
func (s *Subscriber) ask(ctx context.Context, q *question) error {
	form := url.Values{
		"hub.mode": {q.mode}, "hub.topic": {q.sub.Topic}, "hub.callback": {s.Base + Path + q.callback.Token},
	}
	if q.mode == "subscribe" {
		form.Set("hub.secret", string(q.callback.Secret))
		form.Set("hub.lease_seconds", fmt.Sprint(int(wantedLease.Seconds())))
	}
	res, err := s.Client.Post(ctx, hubOf(&q.sub), form)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.answered(ctx, q.sub, q.callback, res, err)
}

// backoff doubles with each attempt that came to nothing.
func backoff(errors int) time.Duration {
	wait := retryAfter
	for range min(errors-1, 8) {
		wait *= 2
	}
	return min(wait, maxRetry)
}

// answered notes how the hub took it. A hub that fails is left for the next one
// that the publisher names, unless it said when to come back.
func (s *Subscriber) answered(ctx context.Context, asked store.Subscription, callback store.Callback, res *web.Posted, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subs[asked.Source]
	if sub == nil || sub.Leaving != asked.Leaving || !asked.Leaving && sub.Pending.Token != callback.Token {
		return nil // verified, refused or unwanted meanwhile
	}
	next := *sub
	now := s.Now()
	if err == nil && res.Status/100 == 2 {
		next.Why = ""
		if next.Leaving && next.Errors >= leaveTries {
			next.Gone, next.Due = true, later(next.Active.Until, now.Add(24*time.Hour))
		}
		return s.put(ctx, next)
	}
	next.Why = why(res, err)
	s.Log.Warn("the hub did not take it", "source", next.Source, "hub", hubOf(&next), "why", next.Why)
	switch {
	case next.Leaving && next.Errors >= leaveTries:
		next.Gone, next.Due = true, later(next.Active.Until, now.Add(24*time.Hour))
	case err == nil && (res.Status == http.StatusTooManyRequests || res.Status == http.StatusServiceUnavailable) && res.RetryAfter.After(now):
		next.Due = res.RetryAfter
	case !next.Leaving && next.Hub+1 < len(next.Hubs):
		next.Hub, next.Due = next.Hub+1, now
	case !next.Leaving:
		next.Hub = 0 // from the first again, when the time has come
	}
	if !next.Leaving {
		next.Pending = store.Callback{}
	}
	return s.put(ctx, next)
}

func why(res *web.Posted, err error) string {
	var e *web.Error
	switch {
	case errors.As(err, &e):
		return e.Error()
	case err != nil:
		return web.Line(err.Error())
	}
	return web.Line(fmt.Sprintf("status %d: %s", res.Status, res.Body))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
