package publish_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"wiredesk/publish/curate"
)

// running starts a desk in a bubble and returns how to stop it.
func running(t *testing.T, r *rig) (stop func() error) {
	r.desk.Now = time.Now
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.desk.Run(ctx) }()
	synctest.Wait()
	return func() error {
		cancel(errStopped)
		return <-done
	}
}

var errStopped = errors.New("stopped")

// The desk wakes for changes, and by itself when a story has settled, when the
// debounce is over and when a story is too old.
func TestRunWakesByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "post")
		short := topic("short", "*")
		short.MaxAge = time.Hour
		r.hire(short)
		stop := running(t, r)
		tell := func(title string, n int) {
			r.now = time.Now().UTC()
			r.deliver("post", article("post", 1, title, words("fire", n)))
			synctest.Wait()
		}
		var updated time.Time
		shows := func(want string) {
			t.Helper()
			synctest.Wait()
			e, _ := r.desk.Edition("short")
			got := ""
			updated = e.Updated
			if len(e.Entries) > 0 {
				got = e.Entries[0].Title
			}
			if got != want {
				t.Errorf("%v after the start: %q, want %q", time.Since(begin()), got, want)
			}
		}
		tell("One", 100)
		shows("")
		time.Sleep(2 * time.Minute)
		shows("One")
		tell("Two", 130)
		shows("Two")
		second := updated
		tell("Three", 160)
		shows("Three")
		if !updated.Equal(second) {
			t.Errorf("updated moved to %v at once", updated)
		}
		time.Sleep(15 * time.Minute)
		shows("Three")
		if !updated.After(second) {
			t.Error("updated did not move after 15 minutes")
		}
		time.Sleep(42 * time.Minute)
		shows("Three")
		time.Sleep(time.Minute)
		shows("")
		if err := stop(); !errors.Is(err, errStopped) {
			t.Errorf("Run = %v, want what stopped it", err)
		}
		_ = r.db.Close()
	})
}

// begin is when every bubble begins.
func begin() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// A full disk is no reason to stop: what was not published is, once it can be.
func TestRunOutlivesItsSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "post")
		r.hire(topic("all", "*"))
		r.desk.Log = slog.New(slog.DiscardHandler)
		r.out.full.Store(true)
		stop := running(t, r)
		r.now = time.Now().UTC()
		r.deliver("post", article("post", 1, "One", words("fire", 100)))
		time.Sleep(3 * time.Minute)
		st, err := r.db.Desk(t.Context(), "desk")
		if err != nil || st.Bookmark != 0 {
			t.Errorf("bookmark = %d, %v; want 0 while nothing can be published", st.Bookmark, err)
		}
		r.out.full.Store(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := r.titles("all"); got != "One" {
			t.Errorf("edition = %q, want One", got)
		}
		_ = stop()
		_ = r.db.Close()
	})
}

// A configuration that comes while the desk sleeps is taken at once.
func TestConfigureWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "post")
		r.hire(topic("fire", "fire1"))
		stop := running(t, r)
		r.now = time.Now().UTC()
		r.deliver("post", article("post", 1, "One", words("fire", 100)), article("post", 2, "Two", words("flood", 100)))
		time.Sleep(3 * time.Minute)
		if err := r.desk.Configure([]curate.Topic{topic("flood", "flood1")}, r.outlets); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if e, _ := r.desk.Edition("flood"); len(e.Entries) != 1 || e.Entries[0].Title != "Two" {
			t.Errorf("edition = %+v, want Two", e.Entries)
		}
		if _, ok := r.desk.Edition("fire"); ok || r.titles("fire") != "" {
			t.Error("a topic that is gone still has an edition")
		}
		_ = stop()
		if list, err := r.db.Takings(t.Context(), "fire", 0, 0); err != nil || len(list) != 0 {
			t.Errorf("takings of a topic that is gone: %v, %v", list, err)
		}
		_ = r.db.Close()
	})
}
