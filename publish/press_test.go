package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/publish"
	"wiredesk/publish/bucket"
	"wiredesk/publish/curate"
	"wiredesk/publish/render"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// export publishes the rig's topics to dir and to a server, as a new process would.
func (r *rig) export(dir string, topics ...curate.Topic) *serve.Site {
	r.Helper()
	pages, err := site.New("")
	if err != nil {
		r.Fatal(err)
	}
	folder, err := serve.OpenFolder(dir)
	if err != nil {
		r.Fatal(err)
	}
	r.hire(topics...)
	press := &publish.Press{Pages: pages, Folder: folder, Log: slog.New(slog.DiscardHandler)}
	press.Site = serve.New(serve.Config{Render: press.OnDemand(r.desk)})
	r.desk.Sink = press
	if _, err := r.desk.Once(r.Context(), true); err != nil {
		r.Fatal(err)
	}
	if err := folder.Close(); err != nil {
		r.Fatal(err)
	}
	return press.Site
}

// files returns what lies below dir, with its times.
func files(t *testing.T, dir string) (bodies map[string]string, times map[string]time.Time) {
	t.Helper()
	bodies, times = map[string]string{}, map[string]time.Time{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".") {
			return err
		}
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		info, err := d.Info()
		bodies[name], times[name] = string(body), info.ModTime()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bodies, times
}

func TestPressPaths(t *testing.T) {
	r := newRig(t, "post", "herald")
	first := article("post", 1, "Truce holds", words("truce", 200))
	rec := r.deliver("post", first)
	r.deliver("herald", shared("herald", first))
	r.deliver("post", article("post", 1, "Truce breaks", words("truce", 150)+" and so it broke"))
	page := "s/" + rec.Articles[0].Story.String() + "/index.html"
	secret := topic("inside", "*")
	secret.Token = "0123456789abcdef"
	rss := topic("feeds", "truce1")
	rss.Formats = []string{"rss"}
	dir := t.TempDir()
	all := changesTopic("all", "*")
	served := r.export(dir, all, rss, secret)

	bodies, times := files(t, dir)
	for _, want := range []string{
		"index.html", "opml.xml", "style.css", "sources/index.html", "t/all/index.html", "t/all/feed.atom", "t/all/feed.rss",
		"t/all/feed.json", "t/all/sources.opml", "t/all/changes.atom", "t/feeds/feed.rss", "t/inside/0123456789abcdef/feed.atom", page,
	} {
		if bodies[want] == "" {
			t.Errorf("nothing at %s", want)
		}
	}
	if !strings.Contains(bodies["t/all/changes.atom"], "Truce breaks") || !strings.Contains(bodies["t/all/index.html"], `title="all (changes)" href="/t/all/changes.atom"`) {
		t.Errorf("the topic’s changes are not told, or its page does not link to them:\n%s\n%s", bodies["t/all/changes.atom"], bodies["t/all/index.html"])
	}
	if bodies["t/feeds/feed.atom"] != "" || bodies["t/feeds/index.html"] != "" {
		t.Error("formats that were not asked for are there")
	}
	for _, public := range []string{"index.html", "opml.xml", page} {
		if strings.Contains(bodies[public], "0123456789abcdef") {
			t.Errorf("%s tells a topic's token", public)
		}
	}
	for path, want := range map[string]string{"/t/all/": "", "/t/inside/0123456789abcdef/": "noindex"} {
		w := httptest.NewRecorder()
		served.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+path, nil))
		if got := w.Header().Get("X-Robots-Tag"); w.Code != 200 || got != want {
			t.Errorf("%s: status %d, X-Robots-Tag %q, want %q", path, w.Code, got, want)
		}
	}
	for name, body := range bodies {
		path := "/" + strings.TrimSuffix(name, "index.html")
		w := httptest.NewRecorder()
		served.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+path, nil))
		if w.Code != 200 || w.Body.String() != body {
			t.Errorf("%s: served with status %d, %d bytes; exported %d bytes", path, w.Code, w.Body.Len(), len(body))
		}
	}

	r.now = r.now.Add(24 * time.Hour) // nothing happened
	r.export(dir, all, rss, secret)
	again, later := files(t, dir)
	if diff := cmp.Diff(bodies, again); diff != "" {
		t.Errorf("a second run changed bytes:\n%s", diff)
	}
	if diff := cmp.Diff(times, later); diff != "" {
		t.Errorf("a second run touched files:\n%s", diff)
	}

	r.export(dir, topic("all", "absent"))
	last, _ := files(t, dir)
	if last["t/feeds/feed.rss"] != "" || last["t/all/changes.atom"] != "" || strings.Contains(last["t/all/feed.atom"], "Truce") || last[page] != "" {
		t.Errorf("what no topic shows any more is still there")
	}
}

