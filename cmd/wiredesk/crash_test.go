//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wiredesk/store/bolt"
)

// kills is how many times the program is killed, unless WIREDESK_KILLS says
// otherwise, as .ci/test does.
const kills = 24

// newsrooms is how many programs are killed side by side.
const newsrooms = 4

// TestKilled kills a daemon that polls and publishes, at random moments. After
// each kill the store is in order, holds every article that the daemon said it
// had stored, and every file of the export is whole (RELIABILITY-P1).
func TestKilled(t *testing.T) {
	n := kills
	if s, err := strconv.Atoi(os.Getenv("WIREDESK_KILLS")); err == nil {
		n = s
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var stored atomic.Int64
	var all sync.WaitGroup
	for i := range newsrooms {
		all.Go(func() {
			v := newVictim(t, rand.New(rand.NewPCG(seed, uint64(i))))
			for range n / newsrooms {
				v.killed()
				v.examine()
				if t.Failed() {
					return
				}
			}
			stored.Add(int64(len(v.told)))
		})
	}
	all.Wait()
	if stored.Load() < int64(n) {
		t.Errorf("%d articles in %d kills: the daemon was hardly at work", stored.Load(), n)
	}
}

// A victim is a newsroom that is killed again and again.
type victim struct {
	t      *testing.T
	rand   *rand.Rand
	dir    string
	config string
	told   map[string]bool // articles that it said it had stored
}

// papers answers every request with a feed that has moved on since the last.
func papers(t *testing.T, items int) *httptest.Server {
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		n := int(asked.Add(1))
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title>`, r.URL.Path)
		for i := n; i > n-items; i-- {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%d</guid><link>http://paper.example%s/%d</link><title>Report %d of%s</title><description>%s</description></item>`,
				i, r.URL.Path, i, i, r.URL.Path, strings.Repeat(fmt.Sprintf("Line %d of %s. ", i, r.URL.Path), 200))
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func newVictim(t *testing.T, r *rand.Rand) *victim {
	srv := papers(t, 6)
	v := &victim{t: t, rand: r, dir: t.TempDir(), told: map[string]bool{}}
	v.config = filepath.Join(v.dir, "config.yaml")
	text := "version: 1\nsite: {contact: ops@test.example, authority: test.example}\nstore: {path: test.db}\ndefaults: {read: feed}\n" +
		"fetch: {allow_networks: [127.0.0.0/8], interval: 50ms, min_interval: 0s, host_gap: 0s, per_host: 2}\n" +
		"publish: {dir: out, listen: '127.0.0.1:0'}\ntopics:\n  all: {match: '*', settle: 0s}\n  one: {match: 'Report', settle: 0s, changes: true}\n" +
		"sources:\n"
	for i := range 4 {
		text += fmt.Sprintf("  s%d: {url: %q}\n", i, fmt.Sprintf("%s/s%d", srv.URL, i))
	}
	if err := os.WriteFile(v.config, []byte(text), 0o600); err != nil {
		t.Error(err)
	}
	return v
}

// killed runs the daemon, kills it after a while, and notes what it said. Of
// five times four are when it is at work.
func (v *victim) killed() {
	cmd := exec.Command("wiredesk", "run", "--log-format", "json", "-c", v.config)
	log := &journal{ready: make(chan struct{})}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		v.t.Error(err)
		return
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if v.rand.IntN(5) > 0 {
		select {
		case <-log.ready:
		case err := <-ended:
			v.t.Errorf("the daemon ended by itself: %v\n%s", err, log.text.String())
			return
		}
	}
	<-time.After(time.Duration(v.rand.IntN(200)) * time.Millisecond) // a random moment
	_ = cmd.Process.Kill()                                           // it may have ended
	err := <-ended
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		v.t.Errorf("the daemon ended by itself: %v\n%s", err, log.text.String())
	}
	for _, id := range told(&log.text) {
		v.told[id] = true
	}
}

// A journal is a daemon's log. It tells when the daemon is ready.
type journal struct {
	text  bytes.Buffer
	ready chan struct{}
	once  sync.Once
}

func (j *journal) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(`"msg":"ready"`)) {
		j.once.Do(func() { close(j.ready) })
	}
	return j.text.Write(b)
}

// told returns the articles that a log says were stored.
func told(log *bytes.Buffer) (ids []string) {
	for line := range bytes.Lines(log.Bytes()) {
		var e struct{ Msg, ID string }
		if json.Unmarshal(line, &e) == nil && e.Msg == "stored" {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// examine looks at what the kill left.
func (v *victim) examine() {
	path := filepath.Join(v.dir, "test.db")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && len(v.told) == 0 {
		return // it had not begun
	}
	if _, err := bolt.Check(v.t.Context(), path, bolt.Records); err != nil {
		v.t.Error(err)
		return
	}
	db, err := bolt.Open(bolt.Config{Path: path, LockTimeout: time.Second}, time.Now())
	if err != nil {
		v.t.Error(err)
		return
	}
	defer db.Close()
	missing(v.t, db, v.told)
	wholeFiles(v.t, filepath.Join(v.dir, "out"))
}

// missing reports articles that were told of and are not there.
func missing(t *testing.T, db *bolt.DB, told map[string]bool) {
	list, err := db.Articles(t.Context(), "", 0, 0)
	if err != nil {
		t.Error(err)
	}
	there := map[string]bool{}
	for _, a := range list {
		there[a.ID.String()] = true
	}
	for id := range told {
		if !there[id] {
			t.Errorf("article %s was announced and is gone", id)
		}
	}
}

// wholeFiles reports files of an export that are not whole.
func wholeFiles(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !whole(e.Name(), raw) {
			t.Errorf("%s is torn: %d bytes, ends in %q", path, len(raw), raw[max(0, len(raw)-40):])
		}
		return nil
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func whole(name string, raw []byte) bool {
	switch filepath.Ext(name) {
	case ".json":
		return json.Valid(raw)
	case ".html":
		return bytes.HasSuffix(bytes.TrimSpace(raw), []byte("</html>"))
	case ".css":
		return len(raw) > 0
	}
	d := xml.NewDecoder(bytes.NewReader(raw))
	for {
		if _, err := d.Token(); err == io.EOF {
			return len(raw) > 0
		} else if err != nil {
			return false
		}
	}
}
