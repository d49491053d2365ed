package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func export(t testing.TB, dir string) *Folder {
	t.Helper()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func flush(t testing.TB, f *Folder, want int) {
	t.Helper()
	if n, err := f.Flush(t.Context()); n != want || err != nil {
		t.Fatalf("Flush = %d, %v, want %d", n, err, want)
	}
}

// tree lists the files in dir that have no dot in front, with their contents.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".wiredesk-export") {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, p))
		out[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func equal(t testing.TB, got, want map[string]string) {
	t.Helper()
	for p := range got {
		if _, ok := want[p]; !ok {
			t.Errorf("%s is there", p)
		}
	}
	for p, w := range want {
		if g, ok := got[p]; !ok || g != w {
			t.Errorf("%s holds %q, %v, want %q", p, g, ok, w)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	f := export(t, dir)
	f.Put("/", File{Body: []byte("front"), Modified: noon})
	f.Put("/t/x/", File{Body: []byte("topic"), Modified: noon})
	f.Put("/t/x/feed.atom", File{Body: []byte("one"), Modified: noon})
	f.Put("/t/x/archive/1.atom", File{Body: []byte("old"), Modified: noon})
	flush(t, f, 4)
	equal(t, tree(t, dir), map[string]string{"index.html": "front", "t/x/index.html": "topic", "t/x/feed.atom": "one", "t/x/archive/1.atom": "old"})
	f.Put("/t/x/feed.atom", File{Body: []byte("two"), Modified: noon.Add(time.Hour)})
	f.Remove("/t/x/archive/1.atom")
	flush(t, f, 2)
	f.Close()

	f = export(t, dir) // after a restart it knows what is its own
	f.Remove("/t/x/")
	f.Remove("/t/x/feed.atom")
	f.Remove("/never/there")
	flush(t, f, 2)
	equal(t, tree(t, dir), map[string]string{"index.html": "front"})
	if _, err := os.Stat(filepath.Join(dir, "t")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty folder stays: %v", err)
	}
}

// Two exports of the same pages are the same to the last byte, whatever the
// order and the number of rounds in which they came.
func TestFolderListsInOrder(t *testing.T) {
	var lists []string
	for _, rounds := range [][]string{{"/a", "/b", "/c"}, {"/c"}, {"/b", "/a"}} {
		dir := filepath.Join(t.TempDir(), "out")
		for _, p := range append(rounds, "/a", "/b", "/c") {
			f, err := OpenFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			f.Put(p, File{Body: []byte(p)})
			if _, err := f.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.Put("/0"+p[1:], File{Body: []byte(p)})
			if _, err := f.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
		b, err := os.ReadFile(filepath.Join(dir, manifestName))
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, string(b))
	}
	if lists[0] == "" || lists[1] != lists[0] || lists[2] != lists[0] {
		t.Errorf("manifests differ: %q", lists)
	}
}

func TestFolderTimes(t *testing.T) {
	dir := t.TempDir()
	mtime := func() time.Time {
		info, err := os.Stat(filepath.Join(dir, "x"))
		if err != nil {
			t.Fatal(err)
		}
		return info.ModTime().UTC()
	}
	for _, tt := range []struct {
		name, body string
		modified   time.Time
		wrote      int
		want       time.Time
	}{
		{"new", "a", noon.Add(time.Millisecond), 1, noon},
		{"same bytes, later", "a", noon.Add(time.Hour), 0, noon},
		{"other bytes, same second", "b", noon, 1, noon.Add(time.Second)},
		{"other bytes, earlier", "c", noon.Add(-time.Hour), 1, noon.Add(2 * time.Second)},
		{"other bytes, later", "d", noon.Add(time.Hour), 1, noon.Add(time.Hour)},
	} {
		f := export(t, dir) // as by a program that starts anew
		f.Put("/x", File{Body: []byte(tt.body), Modified: tt.modified})
		flush(t, f, tt.wrote)
		f.Put("/x", File{Body: []byte(tt.body), Modified: tt.modified})
		flush(t, f, 0)
		f.Close()
		if got := mtime(); !got.Equal(tt.want) {
			t.Errorf("%s: time %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestFolderRefuses(t *testing.T) {
	base := t.TempDir()
	full, link, file := filepath.Join(base, "full"), filepath.Join(base, "link"), filepath.Join(base, "file")
	must(t, os.Mkdir(full, 0o755), os.WriteFile(filepath.Join(full, "thesis.doc"), nil, 0o644), os.Symlink(full, link), os.WriteFile(file, nil, 0o644))
	for _, tt := range []struct{ dir, want string }{
		{full, "it holds thesis.doc"}, {link, "symbolic link"}, {file, "not a directory"},
	} {
		if f, err := OpenFolder(tt.dir); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.dir) {
			t.Errorf("OpenFolder(%s) = %v, %v, want %q", tt.dir, f, err, tt.want)
		}
	}
	hidden := filepath.Join(base, "hidden")
	must(t, os.MkdirAll(filepath.Join(hidden, ".git"), 0o755))
	export(t, hidden)
}

func must(t testing.TB, list ...error) {
	t.Helper()
	if err := errors.Join(list...); err != nil {
		t.Fatal(err)
	}
}

// What others put into the folder stays, and one bad path spoils no other.
func TestFolderLeavesForeignFiles(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	f := export(t, dir)
	must(t, os.WriteFile(filepath.Join(dir, "CNAME"), []byte("theirs"), 0o644), os.WriteFile(outside, []byte("theirs"), 0o644),
		os.Symlink(outside, filepath.Join(dir, "sly")), os.Symlink(filepath.Dir(outside), filepath.Join(dir, "slydir")),
		os.Mkdir(filepath.Join(dir, "dir"), 0o755))
	for _, p := range []string{"/CNAME", "/sly", "/slydir/x", "/dir", "/CNAME/x", "/a/../b", "/.htaccess", "/x y", "/ü", "relative", "/good"} {
		f.Put(p, File{Body: []byte("ours"), Modified: noon})
	}
	n, err := f.Flush(t.Context())
	if n != 1 || !errors.Is(err, ErrForeign) || !errors.Is(err, ErrSymlink) || !errors.Is(err, errName) {
		t.Errorf("Flush = %d, %v", n, err)
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 10 {
		t.Errorf("%d errors, want 10:\n%v", lines, err)
	}
	f.Remove("/CNAME")
	f.Remove("/sly")
	if _, err := f.Flush(t.Context()); err != nil {
		t.Logf("remaining: %v", err)
	}
	if b, _ := os.ReadFile(outside); string(b) != "theirs" {
		t.Errorf("a file outside was changed: %q", b)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "CNAME")); string(b) != "theirs" {
		t.Errorf("a foreign file was changed: %q", b)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "good")); string(b) != "ours" {
		t.Errorf("the good path holds %q", b)
	}
}

// The names of private topics' files are secrets: neither errors nor the list of
// our files, which what serves the folder would give away, tell them.
func TestFolderKeepsTokens(t *testing.T) {
	dir := t.TempDir()
	f := export(t, dir)
	must(t, os.Mkdir(filepath.Join(dir, "t"), 0o755), os.Mkdir(filepath.Join(dir, "t", "budget"), 0o755), os.Symlink(dir, filepath.Join(dir, "t", "budget", "T0KEN")))
	f.Put("/t/budget/T0KEN/feed.atom", File{Body: []byte("ours"), Modified: noon})
	f.Put("/t/open/feed.atom", File{Body: []byte("ours"), Modified: noon})
	if _, err := f.Flush(t.Context()); err == nil || strings.Contains(err.Error(), "T0KEN") || !strings.Contains(err.Error(), "/t/budget/…/feed.atom") {
		t.Errorf("Flush: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, manifestName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the list of our files: %v, %v", info, err)
	}
	for _, plain := range []string{"/t/open/feed.atom", "/t/open/archive/1.atom", "/s/s1/", "/", "t/open/index.html"} {
		if got := Masked(plain); got != plain {
			t.Errorf("Masked(%q) = %q", plain, got)
		}
	}
}

// After a crash: half-written files are swept, half a line in the manifest
// claims nothing.
func TestFolderAfterCrash(t *testing.T) {
	dir := t.TempDir()
	f := export(t, dir)
	f.Put("/t/x/feed.atom", File{Body: []byte("one"), Modified: noon})
	flush(t, f, 1)
	f.Close()
	m, err := os.OpenFile(filepath.Join(dir, manifestName), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = m.WriteString("t/y/feed.atom\nCNA")
	must(t, err, m.Close())
	must(t, os.WriteFile(filepath.Join(dir, "t/x", tempPrefix+"feed.atom"), []byte("half"), 0o644),
		os.WriteFile(filepath.Join(dir, tempPrefix+"index.html"), nil, 0o644), os.WriteFile(filepath.Join(dir, "CNA"), nil, 0o644))

	f = export(t, dir)
	equal(t, tree(t, dir), map[string]string{"t/x/feed.atom": "one", "CNA": ""})
	f.Put("/t/y/feed.atom", File{Body: []byte("two"), Modified: noon})
	flush(t, f, 1)
	f.Put("/CNA", File{Body: []byte("x")})
	if _, err := f.Flush(t.Context()); !errors.Is(err, ErrForeign) {
		t.Errorf("Flush over a foreign file: %v", err)
	}
}

// On a full disk the old file stays whole, the error says so, and the next
// flush with room does what was left.
func TestFolderFullDisk(t *testing.T) {
	dir := t.TempDir()
	f := export(t, dir)
	f.Put("/x", File{Body: []byte("small"), Modified: noon})
	flush(t, f, 1)
	var old syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: old.Max}))
	f.Put("/x", File{Body: bytes.Repeat([]byte("x"), 1<<20), Modified: noon})
	_, err := f.Flush(t.Context())
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
	if !errors.Is(err, syscall.EFBIG) || !strings.HasPrefix(err.Error(), "export /x to "+dir+": ") {
		t.Errorf("Flush = %v, want EFBIG with path and folder", err)
	}
	equal(t, tree(t, dir), map[string]string{"x": "small"})
	flush(t, f, 1)
}

// A reader of the folder never sees half a file.
func TestFolderNoTornReads(t *testing.T) {
	dir := t.TempDir()
	f := export(t, dir)
	version := func(n int) []byte { return bytes.Repeat([]byte{byte('a' + n%26)}, 256<<10) }
	f.Put("/x", File{Body: version(0), Modified: noon})
	flush(t, f, 1)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			b, err := os.ReadFile(filepath.Join(dir, "x"))
			if err != nil || len(b) != 256<<10 || bytes.Count(b, b[:1]) != len(b) {
				t.Errorf("a torn read: %d bytes, %v", len(b), err)
				return
			}
		}
	})
	for n := 1; n < 40; n++ {
		f.Put("/x", File{Body: version(n), Modified: noon})
		flush(t, f, 1)
	}
	close(stop)
	wg.Wait()
}

