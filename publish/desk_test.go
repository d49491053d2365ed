package publish_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
)

func TestSettling(t *testing.T) {
	r := newRig(t, "post", "herald", "times", "globe")
	r.hire(topic("all", "*"))
	r.round(0)
	first := article("post", 1, "Truce holds", words("truce", 200))
	r.deliver("post", first)
	if sum := r.round(time.Second); r.titles("all") != "" || !sum.Next.Equal(dawn.Add(2*time.Minute)) {
		t.Fatalf("after a second: %q, next %v; want nothing until two minutes passed", r.titles("all"), sum.Next)
	}
	r.deliver("herald", shared("herald", first))
	r.round(2 * time.Minute)
	e := r.out.editions["all"].Entries
	if len(e) != 1 || len(e[0].Others) != 1 || e[0].Others[0].Outlet.Name != "HERALD" {
		t.Fatalf("after two minutes: %+v, want one entry also reported by HERALD", e)
	}

	r.deliver("times", shared("times", first)) // three outlets: written anew, not bumped
	r.round(time.Minute)
	is := r.out.editions["all"].Entries[0]
	if len(is.Others) != 2 || !is.Updated.Equal(e[0].Updated) {
		t.Errorf("with three outlets: %d others, updated %v; want 2 and %v", len(is.Others), is.Updated, e[0].Updated)
	}
	r.deliver("globe", shared("globe", first)) // a fourth changes nothing
	r.round(time.Minute)
	if diff := cmp.Diff(is, r.out.editions["all"].Entries[0]); diff != "" {
		t.Errorf("a fourth outlet changed the entry (-before +after):\n%s", diff)
	}
}

func TestUpdatedIsDebounced(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"))
	r.deliver("post", article("post", 1, "Fire", words("fire", 100)))
	r.round(3 * time.Minute)
	was := r.out.editions["all"].Entries[0]

	bump := func(after time.Duration, title string, n int) curate.Entry {
		t.Helper()
		r.now = r.now.Add(after)
		r.deliver("post", article("post", 1, title, words("fire", n)))
		r.round(0)
		return r.out.editions["all"].Entries[0]
	}
	one := bump(time.Minute, "Fire spreads", 130)
	if one.ID != was.ID || !one.Updated.After(was.Updated) || one.Title != "Fire spreads" || !one.Published.Equal(was.Published) {
		t.Fatalf("first change: %+v, want the title at once", one)
	}
	two := bump(time.Minute, "Fire spreads far", 160)
	if two.Title != "Fire spreads far" || !two.Updated.Equal(one.Updated) {
		t.Fatalf("second change within 15 minutes: %q, updated %v; want its text at once, under %v", two.Title, two.Updated, one.Updated)
	}
	three := bump(time.Minute, "Correction: fire did not spread", 160)
	if three.Title != "Correction: fire did not spread" || !three.Updated.After(one.Updated) {
		t.Fatalf("correction waits: %+v", three)
	}
	bump(time.Minute, "Fire out", 200)
	sum := r.round(0)
	if want := r.now.Add(14 * time.Minute); sum.Next.Before(want) {
		t.Errorf("next = %v, want at least %v", sum.Next, want)
	}
	r.round(15 * time.Minute)
	if e := r.out.editions["all"].Entries[0]; e.Title != "Fire out" || !e.Updated.After(three.Updated) || e.Updated.After(r.now) {
		t.Errorf("after 15 minutes: %+v, want the last state", e)
	}
}

// A change that had to wait moves its entry although the desk was away meanwhile.
func TestPendingChangeSurvivesRestart(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"))
	for i, title := range []string{"One", "Two", "Three"} {
		r.deliver("post", article("post", 1, title, words("fire", 100+30*i)))
		r.round(3 * time.Minute)
	}
	was := r.out.editions["all"].Entries[0]
	if was.Title != "Three" || was.Updated.After(r.now.Add(-3*time.Minute)) {
		t.Fatalf("edition = %q, updated %v; want Three under the time of Two until 15 minutes are over", was.Title, was.Updated)
	}
	r.now = r.now.Add(5 * time.Hour)
	r.hire(topic("all", "*"))
	r.round(0)
	if e := r.out.editions["all"].Entries[0]; e.Title != "Three" || !e.Updated.After(was.Updated) {
		t.Errorf("edition after a restart = %q, updated %v; want Three with a time of its own", e.Title, e.Updated)
	}
}

