package publish_test

import (
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// printed is a rig whose desk prints to a server and a folder.
func printed(t *testing.T, topics ...curate.Topic) (r *rig, pages *serve.Site, dir string) {
	r, dir = newRig(t, "post", "herald"), t.TempDir()
	pages = reprint(r, dir, topics...)
	return r, pages, dir
}

func reprint(r *rig, dir string, topics ...curate.Topic) *serve.Site {
	r.Helper()
	r.hire(topics...)
	templates, err := site.New("")
	if err != nil {
		r.Fatal(err)
	}
	folder, err := serve.OpenFolder(dir)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = folder.Close() })
	press := &publish.Press{Pages: templates, Folder: folder, Log: slog.New(slog.DiscardHandler)}
	pages := serve.New(serve.Config{Hosts: []string{"wire.example"}, Render: press.OnDemand(r.desk)})
	press.Site, r.desk.Sink = pages, press
	return pages
}

func get(t *testing.T, pages *serve.Site, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, httptest.NewRequest("GET", "https://wire.example"+path, nil))
	if w.Code != 200 {
		return ""
	}
	raw, _ := io.ReadAll(w.Body)
	return string(raw)
}

var prev = regexp.MustCompile(`<link rel="prev-archive"[^>]* href="https://wire\.example([^"]+)"`)

// Whoever follows prev-archive from the feed finds every story that the topic
// ever had, and what a page said once it says for good, restarts included.
func TestArchive(t *testing.T) {
	all := topic("all", "*")
	all.Limit = 10
	r, pages, dir := printed(t, all)
	const stories = 27
	frozen := map[string]string{}
	var ids []store.StoryID
	for i := range stories {
		r.now = r.now.Add(time.Hour)
		ids = append(ids, r.deliver("post", article("post", i, fmt.Sprintf("Story no%d.", i), words(fmt.Sprint("s", i, "w"), 80))).Articles[0].Story)
		r.round(3 * time.Minute)
		feed := get(t, pages, "/t/all/feed.atom")
		for next := prev.FindStringSubmatch(feed); next != nil; {
			page := get(t, pages, next[1])
			if was, ok := frozen[next[1]]; ok && was != page {
				t.Fatalf("after story %d %s reads otherwise:\n%s\nbefore:\n%s", i, next[1], page, was)
			}
			frozen[next[1]] = page
			feed += page
			if next = prev.FindStringSubmatch(page); !strings.Contains(page, "<fh:archive") || !strings.Contains(page, `rel="current"`) || !strings.Contains(page, `rel="next-archive"`) {
				t.Fatalf("%s is no archive page:\n%s", frozen, page)
			}
		}
		for n := range i + 1 {
			if !strings.Contains(feed, fmt.Sprintf("<title>Story no%d.</title>", n)) {
				t.Fatalf("after %d stories, story %d is neither in the feed nor in its archive", i+1, n)
			}
		}
	}
	if len(frozen) < 2 {
		t.Fatalf("%d archive pages, want at least 2", len(frozen))
	}
	for path, body := range frozen {
		if raw, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(raw) != body {
			t.Errorf("the export's %s differs from what is served (%v)", path, err)
		}
	}

	// A restart, an edit of an old story and a copy of one change no page.
	pages = reprint(r, dir, all)
	edited := article("post", 3, "Story no3 changed.", words("other", 90))
	r.deliver("post", edited)
	r.deliver("herald", shared("herald", article("post", 4, "Story no4.", words("s4w", 80))))
	r.round(time.Hour)
	for path, body := range frozen {
		if now := get(t, pages, path); now != body {
			t.Errorf("%s reads otherwise after a restart and an edit:\n%s", path, now)
		}
	}

	// What is withdrawn is purged.
	if _, err := r.db.Decide(r.Context(), store.Decision{At: r.now, Verb: store.Withdraw, Story: ids[0], By: "ann"}); err != nil {
		t.Fatal(err)
	}
	r.round(time.Minute)
	for _, body := range []string{get(t, pages, "/t/all/archive/1.atom"), file(t, dir, "t/all/archive/1.atom")} {
		if strings.Contains(body, "s0w7") || strings.Contains(body, "Story no0.") || !strings.Contains(body, "This story was withdrawn") {
			t.Errorf("a withdrawn story lives on in the archive:\n%s", body)
		}
		if !strings.Contains(body, "Story no1.") {
			t.Errorf("with one story the page lost others:\n%s", body)
		}
	}
}

