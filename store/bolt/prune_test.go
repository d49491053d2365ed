package bolt

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"wiredesk/store"
)

// A paper has one article a day, and lists the last five.
func dailies(t testing.TB, d *DB, source store.SourceID, days int) (articles []store.ArticleID) {
	t.Helper()
	for day := range days {
		var list []store.Article
		for n := day; n > day-5 && n >= 0; n-- {
			list = append(list, item(fmt.Sprint(n), fmt.Sprint(source, n), fmt.Sprint("Report ", n), lorem(60, fmt.Sprint(source, "x", n, "y"))))
		}
		r := ingest(t, d, polled(source, day*24*60, list...))
		articles = append(articles, r.Articles[0].ID)
	}
	return articles
}

func day(n int) time.Time { return t0.Add(time.Duration(n) * 24 * time.Hour) }

// pruneAll goes on for as many passes as there is something to forget.
func pruneAll(t *testing.T, d *DB, l Limits, now time.Time) (sum Pruned) {
	t.Helper()
	for range 100 {
		done, err := d.Prune(t.Context(), l, now, true)
		if err != nil {
			t.Fatal(err)
		}
		sum.Articles += done.Articles
		sum.Revisions += done.Revisions
		sum.Changes += done.Changes
		if sum.Left = done.Left; !done.More {
			break
		}
	}
	return sum
}

func TestPrune(t *testing.T) {
	for _, tt := range []struct {
		name   string
		limits Limits
		want   int // articles of 100
	}{
		{"nothing is limited", Limits{}, 100},
		{"by age", Limits{Age: 30 * 24 * time.Hour}, 30},
		{"by age, less than a pass of a tenth can reach", Limits{Age: time.Hour}, 9},
		{"by number", Limits{Articles: 42}, 42},
		{"by number, less than a pass of a tenth can reach", Limits{Articles: 1}, 9},
		{"both", Limits{Articles: 42, Age: 50 * 24 * time.Hour}, 42},
		{"by size", Limits{Size: 1}, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newStore(t, "one")
			all := dailies(t, d, "one", 100)
			pruneAll(t, d, tt.limits, day(100))
			if s, _ := d.Stats(t.Context()); s.Articles != tt.want {
				t.Errorf("%d articles are left, want %d", s.Articles, tt.want)
			}
			if _, err := d.Article(t.Context(), all[99]); err != nil {
				t.Errorf("the newest: %v", err)
			}
			if r := ingest(t, d, polled("one", 100*24*60, item("99", "one99", "Report 99", lorem(60, "onex99y")))); r.Count(store.New) != 0 {
				t.Error("what its source still lists came again as new")
			}
		})
	}
}

// However far the clock goes, a pass forgets a tenth, and none does before
// somebody said that the clock is right (RELIABILITY-D10).
func TestPruneAndTheClock(t *testing.T) {
	d := newStore(t, "one")
	dailies(t, d, "one", 50)
	l := Limits{Age: 30 * 24 * time.Hour}
	if _, err := d.Prune(t.Context(), l, day(50), false); err != nil {
		t.Fatal(err)
	}
	before, _ := d.Stats(t.Context())
	for _, jump := range []time.Duration{10 * 365 * 24 * time.Hour, -10 * 365 * 24 * time.Hour, 32 * 24 * time.Hour, -2 * time.Hour} {
		if done, err := d.Prune(t.Context(), l, day(50).Add(jump), false); !errors.Is(err, ErrClock) || done.Articles != 0 {
			t.Errorf("after a jump of %v: forgot %d, %v; want nothing, %v", jump, done.Articles, err, ErrClock)
		}
	}
	done, err := d.Prune(t.Context(), l, day(5000), true)
	if err != nil || done.Articles != before.Articles/10 || !done.More {
		t.Errorf("a pass with trust forgot %+v of %d, %v; want a tenth and more to come", done, before.Articles, err)
	}
}

// A story that came while the clock was years ahead keeps no others from being
// forgotten.
func TestPruneAfterTheClockWasWrong(t *testing.T) {
	d := newStore(t, "one", "two")
	ingest(t, d, polled("two", 10*365*24*60, item("1", "future", "From the future", lorem(60, "future"))))
	dailies(t, d, "one", 100)
	pruneAll(t, d, Limits{Age: 30 * 24 * time.Hour}, day(100))
	if s, _ := d.Stats(t.Context()); s.Articles != 31 {
		t.Errorf("%d articles are left, want 30 and the one from the future", s.Articles)
	}
}