// A rule that changes by itself, since a source told its name, keeps its takings.
func TestRuleChangesWhileRunning(t *testing.T) {
	r := newRig(t)
	r.source(curate.Outlet{ID: "post"})
	_ = r.db.Close()
	r.open()
	r.hire(topic("named", `source:"the post"`), topic("own", "source:post"))
	r.deliver("post", article("post", 1, "One", words("one", 50)))
	r.round(3 * time.Minute)
	if r.titles("named") != "" || r.titles("own") != "One" {
		t.Fatalf("named %q, own %q; want only own to have it", r.titles("named"), r.titles("own"))
	}
	del := store.Delivery{Source: "post", Start: r.now, At: r.now, Status: 200, Feed: store.FeedInfo{Title: "The Post"}, Next: r.now.Add(time.Hour), Items: 1, Full: true}
	if _, err := r.db.Ingest(t.Context(), del); err != nil {
		t.Fatal(err)
	}
	r.round(time.Minute)
	if r.titles("named") != "One" || r.titles("own") != "One" {
		t.Errorf("named %q, own %q; want both to have it", r.titles("named"), r.titles("own"))
	}
	st, err := r.db.Desk(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"named", "own"} {
		if list, err := r.db.Takings(t.Context(), slug, st.Rules[slug], 0); err != nil || len(list) != 1 {
			t.Errorf("takings of %s = %v, %v; want one", slug, list, err)
		}
	}
}

// A restart, and a crash between output and commit, change nothing.
func TestRestartChangesNothing(t *testing.T) {
	r := newRig(t, "post", "herald")
	topics := []curate.Topic{topic("all", "*"), topic("fire", "fire1")}
	r.hire(topics...)
	for i := range 5 {
		r.deliver("post", article("post", i, fmt.Sprint("Story ", i), words("fire", 100+i)))
		r.round(time.Minute)
	}
	r.deliver("post", article("post", 0, "Story 0 grows", words("fire", 150)))
	r.round(time.Hour)
	r.deliver("post", article("post", 0, "Story 0 grows", words("fire", 150)+" more"))
	r.round(time.Minute)
	before := r.out.editions

	r.hire(topics...)
	r.round(0)
	if diff := cmp.Diff(before, r.out.editions); diff != "" {
		t.Errorf("a restart changed the editions:\n%s", diff)
	}

	r.deliver("herald", article("herald", 9, "New fire", words("fire", 120)))
	r.now = r.now.Add(3 * time.Minute)
	r.out.full.Store(true)
	if _, err := r.desk.Once(t.Context(), false); err == nil {
		t.Fatal("Once with a failing sink: no error")
	}
	crashed := r.out.editions
	r.hire(topics...)
	r.round(time.Minute)
	if diff := cmp.Diff(crashed, r.out.editions); diff != "" {
		t.Errorf("the round was redone otherwise:\n%s", diff)
	}
}

func TestRulesApplyToThePast(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("news", "fire1"))
	r.deliver("post", article("post", 1, "Fire", words("fire", 50)), article("post", 2, "Flood", words("flood", 50)))
	r.round(3 * time.Minute)
	id := r.out.editions["news"].Entries[0].ID
	if r.titles("news") != "Fire" {
		t.Fatalf("edition = %s, want Fire", r.titles("news"))
	}
	r.hire(topic("news", "flood1 OR fire1"))
	r.round(time.Minute)
	if got := r.titles("news"); got != "Flood|Fire" && got != "Fire|Flood" {
		t.Errorf("edition = %s, want both", got)
	}
	r.hire(topic("news", "flood1"))
	r.round(time.Minute)
	if got := r.titles("news"); got != "Flood" {
		t.Errorf("edition = %s, want Flood", got)
	}
	renamed := topic("latest", "fire1")
	renamed.Was = []string{"news"}
	r.hire(renamed)
	r.round(time.Minute)
	if e := r.out.editions["latest"].Entries; len(e) != 1 || e[0].ID != id {
		t.Errorf("renamed topic: %+v, want the entry %s", e, id)
	}
	if err := r.db.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNoFlood(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"))
	backlog := func(source string, from, n int) (list []store.Article) {
		for i := range n {
			a := article(source, from+i, fmt.Sprintf("%s %02d", source, from+i), words(fmt.Sprint(source, from+i, "x"), 60))
			a.Published.At = r.now.Add(-time.Duration(i) * time.Hour)
			list = append(list, a)
		}
		return list
	}
	r.deliver("post", backlog("post", 0, 20)...)
	r.round(3 * time.Minute)
	if n := len(r.out.editions["all"].Entries); n != 20 {
		t.Fatalf("first edition has %d entries, want 20", n)
	}
	r.source(curate.Outlet{ID: "herald", Name: "Herald"})
	if err := r.db.Configure(t.Context(), r.now, r.sources); err != nil {
		t.Fatal(err)
	}
	r.hire(topic("all", "*"))
	r.round(time.Minute)
	old := backlog("herald", 0, 20)
	for i := range old { // newest last: the newest five must win all the same
		old[i].Published.At = r.now.Add(-time.Duration(20-i) * time.Hour)
	}
	r.deliver("herald", old...)
	r.round(time.Second)
	r.hire(topic("all", "*")) // forgets nothing
	r.round(5 * time.Minute)
	got := map[string]bool{}
	for _, e := range r.out.editions["all"].Entries {
		got[e.Title] = true
	}
	if len(got) != 25 || !got["herald 19"] || !got["herald 15"] || got["herald 14"] {
		t.Errorf("%d entries, want 25 with the five newest of the newcomer: %v", len(got), got)
	}
	r.deliver("herald", backlog("herald", 50, 7)...)
	r.round(5 * time.Minute)
	if n := len(r.out.editions["all"].Entries); n != 32 {
		t.Errorf("later news: %d entries, want all 32", n)
	}
}