// What was exported at a topic's former address goes when a token closes it,
// when the token changes, and when the topic goes.
func TestTokenClosesTheFormerAddress(t *testing.T) {
	r := newRig(t, "post")
	r.deliver("post", article("post", 1, "Truce holds", words("truce", 200)))
	dir, inside := t.TempDir(), topic("inside", "*")
	for _, token := range []string{"", "0123456789abcdef", "fedcba9876543210"} {
		inside.Token = token
		r.export(dir, topic("all", "*"), inside)
		bodies, _ := files(t, dir)
		for name := range bodies {
			if path := "/" + name; strings.HasPrefix(path, "/t/inside/") && !strings.HasPrefix(path, inside.Path("")) {
				t.Errorf("token %q: %s is still there", token, name)
			}
		}
		if name := inside.Path("feed.atom")[1:]; bodies[name] == "" {
			t.Errorf("token %q: nothing at %s", token, name)
		}
	}
	r.export(dir, topic("all", "*"))
	bodies, _ := files(t, dir)
	for name := range bodies {
		if strings.HasPrefix(name, "t/inside/") {
			t.Errorf("the topic is gone and %s is still there", name)
		}
	}
}

func TestSearch(t *testing.T) {
	r := newRig(t, "post")
	r.source(curate.Outlet{ID: "secret", Name: "Secret", Private: true})
	_ = r.db.Close()
	r.open()
	r.deliver("post", article("post", 1, "Truce", words("truce", 100)), article("post", 2, "Fire", words("fire", 100)))
	r.deliver("secret", article("secret", 3, "Hidden truce", words("truce", 100)))
	r.hire(topic("all", "*"))
	r.round(3 * time.Minute)
	for q, want := range map[string]int{"truce": 1, "*": 2, "hidden": 0, "source:secret": 0, "title:truce OR fire1": 2} {
		d, err := r.desk.Search(t.Context(), q, 0, 10)
		if err != nil || len(d.Entries) != want || d.Problem != "" || d.Older != 0 {
			t.Errorf("Search(%s) = %d hits, %q, %v; want %d", q, len(d.Entries), d.Problem, err, want)
		}
	}
	if d, err := r.desk.Search(t.Context(), "a (b", 0, 10); err != nil || !strings.Contains(d.Problem, "never closed") || !strings.HasSuffix(d.Problem, "\n  ^") {
		t.Errorf("Search of a mistake = %q, %v", d.Problem, err)
	}
}

// A search ends when it has enough, and goes on from there when asked to.
func TestSearchOlder(t *testing.T) {
	r := newRig(t, "post")
	for i := range 7 {
		r.deliver("post", article("post", i, fmt.Sprint("Truce ", i), words(fmt.Sprint("w", i, "x"), 100)))
	}
	r.hire(topic("all", "*"))
	r.round(3 * time.Minute)
	var titles []string
	for before, pages := store.StoryID(0), 0; ; pages++ {
		d, err := r.desk.Search(t.Context(), "truce", before, 3)
		if err != nil || pages > 3 {
			t.Fatalf("after %q: %v", titles, err)
		}
		for _, e := range d.Entries {
			titles = append(titles, e.Title)
		}
		if before = d.Older; before == 0 {
			break
		}
	}
	if want := []string{"Truce 6", "Truce 5", "Truce 4", "Truce 3", "Truce 2", "Truce 1", "Truce 0"}; !slices.Equal(titles, want) {
		t.Errorf("page by page: %q, want %q", titles, want)
	}
}

