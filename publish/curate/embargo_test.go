package curate

import (
	"testing"
	"time"

	"wiredesk/store"
)

// A held story leaves the edition without a tombstone and comes back as it was.
func TestHold(t *testing.T) {
	topic := Defaults()
	topic.Slug, topic.Match = "t", "*"
	rule, err := NewRule(topic, NewRoster([]Outlet{{ID: "a"}}))
	if err != nil {
		t.Fatal(err)
	}
	a := store.Article{ID: 1, Source: "a", Seen: morning, Changed: morning, Revision: 1, Title: "t"}
	s := store.Story{ID: 1, Lead: 1, Version: 1, Seen: morning, Bumped: morning, Members: []store.Member{{ID: 1, Source: "a", Article: a}}}
	now := morning
	advance := func(e store.Entry) store.Entry {
		now = now.Add(time.Hour)
		e, _ = rule.Advance(e, rule.View(&s, Ruling{}), true, Ruling{}, Moment{Now: now})
		return e
	}
	e := advance(store.Entry{Topic: "t", Story: 1, ID: "x"})
	held := &s.Members[0].Article
	held.Barred, held.Withdrawn = store.Hold, now
	gone := advance(e)
	if Shows(gone) || !gone.Withdrawn.IsZero() {
		t.Fatalf("a held story is shown: %v, withdrawn %v; want neither", Shows(gone), gone.Withdrawn)
	}
	held.Barred, held.Withdrawn = store.NoNotice, time.Time{}
	if back := advance(gone); !Shows(back) || back.ID != e.ID || !back.Published.Equal(e.Published) || !back.Updated.Equal(e.Updated) {
		t.Errorf("released it is %+v, want it as it was: %+v", back, e)
	}
}

// Nobody is given a story before its hour, however much the desk hurries.
func TestEmbargo(t *testing.T) {
	topic := Defaults()
	topic.Slug, topic.Match = "t", "*"
	rule, err := NewRule(topic, NewRoster([]Outlet{{ID: "a"}}))
	if err != nil {
		t.Fatal(err)
	}
	until := morning.Add(3 * time.Hour)
	a := store.Article{ID: 1, Source: "a", Seen: morning, Changed: morning, Revision: 1, Title: "t", Embargo: until}
	s := store.Story{ID: 1, Lead: 1, Version: 1, Seen: morning, Bumped: morning, Members: []store.Member{{ID: 1, Source: "a", Article: a}}}
	for _, tt := range []struct {
		name   string
		ruling Ruling
		at     time.Time
		shown  bool
	}{
		{"one-shot run", Ruling{}, morning.Add(time.Hour), false},
		{"pinned", Ruling{Pinned: true}, until.Add(-time.Second), false},
		{"its hour", Ruling{}, until, true},
	} {
		e := store.Entry{Topic: "t", Story: 1, ID: "x"}
		e, due := rule.Advance(e, rule.View(&s, tt.ruling), true, tt.ruling, Moment{Now: tt.at, Settle: true})
		if Shows(e) != tt.shown || !tt.shown && !due.Equal(until) {
			t.Errorf("%s: shown %v, due %v, want %v and %v", tt.name, Shows(e), due, tt.shown, until)
		}
	}
}
