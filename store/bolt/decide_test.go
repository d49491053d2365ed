package bolt

import (
	"errors"
	"path/filepath"
	"testing"

	"wiredesk/store"
)

func decide(t testing.TB, d *DB, dec store.Decision) store.Decision {
	t.Helper()
	dec.At, dec.By, dec.Why = minutes(100), "ann", "because"
	made, err := d.Decide(t.Context(), dec)
	if err != nil {
		t.Fatalf("%s: %v", dec.Verb, err)
	}
	return made
}

// desked is a store with a story of two members and one of a single one.
func desked(t *testing.T) (d *DB, a, b, c store.Receipted) {
	d = newStore(t, "one", "two")
	a = ingest(t, d, polled("one", 0, item("1", "a", "Port closed", lorem(60, "alpha")))).Articles[0]
	b = ingest(t, d, polled("two", 1, item("1", "a", "Harbour closed", lorem(62, "alpha")))).Articles[0]
	c = ingest(t, d, polled("two", 2, item("2", "c", "Rain", lorem(60, "gamma")))).Articles[0]
	return d, a, b, c
}

func story(t *testing.T, d *DB, id store.StoryID) store.Story {
	t.Helper()
	s, err := d.Story(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever the desk decides and undoes, the stories are what they were.
func TestUndoRestores(t *testing.T) {
	d, a, b, c := desked(t)
	for _, tt := range []struct {
		dec   store.Decision
		check func() bool
	}{
		{store.Decision{Verb: store.SetLead, Story: a.Story, Article: b.ID}, func() bool { return story(t, d, a.Story).Lead == b.ID }},
		{store.Decision{Verb: store.Merge, Story: a.Story, Other: c.Story}, func() bool {
			return len(story(t, d, a.Story).Members) == 3 && story(t, d, c.Story).Into == a.Story
		}},
		{store.Decision{Verb: store.Split, Story: a.Story, Article: b.ID}, func() bool { return len(story(t, d, a.Story).Members) == 1 }},
		{store.Decision{Verb: store.Withdraw, Story: a.Story, Article: a.ID}, func() bool {
			s := story(t, d, a.Story)
			return s.Lead == b.ID && !s.Find(a.ID).Article.Withdrawn.IsZero()
		}},
		{store.Decision{Verb: store.Withdraw, Story: c.Story}, func() bool { return !story(t, d, c.Story).Members[0].Article.Withdrawn.IsZero() }},
		{store.Decision{Verb: store.Pin, Story: c.Story, Topic: "t"}, func() bool { return true }},
		{store.Decision{Verb: store.SetTitle, Story: c.Story, Text: "Wet"}, func() bool { return true }},
	} {
		t.Run(string(tt.dec.Verb), func(t *testing.T) {
			before := [2]store.Story{story(t, d, a.Story), story(t, d, c.Story)}
			seq := lastSeq(t, d)
			made := decide(t, d, tt.dec)
			if !tt.check() {
				t.Errorf("%+v had no effect", made)
			}
			if lastSeq(t, d) == seq {
				t.Error("the decision is no change")
			}
			undo := decide(t, d, store.Decision{Verb: store.Undo, Undoes: made.Seq})
			if undo.Story != tt.dec.Story {
				t.Errorf("the undo is of story %v, want %v", undo.Story, tt.dec.Story)
			}
			for i, s := range [2]store.Story{story(t, d, a.Story), story(t, d, c.Story)} {
				if !sameFold(&s, &before[i]) {
					t.Errorf("after the undo story %v has lead %v of %d, had %v of %d", s.ID, s.Lead, len(s.Members), before[i].Lead, len(before[i].Members))
				}
			}
			if err := d.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := d.Decide(t.Context(), store.Decision{Verb: store.Undo, Undoes: made.Seq}); err == nil {
				t.Error("it was undone twice")
			}
		})
	}
	list, err := d.Decisions(t.Context())
	if err != nil || len(list) != 14 || !list[0].Undone || list[0].By != "ann" || list[0].Why != "because" {
		t.Errorf("Decisions() = %+v, %v; want all 14, the first one undone", list, err)
	}
}

// What the desk decided outlives a restart and all that comes later: revisions,
// new copies, pages.
func TestDecisionsOutlive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wiredesk.db")
	d := open1(t, path, nil)
	configure(t, d, "one", "two", "three")
	text := lorem(90, "alpha")
	a := ingest(t, d, polled("one", 0, item("1", "one/1", "Port closed", text))).Articles[0]
	b := ingest(t, d, polled("two", 1, item("1", "two/1", "Harbour closed", text))).Articles[0]
	c := ingest(t, d, polled("two", 2, item("2", "two/2", "Rain", lorem(60, "gamma")))).Articles[0]
	e := ingest(t, d, polled("three", 3, item("1", "three/1", "Port shut", text+" "+lorem(30, "more")))).Articles[0]
	decide(t, d, store.Decision{Verb: store.Split, Story: a.Story, Article: b.ID})
	merge := decide(t, d, store.Decision{Verb: store.Merge, Story: a.Story, Other: c.Story})
	lead := decide(t, d, store.Decision{Verb: store.SetLead, Story: a.Story, Article: e.ID})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open1(t, path, nil)
	configure(t, d, "one", "two", "three")
	ingest(t, d, polled("two", 200, item("1", "two/1", "Harbour closed", text+" "+lorem(40, "later"))))
	ingest(t, d, polled("two", 201, item("2", "two/2", "Rain", lorem(60, "gamma")+" "+lorem(40, "delta"))))
	ingest(t, d, polled("one", 202, item("3", "one/3", "Port closed again", text)))
	s := story(t, d, a.Story)
	if s.Lead != e.ID || s.Find(b.ID) != nil || s.Find(c.ID) == nil {
		t.Errorf("lead %v, split member there %v, merged one there %v; want %v, false, true", s.Lead, s.Find(b.ID) != nil, s.Find(c.ID) != nil, e.ID)
	}
	for _, dec := range []store.Decision{lead, merge} {
		decide(t, d, store.Decision{Verb: store.Undo, Undoes: dec.Seq})
	}
	if s = story(t, d, a.Story); s.Chosen != 0 || s.Find(c.ID) != nil {
		t.Errorf("after the undo the lead is chosen %v, and the merged one there %v; want neither", s.Chosen, s.Find(c.ID) != nil)
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func lastSeq(t testing.TB, d *DB) uint64 {
	t.Helper()
	c, err := d.Changes(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return c[len(c)-1].Seq
}

// sameFold compares what a decision may change, times apart.
func sameFold(a, b *store.Story) bool {
	if a.Lead != b.Lead || a.Chosen != b.Chosen || a.Into != b.Into || len(a.Members) != len(b.Members) {
		return false
	}
	for i := range b.Members {
		m, n := a.Find(b.Members[i].ID), &b.Members[i]
		if m == nil || m.Relation != n.Relation || m.Verdict != n.Verdict || m.Fold != n.Fold || m.Article.Withdrawn != n.Article.Withdrawn {
			return false
		}
	}
	return true
}

func TestDecideRefuses(t *testing.T) {
	d, a, b, c := desked(t)
	seq := lastSeq(t, d)
	for _, dec := range []store.Decision{
		{Verb: store.Pin, Story: 1},
		{Verb: store.SetLead, Story: a.Story, Article: c.ID},
		{Verb: store.Merge, Story: a.Story, Other: a.Story},
		{Verb: store.Merge, Story: a.Story, Other: 1},
		{Verb: store.Split, Story: c.Story, Article: c.ID},
		{Verb: store.Split, Story: c.Story, Article: b.ID},
		{Verb: store.Withdraw, Story: c.Story, Article: a.ID},
		{Verb: store.Undo, Undoes: 9},
		{Verb: "shout", Story: a.Story},
	} {
		if made, err := d.Decide(t.Context(), dec); err == nil {
			t.Errorf("Decide(%+v) = %+v, want an error", dec, made)
		}
	}
	if list, _ := d.Decisions(t.Context()); len(list) != 0 || lastSeq(t, d) != seq {
		t.Errorf("refused decisions were stored: %+v", list)
	}
	if _, err := d.Decide(t.Context(), store.Decision{Verb: store.Pin, Story: 1}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a decision on no story: %v, want %v", err, store.ErrNotFound)
	}
}

// The desk's word stands over the source's.
func TestWithdrawnStays(t *testing.T) {
	d, _, _, c := desked(t)
	made := decide(t, d, store.Decision{Verb: store.Withdraw, Story: c.Story})
	edited := item("2", "c", "Rain", lorem(90, "gamma"))
	ingest(t, d, polled("two", 200, edited))
	if a, _ := d.Article(t.Context(), c.ID); a.Withdrawn.IsZero() || a.TakenBy != made.Seq || a.Text != "" {
		t.Errorf("after an edit the article is %+v, want it withdrawn and without text", a)
	}
}

// A withdrawal erases what the article said, from every revision and from what
// folding knows. Undone it is told anew by its source.
func TestWithdrawPurges(t *testing.T) {
	d, _, _, c := desked(t)
	ingest(t, d, polled("two", 100, item("2", "c", "Rain", lorem(90, "gamma")+" "+lorem(30, "delta"))))
	latest := item("2", "c", "Rain", lorem(90, "gamma")+" "+lorem(30, "omega"))
	latest.Image.URL = "https://two.example/rain.jpg"
	ingest(t, d, polled("two", 101, latest))
	made := decide(t, d, store.Decision{Verb: store.Withdraw, Story: c.Story})
	revs, err := d.Revisions(t.Context(), c.ID)
	if err != nil || len(revs) != 3 {
		t.Fatalf("%d revisions (%v), want 3", len(revs), err)
	}
	for _, r := range revs {
		if r.Text+r.Body+r.Summary+r.Image.URL != "" || r.Title == "" {
			t.Errorf("revision %d still says %q under %q", r.N, r.Text, r.Title)
		}
	}
	copied := ingest(t, d, polled("one", 102, item("9", "copy", "Rain again", lorem(90, "gamma")))).Articles[0]
	if copied.Story == c.Story {
		t.Error("a new article joined the story of a purged text")
	}
	decide(t, d, store.Decision{Verb: store.Undo, Undoes: made.Seq})
	if a, _ := d.Article(t.Context(), c.ID); !a.Withdrawn.IsZero() || a.Text != "" {
		t.Errorf("undone it is withdrawn %v and says %q, want neither", a.Withdrawn, a.Text)
	}
	del := polled("two", 103, latest)
	ingest(t, d, del)
	a, err := d.Article(t.Context(), c.ID)
	if err != nil || a.Text != latest.Text || a.Revision != 3 || a.Image.URL == "" {
		t.Errorf("sent again it is revision %d and says %d bytes (%v), want 3 and %d", a.Revision, len(a.Text), err, len(latest.Text))
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// A source whose withdrawn article is wanted again is asked for all it has.
func TestUndoneWithdrawalAsksAgain(t *testing.T) {
	d, _, _, c := desked(t)
	del := polled("two", 20)
	del.Known, del.BodyHash, del.Validators.ETag, del.Feed.Title = []uint64{7}, 7, `"7"`, "Two"
	ingest(t, d, del)
	made := decide(t, d, store.Decision{Verb: store.Withdraw, Story: c.Story})
	decide(t, d, store.Decision{Verb: store.Undo, Undoes: made.Seq})
	visits, _ := claim(t, d, minutes(5000), 9)
	for _, v := range visits {
		for _, j := range v.Jobs {
			if j.Source == "two" && (len(j.Known) > 0 || j.BodyHash != 0 || j.Validators.ETag != "") {
				t.Errorf("it is asked for news only: %+v", j.Validators)
			}
		}
	}
}

// An answer that was under way when a withdrawal was undone was asked for news
// only: it does not count as everything.
func TestUndoneWithdrawalDuringAPoll(t *testing.T) {
	d, _, _, c := desked(t)
	del := polled("two", 20)
	del.Known, del.BodyHash, del.Validators.ETag, del.Feed.Title = []uint64{7}, 7, `"7"`, "Two"
	ingest(t, d, del)
	made := decide(t, d, store.Decision{Verb: store.Withdraw, Story: c.Story})
	claim(t, d, minutes(5000), 9)
	decide(t, d, store.Decision{Verb: store.Undo, Undoes: made.Seq})
	for n := range 2 {
		del.Start, del.At, del.Next = minutes(5000+100*n), minutes(5000+100*n), minutes(5060+100*n)
		ingest(t, d, del)
		v, _ := claim(t, d, minutes(5080+100*n), 9)
		for _, v := range v {
			for _, j := range v.Jobs {
				if j.Source == "two" && (j.Validators.ETag != "") != (n == 1) {
					t.Errorf("after %d answers it is asked with %+v", n+1, j.Validators)
				}
			}
		}
	}
}

// An article whose text stood on its page gets it from there again.
func TestUndoneWithdrawalReadsThePage(t *testing.T) {
	d := newStore(t, "one")
	feed := teaser("1", "a", "Port closed", "The port is closed.")
	r := ingest(t, d, polled("one", 0, feed)).Articles[0]
	a, _ := d.Article(t.Context(), r.ID)
	read := pageRead(a, 2, lorem(200, "page"))
	ingest(t, d, read)
	made := decide(t, d, store.Decision{Verb: store.Withdraw, Story: r.Story})
	decide(t, d, store.Decision{Verb: store.Undo, Undoes: made.Seq})
	if again := ingest(t, d, polled("one", 200, feed)).Articles[0]; !again.Page || again.Story != r.Story {
		t.Errorf("sent again it is %+v, want its page wanted", again)
	}
	if v, _ := claim(t, d, minutes(201), 9); len(v) != 1 || v[0].Jobs[0].Kind != store.PageJob || v[0].Jobs[0].Validators.ETag != "" {
		t.Fatalf("due: %+v, want the whole page", v)
	}
	a, _ = d.Article(t.Context(), r.ID)
	read = pageRead(a, 202, lorem(200, "page"))
	ingest(t, d, read)
	a, err := d.Article(t.Context(), r.ID)
	if err != nil || a.Text != read.Articles[0].Text || a.Page != store.PageRead || a.Story != r.Story || a.Revision != 1 {
		t.Errorf("after the page (%v) it is %+v, want the page's text in its old story", err, a)
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// What a source took back comes back when it sends it again.
func TestSourceWithdraws(t *testing.T) {
	d, _, _, c := desked(t)
	del := polled("two", 10)
	del.Deleted = []store.Deleted{{Ref: "2"}, {Ref: "unknown"}}
	ingest(t, d, del)
	changes, _ := d.Changes(t.Context(), 3, 0)
	if len(changes) != 1 || changes[0].Kind != store.WithdrawnChange || changes[0].Article != c.ID {
		t.Errorf("changes %+v, want the withdrawal alone", changes)
	}
	if r := ingest(t, d, del); r.Seq != 0 {
		t.Error("the same withdrawal again is a change")
	}
	ingest(t, d, polled("two", 20, item("2", "c", "Rain", lorem(60, "gamma"))))
	if a, _ := d.Article(t.Context(), c.ID); !a.Withdrawn.IsZero() {
		t.Errorf("the article was sent again and still is withdrawn since %v", a.Withdrawn)
	}
}

func TestWait(t *testing.T) {
	d := newStore(t, "one")
	woken := make(chan error, 1)
	go func() { woken <- d.Wait(t.Context(), 0) }()
	r := ingest(t, d, polled("one", 0, item("1", "a", "Port closed", "text")))
	if err := <-woken; err != nil {
		t.Errorf("Wait: %v", err)
	}
	if c, err := d.Changes(t.Context(), 0, 1); err != nil || len(c) != 1 || c[0].Seq != r.Seq || !c[0].At.Equal(t0) {
		t.Errorf("Changes(0, 1) = %+v, %v; want change %d", c, err, r.Seq)
	}
	go func() { woken <- d.Wait(t.Context(), r.Seq) }()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-woken; !errors.Is(err, ErrClosed) {
		t.Errorf("Wait on a store that closes: %v, want %v", err, ErrClosed)
	}
	if _, err := d.Article(t.Context(), 1); !errors.Is(err, ErrClosed) {
		t.Errorf("Article of a closed store: %v, want %v", err, ErrClosed)
	}
}
