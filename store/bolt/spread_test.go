package bolt

import (
	"fmt"
	"testing"
	"time"

	"wiredesk/store"
)

// What fell due while nobody polled is spread over the interval, at the same
// moments however often the daemon is started; what was never polled is due.
func TestSpread(t *testing.T) {
	var names []store.SourceID
	for i := range 60 {
		names = append(names, store.SourceID(fmt.Sprint("s", i)))
	}
	d := newStore(t, append(names, "new")...)
	for _, id := range names {
		ingest(t, d, polled(id, 0)) // due an hour later
	}
	start := minutes(24 * 60)
	d.Spread(start, time.Hour)
	if v, _ := claim(t, d, start, 99); len(v) != 1 || v[0].Jobs[0].Source != "new" {
		t.Fatalf("%d visits at the start, want the one of the source that was never polled", len(v))
	}
	due := map[store.SourceID]time.Time{}
	quarters := map[int]int{}
	for _, h := range healths(t, d) {
		if h.Source == "new" {
			continue
		}
		due[h.Source] = h.Next
		quarters[int(h.Next.Sub(start)/(15*time.Minute))]++
	}
	for q := range 4 {
		if quarters[q] < 5 {
			t.Errorf("quarter %d of the hour has %d of 60 polls: %v", q, quarters[q], quarters)
		}
	}
	d.Spread(start.Add(time.Minute), time.Hour)
	for _, h := range healths(t, d) {
		if !h.Next.Equal(due[h.Source]) && due[h.Source].After(start.Add(time.Minute)) {
			t.Errorf("another start moved %s from %v to %v", h.Source, due[h.Source], h.Next)
		}
	}
	if v, _ := claim(t, d, start.Add(time.Hour), 99); len(v) != len(names) {
		t.Errorf("%d visits within the hour, want %d", len(v), len(names))
	}
}

func healths(t *testing.T, d *DB) []store.Health {
	t.Helper()
	list, err := d.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// st-429-host: one blog of a shared host is told to wait, and all wait.
func TestSharedHostsAreOne(t *testing.T) {
	d := newStore(t)
	err := d.Configure(t.Context(), t0, []store.Source{
		{ID: "a", URL: "https://one.tumblr.com/rss"}, {ID: "b", URL: "https://two.tumblr.com/rss"}, {ID: "c", URL: "https://nottumblr.com/rss"},
	})
	if err != nil {
		t.Fatal(err)
	}
	visits, _ := claim(t, d, t0, 9)
	if len(visits) != 2 {
		t.Fatalf("%d visits, want one of the shared host and one of the other: %+v", len(visits), visits)
	}
	for _, v := range visits {
		if v.Host == "nottumblr.com" {
			continue
		}
		del := polled(v.Jobs[0].Source, 0)
		del.Code, del.HoldHost = store.CodeLimited, minutes(600)
		ingest(t, d, del)
		d.Release(v)
	}
	if v, _ := claim(t, d, minutes(500), 9); len(v) != 0 && v[0].Host != "nottumblr.com" {
		t.Errorf("the shared host is visited while it holds: %+v", v)
	}
}

// A fault of this machine is not counted as the source's.
func TestOurFaultIsNotTheirs(t *testing.T) {
	d := newStore(t, "one")
	for i, code := range []store.Code{store.CodeTimeout, store.CodeLocal, store.CodeLocal, store.CodeTimeout} {
		del := polled("one", i)
		del.Code = code
		ingest(t, d, del)
	}
	if h := healths(t, d)[0]; h.Errors != 2 {
		t.Errorf("%d errors in a row, want 2", h.Errors)
	}
}
