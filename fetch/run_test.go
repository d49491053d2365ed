package fetch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wiredesk/fetch"
	"wiredesk/store"
)

// herd: twelve feeds on one host are asked for one after the other.
func TestHerdStandsInLine(t *testing.T) {
	r := newRoom(t)
	var now, most atomic.Int32
	o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if c := now.Add(1); c > most.Load() {
			most.Store(c)
		}
		defer now.Add(-1)
		time.Sleep(2 * time.Millisecond)
		ok([]int{n})(w)
	})
	for i := range 12 {
		r.subscribe(store.SourceID(fmt.Sprint("feed", i)), fmt.Sprintf("%s/%d", o.URL, i), nil)
	}
	if s := r.round(); s.OK != 12 || most.Load() != 1 {
		t.Errorf("%d of 12 polled, %d at once", s.OK, most.Load())
	}
}

// Hosts that hang hold nobody up, however many there are: they are let go only
// after all others were polled.
func TestHangingHostsDelayNobody(t *testing.T) {
	r := newRoom(t)
	r.config.Workers = 4
	r.config.Timeouts = fetch.Timeouts{}
	release := make(chan struct{})
	var good atomic.Int32
	for i := range 12 {
		o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			<-release
			ok([]int{1})(w)
		})
		r.subscribe(store.SourceID(fmt.Sprint("a-hangs", i)), o.URL, nil)
	}
	for i := range 8 {
		o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			if ok([]int{1})(w); good.Add(1) == 8 {
				close(release)
			}
		})
		r.subscribe(store.SourceID(fmt.Sprint("good", i)), o.URL, nil)
	}
	if s := r.round(); s.OK != 20 {
		t.Errorf("%+v, want 20 good polls", s)
	}
}

// Run polls again and again, says what it stored, and stops when it is told to,
// whatever hangs.
func TestRunPollsUntilItIsStopped(t *testing.T) {
	r := newRoom(t)
	r.config.Interval, r.config.MinInterval = time.Millisecond, time.Millisecond
	r.f.Now = nil
	var log lockedBuffer
	r.f.Log = slog.New(slog.NewJSONHandler(&log, nil))
	enough := make(chan struct{})
	o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 20 {
			close(enough)
		}
		ok([]int{n/5 + 2, n/5 + 1})(w)
	})
	hangs := newOrigin(t, func(_ int, _ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
	r.subscribe("post", o.URL, nil)
	r.subscribe("hangs", hangs.URL, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("told to")
	ended := make(chan error)
	go func() { ended <- r.f.Run(ctx) }()
	<-enough
	cancel(stop)
	if err := <-ended; !errors.Is(err, stop) {
		t.Errorf("Run = %v, want %v", err, stop)
	}
	if h := r.health("hangs"); h.Errors != 0 {
		t.Errorf("being stopped counted as %d failures of the source", h.Errors)
	}
	stored := 0
	for line := range strings.SplitSeq(strings.TrimSpace(log.String()), "\n") {
		var event struct{ Msg, Source, ID, Title, Verdict string }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		if event.Msg != "stored" {
			continue
		}
		stored++
		if _, err := store.ParseArticleID(event.ID); err != nil || event.Source != "post" || event.Title == "" || event.Verdict != "new" {
			t.Errorf("event %s", line)
		}
	}
	if n := len(r.articles("post")); stored != n || n < 4 {
		t.Errorf("%d events of %d articles", stored, n)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// full is an archive on a disk that is full for a while.
type full struct {
	fetch.Archive
	left atomic.Int32
}

func (a *full) Ingest(ctx context.Context, d store.Delivery) (store.Receipt, error) {
	if a.left.Add(-1) >= 0 {
		return store.Receipt{}, errors.New("no space left on device")
	}
	return a.Archive.Ingest(ctx, d)
}

func TestRunOutlivesAFullDisk(t *testing.T) {
	r := newRoom(t)
	archive := &full{Archive: r.db}
	archive.left.Store(1)
	r.f.Archive = archive
	r.f.Now = nil
	stored := make(chan struct{}, 1)
	r.f.OnStored = func(store.Delivery, store.Receipt) { stored <- struct{}{} }
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1})(w) })
	r.subscribe("post", o.URL, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.f.Run(ctx) }()
	<-stored
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
	if n := len(r.articles("post")); n != 1 {
		t.Errorf("%d articles, want 1", n)
	}
}

func TestRoundReportsABrokenArchive(t *testing.T) {
	r := newRoom(t)
	archive := &full{Archive: r.db}
	archive.left.Store(1000)
	r.f.Archive = archive
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1})(w) })
	r.subscribe("post", o.URL, nil)
	if _, err := r.f.Round(t.Context()); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("Round = %v, want the archive's error", err)
	}
}

// A source that goes from the configuration while a visit to it waits harms
// nothing, and is not asked.
func TestSourceThatWentIsNotPolled(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1})(w) })
	r.subscribe("post", o.URL, nil)
	if err := r.f.Configure(r.config, nil); err != nil {
		t.Fatal(err)
	}
	if s := r.round(); s.Failed[store.CodeLocal] != 1 || len(o.requests()) != 0 {
		t.Errorf("%+v, %d requests", s, len(o.requests()))
	}
}

// A round that is cut short gives back all that it did not do: what it kept
// would never be polled again while the store is open.
func TestRoundCutShortGivesAllBack(t *testing.T) {
	r := newRoom(t)
	ctx, cancel := context.WithCancel(t.Context())
	o := newOrigin(t, func(_ int, _ http.ResponseWriter, q *http.Request) {
		cancel()
		<-q.Context().Done()
	})
	for i := range 3 {
		r.subscribe(store.SourceID(fmt.Sprint("feed", i)), fmt.Sprintf("%s/%d", o.URL, i), nil)
	}
	if _, err := r.f.Round(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Round = %v", err)
	}
	visits, _, err := r.db.Claim(t.Context(), r.clock(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(visits) != 1 || len(visits[0].Jobs) != 3 {
		t.Errorf("%d visits are due, want one with all three feeds: %+v", len(visits), visits)
	}
}

// g-ua: publishers are told how many read them by us, once that is known, in the
// same words at every hop, and nobody else is.
func TestAgentTellsOfReaders(t *testing.T) {
	for _, tt := range []struct {
		readers int
		want    string
	}{{0, "wiredesk"}, {42, "wiredesk (42 subscribers; feed-id=SAME)"}} {
		r := newRoom(t)
		r.f.Readers = func() int { return tt.readers }
		o := newOrigin(t, func(_ int, w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/old" {
				http.Redirect(w, q, "/new", http.StatusFound)
				return
			}
			ok([]int{1}, "ETag", tag1)(w)
		})
		r.subscribe("post", o.URL+"/old", nil)
		r.round()
		r.pass(26 * time.Hour)
		r.round()
		agents := map[string]int{}
		for _, q := range o.requests() {
			agents[regexp.MustCompile("feed-id=[0-9a-z]+").ReplaceAllString(q.UserAgent(), "feed-id=SAME")]++
		}
		if len(o.requests()) != 4 || agents[tt.want] != 4 {
			t.Errorf("%d readers: agents %v, want %q four times", tt.readers, agents, tt.want)
		}
	}
}
