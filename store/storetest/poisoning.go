package storetest

import (
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// poisoning holds a test for each of the rules that keep hostile sources from
// doing harm to others (FOLD, "poisoning"). The seventh, on the secret seed, is
// the backend's own.
var poisoning = []scene{
	{"poisoning 1: identity is the source's own", ownIdentity},
	{"poisoning 2: furniture has one vote a source", oneVote},
	{"poisoning 3: who quotes a story among other matter neither leads nor advances it", quotes},
	{"poisoning 4: nothing trusted hides under low trust", lowTrust},
	{"poisoning 5: no story merges two others", noMerge},
	{"poisoning 6: ten joins into a story a day", flood},
	{"poisoning 8: a claimed date decides nothing", claimedDates},
	{"poisoning 9: folding hides and never deletes", reversible},
	{"few words of an impostor", impostor},
	{"a teaser in other words is no imposture", paraphrase},
}

func (s suite) story(t *testing.T, id store.StoryID) store.Story {
	t.Helper()
	st, err := s.Story(t.Context(), id)
	if err != nil {
		t.Fatalf("Story: %v", err)
	}
	return st
}

func ownIdentity(t *testing.T, s suite) {
	honest := reprint(1, prose(90, 0, 100))
	first := s.poll(t, "one", 0, honest).Articles[0]
	thief := reprint(1, prose(91, 0, 100))
	thief.Title, thief.URL, thief.Canonical, thief.Claimed = "Buy pills", "https://evil.example/1", "evil.example/1", honest.Canonical
	s.poll(t, "two", 1, thief)
	a, err := s.Article(t.Context(), first.ID)
	if err != nil || a.Title != honest.Title || a.Revision != 1 {
		t.Errorf("with its guid in another source the article is %q, revision %d (%v); want it untouched", a.Title, a.Revision, err)
	}
	thief.Canonical, thief.GUID, thief.Key = honest.Canonical, "other", "id:other"
	s.poll(t, "two", 2, thief)
	if st := s.story(t, first.Story); st.Lead != first.ID {
		t.Errorf("with its address claimed by another source the story shows %v, want %v", st.Lead, first.ID)
	}
}

func oneVote(t *testing.T, s suite) {
	text := prose(90, 0, 200)
	first := s.poll(t, "one", 0, reprint(1, text)).Articles[0]
	for n := range 30 {
		s.poll(t, "two", 1+n, reprint(100+n, text+" "+prose(93, n, 300)))
	}
	copied := s.poll(t, "three", 40, reprint(2, text)).Articles[0]
	if copied.Story != first.Story {
		t.Errorf("after thirty quotations by one source an honest copy is in story %v, want %v", copied.Story, first.Story)
	}
}

func quotes(t *testing.T, s suite) {
	text := prose(90, 0, 100)
	first := s.poll(t, "one", 0, reprint(1, text)).Articles[0]
	before := s.story(t, first.Story)
	s.poll(t, "two", 1, reprint(2, text+" UPDATE 1 "+prose(93, 0, 70)+" 4711 "+prose(94, 0, 70)))
	after := s.story(t, first.Story)
	if after.Lead != first.ID || after.Version != before.Version || len(after.Numbers) != len(before.Numbers) {
		t.Errorf("a text that quotes it among other matter leads (%v), made it version %d or told it figures: %v", after.Lead, after.Version, after.Numbers)
	}
}

func lowTrust(t *testing.T, s suite) {
	list := []store.Source{{ID: "one", URL: "https://one.example/feed"}, {ID: "two", URL: "https://two.example/feed", LowTrust: true, Rank: 9}}
	if err := s.Configure(t.Context(), birth, list); err != nil {
		t.Fatal(err)
	}
	text := prose(90, 0, 100)
	early := s.poll(t, "two", 0, reprint(1, text+" "+prose(92, 0, 20))).Articles[0]
	late := s.poll(t, "one", 1, reprint(2, text)).Articles[0]
	if late.Story != early.Story {
		t.Fatal("the copies did not fold")
	}
	if st := s.story(t, late.Story); st.Lead != late.ID {
		t.Errorf("the story shows %v, want the trusted %v", st.Lead, late.ID)
	}
}

func noMerge(t *testing.T, s suite) {
	a, b := prose(90, 0, 120), prose(91, 0, 120)
	one, two := s.poll(t, "one", 0, reprint(1, a)).Articles[0], s.poll(t, "two", 1, reprint(2, b)).Articles[0]
	s.poll(t, "three", 2, reprint(3, a+" "+b))
	if one, two := s.story(t, one.Story), s.story(t, two.Story); one.Into != 0 || two.Into != 0 || len(one.Members)+len(two.Members) > 3 {
		t.Error("a text that holds both made one story of two")
	}
}

func claimedDates(t *testing.T, s suite) {
	text := prose(90, 0, 100)
	first := s.poll(t, "one", 0, reprint(1, text)).Articles[0]
	early := reprint(2, text)
	early.Published = store.Claim{At: birth.Add(-365 * 24 * time.Hour)}
	late := s.poll(t, "two", 1, early).Articles[0]
	if late.Story != first.Story {
		t.Error("a copy that dates itself a year back stands apart")
	}
	if st := s.story(t, first.Story); st.Lead != first.ID {
		t.Error("a copy that dates itself first leads")
	}
}

func reversible(t *testing.T, s suite) {
	text := prose(90, 0, 100)
	first := s.poll(t, "one", 0, reprint(1, text)).Articles[0]
	copied := s.poll(t, "two", 1, reprint(2, text)).Articles[0]
	a, err := s.Article(t.Context(), copied.ID)
	if err != nil || a.Text != text {
		t.Fatalf("the text of a folded copy is %d bytes (%v), want all %d", len(a.Text), err, len(text))
	}
	if _, err := s.Decide(t.Context(), store.Decision{At: minute(2), Verb: store.Split, Story: first.Story, Article: copied.ID}); err != nil {
		t.Fatal(err)
	}
	if a, err = s.Article(t.Context(), copied.ID); err != nil || a.Story == first.Story {
		t.Errorf("the copy cannot be taken out again (%v)", err)
	}
}

// impostor: who puts texts of its own under the addresses of others cannot have
// a report hidden under few words of it, nor hide few words under a report.
func impostor(t *testing.T, s suite) {
	names := strings.NewReplacer("word", "Name")
	for n := range 3 {
		honest := reprint(n, names.Replace(prose(90, n, 100)))
		s.poll(t, "one", n, honest)
		thief := reprint(50+n, names.Replace(prose(91, n, 100)))
		thief.Claimed = honest.Canonical
		s.poll(t, "two", n, thief)
	}
	teaser := prose(95, 0, 30)
	s.poll(t, "two", 10, reprint(60, teaser))
	own := s.poll(t, "one", 11, reprint(61, teaser)).Articles[0]
	st := s.story(t, own.Story)
	m := st.Find(own.ID)
	if m.Fold.Against != 0 || !strings.Contains(m.Fold.RejectReason, "under the addresses of others") {
		t.Errorf("an honest teaser after an impostor's: %+v, want it to stand apart and say why", m.Fold)
	}
	whole := prose(96, 0, 120)
	first := s.poll(t, "one", 20, reprint(70, whole)).Articles[0]
	if copied := s.poll(t, "two", 21, reprint(71, whole)).Articles[0]; copied.Story != first.Story {
		t.Errorf("a whole copy of an impostor is in story %v, want %v", copied.Story, first.Story)
	}
}

// paraphrase: an outlet's second feed gives the article's address on its site and
// a line about it: that is honest, and its teasers fold.
func paraphrase(t *testing.T, s suite) {
	for n := range 3 {
		text := strings.NewReplacer("word", "Name").Replace(prose(90, n, 100))
		page := reprint(n, text)
		s.poll(t, "one", n, page)
		names := strings.Fields(text)
		dek := reprint(50+n, "in other words "+strings.Join([]string{names[9], "met", names[3], "and then", names[7], "where", names[20], "was for once with", names[31]}, " ")+".")
		dek.Claimed = page.Canonical
		s.poll(t, "two", n, dek)
	}
	teaser := prose(95, 0, 30)
	first := s.poll(t, "one", 10, reprint(60, teaser)).Articles[0]
	if second := s.poll(t, "two", 11, reprint(61, teaser)).Articles[0]; second.Story != first.Story {
		st := s.story(t, second.Story)
		t.Errorf("the second feed's teaser stands apart: %s", st.Members[0].Fold.RejectReason)
	}
}
