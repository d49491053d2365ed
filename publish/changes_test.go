package publish_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

func changesTopic(slug, match string) curate.Topic {
	t := topic(slug, match)
	t.Changes = true
	return t
}

// kinds lists what a changes feed tells, newest first.
func kinds(c *curate.Changes) string {
	var list []string
	for _, ch := range c.List {
		list = append(list, ch.Kind+" "+string(ch.Outlet.ID))
	}
	return strings.Join(list, ", ")
}

func TestChangesFeed(t *testing.T) {
	r := newRig(t, "post", "herald")
	r.source(curate.Outlet{ID: "secret", Name: "Secret", Private: true})
	r.source(curate.Outlet{ID: "terse", Name: "Terse", Content: curate.LinkOnly})
	r.source(curate.Outlet{ID: "shy", Name: "Shy"})
	_ = r.db.Close()
	r.open()
	all := changesTopic("all", "*")
	r.hire(all, topic("plain", "*"))
	for i, s := range []string{"post", "secret", "terse", "shy"} {
		r.deliver(s, article(s, i, "Port of "+s, words(s, 200)))
	}
	r.round(3 * time.Minute)
	if c := r.out.editions["all"].Changes; c == nil || len(c.List) != 0 || c.Updated.IsZero() {
		t.Fatalf("before any change: %+v, want an empty feed with a time", c)
	}
	if r.out.editions["plain"].Changes != nil {
		t.Error("a topic without changes: has the feed")
	}
	change := func(s string, i int, title, text string) {
		t.Helper()
		r.deliver(s, article(s, i, title, text))
		r.round(time.Minute)
	}
	change("post", 0, "Port of post", "Correction: it was the other port.\n"+words("post", 200))
	change("secret", 1, "Port of secret", words("secret", 150)+" leaked")
	change("terse", 2, "Port of terse, again", words("terse", 150)+" whole text")
	change("shy", 3, "Port of shy", words("shy", 100)+" the new end")
	change("post", 0, "Port of post", "Correction: it was the other port.\n"+words("post", 200)+" small")
	c := r.out.editions["all"].Changes
	if got, want := kinds(c), "minor post, edit shy, edit terse, correction post"; got != want {
		t.Fatalf("changes: %s, want %s", got, want)
	}
	if terse := c.List[2]; terse.Passages != nil || terse.Headline == nil {
		t.Errorf("an outlet of links only: %+v, want its headline and no text", terse)
	}
	said := 0
	for _, p := range c.List[1].Passages {
		for _, s := range p {
			said += len(strings.Fields(s.Text))
		}
	}
	if said == 0 || said > 2*13+62 {
		t.Errorf("an outlet of excerpts: %d words of a change of 100 are shown", said)
	}
	for _, ch := range c.List {
		if !strings.HasPrefix(ch.ID, "tag:wire.example,2026:story/"+ch.Story.String()+"/revision/") {
			t.Errorf("id %s, want the story's and the revision's", ch.ID)
		}
	}
}

func TestChangesOfWithdrawn(t *testing.T) {
	r := newRig(t, "post")
	r.hire(changesTopic("all", "*"))
	rec := r.deliver("post", article("post", 1, "Libel", words("libel", 100)))
	r.round(3 * time.Minute)
	r.deliver("post", article("post", 1, "Libel", words("libel", 60)))
	r.round(time.Minute)
	was := r.out.editions["all"].Changes
	dec, err := r.db.Decide(t.Context(), store.Decision{At: r.now, Verb: store.Withdraw, Story: rec.Articles[0].Story, By: "ed"})
	if err != nil {
		t.Fatal(err)
	}
	r.round(time.Minute)
	c := r.out.editions["all"].Changes
	if len(c.List) != 1 || c.List[0].Kind != curate.ChangeWithdrawal || strings.Contains(c.List[0].Title, "Libel") || len(c.List[0].Passages) > 0 {
		t.Errorf("withdrawn: %+v, want a notice that names nothing", c.List)
	}
	if len(c.Gone) != 1 || c.Gone[0].ID != was.List[0].ID || c.Updated.Before(was.Updated) {
		t.Errorf("tombstones: %+v, want one of %s", c.Gone, was.List[0].ID)
	}
	r.hire(changesTopic("all", "*"))
	r.round(0)
	if diff := cmp.Diff(c, r.out.editions["all"].Changes); diff != "" {
		t.Errorf("a restart changed the feed:\n%s", diff)
	}
	if _, err := r.db.Decide(t.Context(), store.Decision{At: r.now, Verb: store.Undo, Undoes: dec.Seq}); err != nil {
		t.Fatal(err)
	}
	r.round(time.Minute)
	if c := r.out.editions["all"].Changes; len(c.List) != 1 || c.List[0].ID != was.List[0].ID || len(c.Gone) != 0 {
		t.Errorf("given back: %+v, want the revision under its old id", c)
	}
}

