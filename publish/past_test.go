package publish_test

import (
	"fmt"
	"io"
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
