package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// begin runs a daemon on a configuration in which LISTEN stands for a free
// address, and returns it with that address.
func begin(t testing.TB, config string) (*daemon, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(strings.ReplaceAll(config, "LISTEN", address)), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{in: strings.NewReader(""), out: io.Discard, err: io.Discard, dir: dir, config: filepath.Join(dir, "config.yaml"), logFormat: "text", begun: true}
	ctx, cancel := context.WithCancel(t.Context())
	ended, running := make(chan error, 1), make(chan *daemon, 1)
	go func() {
		ended <- p.runDaemon(ctx, slog.New(slog.DiscardHandler), func(d *daemon, _ string) { running <- d })
	}()
	select {
	case d := <-running:
		t.Cleanup(func() { cancel(); <-ended })
		return d, address
	case err := <-ended:
		cancel()
		t.Fatal(err)
	}
	return nil, ""
}

const trial = `version: 1
site: {url: "http://LISTEN", contact: a@b.example}
store: {path: w.db}
fetch: {allow_networks: [127.0.0.0/8], host_gap: 0s, min_interval: 1s}
defaults: {read: feed}
topics: {all: {match: "*", settle: 0s}}
`

// One daemon publishes and is a hub; another subscribes to a topic of it and has
// the next story at once, though it would poll no sooner than in an hour.
func TestDaemonPushesToDaemon(t *testing.T) {
	var stories atomic.Int32
	stories.Store(1)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := fmt.Sprint(stories.Load())
		fmt.Fprintf(w, pushedFeed, n, n, n, "number "+n)
	}))
	defer origin.Close()
	first, at := begin(t, trial+`publish: {listen: LISTEN, hub: true}
sources: {paper: {url: "`+origin.URL+`/feed"}}
`)
	req, _ := http.NewRequest(http.MethodHead, "http://"+at+"/t/all/feed.atom", nil)
	head, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	head.Body.Close()
	if want := fmt.Sprintf(`<http://%[1]s/hub>; rel="hub", <http://%[1]s/t/all/feed.atom>; rel="self"`, at); head.Header.Get("Link") != want {
		t.Fatalf("Link %q, want %q", head.Header.Get("Link"), want)
	}
	until(t, "the first story is published", func() bool { return strings.Contains(read(t, "http://"+at+"/t/all/feed.atom"), "Story 1") })

	second, _ := begin(t, trial+`publish: {listen: LISTEN}
sources: {wire: {url: "http://`+at+`/t/all/feed.atom"}}
`)
	until(t, "the hub has a subscriber", func() bool { return first.hub.Stats().Subscriptions == 1 })
	stories.Store(2)
	if err := first.db.Force(t.Context(), first.program.now(), nil); err != nil {
		t.Fatal(err)
	}
	first.fetcher.Wake()
	until(t, "the second story was pushed", func() bool {
		list, err := second.db.Articles(t.Context(), "wire", 0, 0)
		return err == nil && len(list) == 2
	})
	until(t, "the hub knows of it", func() bool { return first.hub.Stats().Delivered == 1 })
	subs, err := second.db.Subscriptions(t.Context())
	if err != nil || len(subs) != 1 || subs[0].Pushed.IsZero() && subs[0].Active.Token == "" {
		t.Errorf("the subscription is %+v, %v", subs, err)
	}
}

// A command that publishes pings other hubs of the feeds that changed, after
// they are there; one that changes nothing pings nobody.
func TestSingleCommandsPing(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	var pings []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := os.ReadFile(filepath.Join(dir, "out", "t", "all", "feed.atom"))
		mu.Lock()
		defer mu.Unlock()
		pings = append(pings, r.FormValue("hub.mode")+" "+r.FormValue("hub.url"))
		if !strings.Contains(string(raw), "Story 1") || !strings.Contains(string(raw), `rel="hub"`) {
			t.Error("pinged before the feed was there")
		}
	}))
	defer other.Close()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, pushedFeed, "1", "1", "1", "today") }))
	defer origin.Close()
	config := strings.ReplaceAll(trial, "LISTEN", "wire.example") + "publish: {dir: out, hubs: [\"" + other.URL + "/\"]}\n" +
		"sources: {paper: {url: \"" + origin.URL + "/feed\"}}\n"
	config = strings.Replace(config, "settle: 0s}", "settle: 0s, formats: [atom]}, inside: {match: \"*\", token: 0123456789abcdef}", 1)
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		p := &program{args: []string{"fetch", "--force"}, in: strings.NewReader(""), out: io.Discard, err: io.Discard, dir: dir, config: filepath.Join(dir, "config.yaml")}
		if code := p.run(t.Context()); code != exitDone {
			t.Fatalf("exit code %d", code)
		}
	}
	if len(pings) != 1 || pings[0] != "publish http://wire.example/t/all/feed.atom" {
		t.Errorf("pinged %q, want once, for the public topic", pings)
	}
}

func read(t *testing.T, address string) string {
	t.Helper()
	_, text := askHTTP(t, address)
	return text
}

func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