// Stories merge and split; a revision keeps its name.
func TestChangesOfMerged(t *testing.T) {
	r := newRig(t, "post", "herald")
	r.hire(changesTopic("all", "*"))
	one := r.deliver("post", article("post", 1, "One", words("one", 100)))
	two := r.deliver("herald", article("herald", 2, "Two", words("two", 100)))
	r.round(3 * time.Minute)
	r.deliver("herald", article("herald", 2, "Two", words("two", 140)))
	r.round(time.Minute)
	was := r.out.editions["all"].Changes.List
	_, err := r.db.Decide(t.Context(), store.Decision{At: r.now, Verb: store.Merge, Story: one.Articles[0].Story, Other: two.Articles[0].Story})
	if err != nil {
		t.Fatal(err)
	}
	r.round(time.Minute)
	is := r.out.editions["all"].Changes.List
	if len(was) != 1 || len(is) != 1 || is[0].ID != was[0].ID || is[0].Story == was[0].Story {
		t.Errorf("merged: %+v, want %+v of the other story", is, was)
	}
}

// Whatever happens, a revision keeps its id, its time and its kind, the feed's
// own time never runs backwards, and a restart changes nothing.
func TestChangesKeepTheirPromises(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			l := &eventful{rig: newRig(t, "post", "herald"), rand: rand.New(rand.NewPCG(seed, 1)), first: map[string]curate.Change{}, updated: map[string]time.Time{}}
			l.hire(changesTopic("all", "*"), changesTopic("odd", "-again1"))
			for range 15 {
				l.step()
				l.round(time.Duration(1+l.rand.IntN(300)) * time.Minute)
				for slug, ed := range l.out.editions {
					l.promises(slug, ed.Changes)
				}
			}
		})
	}
}

// eventful is a newsroom in which anything happens.
type eventful struct {
	*rig
	rand    *rand.Rand
	stories []store.StoryID
	first   map[string]curate.Change
	updated map[string]time.Time
}

func (l *eventful) step() {
	source, n := []string{"post", "herald"}[l.rand.IntN(2)], 1+l.rand.IntN(3)
	switch l.rand.IntN(6) {
	case 0:
		if len(l.stories) > 0 {
			verb := []store.Verb{store.Hide, store.Withdraw, store.Pin}[l.rand.IntN(3)]
			_, _ = l.db.Decide(l.Context(), store.Decision{At: l.now, Verb: verb, Story: l.stories[l.rand.IntN(len(l.stories))]}) // may be refused
		}
	case 1:
		l.round(0)
		before := l.out.editions
		l.hire(changesTopic("all", "*"), changesTopic("odd", "-again1"))
		l.round(0)
		if diff := cmp.Diff(before, l.out.editions); diff != "" {
			l.Fatalf("a restart changed the editions:\n%s", diff)
		}
	default:
		text := words(source, 40*n) + " " + []string{"", "\nCorrection: no.", "again1", "and more of it, and yet more of it again"}[l.rand.IntN(4)]
		for _, a := range l.deliver(source, article(source, n, "Story", text)).Articles {
			l.stories = append(l.stories, a.Story)
		}
	}
}

func (l *eventful) promises(slug string, c *curate.Changes) {
	if c.Updated.Before(l.updated[slug]) {
		l.Fatalf("%s: updated went from %v back to %v", slug, l.updated[slug], c.Updated)
	}
	l.updated[slug] = c.Updated
	seen := map[string]bool{}
	for _, ch := range c.List {
		was, ok := l.first[ch.ID]
		if ok && (!was.At.Equal(ch.At) || was.Kind != ch.Kind || was.Title != ch.Title) || seen[ch.ID] || ch.At.After(c.Updated) {
			l.Fatalf("%s: %s was %+v, is %+v", slug, ch.ID, was, ch)
		}
		l.first[ch.ID], seen[ch.ID] = ch, true
	}
}
