package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/store"
)

// roundTrip: what is stored comes back, to the nanosecond and the last field.
func roundTrip(t *testing.T, s suite) {
	in := article(1, 2)
	in.Authors = []store.Person{{Name: "Ann", Email: "ann@example.org", URL: "https://example.org"}}
	in.Categories = []store.Category{{Term: "t", Scheme: "s", Label: "l"}}
	in.Enclosures = []store.Enclosure{{URL: "https://example.org/a.mp3", Type: "audio/mpeg", Length: 7, Title: "x"}}
	in.Image = store.Image{URL: "https://example.org/i.jpg", Caption: "c", Credit: "d"}
	in.Related = []store.Link{{URL: "https://example.org/r", Text: "more"}}
	in.Published = store.Claim{At: birth.Add(-123456789), From: "feed"}
	in.Updated = store.Claim{At: birth.Add(-1), Day: true}
	in.Language, in.Credit, in.Rights = "en", "AFP", "all"
	r := s.poll(t, "one", 0, in).Articles[0]
	if r.Verdict != store.New || r.ID == 0 || r.Story == 0 || r.Title != in.Title || r.URL != in.URL || r.Source != "one" {
		t.Errorf("receipt %+v, want a new article", r)
	}
	got, err := s.Article(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := in
	want.ID, want.Source, want.Story, want.Revision = r.ID, "one", r.Story, 1
	want.Seen, want.Changed, want.Bumped, want.Words = birth, birth, got.Bumped, got.Words
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Article (-want +got):\n%s", d)
	}
	if got.Bumped.After(birth) || got.Words < 30 {
		t.Errorf("Bumped %v, %d words", got.Bumped, got.Words)
	}
}

func revisions(t *testing.T, s suite) {
	id := s.poll(t, "one", 0, article(1, 0)).Articles[0].ID
	for v := 1; v < 4; v++ {
		if r := s.poll(t, "one", v, article(1, v)).Articles[0]; r.ID != id || r.Verdict != store.Revised || r.Class != store.Edit {
			t.Errorf("version %d is %+v, want an edit of %v", v, r, id)
		}
	}
	list, err := s.Revisions(t.Context(), id)
	if err != nil || len(list) != 4 {
		t.Fatalf("Revisions: %d (%v), want 4", len(list), err)
	}
	for i, r := range list {
		if r.N != i+1 || !r.At.Equal(minute(i)) || r.Text != article(1, i).Text || (r.Class == store.Edit) != (i > 0) || i > 0 && r.Why == "" {
			t.Errorf("revision %d is %+v", i+1, r)
		}
	}
}

// redelivery: what comes twice is stored once.
func redelivery(t *testing.T, s suite) {
	doc := []store.Article{article(1, 0), article(2, 0), article(3, 0)}
	s.poll(t, "one", 0, doc...)
	for n := range 3 {
		r := s.poll(t, "one", n, doc...)
		if r.Count(store.Unchanged) != len(doc) || r.Seq != 0 {
			t.Errorf("the same again: %+v, want nothing", r)
		}
	}
	if c, err := s.Changes(t.Context(), 0, 0); err != nil || len(c) != len(doc) {
		t.Errorf("%d changes (%v), want %d", len(c), err, len(doc))
	}
}

func claims(t *testing.T, s suite) {
	visits, _, err := s.Claim(t.Context(), birth, 1)
	if err != nil || len(visits) != 1 || len(visits[0].Jobs) != 1 {
		t.Fatalf("Claim = %+v, %v; want one visit", visits, err)
	}
	rest, next, err := s.Claim(t.Context(), birth, 9)
	if err != nil || len(rest) != 1 || rest[0].Host == visits[0].Host || !next.IsZero() {
		t.Fatalf("Claim = %+v, %v, %v; want the other host", rest, next, err)
	}
	s.poll(t, visits[0].Jobs[0].Source, 0)
	s.Release(rest[0])
	again, next, err := s.Claim(t.Context(), minute(1), 9)
	if err != nil || len(again) != 1 || again[0].Host != rest[0].Host || !next.Equal(minute(60)) {
		t.Errorf("Claim = %+v, %v, %v; want what was released, and the other in an hour", again, next, err)
	}
	if err := s.Force(t.Context(), minute(2), []store.SourceID{visits[0].Jobs[0].Source}); err != nil {
		t.Error(err)
	}
	if forced, _, _ := s.Claim(t.Context(), minute(2), 9); len(forced) != 1 {
		t.Errorf("forced %+v, want one", forced)
	}
}

