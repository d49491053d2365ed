//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"wiredesk/store/bolt"
)

// onDisk writes a configuration whose store and export are on the disk.
func onDisk(t *testing.T, d *disk) (config string) {
	srv := papers(t, 4)
	config = filepath.Join(t.TempDir(), "config.yaml")
	text := fmt.Sprintf("version: 1\nsite: {contact: ops@test.example, authority: test.example}\nstore: {path: %q}\ndefaults: {read: feed}\n"+
		"fetch: {allow_networks: [127.0.0.0/8], min_interval: 0s, host_gap: 0s}\npublish: {listen: '', dir: %q}\n"+
		"topics: {all: {match: '*', formats: [atom]}}\nsources:\n  a: {url: '%s/a'}\n  b: {url: '%s/b'}\n",
		filepath.Join(d.mount, "test.db"), filepath.Join(d.mount, "out"), srv.URL, srv.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// round runs a round and returns what it said, and whether it did it all.
func round(t *testing.T, config string, log interface{ Write([]byte) (int, error) }) bool {
	cmd := exec.CommandContext(t.Context(), "wiredesk", "fetch", "--force", "--log-format", "json", "-c", config)
	var text bytes.Buffer
	cmd.Stderr = log
	cmd.Stdout = &text
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() != exitFailed && exit.ExitCode() != exitPartial {
		t.Errorf("a round ended with %v\n%s", err, text.String())
	}
	return err == nil
}

// TestNthFailureInMount lets the first change to the disk fail, then the second,
// and so on until a round comes through untouched; at first just that one, then
// it and every later one, as on a full disk. Whatever failed, the store is in
// order, holds what was announced, and every output is whole; once the disk is
// well again, so is everything (RELIABILITY-D11).
func TestNthFailureInMount(t *testing.T) {
	modes := map[string]func(at int) func(n int, op string) syscall.Errno{
		"one": func(at int) func(int, string) syscall.Errno {
			return func(n int, _ string) syscall.Errno {
				if n == at {
					return syscall.EIO
				}
				return 0
			}
		},
		"full": func(at int) func(int, string) syscall.Errno {
			return func(n int, op string) syscall.Errno {
				if n >= at && (op == "write" || op == "create" || op == "mkdir" || op == "truncate") {
					return syscall.ENOSPC
				}
				return 0
			}
		},
	}
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDisk(t)
			config := onDisk(t, d)
			announced := map[string]bool{}
			for n := 1; ; n++ {
				if n%10 == 1 { // from nothing, and from what there is
					if err := errors.Join(os.RemoveAll(filepath.Join(d.below, "out")), removeAll(filepath.Join(d.below, "test.db*"))); err != nil {
						t.Fatal(err)
					}
					clear(announced)
				}
				d.reset(mode(n))
				var log bytes.Buffer
				all := round(t, config, &log)
				asked, _ := d.done()
				d.reset(nil)
				for _, id := range told(&log) {
					announced[id] = true
				}
				sound(t, d.below, announced)
				if n%10 == 0 && !round(t, config, &log) {
					t.Errorf("after failure %d the disk is well, and a round fails:\n%s", n, log.String())
				}
				if t.Failed() {
					t.Fatalf("at failure %d of mode %s:\n%s", n, name, log.String())
				}
				if all && asked < n {
					t.Logf("untouched at %d", n)
					return
				}
			}
		})
	}
}

func removeAll(pattern string) (err error) {
	list, _ := filepath.Glob(pattern)
	for _, name := range list {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// sound looks at a folder with a store and an export.
func sound(t *testing.T, dir string, announced map[string]bool) {
	t.Helper()
	path := filepath.Join(dir, "test.db")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if len(announced) > 0 {
			t.Error("articles were announced, and there is no store")
		}
		return
	}
	if _, err := bolt.Check(t.Context(), path, bolt.Records); err != nil && !strings.Contains(err.Error(), "it holds nothing") {
		t.Error(err)
		return
	}
	db, err := bolt.Open(bolt.Config{Path: path, LockTimeout: time.Second}, time.Now())
	if err != nil {
		t.Error(err)
		return
	}
	defer db.Close()
	missing(t, db, announced)
	wholeFiles(t, filepath.Join(dir, "out"))
}

// images is how many power failures are looked at, unless WIREDESK_IMAGES says
// otherwise, as .ci/test does.
const images = 60

// TestPowerFailureInMount cuts the power at random moments of three rounds: what
// was not synced may be there, or not, or in part. The store opens, is in order
// and holds what was announced; every output is whole (RELIABILITY-P2).
func TestPowerFailureInMount(t *testing.T) {
	count := images
	if n, err := strconv.Atoi(os.Getenv("WIREDESK_IMAGES")); err == nil {
		count = n
	}
	d := newDisk(t)
	config := onDisk(t, d)
	log := &timedLog{d: d, at: map[string]int{}}
	for range 3 {
		if !round(t, config, log) {
			t.Fatalf("a round fails:\n%s", log.text.String())
		}
	}
	trace := d.recorded()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d changes, %d articles", seed, len(trace), len(log.at))
	r := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	for i := range count {
		at := r.IntN(len(trace) + 1)
		image := filepath.Join(dir, strconv.Itoa(i))
		if err := crashed(trace[:at], r).write(image); err != nil {
			t.Fatal(err)
		}
		announced := map[string]bool{}
		for id, when := range log.at {
			if when <= at {
				announced[id] = true
			}
		}
		sound(t, image, announced)
		if t.Failed() {
			t.Fatalf("power cut after change %d of %d: %+v", at, len(trace), trace[max(0, at-1)].op)
		}
		if err := os.RemoveAll(image); err != nil {
			t.Fatal(err)
		}
	}
}

// A timedLog notes after how many changes to the disk an article was announced.
type timedLog struct {
	d    *disk
	mu   sync.Mutex
	text bytes.Buffer
	at   map[string]int
}

func (l *timedLog) Write(b []byte) (int, error) {
	_, done := l.d.done()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range told(bytes.NewBuffer(b)) {
		l.at[id] = done
	}
	return l.text.Write(b)
}
