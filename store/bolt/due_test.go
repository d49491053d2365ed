package bolt

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"wiredesk/store"
)

func minutes(n int) time.Time { return t0.Add(time.Duration(n) * time.Minute) }

func claim(t *testing.T, d *DB, now time.Time, n int) ([]store.Visit, time.Time) {
	t.Helper()
	v, next, err := d.Claim(t.Context(), now, n)
	if err != nil {
		t.Fatal(err)
	}
	return v, next
}

func TestClaim(t *testing.T) {
	d := newStore(t)
	err := d.Configure(t.Context(), t0, []store.Source{
		{ID: "a1", URL: "https://A.example:443/1"},
		{ID: "a2", URL: "https://a.example/2"},
		{ID: "b", URL: "http://b.example:8080/"},
		{ID: "c", URL: "https://c.example/", Paused: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	visits, next := claim(t, d, t0, 9)
	if len(visits) != 2 || !next.IsZero() {
		t.Fatalf("%d visits, next %v; want two hosts and nothing else: %+v", len(visits), next, visits)
	}
	var a store.Visit
	for _, v := range visits {
		if v.Host == "a.example" {
			a = v
		}
	}
	if len(a.Jobs) != 2 {
		t.Fatalf("the visit of a.example has %d jobs, want 2", len(a.Jobs))
	}
	if again, _ := claim(t, d, t0, 9); len(again) != 0 {
		t.Errorf("leased hosts were leased again: %+v", again)
	}
	ingest(t, d, polled(a.Jobs[0].Source, 0))
	if again, _ := claim(t, d, minutes(600), 9); len(again) != 0 {
		t.Errorf("a host with a job under way was leased again: %+v", again)
	}
	d.Release(a)
	again, next := claim(t, d, t0, 9)
	if len(again) != 1 || again[0].Jobs[0].Source != a.Jobs[1].Source || len(again[0].Jobs) != 1 {
		t.Errorf("after the release %+v is due, want the one job that was not done", again)
	}
	if !next.IsZero() {
		t.Errorf("next %v, want none while both hosts are leased", next)
	}
	d.Release(a) // of a lease that is over: changes nothing
	if v, _ := claim(t, d, t0, 9); len(v) != 0 {
		t.Errorf("releasing an old visit freed a host: %+v", v)
	}
}

func TestNextDue(t *testing.T) {
	d := newStore(t, "one", "two")
	ingest(t, d, polled("one", 0))
	del := polled("two", 0)
	del.Next = minutes(5)
	ingest(t, d, del)
	if v, next := claim(t, d, minutes(1), 9); len(v) != 0 || !next.Equal(minutes(5)) {
		t.Errorf("visits %v, next %v; want none and %v", v, next, minutes(5))
	}
}

func TestHoldIsNeverBroken(t *testing.T) {
	d := newStore(t, "one")
	del := polled("one", 0)
	del.Code, del.Next, del.HoldHost = store.CodeLimited, minutes(1), minutes(30)
	ingest(t, d, del)
	if err := d.Force(t.Context(), minutes(2), nil); err != nil {
		t.Fatal(err)
	}
	if v, next := claim(t, d, minutes(29), 9); len(v) != 0 || !next.Equal(minutes(30)) {
		t.Errorf("visits %v, next %v; want none before the hold ends", v, next)
	}
	d = reopen(t, d)
	if v, _ := claim(t, d, minutes(29), 9); len(v) != 0 {
		t.Errorf("a restart broke the hold: %v", v)
	}
	if v, _ := claim(t, d, minutes(30), 9); len(v) != 1 {
		t.Errorf("%d visits after the hold, want 1", len(v))
	}
}

// reopen closes a store and opens it again.
func reopen(t *testing.T, d *DB) *DB {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return open1(t, d.path, nil)
}

func TestForce(t *testing.T) {
	d := newStore(t, "one", "two", "three")
	ingest(t, d, polled("one", 0))
	wait := polled("three", 0)
	wait.Code, wait.Hold, wait.Next = store.CodeBusy, minutes(90), minutes(90)
	ingest(t, d, wait)
	gone := polled("two", 0)
	gone.Code, gone.Stop = store.CodeGone, true
	ingest(t, d, gone)
	if err := d.Force(t.Context(), minutes(1), []store.SourceID{"none"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Force of an unknown source: %v, want %v", err, store.ErrNotFound)
	}
	if err := d.Force(t.Context(), minutes(1), nil); err != nil {
		t.Fatal(err)
	}
	if v, _ := claim(t, d, minutes(1), 9); len(v) != 1 || v[0].Jobs[0].Source != "one" {
		t.Errorf("forced %+v, want the one that is not gone", v)
	}
	d = reopen(t, d)
	if err := d.Force(t.Context(), minutes(89), nil); err != nil {
		t.Fatal(err)
	}
	if v, next := claim(t, d, minutes(89), 9); len(v) != 1 || !next.Equal(minutes(90)) {
		t.Errorf("after a restart %d hosts are due, the next at %v; want the one that asks for no patience", len(v), next)
	}
	if v, _ := claim(t, d, minutes(90), 9); len(v) != 1 || v[0].Jobs[0].LastCode != store.CodeBusy {
		t.Errorf("when its patience ends %+v is due, want the busy one", v)
	}
}

// What a poll hands on is what the one before left.
func TestJobRemembers(t *testing.T) {
	d := newStore(t, "one")
	del := polled("one", 0, item("1", "a", "Port closed", lorem(60, "alpha")))
	del.Validators = store.Validators{ETag: `"x"`, LastModified: "yesterday", For: 7}
	del.FinalURL, del.BodyHash, del.Known = "https://one.example/real", 9, []uint64{1, 2}
	del.Hints.TTL = time.Hour
	ingest(t, d, del)
	same := polled("one", 60) // not modified, another validator
	same.Status, same.Full, same.Feed, same.Items = 304, false, store.FeedInfo{}, 0
	same.Validators, same.FinalURL, same.BodyHash, same.Hints = store.Validators{ETag: `"y"`}, del.FinalURL, del.BodyHash, del.Hints
	ingest(t, d, same)
	failed := polled("one", 120)
	failed.Code, failed.Sighting = store.CodeTimeout, store.Sighting{URL: "https://else.example", Count: 1}
	ingest(t, d, failed)
	for _, restarted := range []bool{false, true} {
		if restarted {
			d = reopen(t, d)
		}
		v, _ := claim(t, d, minutes(999), 1)
		j := v[0].Jobs[0]
		d.Release(v[0])
		if j.Validators.ETag != `"y"` || j.Validators.LastModified != "" || j.BodyHash != 9 || len(j.Known) != 2 ||
			j.FinalURL != del.FinalURL || j.Hints.TTL != time.Hour || j.Errors != 1 || !j.FailedAt.Equal(minutes(120)) ||
			!j.LastOK.Equal(minutes(60)) || !j.LastFull.Equal(t0) || j.Sighting.Count != 1 || len(j.SeenTimes) != 1 {
			t.Errorf("restarted %v: the job remembers %+v", restarted, j)
		}
	}
}

func TestSourceMoves(t *testing.T) {
	d := newStore(t, "one")
	del := polled("one", 0)
	del.Validators.ETag, del.Known = `"x"`, []uint64{1}
	ingest(t, d, del)
	v, _ := claim(t, d, minutes(60), 9)
	if err := d.Configure(t.Context(), minutes(61), []store.Source{{ID: "one", URL: "https://new.example/"}}); err != nil {
		t.Fatal(err)
	}
	v2, _ := claim(t, d, minutes(61), 9)
	if len(v2) != 1 || v2[0].Host != "new.example" || v2[0].Jobs[0].Validators.ETag != "" || v2[0].Jobs[0].Known != nil {
		t.Errorf("due after the move: %+v, want the new host, without validators", v2)
	}
	d.Release(v[0])
	if err := d.Configure(t.Context(), minutes(62), nil); err != nil {
		t.Fatal(err)
	}
	d.Release(v2[0])
	if v, _ := claim(t, d, minutes(999), 9); len(v) != 0 {
		t.Errorf("a source that went is due: %+v", v)
	}
	if h, _ := d.Health(t.Context()); len(h) != 1 || !h[0].Removed {
		t.Errorf("health %+v, want the source, as removed", h)
	}
}

func TestVisitIsBounded(t *testing.T) {
	d := newStore(t)
	var list []store.Source
	for i := range 100 {
		list = append(list, store.Source{ID: store.SourceID(fmt.Sprint("s", i)), URL: fmt.Sprint("https://one.example/", i)})
	}
	if err := d.Configure(t.Context(), t0, list); err != nil {
		t.Fatal(err)
	}
	v, next := claim(t, d, t0, 9)
	if len(v) != 1 || len(v[0].Jobs) != maxVisit || !next.IsZero() {
		t.Errorf("%d visits, next %v; want one of %d jobs", len(v), next, maxVisit)
	}
}
