package fetch_test

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/fetch"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// A room is a Fetcher with a real store, and a clock that the test moves.
type room struct {
	t       testing.TB
	db      *bolt.DB
	f       *fetch.Fetcher
	config  fetch.Config
	sources map[store.SourceID]fetch.Source

	mu  sync.Mutex
	now time.Time
}

func newRoom(t testing.TB) *room {
	t.Helper()
	r := &room{t: t, now: time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC), sources: make(map[store.SourceID]fetch.Source)}
	db, err := bolt.Open(bolt.Config{Path: filepath.Join(t.TempDir(), "wiredesk.db"), LockTimeout: time.Second}, r.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r.db = db
	r.config = fetch.Defaults()
	r.config.HostGap = 0
	r.config.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/16")}
	r.config.Timeouts = fetch.Timeouts{Dial: 2 * time.Second, TLS: 2 * time.Second, Headers: time.Second, Idle: time.Second, Total: 3 * time.Second}
	r.f = &fetch.Fetcher{Archive: db, Log: slog.New(slog.DiscardHandler), Now: r.clock}
	return r
}

func (r *room) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *room) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// subscribe configures one more source, which reads feeds only unless edit
// says otherwise.
func (r *room) subscribe(id store.SourceID, url string, edit func(*fetch.Source)) {
	r.t.Helper()
	s := fetch.Source{ID: id, URL: url, Inherited: fetch.Inherited{Read: fetch.ReadFeed}}
	if edit != nil {
		edit(&s)
	}
	if err := s.Check(); err != nil {
		r.t.Fatalf("source %s: %v", id, err)
	}
	r.sources[id] = s
	r.configure()
}

func (r *room) configure() {
	r.t.Helper()
	if err := r.config.Check(); err != nil {
		r.t.Fatal(err)
	}
	if err := r.f.Configure(r.config, slices.Collect(maps.Values(r.sources))); err != nil {
		r.t.Fatal(err)
	}
	var list []store.Source
	for _, id := range slices.Sorted(maps.Keys(r.sources)) {
		s := r.sources[id]
		list = append(list, store.Source{ID: id, URL: s.URL + s.OPML, List: s.OPML != "", Tags: s.Tags, Private: s.Private})
	}
	if err := r.db.Configure(r.t.Context(), r.now, list); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) round() fetch.Summary {
	r.t.Helper()
	s, err := r.f.Round(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *room) force(ids ...store.SourceID) {
	r.t.Helper()
	if err := r.db.Force(r.t.Context(), r.clock(), ids); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) health(id store.SourceID) store.Health {
	r.t.Helper()
	list, err := r.db.Health(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, h := range list {
		if h.Source == id {
			return h
		}
	}
	r.t.Fatalf("no health of %s", id)
	return store.Health{}
}

func (r *room) articles(id store.SourceID) []store.Article {
	r.t.Helper()
	list, err := r.db.Articles(r.t.Context(), id, 0, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// An origin answers the n-th request (from 0) and remembers what was asked.
type origin struct {
	URL string
	mu  sync.Mutex
	log []*http.Request
}

func newOrigin(t testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *origin {
	t.Helper()
	o := &origin{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		n := len(o.log)
		o.log = append(o.log, r)
		o.mu.Unlock()
		answer(n, w, r)
	}))
	t.Cleanup(s.Close)
	o.URL = s.URL
	return o
}

func (o *origin) requests() []*http.Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.log)
}

// rss writes a feed with items of these numbers, newest first.
func rss(numbers ...int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title><link>http://harbour.example/</link><description>d</description>`)
	for _, n := range numbers {
		fmt.Fprintf(&b, `<item><title>Ferry %d delayed</title><link>http://harbour.example/%d</link><guid>urn:harbour:%d</guid>`+
			`<description>Ferry number %d left the quay an hour late because of fog over the sound.</description></item>`, n, n, n, n)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

func say(w http.ResponseWriter, body string, header ...string) {
	w.Header().Set("Content-Type", "application/rss+xml")
	for i := 0; i < len(header); i += 2 {
		w.Header()[header[i]] = []string{header[i+1]}
	}
	_, _ = io.WriteString(w, body)
}
