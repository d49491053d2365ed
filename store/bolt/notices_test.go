package bolt

import (
	"testing"
	"time"

	"wiredesk/store"
)

// wired is a store with an agency's wire and two papers that carry its copy.
func wired(t *testing.T) *DB {
	d := newStore(t)
	list := []store.Source{
		{ID: "afp-world", Name: "AFP World", URL: "https://afp.example/feed", Rank: 5},
		{ID: "herald", Name: "Herald", URL: "https://herald.example/feed"},
		{ID: "courier", Name: "Courier", URL: "https://courier.example/feed"},
		{ID: "fake", Name: "AFP Leaks", URL: "https://fake.example/feed", LowTrust: true},
	}
	if err := d.Configure(t.Context(), t0, list); err != nil {
		t.Fatal(err)
	}
	return d
}

const theft = "Mayor charged with theft of paintings"

// told delivers the story by the wire, with the agency's credit by the Herald,
// and by the Courier without.
func told(t *testing.T, d *DB) (wire, copied, own store.ArticleID) {
	text := lorem(120, "charge")
	credited := item("h1", "h1", "Town hall shock", text)
	credited.Credit = "AFP"
	a := ingest(t, d, polled("afp-world", 0, item("1", "1", theft, text))).Articles[0]
	b := ingest(t, d, polled("herald", 1, credited)).Articles[0]
	c := ingest(t, d, polled("courier", 2, item("c1", "c1", "Our mayor", text))).Articles[0]
	if a.Story != b.Story || a.Story != c.Story {
		t.Fatalf("stories %v, %v and %v, want one", a.Story, b.Story, c.Story)
	}
	return a.ID, b.ID, c.ID
}