// Retention takes the oldest pages of an archive, here and in the export. The
// others stay as they are, and so does all else, though the program starts anew.
// The number of a page that is gone never comes again.
func TestArchiveForgets(t *testing.T) {
	all := topic("all", "*")
	all.Limit = 10
	r, pages, dir := printed(t, all)
	n := 0
	report := func(every time.Duration) {
		r.now = r.now.Add(every)
		r.deliver("post", article("post", n, fmt.Sprintf("Story no%d.", n), words(fmt.Sprint("s", n, "w"), 80)))
		r.round(3 * time.Minute)
		n++
	}
	for range 45 {
		report(24 * time.Hour)
	}
	first, second := "/t/all/archive/1.atom", "/t/all/archive/2.atom"
	if get(t, pages, first) == "" || get(t, pages, second) == "" {
		t.Fatal("too few archive pages")
	}
	before := export(t, dir)
	prune := func(age time.Duration) (pages int) {
		for more := true; more; {
			done, err := r.db.Prune(r.Context(), bolt.Limits{Age: age, Shown: all.Limit}, r.now, true)
			if err != nil {
				t.Fatal(err)
			}
			pages, more = pages+done.Pages, done.More
		}
		return pages
	}
	if gone := prune(28 * 24 * time.Hour); gone != 1 {
		t.Fatalf("%d pages were taken, want 1", gone)
	}
	r.round(2 * time.Minute)
	if err := r.db.Close(); err != nil {
		t.Fatal(err)
	}
	r.open()
	pages = reprint(r, dir, all)
	r.round(0)
	for path := range before {
		if path == first || strings.HasPrefix(path, "/s/") {
			delete(before, path) // stories go too
		}
	}
	after := export(t, dir)
	for path, body := range before {
		if after[path] != body {
			t.Errorf("%s is otherwise once the past is forgotten:\n%s\nbefore:\n%s", path, after[path], body)
		}
	}
	if after[first] != "" || status(pages, first) != 410 || status(pages, "/t/all/archive/99.atom") != 404 {
		t.Errorf("a page that is gone: %d, and one that never was: %d; want 410, 404", status(pages, first), status(pages, "/t/all/archive/99.atom"))
	}

	last := prev.FindStringSubmatch(get(t, pages, "/t/all/feed.atom"))[1]
	r.now = r.now.Add(365 * 24 * time.Hour)
	prune(24 * time.Hour)
	r.round(2 * time.Minute)
	pages = reprint(r, dir, all)
	for range 25 {
		report(time.Hour)
	}
	if now := prev.FindStringSubmatch(get(t, pages, "/t/all/feed.atom")); now == nil || now[1] <= last || status(pages, last) != 410 {
		t.Errorf("a year later the newest page is %v, and that of then %d", now, status(pages, last))
	}
}

func status(pages *serve.Site, path string) int {
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, httptest.NewRequest("GET", "https://wire.example"+path, nil))
	return w.Code
}

// export reads an export.
func export(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			all["/"+name] = file(t, dir, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func file(t *testing.T, dir, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A topic's archive goes where the topic goes, and with it.
func TestArchiveMoves(t *testing.T) {
	all := topic("all", "*")
	all.Limit = 3
	r, pages, dir := printed(t, all)
	for i := range 8 {
		r.now = r.now.Add(time.Hour)
		r.deliver("post", article("post", i, fmt.Sprintf("Story no%d.", i), words(fmt.Sprint("s", i, "w"), 80)))
		r.round(3 * time.Minute)
	}
	if get(t, pages, "/t/all/archive/1.atom") == "" {
		t.Fatal("no archive page")
	}
	secret := all
	secret.Slug, secret.Was, secret.Token = "renamed", []string{"all"}, "a-token-that-nobody-guesses"
	pages = reprint(r, dir, secret)
	r.round(time.Minute)
	if page := get(t, pages, "/t/renamed/a-token-that-nobody-guesses/archive/1.atom"); !strings.Contains(page, "Story no0.") {
		t.Errorf("the renamed topic's archive: %q", page)
	}
	for _, path := range []string{"/t/all/archive/1.atom", "/t/renamed/archive/1.atom", "/t/renamed/wrong/archive/1.atom", "/t/renamed/a-token-that-nobody-guesses/archive/99.atom"} {
		if page := get(t, pages, path); page != "" {
			t.Errorf("%s: %q, want nothing", path, page)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "t/all")); err == nil {
		t.Error("the export keeps the former topic's folder")
	}
	file(t, dir, "t/renamed/a-token-that-nobody-guesses/archive/1.atom")

	// An outlet that became private goes from the pages too.
	r.outlets[0].Private = true
	secret.Token = ""
	pages = reprint(r, dir, secret)
	r.round(time.Minute)
	if page := get(t, pages, "/t/renamed/archive/1.atom"); strings.Contains(page, "Story no") {
		t.Errorf("a private source in a public archive:\n%s", page)
	}
}