func TestPrivateAndFrom(t *testing.T) {
	r := newRig(t, "post", "herald")
	r.source(curate.Outlet{ID: "secret", Name: "Secret", Private: true, Rank: 90, Tags: []string{"wire"}})
	_ = r.db.Close()
	r.open()
	own := topic("own", "*")
	own.From = []string{"herald"}
	inside := topic("inside", "*")
	inside.Token = "0123456789abcdef"
	r.hire(topic("all", "*"), own, inside)
	first := article("secret", 1, "Leak", words("leak", 100))
	r.deliver("secret", first, article("secret", 2, "Only here", words("inner", 100)))
	r.deliver("post", shared("post", first))
	r.deliver("herald", shared("herald", first))
	r.round(3 * time.Minute)
	for slug, want := range map[string]struct{ lead, others string }{
		"all": {"POST", "HERALD"}, "own": {"HERALD", ""}, "inside": {"Secret", "POST HERALD"},
	} {
		var others string
		e := r.out.editions[slug].Entries
		last := e[len(e)-1]
		for _, x := range e {
			if x.Title == "Leak" {
				last = x
			}
		}
		for i, o := range last.Others {
			if i > 0 {
				others += " "
			}
			others += o.Outlet.Name
		}
		if last.Outlet.Name != want.lead || others != want.others {
			t.Errorf("%s: lead %s, others %q, want %+v", slug, last.Outlet.Name, others, want)
		}
	}
	if n := len(r.out.editions["all"].Entries); n != 1 {
		t.Errorf("public topic has %d entries, want 1", n)
	}
	for _, page := range r.out.pages {
		for _, c := range page.Copies {
			if c.Outlet.Private {
				t.Errorf("page of %s shows a private outlet", page.ID)
			}
			if strings.Contains(c.Why, "Secret") || strings.Contains(c.Why, "Leak") && c.Outlet.ID == "post" {
				t.Errorf("page of %s names a private outlet: %s", page.ID, c.Why)
			}
		}
		if page.Entry.Title == "Only here" {
			t.Error("a private story has a page")
		}
	}
}

// A story's page names the story that was nearly the same, but not once that one
// is hidden.
func TestNearMissOfAHiddenStory(t *testing.T) {
	r := newRig(t, "post", "herald")
	r.hire(topic("all", "*"))
	near := r.deliver("post", article("post", 1, "Libel", words("quake", 100))).Articles[0].Story
	own := r.deliver("herald", article("herald", 2, "Quake", words("quake", 40)+" "+words("harbour", 100))).Articles[0].Story
	r.round(3 * time.Minute)
	if page, err := r.desk.Story(t.Context(), own, site.Choice{}); err != nil || len(page.Misses) != 1 || page.Misses[0].Story != near {
		t.Fatalf("page = %+v, %v; want one near miss", page.Misses, err)
	}
	if _, err := r.db.Decide(t.Context(), store.Decision{At: r.now, Verb: store.Hide, Story: near, By: "ed"}); err != nil {
		t.Fatal(err)
	}
	r.round(time.Second)
	if page, err := r.desk.Story(t.Context(), own, site.Choice{}); err != nil || len(page.Misses) != 0 {
		t.Errorf("page names a hidden story: %+v, %v", page.Misses, err)
	}
}

func TestWithdrawn(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"))
	rec := r.deliver("post", article("post", 1, "Libel", words("libel", 100)))
	r.round(3 * time.Minute)
	was := r.out.editions["all"].Entries[0]
	dec, err := r.db.Decide(t.Context(), store.Decision{At: r.now, Verb: store.Withdraw, Story: rec.Articles[0].Story, By: "ed"})
	if err != nil {
		t.Fatal(err)
	}
	r.round(time.Second)
	e := r.out.editions["all"].Entries[0]
	if e.ID != was.ID || e.Withdrawn.IsZero() || e.Title != "A story was withdrawn" || !e.Updated.After(was.Updated) {
		t.Errorf("withdrawn entry = %+v, want a notice", e)
	}
	if _, err := r.desk.Story(t.Context(), rec.Articles[0].Story, site.Choice{}); err != nil {
		t.Errorf("page of a withdrawn story: %v", err)
	}
	r.round(8 * 24 * time.Hour)
	if ed := r.out.editions["all"]; len(ed.Entries) != 0 || len(ed.Gone) != 1 {
		t.Errorf("after a week: %d entries, %d tombstones, want 0 and 1", len(ed.Entries), len(ed.Gone))
	}
	r.round(31 * 24 * time.Hour)
	if ed := r.out.editions["all"]; len(ed.Gone) != 0 {
		t.Errorf("after a month: %d tombstones, want 0", len(ed.Gone))
	}
	_ = dec
}