func gone(t *testing.T, d *DB, id store.ArticleID) bool {
	t.Helper()
	a, err := d.Article(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return !a.Withdrawn.IsZero()
}

func TestKill(t *testing.T) {
	d := wired(t)
	wire, copied, own := told(t, d)
	before := lastSeq(t, d)
	r := ingest(t, d, polled("afp-world", 9, item("2", "2", "KILL: "+theft, "A kill is mandatory."))).Articles[0]
	for _, tt := range []struct {
		what string
		id   store.ArticleID
		want bool
	}{{"the wire's story", wire, true}, {"the copy with its credit", copied, true}, {"a copy without", own, false}, {"the notice", r.ID, true}} {
		if got := gone(t, d, tt.id); got != tt.want {
			t.Errorf("%s is withdrawn: %v, want %v", tt.what, got, tt.want)
		}
	}
	a, _ := d.Article(t.Context(), copied)
	if a.Barred != store.Kill || a.Notice != `killed by AFP World: "KILL"` {
		t.Errorf("the copy is %v because %q, want the agency's notice", a.Barred, a.Notice)
	}
	changes, err := d.Changes(t.Context(), before, 0)
	n := 0
	for _, c := range changes {
		if c.Kind == store.WithdrawnChange {
			n++
		}
	}
	if err != nil || n != 3 {
		t.Errorf("%d withdrawals in the change feed (%v), want 3", n, err)
	}
	if s := story(t, d, a.Story); s.Lead != own {
		t.Errorf("%v leads, want %v, which is left", s.Lead, own)
	}
}

func TestKillByNobodyElse(t *testing.T) {
	d := wired(t)
	wire, copied, own := told(t, d)
	for n, by := range []store.SourceID{"fake", "courier"} {
		a := item("9", string(by)+"9", "KILL: "+theft, "A kill is mandatory.")
		a.Credit = "AFP"
		r := ingest(t, d, polled(by, 9+n, a)).Articles[0]
		if gone(t, d, wire) || gone(t, d, copied) || gone(t, d, own) || gone(t, d, r.ID) {
			t.Errorf("the notice of %s was heeded", by)
		}
	}
}

// A killed article that its source goes on sending stays away; written anew it
// comes back.
func TestKilledInItsPlace(t *testing.T) {
	d := wired(t)
	wire, copied, _ := told(t, d)
	text := lorem(120, "charge")
	killed := item("1", "1", "KILL: "+theft, text)
	ingest(t, d, polled("afp-world", 9, killed))
	if !gone(t, d, wire) || !gone(t, d, copied) {
		t.Fatal("a story killed in its place stands")
	}
	ingest(t, d, polled("afp-world", 10, killed))
	if !gone(t, d, wire) {
		t.Error("it came back when it was sent again")
	}
	ingest(t, d, polled("afp-world", 11, item("1", "1", "Mayor cleared", text+" The charge was dropped.")))
	if gone(t, d, wire) {
		t.Error("it did not come back when it was written anew")
	}
}

// A revision is no notice because its headline shouts.
func TestShoutedHeadline(t *testing.T) {
	d := wired(t)
	wire, _, _ := told(t, d)
	ingest(t, d, polled("afp-world", 9, item("1", "1", "WITHDRAWN: council drops its plan for a tunnel", lorem(120, "charge"))))
	if gone(t, d, wire) {
		t.Error("a revised article was withdrawn by its headline about something else")
	}
}

func TestHoldAndRelease(t *testing.T) {
	d := wired(t)
	wire, copied, own := told(t, d)
	ingest(t, d, polled("afp-world", 9, item("2", "2", "HOLD: "+theft, "Please await advice.")))
	ingest(t, d, polled("afp-world", 10, item("1", "1", theft, lorem(120, "charge")))) // still in the feed
	if !gone(t, d, wire) || !gone(t, d, copied) || gone(t, d, own) {
		t.Fatal("a hold did not hold the agency's articles, or held another's")
	}
	ingest(t, d, polled("afp-world", 11, item("3", "3", "HOLD LIFTED: "+theft, "The story stands.")))
	if gone(t, d, wire) || gone(t, d, copied) {
		t.Error("the agency's articles are held though it released them")
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEmbargo(t *testing.T) {
	d := wired(t)
	text := lorem(120, "prize")
	early := item("1", "1", "EMBARGOED UNTIL 10:00 GMT: Prize goes to chemist", text)
	r := ingest(t, d, polled("afp-world", 0, early)).Articles[0]
	a, err := d.Article(t.Context(), r.ID)
	if want := t0.Add(2 * time.Hour); err != nil || !a.Embargo.Equal(want) {
		t.Fatalf("embargo until %v (%v), want %v", a.Embargo, err, want)
	}
	if c := ingest(t, d, polled("herald", 5, item("h", "h", "Chemist wins", text))).Articles[0]; c.Story == r.Story {
		t.Error("a paper's own article hides under one that must not be shown")
	}
	ingest(t, d, polled("afp-world", 9, item("1", "1", "Prize goes to chemist", text)))
	if a, _ = d.Article(t.Context(), r.ID); !a.Embargo.IsZero() {
		t.Errorf("embargo until %v though its source lifted it", a.Embargo)
	}
	if c := ingest(t, d, polled("courier", 10, item("c", "c", "Chemist honoured", text))).Articles[0]; c.Story != a.Story || len(story(t, d, a.Story).Members) != 3 {
		t.Error("once its embargo is lifted an article stands apart from its copies")
	}
}

// A wire may let its story go before the hour.
func TestEmbargoLifted(t *testing.T) {
	d := wired(t)
	text := lorem(120, "prize")
	held := ingest(t, d, polled("afp-world", 0, item("1", "1", "Prize goes to chemist", "EMBARGOED UNTIL 20:00 GMT\n"+text))).Articles[0]
	ingest(t, d, polled("afp-world", 5, item("2", "2", "EMBARGO LIFTED: Prize goes to chemist", "It may be used at once.")))
	c := ingest(t, d, polled("herald", 9, item("h", "h", "Chemist wins", text))).Articles[0]
	if a, _ := d.Article(t.Context(), held.ID); !a.Embargo.IsZero() || a.Story != c.Story {
		t.Errorf("embargo until %v, in story %v; want none, and in %v with its copy", a.Embargo, a.Story, c.Story)
	}
}

// An embargo ends by the clock: whatever comes next, the article then joins
// what others printed meanwhile.
func TestEmbargoEnds(t *testing.T) {
	d := wired(t)
	text := lorem(120, "prize")
	held := ingest(t, d, polled("afp-world", 0, item("1", "1", "EMBARGOED UNTIL 10:00 GMT: Prize goes to chemist", text))).Articles[0]
	early := ingest(t, d, polled("herald", 5, item("h", "h", "Chemist wins", text))).Articles[0]
	ingest(t, d, polled("courier", 119))
	if a, _ := d.Article(t.Context(), held.ID); a.Story == early.Story {
		t.Fatal("it was folded before its hour")
	}
	ingest(t, d, polled("courier", 121))
	if a, _ := d.Article(t.Context(), held.ID); a.Story != early.Story {
		t.Errorf("after its hour it stands apart in %v, want %v", a.Story, early.Story)
	}
	if s := story(t, d, early.Story); s.Lead != held.ID {
		t.Errorf("%v leads, want %v of the agency", s.Lead, held.ID)
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// An article that is on hold when its embargo ends is folded all the same: once
// the hold is over it stands with its copies.
func TestEmbargoEndsOnHold(t *testing.T) {
	d := wired(t)
	text := lorem(120, "prize")
	held := ingest(t, d, polled("afp-world", 0, item("1", "1", "EMBARGOED UNTIL 10:00 GMT: Prize goes to chemist", text))).Articles[0]
	early := ingest(t, d, polled("herald", 5, item("h", "h", "Chemist wins", text))).Articles[0]
	ingest(t, d, polled("afp-world", 60, item("2", "2", "HOLD: Prize goes to chemist", "Please do not use it.")))
	if !gone(t, d, held.ID) {
		t.Fatal("it is not on hold")
	}
	ingest(t, d, polled("courier", 121))
	ingest(t, d, polled("afp-world", 130, item("3", "3", "HOLD LIFTED: Prize goes to chemist", "It may be used.")))
	if a, _ := d.Article(t.Context(), held.ID); !a.Withdrawn.IsZero() || a.Story != early.Story {
		t.Errorf("withdrawn %v, in story %v; want it back, and in %v with its copy", a.Withdrawn, a.Story, early.Story)
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
