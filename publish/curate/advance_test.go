package curate

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"wiredesk/store"
)

var morning = time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)

// A life is a story that a random hand edits, joins, withdraws and restores.
type life struct {
	story store.Story
	now   time.Time
}

func (l *life) join(t *rapid.T) {
	n := store.ArticleID(len(l.story.Members) + 1)
	src := store.SourceID(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "private"}).Draw(t, "source"))
	claim := l.now.Add(-time.Duration(rapid.IntRange(-3600, 86400).Draw(t, "claim")) * time.Second)
	a := store.Article{ID: n, Source: src, Seen: l.now, Changed: l.now, Revision: 1, Title: "t", Published: store.Claim{At: claim}}
	a.Bumped = earlier(claim, l.now)
	if rapid.Bool().Draw(t, "wants a page") {
		a.Page, a.PageBy = store.PageWanted, l.now.Add(10*time.Minute)
	}
	l.story.Members = append(l.story.Members, store.Member{ID: n, Source: src, Article: a})
	if l.story.Lead == 0 {
		l.story.Lead = n
	}
}

func (l *life) pick(t *rapid.T) *store.Article {
	return &l.story.Members[rapid.IntRange(0, len(l.story.Members)-1).Draw(t, "member")].Article
}

func (l *life) edit(t *rapid.T) {
	a := l.pick(t)
	a.Class = rapid.SampledFrom([]store.Class{store.Minor, store.Edit, store.Correction}).Draw(t, "class")
	a.Revision++
	a.Changed = l.now
	if a.Class.Significant() {
		a.Bumped = l.now
		if a.ID == l.story.Lead {
			l.story.Version++
			l.story.Bumped = l.now
		}
	}
}

// What readers see of one story: its id and published never change, updated
// never runs backwards, never ahead of the clock, in the end never names two
// versions by one time, and moves at most once in 15 minutes but for corrections and
// withdrawals. The same state advanced again stays as it is.
func TestAdvanceKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic := Defaults()
		topic.Slug, topic.Match = "t", "*"
		rule, err := NewRule(topic, NewRoster([]Outlet{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}, {ID: "private", Private: true}}))
		if err != nil {
			t.Fatal(err)
		}
		l := &life{now: morning, story: store.Story{ID: 1, Version: 1, Seen: morning, Bumped: morning}}
		l.join(t)
		e := store.Entry{Topic: "t", Story: 1, ID: EntryID("x", &l.story)}
		var bumped time.Time
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			l.now = l.now.Add(time.Duration(rapid.IntRange(1, 1800).Draw(t, "wait")) * time.Second)
			in := true
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0, 1:
				l.join(t)
			case 2, 3:
				l.edit(t)
			case 4:
				a := l.pick(t)
				if a.Withdrawn.IsZero() {
					a.Withdrawn = l.now
				} else {
					a.Withdrawn = time.Time{}
				}
			case 5:
				l.story.Lead = l.pick(t).ID
			case 6:
				in = false
			}
			v := rule.View(&l.story, Ruling{})
			v.Told = v.Restricted && v.Lead != nil && v.Lead.Article.Class.Significant()
			next, due := rule.Advance(e, v, in, Ruling{}, Moment{Now: l.now})
			promises(t, e, next, v, l.now, due)
			again, _ := rule.Advance(next, v, in, Ruling{}, Moment{Now: l.now})
			if again.Updated != next.Updated || again.Lead != next.Lead || again.Gone != next.Gone {
				t.Fatalf("advanced twice at one moment: %+v, then %+v", next, again)
			}
			if Appeared(e) && next.Updated != e.Updated && v.Withdrawn.IsZero() && e.Withdrawn.IsZero() && v.Lead.Article.Class != store.Correction {
				if !bumped.IsZero() && l.now.Sub(bumped) < Debounce {
					t.Fatalf("updated moved %v after it moved last", l.now.Sub(bumped))
				}
			}
			if Appeared(e) && next.Updated != e.Updated {
				bumped = l.now
			}
			if e = next; e.Deleted {
				return
			}
		}
	})
}

func promises(t *rapid.T, was, is store.Entry, v View, now, due time.Time) {
	if !due.IsZero() && !due.After(now) && !is.Deleted {
		t.Fatalf("due %v is not after now, %v", due, now)
	}
	if is.ID != was.ID {
		t.Fatalf("id changed from %s to %s", was.ID, is.ID)
	}
	if !Appeared(is) {
		return
	}
	if Appeared(was) && is.Published != was.Published {
		t.Fatalf("published changed from %v to %v", was.Published, is.Published)
	}
	if is.Updated.Before(was.Updated) || is.Updated.Before(is.Published) || is.Updated.After(now) {
		t.Fatalf("updated = %v; was %v, published %v, now %v", is.Updated, was.Updated, is.Published, now)
	}
	if Appeared(was) && is.Version != was.Version && is.Updated.Equal(was.Updated) && !is.Pending {
		t.Fatalf("versions %d and %d share the time %v", was.Version, is.Version, is.Updated)
	}
	if !Shows(is) {
		return
	}
	if !Appeared(was) && now.Before(v.Seen.Add(2*time.Minute)) {
		t.Fatalf("appeared %v after it was seen", now.Sub(v.Seen))
	}
	if m := v.Find(is.Lead); m == nil || m.Source == "private" || m.Source != is.Source {
		t.Fatalf("lead %v may not be shown", is.Lead)
	}
	seen := map[store.SourceID]bool{is.Source: true}
	for _, id := range is.Others {
		m := v.Find(id)
		if m == nil || seen[m.Source] {
			t.Fatalf("others %v of lead %v: %v is not there, or its outlet is twice", is.Others, is.Lead, id)
		}
		seen[m.Source] = true
	}
}
