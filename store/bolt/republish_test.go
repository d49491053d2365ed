package bolt

import (
	"testing"
	"time"

	"wiredesk/store"
)

// An old article that its source sends again, under whatever guid and date,
// stays one article; only the source's policy makes a date news.
func TestRepublished(t *testing.T) {
	text := lorem(90, "old")
	month := 30 * 24 * 60
	for _, tt := range []struct {
		name   string
		policy string
		guid   string
		path   string
		days   int // of the new date; 0: none
		want   store.Verdict
		class  store.Class
	}{
		{"again", "", "1", "a", 0, store.Unchanged, store.NoClass},
		{"new date", store.UpdatesNormal, "1", "a", 30, store.Unchanged, store.NoClass},
		{"new date, always", store.UpdatesAlways, "1", "a", 30, store.Revised, store.Edit},
		{"new date and guid, always", store.UpdatesAlways, "other", "a", 30, store.Revised, store.Edit},
		{"new date and guid", store.UpdatesNormal, "other", "a", 30, store.Unchanged, store.NoClass},
		{"new date, ignored", store.UpdatesIgnore, "1", "a", 30, store.Unchanged, store.NoClass},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newStore(t)
			src := store.Source{ID: "one", URL: "https://one.example/feed", Updates: tt.policy}
			if err := d.Configure(t.Context(), t0, []store.Source{src}); err != nil {
				t.Fatal(err)
			}
			first := item("1", "a", "The old story", text)
			first.Published.At = t0
			was := ingest(t, d, polled("one", 0, first)).Articles[0]
			back := item(tt.guid, tt.path, "The old story", text)
			back.Published.At = t0.AddDate(0, 0, tt.days)
			for n, want := range []store.Verdict{tt.want, store.Unchanged} { // and no second time
				got := ingest(t, d, polled("one", month+n, back)).Articles[0]
				if got.ID != was.ID || got.Verdict != want || n == 0 && got.Class != tt.class {
					t.Errorf("time %d: article %v %v %v, want %v %v %v", n, got.ID, got.Verdict, got.Class, was.ID, want, tt.class)
				}
			}
			a, err := d.Article(t.Context(), was.ID)
			if err != nil || !a.Published.At.Equal(t0) {
				t.Errorf("published %v (%v), want %v: it never moves", a.Published.At, err, t0)
			}
			if moved := a.Bumped.After(t0.Add(24 * time.Hour)); moved != (tt.class == store.Edit) {
				t.Errorf("bumped to %v", a.Bumped)
			}
		})
	}
}

// A guid that a source gives to another text names two articles.
func TestRecycledGUID(t *testing.T) {
	d := newStore(t, "one")
	a := ingest(t, d, polled("one", 0, item("latest", "a", "Storm closes port", lorem(90, "storm")))).Articles[0]
	b := ingest(t, d, polled("one", 60, item("latest", "b", "Bishop resigns", lorem(90, "bishop")))).Articles[0]
	c := ingest(t, d, polled("one", 90, item("latest", "b", "Bishop resigns", lorem(90, "bishop")))).Articles[0]
	if a.ID == b.ID || b.ID != c.ID || a.Story == b.Story {
		t.Errorf("articles %v, %v, %v in stories %v, %v, want two, the second of them twice", a.ID, b.ID, c.ID, a.Story, b.Story)
	}
}
