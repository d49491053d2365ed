package fetch_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/fetch"
	"wiredesk/store"
)

// sentence makes n words of prose that are different for each seed.
func prose(seed string, words int) string {
	vocabulary := strings.Fields("harbour council ferry storm winter budget vote school bridge repair market price fish boat engine crew island mayor debate law court")
	var b strings.Builder
	for i := range words {
		if i%12 == 0 && i > 0 {
			b.WriteString(". The")
		}
		fmt.Fprintf(&b, " %s%s", vocabulary[(i*7+len(seed)*3+i/5)%len(vocabulary)], map[bool]string{true: seed, false: ""}[i%9 == 0])
	}
	return strings.TrimSpace(b.String()) + "."
}

func page(title, text string) string {
	var paragraphs strings.Builder
	for part := range strings.SplitSeq(text, ". ") {
		fmt.Fprintf(&paragraphs, "<p>%s.</p>\n", part)
	}
	return `<!doctype html><html lang="en"><head><title>` + title + `</title></head><body><header><nav><a href="/">Home</a></nav></header>
<main><article><h1>` + title + `</h1>` + paragraphs.String() + `</article></main><footer>All rights reserved</footer></body></html>`
}

// A paper has a feed of teasers and pages behind them.
type paper struct {
	mu     sync.Mutex
	feed   string
	pages  map[string]func(w http.ResponseWriter)
	robots string
	asked  map[string]int
}

func newPaper(t *testing.T) (*paper, string) {
	p := &paper{pages: make(map[string]func(http.ResponseWriter)), asked: make(map[string]int)}
	o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked[q.URL.Path]++
		switch answer := p.pages[q.URL.Path]; {
		case q.URL.Path == "/feed":
			say(w, p.feed, "ETag", fmt.Sprintf(`"%d"`, len(p.feed)))
		case q.URL.Path == "/robots.txt" && p.robots != "":
			_, _ = io.WriteString(w, p.robots)
		case answer != nil:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			answer(w)
		default:
			http.NotFound(w, q)
		}
	})
	return p, o.URL
}

func teaser(base, path, title, text string) string {
	return fmt.Sprintf(`<item><title>%s</title><link>%s%s</link><guid>%s</guid><description>%s</description></item>`, title, base, path, path, text)
}

func channel(items ...string) string {
	return `<rss version="2.0"><channel><title>Teasers</title><link>http://teasers.example/</link><description>d</description>` + strings.Join(items, "") + `</channel></rss>`
}

func auto(s *fetch.Source) { s.Read = fetch.ReadAuto }

