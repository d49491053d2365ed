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

func opml(urls ...string) string {
	var b strings.Builder
	b.WriteString(`<opml version="2.0"><head><title>l</title></head><body><outline text="Papers">`)
	for i, u := range urls {
		fmt.Fprintf(&b, `<outline text="Feed %d" type="rss" xmlUrl="%s"/>`, i, u)
	}
	b.WriteString(`</outline></body></opml>`)
	return b.String()
}

// members returns the sources that a list names now.
func (r *room) members(list store.SourceID) (on, off []store.Health) {
	r.t.Helper()
	all, err := r.db.Health(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, h := range all {
		switch {
		case h.Of != list:
		case h.Removed:
			off = append(off, h)
		default:
			on = append(on, h)
		}
	}
	return on, off
}

// A list is read again at its interval: its feeds are sources of their own, one
// that went keeps what it brought, and one that comes back has it still.
func TestListIsLive(t *testing.T) {
	r := newRoom(t)
	feeds := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Authorization") != "" {
			t.Errorf("%s was sent the list's password", q.URL)
		}
		say(w, strings.ReplaceAll(rss(1), "harbour", strings.Trim(q.URL.Path, "/")), "ETag", tag1)
	})
	a, b, c, own := feeds.URL+"/a", feeds.URL+"/b", feeds.URL+"/c", feeds.URL+"/own"
	now := opml(a, b, own)
	list := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		say(w, now, "ETag", fmt.Sprintf(`"%d"`, len(now)+strings.Count(now, "/c")))
	})
	r.subscribe("own", own, nil)
	r.sources["friends"] = fetch.Source{
		ID: "friends", OPML: list.URL, Interval: 2 * time.Hour, Headers: map[string]string{"Authorization": "Bearer x"},
		Inherited: fetch.Inherited{Read: fetch.ReadFeed, Tags: []string{"friend"}}, Private: true,
	}
	r.configure()
	if sum := r.round(); sum.OK != 4 || sum.New != 3 {
		t.Fatalf("first round %+v, want list, own feed and two members polled", sum)
	}
	on, _ := r.members("friends")
	if len(on) != 2 || strings.Join(on[0].Tags, " ") != "friend papers" || on[0].State != store.StateOK {
		t.Fatalf("members %+v", on)
	}
	first := map[string]store.SourceID{on[0].URL: on[0].Source, on[1].URL: on[1].Source}
	r.configure() // as a restart or reload does
	if again, _ := r.members("friends"); len(again) != 2 {
		t.Errorf("%d members after a reload", len(again))
	}
	now = opml(a, c)
	r.pass(150 * time.Minute)
	r.round()
	on, off := r.members("friends")
	if len(on) != 2 || len(off) != 1 || off[0].URL != b || len(r.articles(first[b])) != 1 {
		t.Errorf("after b went: %d on, %+v off", len(on), off)
	}
	before := len(feeds.requests())
	for _, bad := range []string{"<html>maintenance</html>", opml()} {
		now = bad
		r.pass(26 * time.Hour)
		r.round()
		if on, _ = r.members("friends"); len(on) != 2 {
			t.Errorf("%d members after the list was %q", len(on), bad)
		}
	}
	for _, q := range feeds.requests()[before:] {
		if q.URL.Path == "/b" {
			t.Error("a feed that went is polled")
		}
	}
	now = opml(a, b)
	r.pass(26 * time.Hour)
	r.round()
	r.round()
	if on, _ = r.members("friends"); len(on) != 2 || len(r.articles(first[b])) != 1 {
		t.Errorf("b came back: %+v", on)
	}
	delete(r.sources, "friends")
	r.configure()
	if on, _ = r.members("friends"); len(on) != 0 {
		t.Errorf("%d members of a list that is configured no more", len(on))
	}
}

// A list is a stranger's: addresses that lead nowhere or inside are errors of
// those members alone, and there are only so many.
func TestHostileList(t *testing.T) {
	r := newRoom(t)
	urls := []string{"file:///etc/passwd", "http://127.66.0.1/", "http://[::1]:1/x", "javascript:alert(1)", "http://user:pass@127.0.0.1/"}
	for i := range 6000 {
		urls = append(urls, fmt.Sprintf("http://f%d.invalid/", i))
	}
	list := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, opml(urls...)) })
	r.sources["many"] = fetch.Source{ID: "many", OPML: list.URL, Inherited: fetch.Inherited{Read: fetch.ReadFeed}}
	r.configure()
	visits, _, err := r.db.Claim(t.Context(), r.clock(), 1)
	if err != nil || len(visits) != 1 {
		t.Fatalf("claim: %v, %v", visits, err)
	}
	if err := r.f.Do(t.Context(), visits[0]); err != nil {
		t.Fatal(err)
	}
	on, _ := r.members("many")
	if len(on) != 5000 {
		t.Errorf("%d members, want 5000", len(on))
	}
	for _, h := range on {
		if !strings.HasPrefix(h.URL, "http://") || strings.Contains(h.URL, "@") {
			t.Errorf("member %s", h.URL)
		}
	}
}
