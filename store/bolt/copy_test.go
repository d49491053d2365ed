package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wiredesk/store"
)

// A copy that is made while the store is written to is a whole store.
func TestBackupWhileWriting(t *testing.T) {
	d := newStore(t, "one")
	dailies(t, d, "one", 20)
	var writer sync.WaitGroup
	stop := make(chan struct{})
	writer.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				ingest(t, d, polled("one", 30*24*60+n, item(fmt.Sprint("w", n), fmt.Sprint("w", n), "W", lorem(50, fmt.Sprint("w", n, "z")))))
			}
		}
	})
	dir := t.TempDir()
	for i := range 5 {
		path := filepath.Join(dir, fmt.Sprint(i/2)) // also in place of another
		if _, err := d.Backup(t.Context(), path, nil); err != nil {
			t.Fatal(err)
		}
		b, err := Open(Config{Path: path}, t0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := b.Stats(t.Context())
		if err := errors.Join(err, b.Verify(t.Context()), b.Close()); err != nil || s.Articles < 20 {
			t.Errorf("backup %d: %d articles, %v; want 20 at least", i, s.Articles, err)
		}
	}
	close(stop)
	writer.Wait()
	note := filepath.Join(dir, "note.txt")
	if err := os.WriteFile(note, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Backup(t.Context(), note, nil); !errors.Is(err, ErrForeign) {
		t.Errorf("a backup over somebody's file: %v, want %v", err, ErrForeign)
	}
	if _, err := d.Backup(t.Context(), d.path, nil); err == nil {
		t.Error("a backup over the store itself: no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Backup(ctx, filepath.Join(dir, "no"), nil); err == nil {
		t.Error("a backup after its end: no error")
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*.new")); files != nil {
		t.Errorf("left behind: %v", files)
	}
}

// Compacting loses nothing of what is written meanwhile, and nobody notices.
func TestCompactWhileServing(t *testing.T) {
	d := newStore(t, "one", "two")
	dailies(t, d, "one", 300)
	pruneAll(t, d, Limits{Age: 10 * 24 * time.Hour}, day(300))
	before, _ := d.Stats(t.Context())
	var busy sync.WaitGroup
	stop := make(chan struct{})
	again := func(f func(n int)) {
		busy.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					f(n)
				}
			}
		})
	}
	written := 0
	again(func(n int) {
		ingest(t, d, polled("two", n, item(fmt.Sprint(n), fmt.Sprint("two", n), "W", lorem(50, fmt.Sprint("w", n, "z")))))
		written++
	})
	again(func(int) {
		if list, err := d.Articles(t.Context(), "one", 0, 0); err != nil || len(list) != before.Articles {
			t.Errorf("a reader finds %d articles, %v; want %d", len(list), err, before.Articles)
		}
	})
	for range 3 {
		if err := d.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	busy.Wait()
	if list, err := d.Articles(t.Context(), "two", 0, 0); err != nil || len(list) != written {
		t.Errorf("%d articles written meanwhile, %v; want %d", len(list), err, written)
	}
	d = reopen(t, d)
	if list, err := d.Articles(t.Context(), "two", 0, 0); err != nil || len(list) != written {
		t.Errorf("%d articles after a restart, %v; want %d", len(list), err, written)
	}
	if files, _ := os.ReadDir(filepath.Dir(d.path)); len(files) != 1 {
		t.Errorf("%d files, want the store alone", len(files))
	}
}

func TestCompactShrinks(t *testing.T) {
	d := newStore(t, "one")
	dailies(t, d, "one", 400)
	pruneAll(t, d, Limits{Age: 10 * 24 * time.Hour}, day(400))
	before, _ := d.Stats(t.Context())
	if err := d.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, _ := d.Stats(t.Context()); after.File > before.File/2 {
		t.Errorf("%d bytes after compacting, %d before; want less than half", after.File, before.File)
	}
	ingest(t, d, polled("one", 401*24*60, item("new", "new", "New", "text")))
}

// Whoever waited for the lock while the file was replaced opens the new one.
func TestOpenAfterCompact(t *testing.T) {
	d := newStore(t, "one")
	ingest(t, d, polled("one", 0, item("1", "a", "Port closed", "text")))
	opened := make(chan error)
	go func() {
		other, err := Open(Config{Path: d.path, LockTimeout: time.Minute}, t0)
		if err == nil {
			_, err = other.Ingest(context.Background(), polled("one", 1, item("2", "b", "Port opened", "words")))
			err = errors.Join(err, other.Close())
		}
		opened <- err
	}()
	if err := d.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	d = open1(t, d.path, nil)
	if s, err := d.Stats(t.Context()); err != nil || s.Articles != 2 {
		t.Errorf("%d articles, %v; want both", s.Articles, err)
	}
}