func FuzzFileName(f *testing.F) {
	for _, p := range []string{"/", "/t/x/", "/t/../x", "//x", "/.x", "/a\x00b", "/t/x/feed.atom", "x", ""} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		name, err := FileName(p)
		if err == nil && (!fs.ValidPath(name) || strings.Contains(name, "/.") || name[0] == '.' || strings.ContainsAny(name, "\x00\\ ")) {
			t.Errorf("FileName(%q) = %q", p, name)
		}
	})
}

// BenchmarkFolder is a flush of 100 documents of which 2 changed.
func BenchmarkFolder(b *testing.B) {
	f, n := export(b, b.TempDir()), 0
	for b.Loop() {
		n++
		for i := range 100 {
			body := text
			if i < 2 {
				body = append(bytes.Clone(text), byte(n), byte(n>>8))
			}
			f.Put("/t/x/"+string(rune('a'+i/26))+string(rune('a'+i%26)), File{Body: body, Modified: noon})
		}
		if _, err := f.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "flushes/s")
}

// A writer that is told to stop stops, and the next one goes on from there.
func TestFlushStops(t *testing.T) {
	f := export(t, t.TempDir())
	for i := range 20 {
		f.Put(fmt.Sprintf("/t/x%d/", i), File{Type: "text/html", Body: []byte("page")})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := f.Flush(ctx); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("Flush when told to stop = %d, %v; want 0, %v", n, err, context.Canceled)
	}
	if n, err := f.Flush(t.Context()); n != 20 || err != nil {
		t.Errorf("the next Flush = %d, %v; want 20", n, err)
	}
}
