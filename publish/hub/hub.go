// Package hub tells subscribers of our own topics what is new in them (W3C
// WebSub), and pings the hubs of others.
//
// Anybody may subscribe to a feed whose address they know, and to nothing else.
// Callbacks are strangers' addresses: they are asked before anything is sent,
// bounded in number, time and haste, reached through the address guard only, and
// nothing that they answer is read beyond its status.
//
// There is no queue. A follower is kept with the hash of the document that it
// has; who has another than the present one is sent the present one. So a
// newer document takes the place of one that waits, a crash or a restart loses
// and repeats no more than what was under way, and bytes that did not change
// are never sent.
package hub

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/store"
)

// Path is where the hub is, below the site's address.
const Path = "/hub"

// coalesce is the least time between two documents of one topic: what changes
// meanwhile goes out together (PUBLISH-C24).
const coalesce = 30 * time.Second

// A Store keeps followers.
type Store interface {
	Followers(ctx context.Context) ([]store.Follower, error)
	PutFollowers(ctx context.Context, list []store.Follower) error
}

// A Sender makes one request to a stranger, with the address guard before it and
// limits around it. It follows nothing and returns the first keep bytes of the
// answer.
type Sender interface {
	Send(ctx context.Context, method, address string, header http.Header, body []byte, keep int) (status int, answer []byte, err error)
}

// A Config is what a reload may change.
type Config struct {
	Self string   // the hub's own address; empty: nobody can subscribe
	Hubs []string // other hubs, which are told that there is news
}

// A Document is what readers get at a topic's address.
type Document struct {
	Topic   string // the address
	Name    string // for logs: the address may be a secret
	Type    string // Content-Type
	Link    string // the Link header
	Body    []byte // never changed
	Private bool   // no other hub is told of it
}

// A Hub keeps subscriptions and delivers. Set its fields and call Load before
// anything else; after that the fields must not change.
type Hub struct {
	Store  Store
	Sender Sender
	Log    *slog.Logger
	Now    func() time.Time

	mu        sync.Mutex
	config    Config
	topics    map[string]*topic
	followers map[key]*follower
	intents   map[key]*intent // what callbacks are still to be asked, or told
	asking    map[key]bool    // whose callback is being asked
	hosts     map[string]int  // requests under way, by host of the callback
	unsaved   map[key]store.Follower
	haste     haste
	stats     Stats

	wake  chan struct{}
	slots chan struct{}
	work  sync.WaitGroup
}

type key struct{ topic, callback string }

// A topic is a document with its hash, and when it may be sent.
type topic struct {
	Document
	hash uint64
	from time.Time // not before
	sent time.Time // last time that somebody was sent one
}

type follower struct {
	store.Follower
	busy bool // a request is under way
}

// Stats counts what a hub did since it was loaded, and what it has now.
type Stats struct {
	Subscriptions, Waiting, Underway int // now: live; behind the present document; requests

	Accepted, Refused    int64 // requests to subscribe or unsubscribe
	Verified, Unverified int64 // what callbacks said to them
	Delivered, Failed    int64 // attempts to deliver
	Dropped              int64 // documents given up
	Ended                int64 // subscriptions that ended by themselves
	Pinged, Unpinged     int64 // other hubs, told and not
}

// Load reads the followers.
func (h *Hub) Load(ctx context.Context) error {
	list, err := h.Store.Followers(ctx)
	if err != nil {
		return fmt.Errorf("read the hub's subscriptions: %w", err)
	}
	h.topics, h.followers, h.intents, h.asking = map[string]*topic{}, map[key]*follower{}, map[key]*intent{}, map[key]bool{}
	h.hosts, h.unsaved, h.haste = map[string]int{}, map[key]store.Follower{}, haste{}
	h.wake, h.slots = make(chan struct{}, 1), make(chan struct{}, maxDoing)
	for _, f := range list {
		h.followers[keyOf(&f)] = &follower{Follower: f}
	}
	return nil
}

func keyOf(f *store.Follower) key { return key{f.Topic, f.Callback} }

// Configure makes the hub obey c. What c ends is ended by [Hub.Keep].
func (h *Hub) Configure(c Config) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.config = Config{c.Self, slices.Clone(c.Hubs)}
}

// Publish says what readers are given now. Documents that did not change tell
// nobody anything.
func (h *Hub) Publish(docs []Document) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	for _, d := range docs {
		t := h.topics[d.Topic]
		if t == nil {
			t = &topic{}
			h.topics[d.Topic] = t
		}
		t.Document = d
		if sum := xxhash.Sum64(d.Body); sum != t.hash {
			t.hash = sum
			if !t.from.After(now) {
				t.from = later(now, t.sent.Add(coalesce))
			}
		}
		if d.Private {
			continue
		}
		for _, other := range h.config.Hubs {
			if k := (key{d.Topic, other}); h.followers[k] == nil {
				h.followers[k] = &follower{Follower: store.Follower{Topic: d.Topic, Callback: other, Hub: true}}
			}
		}
	}
	h.Wake()
}

// Keep ends what is published or wanted no more: topics that are not among
// those given, with their subscribers, who are told, and the hubs of others
// that are not configured any more.
func (h *Hub) Keep(topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := make(map[string]bool, len(topics))
	for _, address := range topics {
		kept[address] = true
	}
	for address := range h.topics {
		if !kept[address] {
			delete(h.topics, address)
		}
	}
	for k, f := range h.followers {
		switch {
		case f.Hub && (!kept[k.topic] || !slices.Contains(h.config.Hubs, k.callback)):
			h.end(k)
		case !f.Hub && (!kept[k.topic] || h.config.Self == ""):
			h.end(k)
			h.intents[k] = &intent{mode: modeDenied, reason: "the topic is published no more"}
		}
	}
	h.Wake()
}

// end forgets a follower. h.mu must be held.
func (h *Hub) end(k key) {
	f := h.followers[k].Follower
	f.Gone = true
	delete(h.followers, k)
	h.unsaved[k] = f
}

// put keeps a follower as it is. h.mu must be held.
func (h *Hub) put(f *follower) { h.unsaved[keyOf(&f.Follower)] = f.Follower }

// Wake makes Run look at the clock, as when somebody set it.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Stats returns the counters.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stats
	for k, f := range h.followers {
		if !f.Hub {
			s.Subscriptions++
		}
		if t := h.topics[k.topic]; t != nil && t.hash != f.Had {
			s.Waiting++
		}
	}
	for _, n := range h.hosts {
		s.Underway += n
	}
	return s
}

// hostOf returns the host that a callback is at, "" if it is nowhere: one host
// has many ports. It stands for the callback in logs: the rest of it is the
// subscriber's secret.
func hostOf(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}

// ownServer reports whether two addresses are at one host, at the same port or
// both at one of the two that the web has: one site answers at either.
func ownServer(a, b string) bool {
	host := hostOf(a)
	return host != "" && host == hostOf(b) && portOf(a) == portOf(b)
}

// portOf returns the port that an address names, "" for the web's own.
func portOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Port() == "80" || u.Port() == "443" {
		return ""
	}
	return u.Port()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
