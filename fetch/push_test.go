package fetch_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/fetch"
	"wiredesk/store"
)

func push(r *room, header http.Header, body string) store.Receipt {
	r.t.Helper()
	sub := store.Subscription{Source: "post", Topic: "http://harbour.example/feed", Title: "Harbour Post"}
	_, got, err := r.f.Push(r.t.Context(), fetch.Push{Subscription: sub, Header: header, Body: []byte(body), At: r.clock()})
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func dated(title, at string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>Harbour Post</title><updated>` + at + `</updated><entry><id>urn:harbour:1</id><title>` +
		title + `</title><link href="http://harbour.example/1"/><updated>` + at + `</updated><content>The ferry left the quay an hour late because of fog.</content></entry></feed>`
}

// S-17: what a hub sends is read within the limits of a poll, and nothing of
// what is not this feed is stored.
func TestS17BadPushes(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	z.Close()
	for _, tt := range []struct{ name, coding, body string }{
		{"S-17 HTML", "", "<!doctype html><html><body><p>hello</p></body></html>"},
		{"S-17 broken XML", "", "<rss><channel><item><title>x"},
		{"S-17 cut", "", strings.TrimSuffix(rss(9), "</channel></rss>")},
		{"S-17 gzip bomb", "gzip", bomb.String()},
		{"S-17 not gzip", "gzip", rss(9)},
		{"S-17 unknown coding", "x-rig", rss(9)},
		{"S-17 another feed", "", strings.ReplaceAll(rss(9), "Harbour Post", "Somebody Else")},
		{"S-17 empty", "", ""},
		{"S-17 deep", "", strings.Repeat("<a>", 200_000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1})(w) })
			r.subscribe("post", o.URL, nil)
			r.round()
			got := push(r, http.Header{"Content-Encoding": {tt.coding}}, tt.body)
			if n := len(r.articles("post")); n != 1 || len(got.Articles) > 0 {
				t.Errorf("%d articles after it, want 1", n)
			}
		})
	}
}

// S-18, S-19: a push adds, says nothing of what it leaves out, may come twice,
// and may come late.
func TestS18S19PushesAreMerged(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{3, 2}, "ETag", tag1)(w) })
	r.subscribe("post", o.URL, nil)
	r.round()
	next := r.health("post").Next
	r.pass(time.Minute)
	if got := push(r, nil, rss(4)); got.Count(store.New) != 1 || len(r.articles("post")) != 3 {
		t.Errorf("S-18: %+v, %d articles", got, len(r.articles("post")))
	}
	if got := push(r, nil, rss(4)); got.Count(store.New)+got.Count(store.Revised) != 0 {
		t.Errorf("S-19: a push that comes twice: %+v", got)
	}
	for _, step := range []struct {
		title, at string
		want      store.Verdict
	}{
		{"Ferry late", "2026-05-06T10:00:00Z", store.New},
		{"Ferry very late", "2026-05-06T11:00:00Z", store.Revised},
		{"Ferry late again", "2026-05-06T10:30:00Z", store.Unchanged}, // overtaken
		{"Ferry sunk", "2026-05-06T11:30:00Z", store.Revised},
	} {
		r.pass(time.Minute)
		if got := push(r, nil, dated(step.title, step.at)); got.Count(step.want) != 1 {
			t.Errorf("S-19 %s: %+v, want %v", step.title, got.Articles, step.want)
		}
	}
	if h := r.health("post"); !h.Next.Equal(next) || h.Self.Title != "Harbour Post" {
		t.Errorf("pushes changed the schedule of polls: %v, want %v", h.Next, next)
	}
	r.pass(26 * time.Hour)
	before := len(o.requests())
	r.round()
	if q := o.requests()[before]; q.Header.Get("If-None-Match") != tag1 {
		t.Errorf("after pushes a poll sends %q, want the validators of the last poll", q.Header.Get("If-None-Match"))
	}
}

// A32, S-20: a source whose hub pushes is polled at a quarter of the rate, daily
// at least; as often as before once the hub missed something.
func TestS20PushedSourcesArePolledLess(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1}, "ETag", tag1)(w) })
	r.subscribe("post", o.URL, nil)
	r.round()
	sub := store.Subscription{Source: "post", Topic: o.URL, Active: store.Callback{Token: "t", Until: r.clock().AddDate(1, 0, 0)}}
	if err := r.db.PutSubscription(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	r.next("post")
	if wait := r.next("post"); wait < 3*time.Hour+30*time.Minute || wait > 5*time.Hour {
		t.Errorf("pushed: polled after %v, want about four hours", wait)
	}
	for range 60 {
		if wait := r.next("post"); wait > 24*time.Hour {
			t.Errorf("pushed and silent: polled after %v, want a day at most", wait)
		}
	}
	sub.Missed = r.clock()
	if err := r.db.PutSubscription(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	r.subscribe("new", o.URL+"/2", nil) // the first is silent for weeks by now
	sub.Source = "new"
	if err := r.db.PutSubscription(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	r.round()
	if wait := r.health("new").Next.Sub(r.clock()); wait > 70*time.Minute {
		t.Errorf("S-20: the hub missed something and the source is polled after %v", wait)
	}
	r.config.WebSub = false // as in a round without a daemon
	r.subscribe("deaf", o.URL+"/3", nil)
	sub.Source, sub.Missed = "deaf", time.Time{}
	if err := r.db.PutSubscription(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	r.round()
	if wait := r.health("deaf").Next.Sub(r.clock()); wait > 70*time.Minute {
		t.Errorf("nobody takes pushes and the source is polled after %v", wait)
	}
}

// S-01, S-02, S-03, S-05: where hub and topic come from, and that polls go on at
// the configured address.
func TestS01S02S03S05HubsAreFound(t *testing.T) {
	rssHub := `<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="http://body.hub/"/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="http://body.self/"/>`
	inRSS := strings.Replace(rss(1), "<channel>", "<channel>"+rssHub, 1)
	inAtom := strings.Replace(dated("x", "2026-05-06T10:00:00Z"), "<id>", `<link rel="hub" href="http://body.hub/"/><link rel="self" href="http://body.self/"/><id>`, 1)
	inText := strings.Replace(rss(1), "<description>d", `<description>&lt;link rel="hub" href="http://evil.hub/"&gt;d`, 1)
	for _, tt := range []struct {
		name, body, link, hubs, self string
		moved                        int
	}{
		{"S-01", inRSS, `<http://head.hub/>; rel="hub", <http://head.self/>; rel="self"`, "[http://head.hub/]", "http://head.self/", 0},
		{"S-02 RSS", inRSS, "", "[http://body.hub/]", "http://body.self/", 0},
		{"S-02 Atom", inAtom, "", "[http://body.hub/]", "http://body.self/", 0},
		{"S-02 text of a feed", inText, "", "[]", "", 0},
		{"S-05 302", inRSS, "", "[http://body.hub/]", "http://body.self/", 302},
		{"S-05 301", inRSS, `<http://head.self/>; rel="self"`, "[http://body.hub/]", "http://head.self/", 301},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
				if tt.moved > 0 && q.URL.Path == "/feed" {
					w.Header().Set("Link", `<http://hop.hub/>; rel="hub", <http://hop.self/>; rel="self"`)
					http.Redirect(w, q, "/real", tt.moved)
					return
				}
				if tt.link != "" {
					w.Header().Set("Link", tt.link)
				}
				say(w, tt.body)
			})
			r.subscribe("post", o.URL+"/feed", nil)
			r.round()
			if self := r.health("post").Self; fmt.Sprint(self.Hubs) != tt.hubs || self.Self != tt.self {
				t.Errorf("hubs %v, self %q; want %s, %q", self.Hubs, self.Self, tt.hubs, tt.self)
			}
			r.pass(26 * time.Hour)
			before := len(o.requests())
			r.round()
			if got := o.requests()[before].URL.Path; got != "/feed" {
				t.Errorf("S-03: polled at %s, want the configured address", got)
			}
		})
	}
}
