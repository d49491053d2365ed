package hub_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/fetch/web"
	"wiredesk/publish/hub"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// A rig is a hub on a real store that speaks real HTTP, with a clock that the
// test moves. Nothing happens but in [hub.Hub.Once].
type rig struct {
	*testing.T
	*hub.Hub
	db  *bolt.DB
	now time.Time
}

const (
	self = "https://wire.example/hub"
	feed = "https://wire.example/t/syria/feed.atom"
	rss  = "https://wire.example/t/syria/feed.rss"
)

// newRig returns the hub of a site with two feeds, which takes callbacks on this
// machine if open is set.
func newRig(t *testing.T, open bool) *rig {
	t.Helper()
	r := &rig{T: t, now: time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)}
	var err error
	if r.db, err = bolt.Open(bolt.Config{Path: filepath.Join(t.TempDir(), "w.db"), LockTimeout: time.Second}, r.now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	c := web.Config{
		Agent: "wiredesk/test", MaxBody: 1 << 20,
		Timeouts: web.Timeouts{Dial: time.Second, TLS: time.Second, Headers: 5 * time.Second, Idle: time.Second, Total: 10 * time.Second},
	}
	if open {
		c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}
	client, err := web.New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	r.hire(client)
	r.publish("first")
	return r
}

// hire puts a new hub to work on the store, as after a restart.
func (r *rig) hire(sender hub.Sender) {
	r.Helper()
	r.Hub = &hub.Hub{Store: r.db, Sender: sender, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return r.now }}
	if err := r.Load(r.Context()); err != nil {
		r.Fatal(err)
	}
	r.Configure(hub.Config{Self: self})
}

// publish gives readers a text in both feeds.
func (r *rig) publish(text string) {
	docs := []hub.Document{}
	for _, topic := range []string{feed, rss} {
		docs = append(docs, hub.Document{
			Topic: topic, Name: "syria", Type: "application/atom+xml; charset=utf-8", Body: []byte("<feed>" + text + "</feed>"),
			Link: fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, self, topic),
		})
	}
	r.Publish(docs)
}

// pass moves the clock and lets the hub do what is due.
func (r *rig) pass(d time.Duration) {
	r.Helper()
	r.now = r.now.Add(d)
	if err := r.Once(r.Context()); err != nil {
		r.Fatal(err)
	}
}

// news publishes a text and lets it be delivered.
func (r *rig) news(text string) {
	r.Helper()
	r.now = r.now.Add(time.Hour)
	r.publish(text)
	r.pass(0)
}

// ask sends a form to the hub, of which subscribing to feed is what it is not
// told otherwise, and returns the answer.
func (r *rig) ask(callback string, more ...string) *httptest.ResponseRecorder {
	r.Helper()
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {feed}, "hub.callback": {callback}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
		if more[i+1] == "" {
			form.Del(more[i])
		}
	}
	req := httptest.NewRequest(http.MethodPost, self, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	if w.Code/100 == 4 && !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		r.Errorf("a refusal is %s, want text", w.Header().Get("Content-Type"))
	}
	return w
}

// subscribe subscribes s and has it verified.
func (r *rig) subscribe(s *subscriber, more ...string) {
	r.Helper()
	if w := r.ask(s.URL+"/cb", more...); w.Code != http.StatusAccepted {
		r.Fatalf("status %d: %s", w.Code, w.Body)
	}
	r.pass(0)
}

// kept returns the subscription to feed, if there is one.
func (r *rig) kept() (store.Follower, bool) {
	r.Helper()
	list, err := r.db.Followers(r.Context())
	if err != nil || len(list) > 1 {
		r.Fatalf("%d followers, %v", len(list), err)
	}
	if len(list) == 0 {
		return store.Follower{}, false
	}
	return list[0], true
}

// A subscriber is an HTTP server that answers a hub.
type subscriber struct {
	URL string

	mu     sync.Mutex
	echo   func(w http.ResponseWriter, q url.Values) // nil: it means everything
	take   func(w http.ResponseWriter, n int)        // nil: 200; n counts from 1
	asked  []url.Values
	bodies []string
	heads  []http.Header
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.Query())
		echo := s.echo
		s.mu.Unlock()
		if echo == nil {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		echo(w, r.URL.Query())
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.bodies, s.heads = append(s.bodies, string(body)), append(s.heads, r.Header)
	n, take := len(s.bodies), s.take
	s.mu.Unlock()
	if take != nil {
		take(w, n)
	}
}

// got returns what was delivered.
func (s *subscriber) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.bodies)
}

func (s *subscriber) answer(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.take = func(w http.ResponseWriter, _ int) { w.WriteHeader(status) }
}

func (s *subscriber) mean(echo func(w http.ResponseWriter, q url.Values)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.echo = echo
}

// A line is a sender of the test's own: for what must not take real time.
type line func(ctx context.Context, method, address string, body []byte) (status int, err error)

func (f line) Send(ctx context.Context, method, address string, _ http.Header, body []byte, keep int) (int, []byte, error) {
	status, err := f(ctx, method, address, body)
	u, bad := url.Parse(address)
	if err != nil || bad != nil || keep == 0 {
		return status, nil, err
	}
	return status, []byte(u.Query().Get("hub.challenge")), nil
}
