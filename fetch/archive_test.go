package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

func linked(rel, to string, numbers ...int) string {
	link := fmt.Sprintf(`<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel=%q href=%q/>`, rel, to)
	return strings.Replace(rss(numbers...), "<channel>", "<channel>"+link, 1)
}

// pg-loop: an archive that never ends, or runs in a circle, is read so far and
// no further: ten documents a day, none twice.
func TestArchiveIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name string
		next func(n int) string // what the n-th document of the archive names
		want int
	}{
		{"pg-loop circle", func(n int) string { return fmt.Sprint("/page/", (n+1)%5) }, 5},
		{"pg-loop endless", func(n int) string { return fmt.Sprint("/page/", n+1) }, 20},
		{"pg-loop itself", func(n int) string { return fmt.Sprint("/page/", n) }, 1},
		{"elsewhere", func(n int) string { return "http://127.0.0.2:1/page" }, 1},
	} {
		for _, rel := range []string{"next", "prev-archive"} {
			t.Run(tt.name+" "+rel, func(t *testing.T) {
				t.Parallel()
				r := newRoom(t)
				pages := map[string]int{}
				o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
					n := 0
					if _, err := fmt.Sscanf(q.URL.Path, "/page/%d", &n); err != nil {
						say(w, linked(rel, "/page/0", 1, 2), "ETag", tag1)
						return
					}
					pages[q.URL.Path]++
					say(w, linked(rel, tt.next(n), 100+2*n, 101+2*n))
				})
				r.subscribe("post", o.URL, nil)
				for day := range 6 {
					before := len(pages)
					for range 15 {
						r.round()
						r.pass(time.Minute)
					}
					if n := len(pages) - before; n > 10 {
						t.Errorf("%d documents on day %d", n, day)
					}
					r.pass(24 * time.Hour)
				}
				for path, n := range pages {
					if n > 1 {
						t.Errorf("%s was read %d times", path, n)
					}
				}
				if len(pages) != tt.want {
					t.Errorf("%d documents of the archive were read, want %d", len(pages), tt.want)
				}
				if n := len(r.articles("post")); n != 2+2*tt.want {
					t.Errorf("%d articles, want %d", n, 2+2*tt.want)
				}
			})
		}
	}
}

// A document in which nothing is known has a gap behind it: the archive fills it.
// One that shares an entry with the last has none.
func TestGapIsFilled(t *testing.T) {
	r := newRoom(t)
	var pages []string
	docs := []string{rss(2, 1), linked("prev-archive", "/a1", 4, 3, 2), linked("prev-archive", "/a2", 9, 8)}
	turn := 0
	o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/feed":
			say(w, docs[turn])
		case "/a2":
			pages = append(pages, q.URL.Path)
			say(w, linked("prev-archive", "/a1", 7, 6, 5))
		default:
			pages = append(pages, q.URL.Path)
			w.WriteHeader(http.StatusNotFound)
		}
	})
	r.subscribe("post", o.URL+"/feed", nil)
	for turn = range docs {
		for range 4 {
			r.round()
			r.pass(2 * time.Minute)
		}
		r.pass(26 * time.Hour)
	}
	if got := strings.Join(pages, " "); got != "/a2 /a1" {
		t.Errorf("asked for %q, want /a2 and then /a1 once", got)
	}
	if n := len(r.articles("post")); n != 9 {
		t.Errorf("%d articles, want all 9", n)
	}
	if h := r.health("post"); h.Code != store.OK {
		t.Errorf("an archive that is not there counts as the feed's error: %q", h.Code)
	}
}

// A page of a feed holds other entries when the feed has moved on: a gap is
// filled with it again, weeks later. What an archive's address held it still does.
func TestSecondGapBehindTheSamePage(t *testing.T) {
	for _, tt := range []struct {
		rel  string
		want int
	}{{"next", 3}, {"prev-archive", 1}} {
		r := newRoom(t)
		turn, asked := 0, 0
		o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
			newest := 10 * (turn + 1)
			if q.URL.Path == "/feed" {
				say(w, linked(tt.rel, "/2", newest, newest-1))
				return
			}
			asked++
			say(w, rss(newest-2, newest-3))
		})
		r.subscribe("post", o.URL+"/feed", nil)
		for turn = range 3 {
			for range 4 {
				r.round()
				r.pass(2 * time.Minute)
			}
			r.pass(20 * 24 * time.Hour)
		}
		if asked != tt.want {
			t.Errorf("%s: the page was asked for %d times in three gaps, want %d", tt.rel, asked, tt.want)
		}
	}
}