// damagedStore makes a store of 60 articles and returns its path.
func damagedStore(t testing.TB, damage func(raw []byte)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wiredesk.db")
	d, err := Open(Config{Path: path}, t0)
	if err != nil {
		t.Fatal(err)
	}
	configure(t, d, "one")
	dailies(t, d, "one", 60)
	decide(t, d, store.Decision{At: day(60), Verb: store.Merge, Story: story1(t, d, 0), Other: story1(t, d, 1)})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damage(raw)
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func story1(t testing.TB, d *DB, n int) store.StoryID {
	t.Helper()
	list, err := d.Stories(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return list[n].ID
}

func TestRepair(t *testing.T) {
	page := os.Getpagesize()
	wipe := func(from, to int) func([]byte) {
		return func(raw []byte) { clear(raw[from*page : min(to*page, len(raw))]) }
	}
	for _, tt := range []struct {
		name   string
		damage func([]byte)
		least  int // articles
	}{
		{"nothing", func([]byte) {}, 60},
		{"the first meta page", wipe(0, 1), 59},
		{"both meta pages", wipe(0, 2), 59},
		{"a few pages", wipe(20, 24), 20},
		{"every fifth page", func(raw []byte) {
			for p := 4; (p+1)*page < len(raw); p += 5 {
				clear(raw[p*page : (p+1)*page])
			}
		}, 0}, // no more than that it is a store again
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := damagedStore(t, tt.damage)
			before, _ := os.ReadFile(path)
			to := path + ".repaired"
			r, err := Repair(t.Context(), path, to, t0)
			if err != nil {
				t.Fatal(err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the damaged file was changed")
			}
			if r.Articles < tt.least {
				t.Errorf("%+v; want %d articles at least", r, tt.least)
			}
			d := open1(t, to, nil) // verified when the test ends
			configure(t, d, "one")
			dailies(t, d, "one", 61) // and goes on
		})
	}
}

// What the desk withdrew stays withdrawn and purged, though all that is left of
// it is what it was before.
func TestRepairKeepsWithdrawals(t *testing.T) {
	d, _, _, c := desked(t)
	var before []Write
	err := d.read(t.Context(), func(b *batch) error {
		for bucket, key := range map[string][]byte{"article": articleKey(c.ID), "text": revisionKey(c.ID, 1), "sketch": articleKey(c.ID)} {
			before = append(before, Write{bucket, key, bytes.Clone(b.get(bucket, key))})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	made := decide(t, d, store.Decision{Verb: store.Withdraw, Story: c.Story})
	if err := errors.Join(d.Apply(t.Context(), before), d.Seal(t.Context(), "site", 7), d.Close()); err != nil {
		t.Fatal(err)
	}
	to := d.path + ".repaired"
	if r, err := Repair(t.Context(), d.path, to, t0); err != nil || r.Lost != 0 {
		t.Fatalf("Repair: %+v, %v", r, err)
	}
	d = open1(t, to, nil)
	if a, err := d.Article(t.Context(), c.ID); err != nil || a.Withdrawn.IsZero() || a.TakenBy != made.Seq || a.Text != "" {
		t.Errorf("it is %+v (%v), want it withdrawn and purged", a, err)
	}
}

// Whatever a file holds, repairing it ends, and what comes of it is a store.
func FuzzRepair(f *testing.F) {
	f.Add(uint16(5), uint16(3), byte(0))
	f.Add(uint16(0), uint16(9000), byte(0xFF))
	var whole []byte
	damagedStore(f, func(raw []byte) { whole = raw })
	f.Fuzz(func(t *testing.T, at, n uint16, with byte) {
		raw := bytes.Clone(whole)
		for i := range int(n) {
			raw[(int(at)*97+i*int(at|1))%len(raw)] ^= with | 1
		}
		path := filepath.Join(t.TempDir(), "wiredesk.db")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		to := path + ".repaired"
		if _, err := Repair(t.Context(), path, to, t0); err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Errorf("Repair: %v", err)
			}
			return
		}
		d, err := Open(Config{Path: to}, t0)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(d.Verify(t.Context()), d.Close()); err != nil {
			t.Errorf("what was repaired: %v", err)
		}
	})
}
