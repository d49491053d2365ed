package websub_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
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
	"wiredesk/fetch/websub"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// A hub is what a publisher's document names: it takes requests, verifies them
// by asking back, and pushes.
type hub struct {
	t      *testing.T
	URL    string
	answer func(n int, w http.ResponseWriter, form url.Values) // nil: 202

	mu    sync.Mutex
	forms []url.Values
}

func newHub(t *testing.T, answer func(n int, w http.ResponseWriter, form url.Values)) *hub {
	h := &hub{t: t, answer: answer}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			t.Errorf("the hub was asked by %s", r.Method)
		}
		_ = r.ParseForm()
		h.mu.Lock()
		n := len(h.forms)
		h.forms = append(h.forms, r.PostForm)
		h.mu.Unlock()
		if h.answer != nil {
			h.answer(n, w, r.PostForm)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(s.Close)
	h.URL = s.URL
	return h
}

func (h *hub) asked() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.forms)
}

// last returns the latest request, of the n-th at least.
func (h *hub) last(n int) url.Values {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if forms := h.asked(); len(forms) >= n {
			return forms[len(forms)-1]
		}
	}
	h.t.Fatalf("the hub was asked %d times, want %d", len(h.asked()), n)
	return nil
}

// verify asks a callback whether the request was meant.
func (h *hub) verify(callback, mode, topic, lease string) (*http.Response, string) {
	h.t.Helper()
	const challenge = `<script>alert(1)</script>&é`
	q := url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.challenge": {challenge}, "hub.lease_seconds": {lease}, "hub.reason": {"no reason"}}
	res, err := http.Get(callback + "?" + q.Encode())
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	if res.StatusCode == http.StatusOK && mode != "denied" && string(raw) != challenge {
		h.t.Errorf("echoed %q, want the challenge and nothing else", raw)
	}
	return res, string(raw)
}

// push sends a body, signed if sign is not empty.
func (h *hub) push(callback, sign, body string) int {
	h.t.Helper()
	req, err := http.NewRequest(http.MethodPost, callback, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if sign != "" {
		req.Header.Set("X-Hub-Signature", sign)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func sign(method, secret, body string) string {
	sum := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}[method]
	mac := hmac.New(sum, []byte(secret))
	mac.Write([]byte(body))
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}

// A desk is a Subscriber on a real store, with a clock that the test moves.
type desk struct {
	t     *testing.T
	db    *bolt.DB
	sub   *websub.Subscriber
	mu    sync.Mutex
	now   time.Time
	taken []string
	fault error
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)}
	db, err := bolt.Open(bolt.Config{Path: filepath.Join(t.TempDir(), "w.db"), LockTimeout: time.Second}, d.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	client, err := web.New(web.Config{
		Agent: "wiredesk/test", MaxBody: 1 << 20, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/16")}, Now: d.clock,
		Timeouts: web.Timeouts{Dial: time.Second, TLS: time.Second, Headers: 5 * time.Second, Idle: time.Second, Total: 10 * time.Second},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	d.db = db
	d.sub = &websub.Subscriber{Store: db, Client: client, Log: slog.New(slog.DiscardHandler), Now: d.clock, Take: d.take}
	s := httptest.NewServer(d.sub)
	t.Cleanup(s.Close)
	d.sub.Base = s.URL
	if err := d.sub.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = d.sub.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return d
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// pass moves the clock and lets Run look at it.
func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	d.now = d.now.Add(by)
	d.mu.Unlock()
	d.sub.Wake()
}

func (d *desk) take(_ context.Context, _ store.Subscription, _ http.Header, body []byte, _ time.Time) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fault != nil {
		return false, d.fault
	}
	d.taken = append(d.taken, string(body))
	return true, nil
}

func (d *desk) takings() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.taken)
}

func (d *desk) offer(source store.SourceID, hubs []string, topic string) {
	d.t.Helper()
	must(d.t, d.sub.Offer(d.t.Context(), source, store.FeedInfo{Hubs: hubs, Self: topic}))
}

func (d *desk) kept(source store.SourceID) store.Subscription {
	d.t.Helper()
	list, err := d.db.Subscriptions(d.t.Context())
	must(d.t, err)
	for _, s := range list {
		if s.Source == source {
			return s
		}
	}
	return store.Subscription{}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const topic = "http://paper.example/feed"

// subscribed returns a desk with one live subscription, and what the hub was
// asked for it.
func subscribed(t *testing.T, lease string) (*desk, *hub, url.Values) {
	t.Helper()
	d, h := newDesk(t), newHub(t, nil)
	d.offer("paper", []string{h.URL}, topic)
	form := h.last(1)
	if res, _ := h.verify(form.Get("hub.callback"), "subscribe", topic, lease); res.StatusCode != http.StatusOK {
		t.Fatalf("verification: %s", res.Status)
	}
	return d, h, form
}
