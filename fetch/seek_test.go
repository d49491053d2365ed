package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/fetch"
	"wiredesk/store"
)

// dc-autodiscovery: a source whose address is a page is asked at the first feed
// that the page names, and the page is asked no more.
func TestAddressOfAPage(t *testing.T) {
	link := func(href string) string {
		return `<link rel="alternate" type="application/rss+xml" href="` + href + `">`
	}
	for _, tt := range []struct {
		name, head string
		header     map[string]string
		want       []string // paths asked in four rounds
		code       store.Code
	}{
		{"dc-autodiscovery", link("/one") + link("/two"), nil, []string{"/", "/one", "/one", "/one", "/one"}, store.OK},
		{"the first leads nowhere", link("/gone") + link("/two"), nil, []string{"/", "/gone", "/two", "/two", "/two", "/two"}, store.OK},
		{"nothing is guessed", "", nil, []string{"/", "/", "/", "/"}, store.CodeHTML},
		{"many", strings.Repeat(link("/gone"), 30) + link("/a") + link("/b") + link("/c") + link("/two"), nil, []string{"/", "/gone", "/a", "/b", "/c", "/", "/", "/"}, store.CodeHTML},
		{"a header of its own stays at home", link("http://elsewhere.invalid/one"), map[string]string{"X-Key": "k"}, []string{"/", "/", "/", "/"}, store.CodeHTML},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
				switch q.URL.Path {
				case "/":
					say(w, "<html><head><title>Post</title>"+tt.head+"</head><body>x</body></html>", "Content-Type", "text/html", "ETag", tag2)
				case "/one", "/two", "/feed.xml":
					ok([]int{1}, "ETag", tag1)(w)
				default:
					http.NotFound(w, q)
				}
			})
			r.subscribe("post", o.URL+"/", func(s *fetch.Source) { s.Headers = tt.header })
			for range 4 {
				r.round()
				r.pass(26 * time.Hour)
			}
			var got []string
			for _, q := range o.requests() {
				got = append(got, q.URL.Path)
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("asked %v, want %v", got, tt.want)
			}
			h := r.health("post")
			if h.Code != tt.code {
				t.Errorf("code %q, want %q", h.Code, tt.code)
			}
			if moved := h.State == store.StateMoved && strings.HasPrefix(h.MovedTo, o.URL); moved != (tt.code == store.OK) {
				t.Errorf("the operator is told %q, moved to %q", h.State, h.MovedTo)
			}
		})
	}
}

// A source that had a feed and now has a page has lost it: nothing takes its
// place. And a feed that was found stays, while it fails.
func TestAPageInsteadOfAFeedIsNoFirstAnswer(t *testing.T) {
	r := newRoom(t)
	page := body(`<html><head><link rel="alternate" type="application/rss+xml" href="/other"></head></html>`)
	o := newOrigin(t, func(n int, w http.ResponseWriter, q *http.Request) {
		switch {
		case q.URL.Path == "/found" && n < 3, q.URL.Path == "/feed" && n < 1:
			ok([]int{1})(w)
		case q.URL.Path == "/page":
			body(`<html><head><link rel="alternate" type="application/rss+xml" href="/found"></head></html>`)(w)
		default:
			page(w)
		}
	})
	r.subscribe("post", o.URL+"/feed", nil)
	r.round()
	r.subscribe("page", o.URL+"/page", nil)
	for range 3 {
		r.round()
		r.pass(26 * time.Hour)
	}
	for _, q := range o.requests() {
		if q.URL.Path == "/other" {
			t.Error("another feed was asked in the place of one that went")
		}
	}
	if h := r.health("page"); h.Code != store.CodeHTML || h.MovedTo != o.URL+"/found" {
		t.Errorf("the feed that was found fails: %q, asked at %q", h.Code, h.MovedTo)
	}
}
