package fetch_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"wiredesk/fetch"
	"wiredesk/fetch/web"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// pipes is a network in memory: time in a synctest bubble stands still while a
// real socket is waited for.
type pipes struct {
	conns chan net.Conn
}

func (p pipes) dial(_ context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours, nil
}

func (p pipes) Accept() (net.Conn, error) {
	conn, open := <-p.conns
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A month of Run, in moments: sources of every temper, and how often each of
// them is asked.
func TestMonthOfPolling(t *testing.T) {
	const days = 30
	tempers := map[store.SourceID]struct {
		answer func(at time.Duration, w http.ResponseWriter)
		lo, hi int // requests in the month
	}{
		// Something new every 20 minutes: as often as allowed, four times an hour.
		"busy": {func(at time.Duration, w http.ResponseWriter) {
			ok([]int{int(at / (20 * time.Minute))}, "ETag", tag1)(w)
		}, days * 24 * 2, days * 24 * 4},
		// Twice a day: not hourly any more.
		"calm": {func(at time.Duration, w http.ResponseWriter) { ok([]int{int(at / (12 * time.Hour))}, "ETag", tag1)(w) }, days * 2, days * 12},
		// Nothing new ever: hourly for a week, then ever less.
		"still": {func(_ time.Duration, w http.ResponseWriter) { ok([]int{1}, "ETag", tag1)(w) }, 8 * 24, 13 * 24},
		"ttl":   {func(_ time.Duration, w http.ResponseWriter) { ok([]int{1}, "Cache-Control", "max-age=86400")(w) }, days - 4, days + 1},
		"gone":  {func(_ time.Duration, w http.ResponseWriter) { w.WriteHeader(410) }, 2, 2},
		"dead":  {func(_ time.Duration, w http.ResponseWriter) { w.WriteHeader(500) }, 16, 24},
		"limit": {func(_ time.Duration, w http.ResponseWriter) { status(429, "Retry-After", "43200")(w) }, days*2 - 8, days*2 + 1},
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		db, err := bolt.Open(bolt.Config{Path: filepath.Join(t.TempDir(), "wiredesk.db"), LockTimeout: time.Second}, start)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		asked := make(map[store.SourceID]int)
		network := pipes{conns: make(chan net.Conn)}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := store.SourceID(r.Host[:len(r.Host)-len(".test")])
			mu.Lock()
			asked[id]++
			mu.Unlock()
			w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			tempers[id].answer(time.Since(start), w)
		})}
		go server.Serve(network) //nolint:errcheck // it ends with the network
		config := fetch.Defaults()
		wc := config.Web()
		wc.Dial = network.dial
		log := slog.New(slog.DiscardHandler)
		client, err := web.New(wc, log)
		if err != nil {
			t.Fatal(err)
		}
		f := &fetch.Fetcher{Archive: db, Client: client, Log: log}
		sources := make(map[store.SourceID]fetch.Source)
		var list []store.Source
		for _, id := range slices.Sorted(maps.Keys(tempers)) {
			url := fmt.Sprintf("http://%s.test/feed", id)
			sources[id] = fetch.Source{ID: id, URL: url, Inherited: fetch.Inherited{Read: fetch.ReadFeed}}
			list = append(list, store.Source{ID: id, URL: url})
		}
		if err := f.Configure(config, sources); err != nil {
			t.Fatal(err)
		}
		if err := db.Configure(t.Context(), start, list); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), days*24*time.Hour)
		defer cancel()
		_ = f.Run(ctx)
		for id, temper := range tempers {
			if n := asked[id]; n < temper.lo || n > temper.hi {
				t.Errorf("%s was asked %d times in %d days, want %d to %d", id, n, days, temper.lo, temper.hi)
			}
		}
		client.Close()
		close(network.conns)
		server.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}