func TestDecisions(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"), topic("other", "*"))
	rec := r.deliver("post", article("post", 1, "One", words("one", 50)), article("post", 2, "Two", words("two", 50)))
	r.round(3 * time.Minute)
	decide := func(d store.Decision) store.Decision {
		t.Helper()
		d.At = r.now
		if d.Story == 0 {
			d.Story = rec.Articles[1].Story
		}
		d, err := r.db.Decide(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		r.round(time.Second)
		return d
	}
	last := r.out.editions["all"].Entries[1]
	pin := decide(store.Decision{Verb: store.Pin, Topic: "all", Story: last.Story})
	if e := r.out.editions["all"].Entries[0]; !e.Pinned || e.Story != last.Story || !e.Updated.Equal(last.Updated) {
		t.Errorf("pinned: %+v, want it first and not bumped", e)
	}
	decide(store.Decision{Verb: store.Undo, Undoes: pin.Seq})
	if e := r.out.editions["all"].Entries[1]; e.Pinned || e.Story != last.Story {
		t.Errorf("undone: %+v, want it back in its place", e)
	}
	decide(store.Decision{Verb: store.SetTitle, Text: "Deux"})
	decide(store.Decision{Verb: store.Note, Text: "see also", By: "ed"})
	hide := decide(store.Decision{Verb: store.Hide, Topic: "other"})
	if len(r.out.editions["all"].Entries) != 2 || r.titles("other") != "One" {
		t.Errorf("hidden in other: all %s, other %s", r.titles("all"), r.titles("other"))
	}
	for _, e := range r.out.editions["all"].Entries {
		if e.Story == hide.Story && (e.Title != "Deux" || e.Note.Text != "see also") {
			t.Errorf("entry = %+v, want the desk's title and note", e)
		}
	}
	x, err := r.desk.Explain(t.Context(), hide.Story)
	if err != nil || len(x.Topics) != 2 || !x.Topics[0].Shown || x.Topics[1].Why != "taken, but hidden at the desk" {
		t.Errorf("Explain = %+v, %v", x.Topics, err)
	}
}

func TestAgeAndMaxAge(t *testing.T) {
	r := newRig(t, "post")
	short := topic("short", "*")
	short.MaxAge = time.Hour
	r.hire(topic("young", "age:<1h"), topic("ripe", "age:>2h"), short)
	r.deliver("post", article("post", 1, "One", words("one", 50)))
	sum := r.round(3 * time.Minute)
	if r.titles("young") != "One" || r.titles("ripe") != "" || r.titles("short") != "One" {
		t.Fatalf("young %q, ripe %q, short %q", r.titles("young"), r.titles("ripe"), r.titles("short"))
	}
	if want := dawn.Add(time.Hour); sum.Next.Before(want) || sum.Next.After(want.Add(time.Second)) {
		t.Errorf("next = %v, want %v", sum.Next, want)
	}
	r.round(sum.Next.Add(1).Sub(r.now))
	if r.titles("young") != "" || r.titles("short") != "" {
		t.Errorf("after an hour: young %q, short %q, want both empty", r.titles("young"), r.titles("short"))
	}
	r.hire(topic("young", "age:<1h"), topic("ripe", "age:>2h"), short)
	r.round(2 * time.Hour)
	if r.titles("ripe") != "One" {
		t.Errorf("after two hours: ripe %q, want One", r.titles("ripe"))
	}
}

func TestOneShotSettlesAtOnce(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"))
	r.deliver("post", article("post", 1, "One", words("one", 50)))
	if _, err := r.desk.Once(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if r.titles("all") != "One" {
		t.Errorf("edition = %q, want One at once", r.titles("all"))
	}
}

func TestConfigureIsAllOrNothing(t *testing.T) {
	r := newRig(t, "post")
	r.hire(topic("all", "*"))
	bad := topic("b", "(")
	from := topic("c", "*")
	from.From = []string{"nobody"}
	if err := r.desk.Configure([]curate.Topic{topic("x", "*"), bad, from, topic("x", "a")}, r.outlets); err == nil {
		t.Fatal("Configure: no error")
	} else {
		t.Log(err)
	}
	if got := r.desk.Topics(); len(got) != 1 || got[0].Slug != "all" {
		t.Errorf("topics = %+v, want the old ones", got)
	}
}