// No text is compared with what was forgotten.
func TestPruneUnlearns(t *testing.T) {
	d := newStore(t, "one")
	all := dailies(t, d, "one", 12)
	pruneAll(t, d, Limits{Articles: 6}, day(12))
	for i, id := range all {
		_, err := d.Article(t.Context(), id)
		if _, known := d.likeness.index.Entry(uint64(id)); known != (err == nil) {
			t.Errorf("article %d is stored: %v; compared with: %v", i, err == nil, known)
		}
	}
	if _, err := d.Article(t.Context(), all[0]); err == nil {
		t.Error("nothing was forgotten")
	}
}

// What an edition shows, and what somebody decided about, stays.
func TestPruneKeepsWhatIsUsed(t *testing.T) {
	d := newStore(t, "one")
	all := dailies(t, d, "one", 60)
	stories := make([]store.StoryID, len(all))
	for i, id := range all {
		a, err := d.Article(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		stories[i] = a.Story
	}
	merged := decide(t, d, store.Decision{At: day(2), Verb: store.Merge, Story: stories[0], Other: stories[1]})
	w := store.DeskWork{Name: "desk", To: lastSeq(t, d), Rules: []store.TopicRule{{Topic: "t", Rule: 1}}}
	for i, id := range stories[:20] {
		w.Takings = append(w.Takings, store.Taking{Topic: "t", Rule: 1, Story: id, At: day(i)})
		w.Entries = append(w.Entries, store.Entry{Topic: "t", Story: id, ID: fmt.Sprint("tag:", i), Published: day(i), Moved: day(i)})
	}
	if err := d.Commit(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	pruneAll(t, d, Limits{Age: 20 * 24 * time.Hour, Shown: 3}, day(60))
	var kept []int
	for i, id := range all {
		if _, err := d.Article(t.Context(), id); err == nil && i < 40 {
			kept = append(kept, i)
		}
	}
	if want := []int{0, 1, 17, 18, 19}; fmt.Sprint(kept) != fmt.Sprint(want) {
		t.Errorf("of the old articles %v are left, want %v", kept, want)
	}
	if list, _ := d.Takings(t.Context(), "t", 1, 0); len(list) != 5 {
		t.Errorf("%d takings are left, want the 5 of stories that are there", len(list))
	}
	decide(t, d, store.Decision{At: day(60), Verb: store.Undo, Undoes: merged.Seq})
}

func TestPruneRevisions(t *testing.T) {
	d := newStore(t, "one")
	var id store.ArticleID
	for n := range 9 {
		id = ingest(t, d, polled("one", n*60, item("1", "a", "Port closed", lorem(30, fmt.Sprint("v", n, "w"))))).Articles[0].ID
	}
	done := pruneAll(t, d, Limits{Revisions: 3}, day(1))
	revs, err := d.Revisions(t.Context(), id)
	var left []int
	for _, r := range revs {
		left = append(left, r.N)
		if r.Text == "" {
			t.Errorf("revision %d lost its text", r.N)
		}
	}
	if err != nil || fmt.Sprint(left) != "[1 8 9]" || done.Revisions != 6 {
		t.Errorf("revisions %v are left, %d went, %v; want the first and the last two", left, done.Revisions, err)
	}
}

// Who follows the change feed may stay away for a month. Who stays longer is
// told that something is missing, not given the rest as if it were all.
func TestPruneChanges(t *testing.T) {
	d := newStore(t, "one")
	dailies(t, d, "one", 100)
	last := lastSeq(t, d)
	l := Limits{Age: 365 * 24 * time.Hour}
	if done := pruneAll(t, d, l, day(100)); done.Changes != 100-35 {
		t.Errorf("%d changes went though nobody has a bookmark, want those of more than 35 days", done.Changes)
	}
	month, err := d.Changes(t.Context(), last-30, 0)
	if err != nil || len(month) != 30 {
		t.Errorf("after a month: %d changes, %v; want 30", len(month), err)
	}
	if list, err := d.Changes(t.Context(), last-50, 0); !errors.Is(err, store.ErrForgotten) || len(list) != 0 {
		t.Errorf("after 50 days: %d changes, %v; want %v", len(list), err, store.ErrForgotten)
	}
	if list, err := d.Changes(t.Context(), 0, 0); err != nil || len(list) != 35 {
		t.Errorf("from the beginning: %d changes, %v; want those that there are", len(list), err)
	}
}

// What a desk has not handled stays, however old.
func TestPruneWaitsForTheDesk(t *testing.T) {
	d := newStore(t, "one")
	dailies(t, d, "one", 100)
	if err := d.Commit(t.Context(), store.DeskWork{Name: "desk", To: 10}); err != nil {
		t.Fatal(err)
	}
	pruneAll(t, d, Limits{Age: 365 * 24 * time.Hour}, day(100))
	if list, err := d.Changes(t.Context(), 10, 0); err != nil || len(list) != 90 {
		t.Errorf("the desk finds %d changes, %v; want 90", len(list), err)
	}
}
