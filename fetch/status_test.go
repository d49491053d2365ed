package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// next lets the time pass until the source is due, and polls.
func (r *room) next(id store.SourceID) (waited time.Duration) {
	r.t.Helper()
	h := r.health(id)
	waited = h.Next.Sub(r.clock())
	r.pass(waited)
	r.round()
	return waited
}

// st-404, st-500, st-401, st-403-challenge, st-429-bare: whoever fails is left
// alone for longer and longer, and never given up.
func TestFailingSourcesAreLeftAlone(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter)
		code   store.Code
	}{
		{"st-404", status(404), store.CodeMissing},
		{"st-500", status(500), store.CodeStatus},
		{"st-401", status(401, "WWW-Authenticate", "Basic"), store.CodeLogin},
		{"st-403-challenge", status(403, "Cf-Mitigated", "challenge"), store.CodeBlocked},
		{"st-429-bare", status(429), store.CodeLimited},
		{"st-429-garbage", status(429, "Retry-After", "soon"), store.CodeLimited},
		{"st-429-negative", status(429, "Retry-After", "-5"), store.CodeLimited},
		{"st-503-bare", status(503), store.CodeBusy},
		{"rd-nolocation", status(301), store.CodeRedirect},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { tt.answer(w) })
			r.subscribe("post", o.URL, nil)
			r.round()
			var last time.Duration
			for i := range 8 {
				wait := r.next("post")
				if wait < last*9/10 || wait < time.Hour || wait > 27*time.Hour {
					t.Errorf("wait %d is %v after %v", i, wait, last)
				}
				last = wait
			}
			if last < 20*time.Hour {
				t.Errorf("after nine failures it is asked every %v", last)
			}
			if n := len(o.requests()); n != 9 {
				t.Errorf("%d requests in nine rounds", n)
			}
			for _, q := range o.requests() {
				if q.UserAgent() != o.requests()[0].UserAgent() || q.Header.Get("Authorization") != "" {
					t.Errorf("asked with %v", q.Header)
				}
			}
			if h := r.health("post"); h.Code != tt.code {
				t.Errorf("code %q, want %q", h.Code, tt.code)
			}
		})
	}
}

// st-410: said twice, a day apart, it is believed; then not even force asks again.
func TestGoneIsConfirmedOnce(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 0 {
			ok([]int{1})(w)
			return
		}
		w.WriteHeader(http.StatusGone)
	})
	r.subscribe("post", o.URL, nil)
	r.round()
	r.next("post")
	if wait := r.next("post"); wait < 24*time.Hour {
		t.Errorf("asked again after %v, want a day at least", wait)
	}
	for range 30 {
		r.pass(24 * time.Hour)
		r.round()
	}
	r.force()
	r.round()
	if n := len(o.requests()); n != 3 {
		t.Errorf("%d requests, want 3: one good, two that said gone", n)
	}
	if n := len(r.articles("post")); n != 1 {
		t.Errorf("%d articles are left, want 1", n)
	}
}

// st-429-seconds, st-429-date, st-503-seconds, st-503-date: not before it ends,
// not even by force; then again.
func TestRetryAfterIsKept(t *testing.T) {
	for _, tt := range []struct {
		name string
		code int
		date bool
	}{{"st-429-seconds", 429, false}, {"st-429-date", 429, true}, {"st-503-seconds", 503, false}, {"st-503-date", 503, true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				if n > 0 {
					ok([]int{1})(w)
					return
				}
				w.Header().Set("Date", r.clock().Format(http.TimeFormat))
				w.Header().Set("Retry-After", "36000")
				if tt.date {
					w.Header().Set("Retry-After", r.clock().Add(10*time.Hour).Format(http.TimeFormat))
				}
				w.WriteHeader(tt.code)
			})
			r.subscribe("post", o.URL, nil)
			r.round()
			for range 9 {
				r.pass(time.Hour)
				r.force()
				r.round()
			}
			if n := len(o.requests()); n != 1 {
				t.Errorf("%d requests within ten hours, want 1", n)
			}
			r.pass(3 * time.Hour)
			r.round()
			if n := len(o.requests()); n != 2 || len(r.articles("post")) != 1 {
				t.Errorf("%d requests after it ended, want 2", n)
			}
		})
	}
}

// A 429 behind a redirect is the target's word: that host is left alone, by all
// who are led there, and the redirecting one is not.
func TestA429BehindARedirect(t *testing.T) {
	r := newRoom(t)
	target := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { status(429, "Retry-After", "43200")(w) })
	lead := func(_ int, w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/own" {
			ok([]int{1}, "ETag", tag1)(w)
			return
		}
		http.Redirect(w, q, target.URL+"/feed", http.StatusFound)
	}
	one, two := newOrigin(t, lead), newOrigin(t, lead)
	r.subscribe("one", one.URL, nil)
	r.round()
	r.subscribe("two", two.URL, nil)
	r.subscribe("own", one.URL+"/own", nil)
	r.subscribe("there", target.URL+"/other", nil)
	for range 10 {
		r.round()
		r.pass(time.Hour)
	}
	if n := len(target.requests()); n != 1 {
		t.Errorf("the host that wants to be left alone got %d requests, want 1", n)
	}
	if h := r.health("two"); h.Code != store.CodeLimited {
		t.Errorf("a source that is led there ends with %q", h.Code)
	}
	if h := r.health("own"); h.Last.IsZero() {
		t.Error("the host that only redirects is left alone as well")
	}
}

