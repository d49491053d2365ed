// Package websub lets publishers push: it subscribes at the hubs that sources
// name (W3C WebSub), proves to them that we want it, and takes what they send
// (FETCH-A32). Polling goes on all the while, less often; what a push says is
// read like a poll and trusted no further.
//
// What must outlive the program is in the store: which hub was asked for what,
// with which callback and secret. Randomness and clock enter there with it.
package websub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"wiredesk/fetch/web"
	"wiredesk/store"
)

// A Store keeps subscriptions.
type Store interface {
	Subscriptions(ctx context.Context) ([]store.Subscription, error)
	PutSubscription(ctx context.Context, s store.Subscription) error
}

// Path is where callbacks are, below the site's address.
const Path = "/websub/"

// A Subscriber keeps subscriptions and answers hubs. Set its fields and call
// Load before anything else; after that the fields must not change.
type Subscriber struct {
	Store  Store
	Client *web.Client
	Base   string // the site's public address, without a slash at its end
	Log    *slog.Logger
	Now    func() time.Time
	// Take reads a push. It reports whether that brought anything; an error is
	// ours, and makes the hub try again.
	Take func(ctx context.Context, sub store.Subscription, h http.Header, body []byte, at time.Time) (news bool, err error)

	mu    sync.Mutex
	subs  map[store.SourceID]*store.Subscription
	wake  chan struct{}
	pushs chan struct{} // tokens of pushes being taken
}

// maxPushes is how many pushes are read at once: each may be as large as a feed.
const maxPushes = 4

// Load reads the subscriptions.
func (s *Subscriber) Load(ctx context.Context) error {
	list, err := s.Store.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("read subscriptions: %w", err)
	}
	s.subs, s.wake, s.pushs = make(map[store.SourceID]*store.Subscription, len(list)), make(chan struct{}, 1), make(chan struct{}, maxPushes)
	for i := range list {
		s.subs[list[i].Source] = &list[i]
	}
	return nil
}

// Offer says what a source's document says of itself: its hubs and its own
// address. Where that is another topic, or no longer the hub, the subscription
// starts over.
func (s *Subscriber) Offer(ctx context.Context, source store.SourceID, feed store.FeedInfo) error {
	hubs, topic := feed.Hubs[:min(len(feed.Hubs), maxHubs)], feed.Self
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	sub := s.subs[source]
	wanted := len(hubs) > 0 && topic != "" && len(topic) <= 2048
	switch {
	case !wanted && (sub == nil || sub.Leaving):
		return nil
	case !wanted:
		return s.leave(ctx, sub, now)
	case sub != nil && !sub.Leaving && sub.Topic == topic && slices.Equal(sub.Hubs, hubs) && sub.ID == feed.ID && sub.Title == feed.Title:
		return nil
	}
	fresh := store.Subscription{Source: source, Topic: topic, Hubs: slices.Clone(hubs), Due: now}
	switch {
	case sub == nil:
	case sub.Topic == topic && !sub.Leaving && slices.Contains(hubs, hubOf(sub)): // ours stays
		fresh = *sub
		fresh.Hubs, fresh.Hub = slices.Clone(hubs), slices.Index(hubs, hubOf(sub))
	case sub.Active.Token != "":
		if err := s.part(ctx, *sub, now); err != nil {
			return err
		}
	}
	fresh.ID, fresh.Title = feed.ID, feed.Title
	return s.put(ctx, fresh)
}

// part lets the hub that a source had be told, while the source has another: the
// old subscription leaves under a name that no source has. s.mu must be held.
func (s *Subscriber) part(ctx context.Context, old store.Subscription, now time.Time) error {
	old.Hubs, old.Hub = []string{hubOf(&old)}, 0
	old.Source = store.SourceID(fmt.Sprintf("%s@%s", old.Source, web.Host(old.Hubs[0])))
	old.Pending = store.Callback{}
	return s.leave(ctx, &old, now)
}

// Keep ends the subscriptions of all sources but those wanted.
func (s *Subscriber) Keep(ctx context.Context, wanted func(store.SourceID) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, sub := range s.subs {
		if !wanted(id) && !sub.Leaving {
			if err := s.leave(ctx, sub, s.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// leave lets the hub be told that a topic is wanted no more. s.mu must be held.
func (s *Subscriber) leave(ctx context.Context, sub *store.Subscription, now time.Time) error {
	next := *sub
	next.Leaving, next.Due, next.Errors = true, now, 0
	if next.Active.Token == "" {
		next.Topic = "" // the hub has nothing of ours
	}
	return s.put(ctx, next)
}

// Missed notes that a poll found what no push had brought: the source is polled
// as often as before, until pushes come again.
func (s *Subscriber) Missed(ctx context.Context, source store.SourceID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subs[source]
	if sub == nil || !sub.Missed.IsZero() {
		return nil
	}
	next := *sub
	next.Missed = s.Now()
	s.Log.Warn("a poll found what the hub did not push; polling at full rate again", "source", source, "hub", hubOf(sub))
	return s.put(ctx, next)
}

// put keeps a subscription in the store and then here. s.mu must be held.
func (s *Subscriber) put(ctx context.Context, sub store.Subscription) error {
	if err := s.Store.PutSubscription(ctx, sub); err != nil {
		return err
	}
	if sub.Topic == "" {
		delete(s.subs, sub.Source)
	} else {
		s.subs[sub.Source] = &sub
	}
	s.Wake()
	return nil
}

// Wake makes Run look at the clock, as when somebody set it.
func (s *Subscriber) Wake() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// find returns the subscription that a callback's token belongs to. All are
// looked at, whatever the token: how long it takes says nothing of them.
func (s *Subscriber) find(token string) *store.Subscription {
	var found *store.Subscription
	for _, sub := range s.subs {
		for _, t := range []string{sub.Active.Token, sub.Pending.Token} {
			if len(t) == len(token) && t != "" && same(t, token) {
				found = sub
			}
		}
	}
	return found
}

func hubOf(sub *store.Subscription) string {
	if len(sub.Hubs) == 0 {
		return ""
	}
	return sub.Hubs[sub.Hub%len(sub.Hubs)]
}

// newCallback returns a callback that nobody can guess.
func newCallback() store.Callback {
	token, secret := make([]byte, 16), make([]byte, 32)
	rand.Read(token)
	rand.Read(secret)
	return store.Callback{Token: hex.EncodeToString(token), Secret: []byte(hex.EncodeToString(secret))}
}