func changes(t *testing.T, s suite) {
	woken := make(chan error, 1)
	go func() { woken <- s.Wait(t.Context(), 2) }()
	for n := range 5 {
		s.poll(t, "one", n, article(n, 0))
	}
	if err := <-woken; err != nil {
		t.Errorf("Wait: %v", err)
	}
	var seen uint64
	for {
		list, err := s.Changes(t.Context(), seen, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		for _, c := range list {
			if c.Seq != seen+1 || c.Article == 0 || c.Story == 0 || c.Verdict != store.New {
				t.Errorf("after change %d comes %+v", seen, c)
			}
			seen = c.Seq
		}
	}
	if seen != 5 {
		t.Errorf("the last change is %d, want 5", seen)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Wait(ctx, seen); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait: %v, want %v", err, context.Canceled)
	}
}

func lists(t *testing.T, s suite) {
	for n := range 7 {
		s.poll(t, []store.SourceID{"one", "two"}[n%2], n, article(n, 1))
	}
	all, err := s.Articles(t.Context(), "", 0, 0)
	if err != nil || len(all) != 7 || all[0].Text != "" || all[0].Title != "Headline 0" {
		t.Fatalf("Articles: %d (%v), want 7 without text", len(all), err)
	}
	some, err := s.Articles(t.Context(), "one", all[0].ID, 2)
	if err != nil || len(some) != 2 || some[0].ID != all[2].ID || some[1].ID != all[4].ID {
		t.Errorf("Articles of one after the first: %+v (%v)", some, err)
	}
	stories, err := s.Stories(t.Context(), all[1].Story, 3)
	if err != nil || len(stories) != 3 || stories[0].ID != all[2].Story || stories[0].Members[0].Article.Text == "" {
		t.Errorf("Stories: %d (%v), want 3 with text", len(stories), err)
	}
	for _, tt := range []struct {
		before store.StoryID
		want   []int
	}{{0, []int{6, 5, 4}}, {all[6].Story + 9, []int{6, 5, 4}}, {all[2].Story, []int{1, 0}}, {all[0].Story, nil}} {
		list, err := s.Latest(t.Context(), tt.before, 3)
		if err != nil || len(list) != len(tt.want) {
			t.Fatalf("Latest(%v) returns %d stories (%v), want %v", tt.before, len(list), err, tt.want)
		}
		for i, n := range tt.want {
			if list[i].ID != all[n].Story || list[i].Members[0].Article.Text == "" {
				t.Errorf("Latest(%v): story %d is %v, want %v with text", tt.before, i, list[i].ID, all[n].Story)
			}
		}
	}
	if ids, err := s.FindURL(t.Context(), "news.example/3"); err != nil || len(ids) != 1 || ids[0] != all[3].ID {
		t.Errorf("FindURL = %v, %v; want %v", ids, err, all[3].ID)
	}
	h, err := s.Health(t.Context())
	if err != nil || len(h) != 2 || h[0].Source != "one" || h[0].Articles != 4 || h[0].State != store.StateOK || h[0].Name != "The one" {
		t.Errorf("Health = %+v, %v", h, err)
	}
}

func desk(t *testing.T, s suite) {
	var ids []store.StoryID
	for n := range 3 {
		ids = append(ids, s.poll(t, "one", n, article(n, 0)).Articles[0].Story)
	}
	entry := store.Entry{
		Topic: "news", Story: ids[1], ID: "tag:x", Published: birth, Updated: minute(1), Moved: minute(2), Version: 3,
		Lead: 4, Revision: 5, Others: []store.ArticleID{6}, Gone: minute(3),
	}
	w := store.DeskWork{Name: "desk", To: 3, Entries: []store.Entry{entry}, Rules: []store.TopicRule{{Topic: "news", Rule: 7}}}
	for _, id := range ids {
		w.Takings = append(w.Takings, store.Taking{Topic: "news", Rule: 7, Story: id, At: birth})
	}
	if err := s.Commit(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), w); !errors.Is(err, store.ErrMoved) {
		t.Errorf("Commit from where the bookmark was: %v, want %v", err, store.ErrMoved)
	}
	want := store.DeskState{Bookmark: 3, Rules: map[string]uint64{"news": 7}, Entries: []store.Entry{entry}, Topics: w.Rules, Pages: map[string]int{}}
	if got, err := s.Desk(t.Context(), "desk"); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("Desk (%v) (-want +got):\n%s", err, cmp.Diff(want, got))
	}
	got, err := s.Takings(t.Context(), "news", 7, 2)
	if err != nil || len(got) != 2 || got[0].Story != ids[2] || got[1].Story != ids[1] || !got[0].At.Equal(birth) {
		t.Errorf("Takings = %+v, %v; want the newest two", got, err)
	}
	w = store.DeskWork{
		Name: "desk", From: 3, To: 3, Entries: []store.Entry{{Topic: "news", Story: ids[1], Deleted: true}},
		Takings: []store.Taking{{Topic: "news", Rule: 8, Story: ids[0], At: birth}}, Rules: []store.TopicRule{{Topic: "news", Rule: 8}},
	}
	if err := s.Commit(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	old, _ := s.Takings(t.Context(), "news", 7, 0)
	now, _ := s.Takings(t.Context(), "news", 8, 0)
	if st, _ := s.Desk(t.Context(), "desk"); len(old) != 0 || len(now) != 1 || len(st.Entries) != 0 {
		t.Errorf("under the new rule: old takings %v, new %v, entries %v", old, now, st.Entries)
	}
}