// st-429-host, st-503-sibling: a 429 closes the host, a 503 only its feed.
func TestHoldsAndSiblings(t *testing.T) {
	for _, tt := range []struct {
		name    string
		code    int
		sibling bool // goes on being polled
	}{{"st-429-host", 429, false}, {"st-503-sibling", 503, true}} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t)
			asked := make(map[string]int)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
				asked[q.URL.Path]++
				if q.URL.Path == "/a" {
					status(tt.code, "Retry-After", "43200")(w)
					return
				}
				ok([]int{1}, "ETag", tag1)(w)
			})
			r.subscribe("b", o.URL+"/b", nil)
			r.round()
			r.subscribe("a", o.URL+"/a", nil)
			r.round()
			before := asked["/b"]
			for range 10 {
				r.pass(time.Hour)
				r.round()
			}
			if polled := asked["/b"] > before; polled != tt.sibling {
				t.Errorf("the sibling was asked %d times meanwhile", asked["/b"]-before)
			}
			if asked["/a"] != 1 {
				t.Errorf("the feed itself was asked %d times", asked["/a"])
			}
		})
	}
}

// cad-*: what a source says of its own freshness is heard, within a day.
func TestFreshnessIsHeard(t *testing.T) {
	ttl := func(s string) string {
		return strings.Replace(rss(1), "<description>d", "<ttl>"+s+"</ttl><description>d", 1)
	}
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter)
		lo, hi time.Duration
	}{
		{"cad-plain", ok([]int{1}, "ETag", tag1), 54 * time.Minute, 66 * time.Minute},
		{"cad-maxage", ok([]int{1}, "Cache-Control", "max-age=18000"), 5 * time.Hour, 5*time.Hour + 10*time.Minute},
		{"cad-age", ok([]int{1}, "Cache-Control", "max-age=18000", "Age", "14400"), time.Hour, 67 * time.Minute},
		{"cad-nocache", ok([]int{1}, "Cache-Control", "no-store, max-age=0", "Expires", "0"), time.Hour, 67 * time.Minute},
		{"cad-huge", ok([]int{1}, "Cache-Control", "max-age=315360000"), 24 * time.Hour, 25 * time.Hour},
		{"cad-ttl", body(ttl("210")), 210 * time.Minute, 220 * time.Minute},
		{"ttl garbage", body(ttl("often")), time.Hour, 67 * time.Minute},
		{"ttl huge", body(ttl("99999999")), 24 * time.Hour, 25 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { tt.answer(w) })
			r.subscribe("post", o.URL, nil)
			r.round()
			for range 3 {
				if wait := r.health("post").Next.Sub(r.clock()); wait < tt.lo || wait > tt.hi {
					t.Errorf("asked again after %v, want %v to %v", wait, tt.lo, tt.hi)
				}
				r.next("post")
			}
		})
	}
}

// cad-304-maxage: freshness counts from a 304 too, and the ttl of the document
// that it confirms still holds.
func TestFreshnessOfA304(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 0 {
			say(w, strings.Replace(rss(1), "<description>d", "<ttl>120</ttl><description>d", 1), "ETag", tag1)
			return
		}
		status(304, "Cache-Control", fmt.Sprint("max-age=", 36000*(n%2)))(w)
	})
	r.subscribe("post", o.URL, nil)
	r.round()
	for i, want := range []time.Duration{2 * time.Hour, 10 * time.Hour, 2 * time.Hour, 10 * time.Hour} {
		if wait := r.next("post"); wait < want || wait > want+15*time.Minute {
			t.Errorf("wait %d was %v, want %v", i, wait, want)
		}
	}
}

// A 304 that says nothing of freshness confirms the document with the lifetime
// that it came with.
func TestFreshnessOfABare304(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 0 {
			ok([]int{1}, "ETag", tag1, "Cache-Control", "max-age=36000")(w)
			return
		}
		status(304)(w)
	})
	r.subscribe("post", o.URL, nil)
	r.round()
	for i := range 3 {
		if wait := r.next("post"); wait < 10*time.Hour || wait > 10*time.Hour+15*time.Minute {
			t.Errorf("wait %d was %v, want 10 h", i, wait)
		}
	}
}

// g-once: however often a round is started, a source is asked once an interval.
func TestOnceAnInterval(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1})(w) })
	r.subscribe("post", o.URL, nil)
	for range 5 {
		r.round()
		r.configure()
		r.pass(10 * time.Second)
	}
	if n := len(o.requests()); n != 1 {
		t.Errorf("%d requests within a minute, want 1", n)
	}
}
