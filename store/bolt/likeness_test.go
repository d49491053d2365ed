package bolt

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"wiredesk/store"
)

// A store that is opened again folds as before, and reads for that no more of
// its past than the window.
func TestFoldAfterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wiredesk.db")
	d := open1(t, path, nil)
	configure(t, d, "post", "herald")
	const days = 60
	stories := map[int]store.StoryID{}
	for day := range days {
		text := lorem(80, fmt.Sprintf("day%dword", day))
		r := ingest(t, d, polled("post", day*24*60, item(fmt.Sprint(day), fmt.Sprint("post/", day), "Report", text)))
		stories[day] = r.Articles[0].Story
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open1(t, path, nil)
	for _, tt := range []struct {
		day  int
		fold bool
	}{{days - 1, true}, {days - 3, true}, {5, false}} {
		text := lorem(80, fmt.Sprintf("day%dword", tt.day))
		r := ingest(t, d, polled("herald", days*24*60, item(fmt.Sprint(tt.day), fmt.Sprint("herald/", tt.day), "Report", text)))
		if got := r.Articles[0].Story == stories[tt.day]; got != tt.fold {
			t.Errorf("a copy of day %d on day %d folded: %v, want %v", tt.day, days, got, tt.fold)
		}
	}
	if n := d.likeness.index.Len(); n > 20+3 {
		t.Errorf("the index read %d of %d articles, want those of the window", n, days)
	}
}

// Poisoning 7: shingles are hashed with a seed that no two stores share, so that
// nobody can write a text that collides with another's.
func TestSecretSeed(t *testing.T) {
	sketchOf := func() string {
		d := newStore(t, "post")
		ingest(t, d, polled("post", 0, item("1", "post/1", "Report", lorem(80, "word"))))
		var raw string
		err := d.each(t.Context(), "sketch", nil, func(_ *batch, _, v []byte) bool {
			raw = string(v[sketchHead:])
			return true
		})
		if err != nil || raw == "" {
			t.Fatalf("no sketch (%v)", err)
		}
		return raw
	}
	if a, b := sketchOf(), sketchOf(); a == b {
		t.Error("two stores keep the same shingles of a text")
	}
}

// What a source can make us compare is bounded, however long its texts are and
// however many it sends at once.
func TestComparingIsBounded(t *testing.T) {
	d := newStore(t, "post")
	_, err := d.plan(func(b *batch) error {
		long := lorem(100_000, "wörd")
		for id := range store.ArticleID(2 * maxDocs) {
			text := long[len(long)-100:]
			if id%100 == 0 {
				text = long
			}
			if doc := b.words(&store.Article{ID: id, Text: text}); len(doc.Text) > maxText || !strings.HasPrefix(text, doc.Text) {
				t.Errorf("a text of %d bytes is compared by %d", len(text), len(doc.Text))
			}
		}
		if n := len(b.like.docs); n > maxDocs {
			t.Errorf("%d texts are kept, want at most %d", n, maxDocs)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Of a delivery with more text than may be compared at once the rest is stored
// at once, and folded with the deliveries that follow.
func TestTooMuchAtOnce(t *testing.T) {
	d := newStore(t, "post", "herald")
	text := func(n int) string { return lorem(80, fmt.Sprintf("story%dword", n)) }
	var wires, copies []store.Article
	for n := range 30 {
		wires = append(wires, item(fmt.Sprint(n), fmt.Sprint("post/", n), fmt.Sprint("Report ", n), text(n)))
		copies = append(copies, item(fmt.Sprint(n), fmt.Sprint("herald/", n), fmt.Sprint("Print ", n), text(n)))
	}
	first := ingest(t, d, polled("post", 0, wires...)).Articles
	d.maxWork = 10 * len(text(0)) * 3
	second := ingest(t, d, polled("herald", 1, copies...)).Articles
	folded := func() (n int) {
		for i, r := range second {
			if a, err := d.Article(t.Context(), r.ID); err == nil && a.Story == first[i].Story {
				n++
			}
		}
		return n
	}
	if n := folded(); n == 0 || n > 15 {
		t.Errorf("%d of 30 copies were folded at once, want some ten", n)
	}
	for minute := 2; minute < 6; minute++ {
		ingest(t, d, polled("post", minute))
	}
	if n := folded(); n != 30 {
		t.Errorf("%d of 30 copies are folded in the end, want all", n)
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// The index is read by a plan that began before another writer's commit: what
// that one wrote is not lost to it.
func TestIndexReadFromAnOlderFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wiredesk.db")
	d := open1(t, path, nil)
	configure(t, d, "post", "herald")
	first := ingest(t, d, polled("post", 0, item("1", "post", "Report", lorem(80, "old"))))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open1(t, path, nil)
	_, err := d.plan(func(b *batch) error {
		ingest(t, d, polled("post", 1, item("1", "post", "Report", lorem(80, "new")+" "+lorem(30, "old"))))
		d.likeness.mu.Lock()
		defer d.likeness.mu.Unlock()
		b.alike()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := ingest(t, d, polled("herald", 2, item("2", "herald", "Report", lorem(80, "new"))))
	if got, want := r.Articles[0].Story, first.Articles[0].Story; got != want {
		t.Errorf("a copy of the revision is in story %s, want %s", got, want)
	}
}
