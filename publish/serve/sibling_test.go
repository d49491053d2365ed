package serve

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Beside larger texts lie the bytes that the server sends, as long as that is
// asked for, and what others put there stays.
func TestCompressedCopies(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	f := export(t, dir)
	f.Compress(true)
	put := func(body []byte) {
		f.Put("/t/x/feed.atom", File{Type: "application/atom+xml; charset=utf-8", Body: body, Modified: noon})
		f.Put("/short.html", File{Type: "text/html", Body: []byte("short"), Modified: noon})
		f.Put("/picture", File{Type: "image/png", Body: bytes.Repeat([]byte("x"), 9000), Modified: noon})
	}
	put(text)
	flush(t, f, 3)
	sent := func(body []byte) map[string]string {
		d := newDocument(File{Body: body})
		newCompressor().all(d)
		return map[string]string{
			"short.html": "short", "picture": strings.Repeat("x", 9000), "t/x/feed.atom": string(body),
			"t/x/feed.atom.gz": string(d.bodies[gzipped].bytes), "t/x/feed.atom.br": string(d.bodies[brotlied].bytes),
			"t/x/feed.atom.zst": string(d.bodies[zstandard].bytes),
		}
	}
	equal(t, tree(t, dir), sent(text))

	// Copies have the time of the file, which tells whether they are of it.
	for _, name := range []string{"feed.atom", "feed.atom.gz", "feed.atom.br", "feed.atom.zst"} {
		if info, err := os.Stat(filepath.Join(dir, "t/x", name)); err != nil || !info.ModTime().Equal(noon) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	f.Close()
	f = export(t, dir)
	f.Compress(true)
	put(text)
	flush(t, f, 0)

	longer := slices.Concat(text, text)
	put(longer)
	flush(t, f, 1)
	equal(t, tree(t, dir), sent(longer))

	// One that a crash left older than its file is made anew.
	old := filepath.Join(dir, "t/x/feed.atom.br")
	if err := os.Chtimes(old, time.Time{}, noon.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	put(longer)
	flush(t, f, 1)
	if _, whole := Look(dir); !whole {
		t.Error("the manifest names a copy that is not there")
	}

	f.Clear("/t/", "")
	put(longer)
	flush(t, f, 0)
	f.Remove("/t/x/feed.atom")
	flush(t, f, 1)
	if got := tree(t, dir); len(got) != 2 {
		t.Errorf("copies outlive their file: %d files", len(got))
	}
}

func TestCompressedCopiesGo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	f := export(t, dir)
	f.Compress(true)
	f.Put("/a.html", File{Type: "text/html", Body: text, Modified: noon})
	flush(t, f, 1)
	f.Put("/a.html", File{Type: "text/html", Body: []byte("now it is short"), Modified: noon})
	flush(t, f, 1)
	equal(t, tree(t, dir), map[string]string{"a.html": "now it is short"})
	f.Put("/a.html", File{Type: "text/html", Body: text, Modified: noon})
	flush(t, f, 1)
	f.Compress(false)
	f.Put("/a.html", File{Type: "text/html", Body: text, Modified: noon})
	flush(t, f, 1)
	equal(t, tree(t, dir), map[string]string{"a.html": string(text)})
}

func TestForeignCopyStays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	f := export(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "a.html.gz"), []byte("somebody's"), 0o644); err != nil {
		t.Fatal(err)
	}
	f.Compress(true)
	f.Put("/a.html", File{Type: "text/html", Body: text, Modified: noon})
	if _, err := f.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), "a.html.gz: "+ErrForeign.Error()) {
		t.Errorf("Flush = %v", err)
	}
	f.Remove("/a.html")
	flush(t, f, 1)
	equal(t, tree(t, dir), map[string]string{"a.html.gz": "somebody's"})
}
