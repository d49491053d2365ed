package bolt

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"wiredesk/store"
)

func TestOpenRefuses(t *testing.T) {
	valid := func(t *testing.T, path string, change func(b *bbolt.Tx) error) {
		d, err := Open(Config{Path: path}, t0)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(d.bolt.Update(change), d.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		make func(t *testing.T, path string)
		want error
	}{
		{"newer", func(t *testing.T, path string) {
			valid(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte(schemaKey), u64(99)) })
		}, ErrNewer},
		{"no database", func(t *testing.T, path string) { os.WriteFile(path, []byte("hello"), 0o600) }, ErrDamaged},
		{"garbage", func(t *testing.T, path string) { os.WriteFile(path, bytes.Repeat([]byte("garbage"), 1e4), 0o600) }, ErrDamaged},
		{"somebody else's database", func(t *testing.T, path string) {
			f, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			f.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("mine")); return err })
			f.Close()
		}, ErrDamaged},
		{"pages overwritten", func(t *testing.T, path string) {
			valid(t, path, func(*bbolt.Tx) error { return nil })
			raw, _ := os.ReadFile(path)
			for i := 2 * os.Getpagesize(); i < len(raw); i++ {
				raw[i] = 0xAA
			}
			os.WriteFile(path, raw, 0o600)
		}, ErrDamaged},
		{"cut off", func(t *testing.T, path string) {
			d, err := Open(Config{Path: path}, t0)
			if err != nil {
				t.Fatal(err)
			}
			configure(t, d, "one")
			for i := range 20 {
				ingest(t, d, polled("one", i, item(string(rune('a'+i)), "", "Port closed", lorem(500, string(rune('a'+i))))))
			}
			var size int64
			if err := errors.Join(d.bolt.View(func(tx *bbolt.Tx) error { size = tx.Size(); return nil }), d.Close()); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, size-int64(os.Getpagesize())); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged},
		{"a record overwritten", func(t *testing.T, path string) {
			valid(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("source")).Put([]byte("x"), []byte("garbage")) })
		}, ErrDamaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "wiredesk.db")
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			d, err := Open(Config{Path: path}, t0)
			if !errors.Is(err, tt.want) {
				t.Errorf("Open = %v, %v; want %v", d, err, tt.want)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("Open changed the file that it refused")
			}
		})
	}
}

func TestLocked(t *testing.T) {
	d := newStore(t)
	_, err := Open(Config{Path: d.path, LockTimeout: time.Millisecond}, t0)
	if !errors.Is(err, ErrLocked) {
		t.Errorf("a second Open: %v, want %v", err, ErrLocked)
	}
}

func TestFirstOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "wiredesk.db")
	if err := os.WriteFile(path+".123.new", []byte("left by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open1(t, path, nil)
	configure(t, d, "one")
	name := d.Authority()
	a := ingest(t, d, polled("one", 0, item("1", "a", "Port closed", "text"))).Articles[0]
	if a.ID != store.ArticleID(t0.Unix()<<20+1) || len(name) < 16 {
		t.Errorf("first article %d, authority %q; want numbers from the time of birth and a name of its own", a.ID, name)
	}
	if d = reopen(t, d); d.Authority() != name {
		t.Errorf("authority %q after a restart, was %q", d.Authority(), name)
	}
	files, _ := os.ReadDir(dir)
	if info, _ := os.Stat(path); len(files) != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("%d files, mode %v; want one that only we can read", len(files), info.Mode())
	}
}

func TestCloseTwice(t *testing.T) {
	d := newStore(t)
	if err := errors.Join(d.Close(), d.Close()); err != nil {
		t.Error(err)
	}
	if _, err := d.Ingest(t.Context(), polled("one", 0)); !errors.Is(err, ErrClosed) {
		t.Errorf("Ingest into a closed store: %v, want %v", err, ErrClosed)
	}
}

// Polls that bring nothing are written in groups; an idle store writes nothing.
func TestQuietPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int64
		d := open1(t, filepath.Join(t.TempDir(), "wiredesk.db"), func([]Write) { commits.Add(1) })
		configure(t, d, sourceNames...)
		a := item("1", "a", "Port closed", "text")
		ingest(t, d, polled("one", 0, a))
		base := commits.Load()
		for n := range 30 {
			ingest(t, d, polled(sourceNames[n%3], n+1))
			failed := polled(sourceNames[n%3], n+1)
			failed.Code = store.CodeTimeout
			ingest(t, d, failed)
			fresh := polled("one", n+1, a)
			fresh.Validators.ETag = string(rune('a' + n))
			ingest(t, d, fresh)
		}
		if commits.Load() != base {
			t.Errorf("%d commits for polls that brought nothing, want none of their own", commits.Load()-base)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if commits.Load() != base+1 {
			t.Errorf("%d commits after an hour, want one for all", commits.Load()-base)
		}
		time.Sleep(24 * time.Hour)
		if err := d.Flush(t.Context()); err != nil || commits.Load() != base+1 {
			t.Errorf("an idle store committed %d times (%v)", commits.Load()-base-1, err)
		}
		ingest(t, d, polled("two", 100))
		d = reopen(t, d)
		if h, _ := d.Health(t.Context()); !h[2].Attempt.Equal(minutes(100)) {
			t.Errorf("last attempt %v after a restart, want what Close wrote", h[2].Attempt)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Validators never are on disk before the articles that they stand for.
func TestFullDisk(t *testing.T) {
	d := newStore(t, "one")
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, _ := claim(t, d, t0, 9)
	d.bolt.MaxSize = 1 // every growth fails from here
	var doc []store.Article
	for i := range 200 {
		doc = append(doc, item(string(rune('a'+i)), "", "Title", lorem(300, string(rune('a'+i)))))
	}
	del := polled("one", 0, doc...)
	del.Validators.ETag = `"x"`
	if _, err := d.Ingest(t.Context(), del); err == nil {
		t.Fatal("Ingest beyond the file's size: no error")
	}
	d.Release(v[0])
	d.bolt.MaxSize = 0
	v, _ = claim(t, d, t0, 9)
	if len(v) != 1 || v[0].Jobs[0].Validators.ETag != "" || !v[0].Jobs[0].Attempt.IsZero() {
		t.Errorf("after the failure %+v is due, want the poll again, without validators", v)
	}
	if r := ingest(t, d, del); r.Count(store.New) != 200 {
		t.Errorf("%d new articles once there is room, want 200", r.Count(store.New))
	}
}

// Whoever comes second to a store that does not exist yet finds the first one's.
func TestCreateRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wiredesk.db")
	var wg sync.WaitGroup
	var names [8]string
	for i := range names {
		wg.Go(func() {
			d, err := Open(Config{Path: path, LockTimeout: time.Minute}, t0)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			names[i] = d.Authority()
			if err := d.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	wg.Wait()
	for _, n := range names {
		if n != names[0] || n == "" {
			t.Errorf("authorities %q, want one", names)
		}
	}
}
