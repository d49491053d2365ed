package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"wiredesk/fetch"
	"wiredesk/fetch/web"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

const (
	day   = 24 * time.Hour
	month = 30 * day
	// pace is the operator's interval: all the schedule's numbers follow from it,
	// and a longer one than the default makes the month pass faster.
	pace    = 8 * time.Hour
	floor   = pace / 4
	stopped = 10 * time.Hour
)

// limits answers 429 to the first of a host's feeds on every fifth day, and
// wants three hours of peace for all of them.
func limits(w *world) func(o *outlet, at time.Duration, r *http.Request) *http.Response {
	return func(o *outlet, at time.Duration, _ *http.Request) *http.Response {
		first := w.outlets[o.host+"/0"]
		if at < first.until {
			o.intruded++
		}
		if o != first || at%(5*day) > day || at < first.until+2*day {
			return nil
		}
		first.until = at + 3*time.Hour
		return reply(429, "", "Retry-After", "10800")
	}
}

func moves(code int) func(o *outlet, at time.Duration, r *http.Request) *http.Response {
	return func(o *outlet, _ time.Duration, r *http.Request) *http.Response {
		if r.Host != o.host {
			return nil
		}
		return reply(code, "", "Location", "http://new-"+o.host+o.path)
	}
}

func always(code int) func(*outlet, time.Duration, *http.Request) *http.Response {
	return func(*outlet, time.Duration, *http.Request) *http.Response { return reply(code, "") }
}

// tempers are two thousand outlets of every kind.
func tempers(w *world) []*temper {
	liar := func(o *outlet, at time.Duration, r *http.Request) *http.Response {
		if r.Header.Get("If-None-Match") == "" {
			return nil
		}
		return reply(304, "")
	}
	toucher := func(o *outlet, at time.Duration, _ *http.Request) *http.Response {
		return reply(200, o.document(o.published(at)), "ETag", fmt.Sprintf(`"%d"`, at))
	}
	bare := func(o *outlet, at time.Duration, _ *http.Request) *http.Response {
		return reply(200, o.document(o.published(at)))
	}
	fails := func(o *outlet, at time.Duration, _ *http.Request) *http.Response {
		if at > 10*day && at < 12*day {
			return reply(500, "", "ETag", `"error"`)
		}
		return nil
	}
	return []*temper{
		{name: "busy", n: 10, every: pace / 3, lo: 250, hi: 360, least: floor, reaches: 6 * time.Hour},
		{name: "steady", n: 50, every: pace, lo: 120, hi: 200, least: floor, reaches: 8 * time.Hour},
		{name: "bare", n: 20, every: pace, answer: bare, lo: 80, hi: 90, least: pace, reaches: pace * 5 / 4},
		{name: "calm", n: 630, every: 2 * day, lo: 35, hi: 60, least: floor, reaches: 27 * time.Hour},
		{name: "rare", n: 300, every: 12 * day, lo: 35, hi: 80, least: floor, reaches: 27 * time.Hour},
		{name: "silent", n: 320, lo: 38, hi: 50, least: floor},
		{name: "fresh", n: 100, every: 2 * day, header: []string{"Cache-Control", "max-age=43200"}, lo: 28, hi: 60, least: 12 * time.Hour, reaches: 27 * time.Hour},
		{name: "cached", n: 60, every: 2 * day, header: []string{"Cache-Control", "max-age=99999999"}, lo: 25, hi: 30, least: day, reaches: 27 * time.Hour},
		{name: "liar", n: 40, every: 4 * day, answer: liar, lo: 35, hi: 80, least: floor, reaches: 10 * day},
		{name: "touch", n: 40, every: 2 * day, answer: toucher, lo: 35, hi: 60, least: floor, reaches: 27 * time.Hour},
		{name: "limit", n: 100, shared: 5, every: 2 * day, answer: limits(w), lo: 30, hi: 60, least: floor, reaches: 30 * time.Hour},
		{name: "fails", n: 60, every: 2 * day, answer: fails, lo: 30, hi: 60, least: floor, reaches: 4 * day},
		{name: "missing", n: 40, answer: always(404), lo: 14, hi: 20, least: pace},
		{name: "gone", n: 20, answer: always(410), lo: 2, hi: 2, least: day},
		{name: "moves", n: 40, every: 2 * day, answer: moves(301), lo: 15, hi: 30, least: floor, reaches: 27 * time.Hour},
		{name: "leads", n: 30, every: 2 * day, answer: moves(302), lo: 35, hi: 60, least: floor, reaches: 27 * time.Hour},
		{name: "hangs", n: 50, hangs: true, lo: 14, hi: 20, least: pace},
		{name: "dead", n: 20, dead: true},
	}
}

func newWorld(tempers func(*world) []*temper) *world {
	w := &world{start: time.Now(), outlets: map[string]*outlet{}}
	for _, t := range tempers(w) {
		t.n = max(t.n/fewer, 1)
		for n := range t.n {
			o := &outlet{temper: t, n: n, host: fmt.Sprintf("%s%d.test", t.name, n/max(t.shared, 1)), path: "/"}
			if t.shared > 0 {
				o.path = fmt.Sprint("/", n%t.shared)
			}
			w.outlets[o.host+o.path] = o
			w.outlets["new-"+o.host+o.path] = o
		}
	}
	return w
}

// originals are the outlets at the addresses that are configured.
func (w *world) originals() map[store.SourceID]*outlet {
	list := map[store.SourceID]*outlet{}
	for _, o := range w.outlets {
		list[store.SourceID(fmt.Sprint(o.temper.name, "-", o.n))] = o
	}
	return list
}

