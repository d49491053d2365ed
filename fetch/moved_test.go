package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// rd-*: the configured address is asked first until the same permanent redirect
// to the same feed has been seen for a week.
func TestMigration(t *testing.T) {
	type asked struct{ old, other int }
	for _, tt := range []struct {
		name     string
		hop      func(n int, target string) (status int, location string)
		answer   func(w http.ResponseWriter)
		migrates bool
	}{
		{"rd-migrate", func(_ int, to string) (int, string) { return 301, to }, ok([]int{1}, "ETag", tag1), true},
		{"rd-301", func(_ int, to string) (int, string) { return 301, to }, ok([]int{1}), true}, // in the end; TestMigration's first week is the row
		{"301 and 302 in turn", func(n int, to string) (int, string) { return []int{301, 302}[n%2], to }, ok([]int{1}), false},
		{"rd-303", func(_ int, to string) (int, string) { return 303, to }, ok([]int{1}), false},
		{"rd-308", func(_ int, to string) (int, string) { return 308, to }, ok([]int{1}), true},
		{"rd-302", func(_ int, to string) (int, string) { return 302, to }, ok([]int{1}), false},
		{"rd-307", func(_ int, to string) (int, string) { return 307, to }, ok([]int{1}), false},
		{"rd-301-flap", func(n int, to string) (int, string) { return 301, to + "?" + time.Duration(n).String() }, ok([]int{1}), false},
		{"rd-301-dead", func(_ int, to string) (int, string) { return 301, to }, status(404), false},
		{"rd-301-portal", func(_ int, to string) (int, string) { return 301, to }, body("<html><body>log in</body></html>"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			target := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { tt.answer(w) })
			o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				code, to := tt.hop(n, target.URL+"/new")
				w.Header().Set("Location", to)
				w.WriteHeader(code)
			})
			r.subscribe("post", o.URL+"/old", nil)
			var counts [12]asked
			for day := range counts {
				before := asked{len(o.requests()), len(target.requests())}
				r.round()
				counts[day] = asked{len(o.requests()) - before.old, len(target.requests()) - before.other}
				r.pass(24 * time.Hour)
			}
			for day, c := range counts[:7] {
				if c.other > 0 && c.old == 0 {
					t.Errorf("day %d: the configured address was not asked", day)
				}
			}
			if got := counts[11].old == 0 && counts[11].other > 0; got != tt.migrates {
				t.Errorf("migrated: %v, want %v (%v)", got, tt.migrates, counts)
			}
			if n := len(r.articles("post")); n > 1 {
				t.Errorf("%d articles, want one at most", n)
			}
		})
	}
}

// A redirect to somebody else's feed is followed, but it is no move.
func TestNoMoveToAnotherFeed(t *testing.T) {
	r := newRoom(t)
	target := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		body(strings.Replace(rss(100+n), "Harbour Post", fmt.Sprint("Feed number ", n), 1))(w)
	})
	o := newOrigin(t, func(n int, w http.ResponseWriter, q *http.Request) {
		if n == 0 {
			ok([]int{1})(w)
			return
		}
		http.Redirect(w, q, target.URL, http.StatusMovedPermanently)
	})
	r.subscribe("post", o.URL, nil)
	for range 12 {
		r.round()
		r.pass(24 * time.Hour)
	}
	before := len(o.requests())
	r.round()
	if len(o.requests()) == before {
		t.Error("the configured address is asked no more")
	}
}

// What a document says of its own address counts as one more redirect, and
// without a redirect as nothing (FETCH-A38). A busy feed that shares nothing with
// its last document but the title is still itself.
func TestHintsOfAMove(t *testing.T) {
	for _, tt := range []struct {
		name       string
		hint       bool
		redirected bool
		days       int // between polls
		migrates   bool
	}{
		{"two redirects and a hint", true, true, 8, true},
		{"two redirects", false, true, 8, false},
		{"hints alone", true, false, 8, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t)
			var target *origin
			feed := func(n int, w http.ResponseWriter, _ *http.Request) {
				doc := rss(100 + n)
				if tt.hint {
					doc = strings.Replace(doc, "<channel>", `<channel><itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">`+target.URL+"/new</itunes:new-feed-url>", 1)
				}
				body(doc)(w)
			}
			target = newOrigin(t, feed)
			o := newOrigin(t, func(n int, w http.ResponseWriter, q *http.Request) {
				if tt.redirected {
					http.Redirect(w, q, target.URL+"/new", http.StatusMovedPermanently)
					return
				}
				feed(n, w, q)
			})
			r.subscribe("post", o.URL, nil)
			for range 2 {
				r.round()
				r.pass(time.Duration(tt.days) * 24 * time.Hour)
			}
			before := len(o.requests())
			r.round()
			if moved := len(o.requests()) == before; moved != tt.migrates {
				t.Errorf("migrated: %v, want %v", moved, tt.migrates)
			}
		})
	}
}

// A source may not move onto the address of another one.
func TestNoMoveOntoAnotherSource(t *testing.T) {
	r := newRoom(t)
	target := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1})(w) })
	o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, target.URL+"/feed", http.StatusMovedPermanently)
	})
	r.subscribe("post", o.URL, nil)
	r.subscribe("other", target.URL+"/feed", nil)
	for range 12 {
		r.round()
		r.pass(24 * time.Hour)
	}
	before := len(o.requests())
	r.round()
	if len(o.requests()) == before {
		t.Error("the configured address is asked no more")
	}
	if h := r.health("post"); h.Code != store.OK {
		t.Errorf("code %q", h.Code)
	}
}
