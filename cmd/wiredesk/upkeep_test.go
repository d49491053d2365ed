package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"wiredesk/store/bolt"
)

// The daemon makes a backup when one is due, keeps the newest, touches nothing
// else in their folder, and says when it could make none.
func TestBackupsRotate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		folder := filepath.Join(dir, "backups")
		db, err := bolt.Open(bolt.Config{Path: filepath.Join(dir, "wire.db")}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		cfg := &config{Keep: keep{Backups: 2, BackupEvery: 6 * time.Hour, BackupDir: folder}}
		cfg.Store.Path = filepath.Join(dir, "wire.db")
		run := func(d time.Duration) *daemon {
			house := &daemon{program: &program{}, log: slog.New(slog.DiscardHandler), db: db}
			house.cfg.Store(cfg)
			ctx, stop := context.WithTimeout(t.Context(), d)
			defer stop()
			house.keepHouse(ctx)
			return house
		}

		if err := os.WriteFile(folder, []byte("in the way"), 0o600); err != nil {
			t.Fatal(err)
		}
		if house := run(time.Hour); !house.ward.has("backup") {
			t.Error("no backup could be made, and it did not say so")
		}
		if err := os.Remove(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"wire-mine.db", "other-20000101T000000Z.db", "notes"} {
			if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		begin := time.Now().Add(chores)
		if house := run(25 * time.Hour); house.ward.has("backup") {
			t.Error("it still says that no backup can be made")
		}
		want := []string{"other-20000101T000000Z.db", "notes", "wire-mine.db"}
		for _, after := range []time.Duration{18 * time.Hour, 24 * time.Hour} {
			want = append(want, "wire-"+begin.Add(after).UTC().Format(stampFormat)+".db")
		}
		slices.Sort(want)
		if got := names(t, folder); !slices.Equal(got, want) {
			t.Errorf("in the folder are %q, want %q", got, want)
		}
		for _, name := range want[len(want)-3 : len(want)-1] {
			if _, err := bolt.Check(t.Context(), filepath.Join(folder, name), bolt.Records); err != nil {
				t.Error(err)
			}
		}
		run(4 * time.Hour) // started anew, it goes by the backups that there are
		if got := names(t, folder); !slices.Equal(got, want) {
			t.Errorf("after a new start there are %q, want %q", got, want)
		}
	})
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		list = append(list, e.Name())
	}
	return list
}

// A configuration that fails when it is taken leaves the old desk at work; one
// that is taken later takes its place.
func TestFailedReloadLeavesTheOldDesk(t *testing.T) {
	var stories atomic.Int32
	stories.Store(1)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := fmt.Sprint(stories.Load())
		_, _ = io.WriteString(w, fmt.Sprintf(pushedFeed, n, n, n, "number "+n))
	}))
	defer origin.Close()
	d, at := begin(t, trial+"publish: {listen: LISTEN}\nsources: {paper: {url: \""+origin.URL+"/feed\"}}\n")
	publishes := func(topic string, n int32) {
		t.Helper()
		stories.Store(n)
		if err := d.db.Force(t.Context(), d.program.now(), nil); err != nil {
			t.Fatal(err)
		}
		d.fetcher.Wake()
		until(t, fmt.Sprintf("story %d is in %s", n, topic), func() bool {
			return strings.Contains(read(t, "http://"+at+"/t/"+topic+"/feed.atom"), fmt.Sprint("Story ", n))
		})
	}
	publishes("all", 1)

	raw, err := os.ReadFile(d.program.config)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(raw), "topics: {", "topics: {second: {match: Story, settle: 0s}, ", 1)
	next := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(next, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	other := *d.program
	other.config = next
	cfg, err := other.load()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Store.Path = d.cfg.Load().Store.Path
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := d.take(stopped, cfg); err == nil {
		t.Fatal("it was taken by a store that could not write")
	}
	publishes("all", 2)
	if code, _ := askHTTP(t, "http://"+at+"/t/second/feed.atom"); code == http.StatusOK {
		t.Error("a topic of the refused configuration is published")
	}

	if err := os.WriteFile(d.program.config, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	publishes("second", 3)
	publishes("all", 4)
}