// live runs a program on the store in file for a time, as a daemon would.
func (w *world) live(t *testing.T, file string, span time.Duration) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := bolt.Open(bolt.Config{Path: file, LockTimeout: time.Second, Scratch: true}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	config := fetch.Defaults()
	config.Interval, config.MinInterval = pace, floor
	wc := config.Web()
	wc.Dial = w.dial
	client, err := web.New(wc, log)
	if err != nil {
		t.Fatal(err)
	}
	f := &fetch.Fetcher{Archive: db, Client: client, Log: log}
	var sources []fetch.Source
	var list []store.Source
	for id, o := range w.originals() {
		s := fetch.Source{ID: id, URL: "http://" + o.host + o.path, Inherited: fetch.Inherited{Read: fetch.ReadFeed}}
		sources = append(sources, s)
		list = append(list, store.Source{ID: id, URL: s.URL})
	}
	if err := errors.Join(f.Configure(config, sources), db.Configure(t.Context(), time.Now(), list)); err != nil {
		t.Fatal(err)
	}
	db.Spread(time.Now(), config.Interval)
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	_ = f.Run(ctx)
	client.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// A month of two thousand sources of every temper, with restarts in the middle:
// nobody is asked too often, nothing that was published is missed, and what each
// publisher wished for is kept.
func TestMonthOfPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(tempers)
		file := filepath.Join(t.TempDir(), "wiredesk.db")
		for _, span := range []time.Duration{84 * time.Hour, 10 * time.Second, 10 * time.Second, 10 * time.Second, 4 * day, 6*day + time.Minute} {
			w.live(t, file, span)
		}
		time.Sleep(stopped)
		before := w.requests()
		w.live(t, file, 5*time.Minute)
		if n := w.requests() - before; n > 100 {
			t.Errorf("%d requests within five minutes of a start after a night, want them spread over the interval", n)
		}
		w.live(t, file, 2*day)
		w.offline.Store(true)
		w.live(t, file, 6*time.Hour)
		w.offline.Store(false)
		w.live(t, file, month-time.Since(w.start))
		w.judge(t, file)
	})
}

// A thousand hosts that hang delay nobody: half of all sources never answer, and
// the other half is polled as if they were not there.
func TestThousandHangingHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(func(*world) []*temper {
			return []*temper{{name: "hangs", n: 1000, hangs: true}, {name: "calm", n: 1000, every: day}}
		})
		w.live(t, filepath.Join(t.TempDir(), "wiredesk.db"), pace*3/2)
		for id, o := range w.originals() {
			switch {
			case len(o.asked) == 0, o.asked[0] > 10*time.Second:
				t.Errorf("%s was asked at %v, want all of them within ten seconds", id, o.asked)
			case !o.temper.hangs && len(o.asked) < 2:
				t.Errorf("%s was asked at %v, want it twice within one and a half intervals", id, o.asked)
			}
		}
	})
}

func (w *world) requests() int {
	n := 0
	for _, o := range w.originals() {
		n += len(o.asked)
	}
	return n
}

// judge compares what the origins saw with what their tempers say, and what
// they published with what is known.
func (w *world) judge(t *testing.T, file string) {
	t.Helper()
	db, err := bolt.Open(bolt.Config{Path: file, LockTimeout: time.Second, Scratch: true}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for id, o := range w.originals() {
		o.judgeRequests(t, id)
		if o.temper.reaches == 0 {
			continue
		}
		articles, err := db.Articles(t.Context(), id, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]time.Duration{}
		for _, a := range articles {
			known[a.Title] = a.Seen.Sub(w.start)
		}
		o.judgeArticles(t, id, known)
		if len(known) != len(articles) {
			t.Errorf("%s: %d articles under %d titles", id, len(articles), len(known))
		}
	}
}

// judgeRequests: as many as its temper wants, and never two close together.
func (o *outlet) judgeRequests(t *testing.T, id store.SourceID) {
	t.Helper()
	k := o.temper
	if n := len(o.asked); n < k.lo || n > k.hi {
		t.Errorf("%s was asked %d times in the month, want %d to %d", id, n, k.lo, k.hi)
	}
	for i := 1; i < len(o.asked); i++ {
		if gap := o.asked[i] - o.asked[i-1]; gap < k.least {
			t.Errorf("%s was asked at %v and again %v later, want %v at least", id, o.asked[i-1], gap, k.least)
		}
	}
	if k.name == "moves" && (o.moved == 0 || o.asked[len(o.asked)-1] > 10*day) {
		t.Errorf("%s: its old address was asked at %v, its new one %d times", id, o.asked[len(o.asked)-1], o.moved)
	}
	if o.intruded > 0 {
		t.Errorf("%s: its host was asked %d times while it wanted to be left alone", id, o.intruded)
	}
}

// judgeArticles: every one is known, and was in time, but for the stop in the
// middle and the spread after it.
func (o *outlet) judgeArticles(t *testing.T, id store.SourceID, known map[string]time.Duration) {
	t.Helper()
	k := o.temper
	phase := k.every * time.Duration(o.n) / time.Duration(k.n)
	for n := max(o.published(0)-window+1, 0); n <= o.published(month-k.reaches-time.Hour); n++ {
		seen, ok := known[fmt.Sprintf("Ferry %d delayed", n)]
		at := max(k.every*time.Duration(n)-phase, 0)
		if !ok || seen-at > k.reaches+stopped+pace {
			t.Errorf("%s: article %d of %v was seen %v later (%v)", id, n, at, seen-at, ok)
		}
	}
}
