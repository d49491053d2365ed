package storetest

import (
	"strings"
	"testing"

	"wiredesk/store"
)

// reprint gives an article an address of its own and a text.
func reprint(n int, text string) store.Article {
	a := article(n, 0)
	a.Text, a.Body = text, "<p>"+text+"</p>"
	return a
}

func folding(t *testing.T, s suite) {
	wire := prose(90, 0, 200)
	words := strings.Fields(wire)
	first := s.poll(t, "one", 0, reprint(1, wire)).Articles[0]
	trimmed := s.poll(t, "two", 1, reprint(2, strings.Join(words[:80], " "))).Articles[0]
	other := s.poll(t, "two", 2, reprint(3, prose(91, 0, 200))).Articles[0]
	if trimmed.Story != first.Story || trimmed.InStory != store.Copy {
		t.Errorf("a copy cut to 80 words is %v in story %v, want a copy in %v", trimmed.InStory, trimmed.Story, first.Story)
	}
	if other.Story == first.Story {
		t.Error("a text of its own joined the story")
	}
	st, err := s.Story(t.Context(), first.Story)
	if err != nil || len(st.Members) != 2 {
		t.Fatalf("Story: %d members (%v), want 2", len(st.Members), err)
	}
	f := st.Find(trimmed.ID).Fold
	if f.Against != first.ID || f.Words < 75 || f.Share < .95 || !strings.Contains(f.Reason, "Headline 1") {
		t.Errorf("the reason for folding is %+v, want all of some 80 words in Headline 1", f)
	}
	if st.Lead != first.ID {
		t.Errorf("the trimmed copy leads")
	}
	again := reprint(4, strings.Join(words[:80], " "))
	third := s.poll(t, "one", 3, again).Articles[0]
	if st, err = s.Story(t.Context(), first.Story); err != nil || st.Find(third.ID).Relation != store.Trimmed {
		t.Errorf("a copy of the trimmed copy is called %+v (%v), want trimmed: readers compare it with the lead", st.Find(third.ID), err)
	}
}

// foldsWithin: a document may hold copies of each other.
func foldsWithin(t *testing.T, s suite) {
	text := prose(90, 0, 100)
	r := s.poll(t, "one", 0, reprint(1, text), reprint(2, text+" "+prose(92, 0, 10)))
	if a, b := r.Articles[0], r.Articles[1]; a.Story != b.Story {
		t.Errorf("one document's copies are in stories %v and %v", a.Story, b.Story)
	}
}

func foldsPages(t *testing.T, s suite) {
	text := prose(90, 0, 150)
	first := s.poll(t, "one", 0, reprint(1, text)).Articles[0]
	a := reprint(2, "A teaser of few words.")
	a.Page = store.PageWanted
	teaser := s.poll(t, "two", 1, a).Articles[0]
	if teaser.Story == first.Story {
		t.Fatal("a teaser folded before its page was read")
	}
	page := reprint(2, text)
	d := delivery("two", 2, page)
	d.Kind, d.Article = store.PageJob, teaser.ID
	if _, err := s.Ingest(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	st, err := s.Story(t.Context(), first.Story)
	if err != nil || st.Find(teaser.ID) == nil {
		t.Errorf("the article did not fold when its page was read (%v)", err)
	}
	old, err := s.Story(t.Context(), teaser.Story)
	if err != nil || old.Into != first.Story {
		t.Errorf("the story that it left leads to %v (%v), want %v", old.Into, err, first.Story)
	}
}

// flood: one source cannot fill a story that is not its own.
func flood(t *testing.T, s suite) {
	text := prose(90, 0, 100)
	first := s.poll(t, "one", 0, reprint(1, text)).Articles[0]
	for n := range 30 {
		s.poll(t, "two", 1+n, reprint(100+n, text+" "+prose(93, n, 30)))
	}
	st, err := s.Story(t.Context(), first.Story)
	if err != nil || len(st.Members) > 12 || st.Lead != first.ID {
		t.Errorf("after a flood the story has %d members and lead %v (%v), want at most 12 and %v", len(st.Members), st.Lead, err, first.ID)
	}
}

// hijack: who had the text first and then writes another in its place leads no
// more.
func hijack(t *testing.T, s suite) {
	wire := prose(90, 0, 120)
	evil := s.poll(t, "one", 0, reprint(1, wire)).Articles[0]
	honest := s.poll(t, "two", 1, reprint(2, wire)).Articles[0]
	if evil.Story != honest.Story {
		t.Fatal("the copies did not fold")
	}
	pills := reprint(1, prose(95, 0, 120))
	pills.Hash++
	s.poll(t, "one", 2, pills)
	if st, err := s.Story(t.Context(), honest.Story); err != nil || st.Lead != honest.ID {
		t.Errorf("after its lead was rewritten the story shows %v (%v), want %v", st.Lead, err, honest.ID)
	}
}