func archive(t *testing.T, s suite) {
	page := store.ArchivePage{Topic: "news", N: 2, At: birth, Stories: []store.StoryID{1, 2}, Body: []byte(strings.Repeat("an entry ", 500))}
	w := store.DeskWork{Name: "desk", Rules: []store.TopicRule{{Topic: "news", Rule: 1}}, Pages: []store.ArchivePage{{Topic: "news", N: 1}, page, {Topic: "new", N: 1}}}
	for n := range 2500 { // more than one commit removes
		w.Entries = append(w.Entries, store.Entry{Topic: "news", Story: store.StoryID(n + 1), ID: "tag:x"})
	}
	if err := s.Commit(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if got, err := s.ArchivePage(t.Context(), "news", 2); err != nil || cmp.Diff(page, got) != "" {
		t.Errorf("ArchivePage (%v) (-want +got):\n%s", err, cmp.Diff(page, got))
	}
	if _, err := s.ArchivePage(t.Context(), "news", 3); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a page that is not there: %v, want %v", err, store.ErrNotFound)
	}
	if err := s.Commit(t.Context(), store.DeskWork{Name: "desk", Rules: []store.TopicRule{{Topic: "news", Gone: true}}}); err != nil {
		t.Fatal(err)
	}
	st, err := s.Desk(t.Context(), "desk")
	if want := map[string]int{"new": 1}; err != nil || len(st.Entries) != 0 || len(st.Rules) != 0 || cmp.Diff(want, st.Pages) != "" {
		t.Errorf("after the topic went: %d entries, rules %v, pages %v (%v); want only the other topic's page", len(st.Entries), st.Rules, st.Pages, err)
	}
}

func decisions(t *testing.T, s suite) {
	a, b := s.poll(t, "one", 0, article(1, 1)).Articles[0], s.poll(t, "two", 1, article(2, 1)).Articles[0]
	merge, err := s.Decide(t.Context(), store.Decision{At: minute(2), Verb: store.Merge, Story: a.Story, Other: b.Story, By: "ann", Why: "same"})
	if err != nil || merge.Seq == 0 {
		t.Fatalf("Decide = %+v, %v", merge, err)
	}
	if st, err := s.Story(t.Context(), a.Story); err != nil || len(st.Members) != 2 || st.Find(b.ID).Relation != store.ByHand {
		t.Errorf("after the merge the story is %+v (%v)", st, err)
	}
	if _, err := s.Decide(t.Context(), store.Decision{At: minute(3), Verb: store.Undo, Undoes: merge.Seq}); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Story(t.Context(), b.Story); err != nil || len(st.Members) != 1 || st.Lead != b.ID {
		t.Errorf("after the undo the story is %+v (%v)", st, err)
	}
	if list, err := s.Decisions(t.Context()); err != nil || len(list) != 2 || !list[0].Undone || list[0].By != "ann" {
		t.Errorf("Decisions = %+v, %v", list, err)
	}
}

func notFound(t *testing.T, s suite) {
	_, a := s.Article(t.Context(), 1)
	_, b := s.Story(t.Context(), 1)
	_, c := s.Revisions(t.Context(), 1)
	for _, err := range []error{a, b, c, s.Force(t.Context(), birth, []store.SourceID{"none"})} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("error %v, want %v", err, store.ErrNotFound)
		}
	}
}

func cancelled(t *testing.T, s suite) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Ingest(ctx, delivery("one", 0, article(1, 0))); !errors.Is(err, context.Canceled) {
		t.Errorf("Ingest: %v, want %v", err, context.Canceled)
	}
	if list, err := s.Articles(t.Context(), "", 0, 0); err != nil || len(list) != 0 {
		t.Errorf("%d articles (%v) of a delivery that was cancelled", len(list), err)
	}
}

// busy: many at once lose nothing, and wait for nobody for ever.
func busy(t *testing.T, s suite) {
	const writers, polls = 8, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			source := store.SourceID(fmt.Sprint("one two"[4*(w%2) : 4*(w%2)+3]))
			for n := range polls {
				if _, err := s.Ingest(t.Context(), delivery(source, n, article(100*w+n, 1), article(n, n))); err != nil {
					t.Errorf("Ingest: %v", err)
				}
				if _, err := s.Stories(t.Context(), 0, 5); err != nil {
					t.Errorf("Stories: %v", err)
				}
				if _, _, err := s.Claim(t.Context(), minute(n), 1); err != nil {
					t.Errorf("Claim: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for w := range writers {
		for n := range polls {
			if ids, err := s.FindURL(t.Context(), article(100*w+n, 0).Canonical); err != nil || len(ids) == 0 {
				t.Errorf("article %d of writer %d is lost (%v)", n, w, err)
			}
		}
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if err := s.Wait(ctx, 1<<40); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait for what never comes: %v", err)
	}
}