func TestSearchFeed(t *testing.T) {
	r := newRig(t, "post", "herald")
	first := article("post", 1, "Truce", words("truce", 100))
	r.deliver("post", first, article("post", 2, "Fire", words("fire", 100)))
	served := r.export(t.TempDir(), topic("all", "*"))
	get := func(query string, tags ...string) *httptest.ResponseRecorder {
		w, req := httptest.NewRecorder(), httptest.NewRequest("GET", "http://localhost/search?"+query, nil)
		for _, tag := range tags {
			req.Header.Set("If-None-Match", tag)
		}
		served.ServeHTTP(w, req)
		return w
	}
	w := get("q=title%3Atruce+OR+nothing&format=atom")
	body := w.Body.String()
	for _, want := range []string{
		"<title>Truce</title>", `<link rel="self" type="application/atom+xml" href="https://wire.example/search?q=title%3Atruce+OR+nothing&amp;format=atom">`,
		"<title>Search: title:truce OR nothing</title>", "<id>tag:wire.example,2026:search/title%3Atruce+OR+nothing</id>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the feed lacks %s:\n%s", want, body)
		}
	}
	if w.Code != 200 || w.Header().Get("Content-Type") != render.TypeAtom || strings.Contains(body, "Fire") || w.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("status %d, %v:\n%s", w.Code, w.Header(), body)
	}
	r.now = r.now.Add(time.Hour)
	if again := get("q=title%3Atruce+OR+nothing&format=atom", w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("asked again: status %d, want 304", again.Code)
	}
	for query, want := range map[string]string{"q=a+(b&format=atom": "never closed", "format=atom": "q is empty", "q=truce&format=rss": `format "rss"`} {
		if w := get(query); w.Code != 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET /search?%s: status %d, %s; want 400 and %s", query, w.Code, w.Body, want)
		}
	}
	if page := get("q=truce").Body.String(); !strings.Contains(page, `href="/search?q=truce&amp;format=atom"`) {
		t.Errorf("the page does not link to its feed:\n%s", page)
	}
}

// gated is an archive whose stories are read only once somebody opens the gate.
type gated struct {
	publish.Archive
	waiting, gate chan struct{}
}

func (g gated) Latest(ctx context.Context, before store.StoryID, limit int) ([]store.Story, error) {
	g.waiting <- struct{}{}
	<-g.gate
	return g.Archive.Latest(ctx, before, limit)
}

// Strangers cannot make the server search as often as they ask.
func TestSearchesAreFew(t *testing.T) {
	r := newRig(t, "post")
	r.deliver("post", article("post", 1, "Truce", words("truce", 100)))
	served := r.export(t.TempDir(), topic("all", "*"))
	slow := gated{r.db, make(chan struct{}), make(chan struct{})}
	r.desk.Archive = slow
	search := func() int {
		w := httptest.NewRecorder()
		served.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/search?q=truce", nil))
		return w.Code
	}
	codes := make(chan int)
	for range 2 {
		go func() { codes <- search() }()
		<-slow.waiting
	}
	if code := search(); code != http.StatusServiceUnavailable {
		t.Errorf("a third search at once: status %d, want 503", code)
	}
	close(slow.gate)
	for range 2 {
		if code := <-codes; code != http.StatusOK {
			t.Errorf("an admitted search: status %d, want 200", code)
		}
	}
}

// One file that the export must not touch holds up nothing else.
func TestForeignFileHoldsUpNothing(t *testing.T) {
	r := newRig(t, "post")
	r.deliver("post", article("post", 1, "Truce holds", words("truce", 200)))
	dir := t.TempDir()
	r.export(dir, topic("all", "*"))
	taken := filepath.Join(dir, "t", "all", "feed.rss")
	if err := errors.Join(os.Remove(taken), os.Symlink("elsewhere", taken)); err != nil {
		t.Fatal(err)
	}
	r.deliver("post", article("post", 2, "Flood recedes", words("flood", 200)))
	r.export(dir, topic("all", "*"))
	atom, err := os.ReadFile(filepath.Join(dir, "t", "all", "feed.atom"))
	if err != nil || !strings.Contains(string(atom), "Flood recedes") {
		t.Error("a link in the place of one file kept the others from being published")
	}
	if to, err := os.Readlink(taken); err != nil || to != "elsewhere" {
		t.Errorf("the link was touched: %q, %v", to, err)
	}
}

// What a daemon publishes goes to its bucket as it comes, not with the next stop.
func TestFlushWakesTheBucket(t *testing.T) {
	r := newRig(t)
	asked := make(chan struct{}, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		select {
		case asked <- struct{}{}:
		default:
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(service.Close)
	target, err := bucket.New(bucket.Config{Target: "s3://news", Endpoint: service.URL, Key: "k", Secret: "s", Region: "x"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := site.New("")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { target.Run(ctx, func(error) {}) })
	r.hire(curate.Topic{Slug: "all", Match: "*"})
	r.desk.Sink = &publish.Press{Pages: pages, Target: target, Log: slog.New(slog.DiscardHandler)}
	if _, err := r.desk.Once(t.Context(), true); err != nil {
		t.Error(err)
	}
	<-asked
	stop()
	running.Wait()
}