func TestPagesCompleteTeasers(t *testing.T) {
	r := newRoom(t)
	p, base := newPaper(t)
	long := prose("long", 200)
	p.feed = channel(
		teaser(base, "/short", "Council votes on budget", "The council voted."),
		teaser(base, "/long", "Storm closes the bridge", long),
		teaser(base, "/private/x", "Kept from robots", "Short."),
		teaser(base, "/missing", "Page is missing", "Short."),
		teaser(base, "/broken", "Page is down", "Short."),
		teaser(base, "/thin", "Page says less", "These are more words than the page behind it has to offer to anybody."),
	)
	full := prose("short", 260)
	p.robots = "User-agent: *\nDisallow: /private\n"
	p.pages["/short"] = func(w http.ResponseWriter) { _, _ = io.WriteString(w, page("Council votes on budget", full)) }
	p.pages["/broken"] = status(500)
	p.pages["/thin"] = func(w http.ResponseWriter) { _, _ = io.WriteString(w, page("Page says less", "Nothing here")) }
	r.subscribe("teasers", base+"/feed", auto)
	sum := r.round()
	if sum.New != 6 {
		t.Errorf("%+v, want 6 new articles", sum)
	}
	want := map[string]store.PageState{
		"/short": store.PageRead, "/long": store.PageNone, "/private/x": store.PageFailed, "/missing": store.PageFailed,
		"/broken": store.PageWanted, "/thin": store.PageRead,
	}
	for _, a := range r.articles("teasers") {
		if a.Page != want[a.GUID] {
			t.Errorf("%s: page is %v, want %v", a.GUID, a.Page, want[a.GUID])
		}
		kept, err := r.db.Article(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(strings.Fields(kept.Text)); (a.GUID == "/short" || a.GUID == "/long") != (n > 150) {
			t.Errorf("%s: %d words are stored", a.GUID, n)
		}
		if a.Revision != 1 {
			t.Errorf("%s: revision %d, want 1: reading the page is no revision", a.GUID, a.Revision)
		}
	}
	if p.asked["/private/x"] != 0 || p.asked["/robots.txt"] != 1 || p.asked["/long"] != 0 || p.asked["/short"] != 1 {
		t.Errorf("asked for %v", p.asked)
	}
}

// rb-404: each page once, whatever the feed does afterwards.
func TestPagesAreReadOnce(t *testing.T) {
	r := newRoom(t)
	p, base := newPaper(t)
	p.pages["/a"] = func(w http.ResponseWriter) { _, _ = io.WriteString(w, page("A", prose("a", 250))) }
	p.feed = channel(teaser(base, "/a", "A", "Short."))
	r.subscribe("teasers", base+"/feed", auto)
	for range 4 {
		r.round()
		r.pass(8 * time.Hour)
		p.mu.Lock()
		p.feed = channel(teaser(base, "/a", "A", "Short."), "<!-- "+time.Duration(len(p.feed)).String()+" -->")
		p.mu.Unlock()
	}
	list := r.articles("teasers")
	if p.asked["/a"] != 1 || len(list) != 1 || list[0].Revision != 1 {
		t.Errorf("the page was asked for %d times; %d articles", p.asked["/a"], len(list))
	}
}

// A page that could not be had is tried again, a few times, and then left.
func TestPagesAreTriedAgain(t *testing.T) {
	r := newRoom(t)
	p, base := newPaper(t)
	p.pages["/a"] = status(502)
	p.feed = channel(teaser(base, "/a", "A", "Short."))
	r.subscribe("teasers", base+"/feed", auto)
	for range 72 {
		r.round()
		r.pass(30 * time.Minute)
	}
	if n := p.asked["/a"]; n != 4 {
		t.Errorf("the page was asked for %d times, want 4", n)
	}
	if list := r.articles("teasers"); len(list) != 1 || list[0].Page != store.PageFailed {
		t.Errorf("%d articles, the first with page %v", len(list), list[0].Page)
	}
}

func TestWatchedPagesShowSilentEdits(t *testing.T) {
	r := newRoom(t)
	p, base := newPaper(t)
	text := prose("first", 250)
	p.pages["/a"] = func(w http.ResponseWriter) { _, _ = io.WriteString(w, page("A", text)) }
	p.feed = channel(teaser(base, "/a", "A", "Short."))
	r.subscribe("teasers", base+"/feed", func(s *fetch.Source) { auto(s); s.Watch = true })
	r.round()
	p.mu.Lock()
	text = "Eleven members resigned on Tuesday after the auditors published what nobody had expected to read at all. " + text
	p.mu.Unlock()
	for range 10 {
		r.pass(time.Hour)
		r.round()
	}
	list := r.articles("teasers")
	if p.asked["/a"] != 3 || len(list) != 1 || list[0].Revision != 2 {
		t.Errorf("the page was read %d times, want 3; revision %d, want 2", p.asked["/a"], list[0].Revision)
	}
}

// A consent wall in the place of a watched page is no edit, and does not end the
// watch.
func TestWatchedPagesOutlastWalls(t *testing.T) {
	r := newRoom(t)
	p, base := newPaper(t)
	text, wall := prose("first", 250), false
	p.pages["/a"] = func(w http.ResponseWriter) {
		if wall {
			_, _ = io.WriteString(w, page("Before you continue", "We value your privacy. Accept all or manage your consent to the use of cookies."))
			return
		}
		_, _ = io.WriteString(w, page("A", text))
	}
	p.feed = channel(teaser(base, "/a", "A", "Short."))
	r.subscribe("teasers", base+"/feed", func(s *fetch.Source) { auto(s); s.Watch = true })
	r.round()
	for hour := range 14 {
		p.mu.Lock()
		wall = hour < 3
		if hour == 3 {
			text = "Eleven members resigned on Tuesday after the auditors published what nobody had expected to read at all. " + text
		}
		p.mu.Unlock()
		r.pass(time.Hour)
		r.round()
	}
	list := r.articles("teasers")
	if len(list) != 1 || list[0].Revision != 2 || strings.Contains(list[0].Text, "privacy") {
		t.Errorf("the page was read %d times; revision %d, want 2: the edit behind the wall", p.asked["/a"], list[0].Revision)
	}
}

// xx-images, fm-self, g-stray: polling fetches nothing that entries name.
func TestNothingElseIsFetched(t *testing.T) {
	r := newRoom(t)
	stray := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, "x") })
	u := stray.URL
	doc := `<?xml version="1.0"?><?xml-stylesheet href="` + u + `/s.xsl"?><!DOCTYPE rss SYSTEM "` + u + `/rss.dtd" [<!ENTITY e SYSTEM "` + u + `/e">]>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title>
<link>` + u + `/</link><description>d</description><atom:link rel="self" href="` + u + `/self"/><atom:link rel="next" href="` + u + `/next"/>
<itunes:new-feed-url>` + u + `/new</itunes:new-feed-url><image><url>` + u + `/logo.png</url></image><item><title>A</title><link>` + u + `/a</link>
<guid>1</guid><comments>` + u + `/c</comments><enclosure url="` + u + `/x.mp3" length="1" type="audio/mpeg"/><itunes:image href="` + u + `/i.jpg"/>
<description>&lt;img src="` + u + `/p.gif"&gt;&lt;script src="` + u + `/s.js"&gt;&lt;/script&gt;&lt;iframe src="` + u + `/f"&gt;&lt;/iframe&gt; text &e;</description></item></channel></rss>`
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, doc) })
	r.subscribe("post", o.URL, nil)
	for range 3 {
		r.round()
		r.pass(26 * time.Hour)
	}
	if n := len(stray.requests()); n != 0 {
		t.Errorf("%d requests went to what the feed names: %v", n, stray.requests()[0].URL)
	}
	if n := len(o.requests()); n != 3 || len(r.articles("post")) != 1 {
		t.Errorf("%d requests in three rounds", n)
	}
}
