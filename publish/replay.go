package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// Rehearsal returns an archive to try rules on: what a desk commits to it is
// forgotten. The editions of a desk without a [Sink] on it are those that its
// rules would make, and nobody is given them.
func Rehearsal(a Archive) Archive { return rehearsal{a} }

type rehearsal struct{ Archive }

func (rehearsal) Commit(context.Context, store.DeskWork) error { return nil }

// A Replay is what other rules would make of a topic's edition.
type Replay struct {
	Topic     string
	Before    int // stories in the edition now
	After     int
	Gained    []Turn
	Lost      []Turn
	Changed   []Turn // stay, but would read otherwise
	Reordered bool   // those that stay would stand in another order
	Gone      bool   // the topic is not in the other rules
}

// Same reports whether the edition stays as it is.
func (r *Replay) Same() bool {
	return len(r.Gained)+len(r.Lost)+len(r.Changed) == 0 && !r.Reordered && !r.Gone
}

// A Turn is what becomes of one story.
type Turn struct {
	Story  store.StoryID
	Title  string
	Outlet string
	Why    string // in plain words
}

// Given returns the stories that the archive's readers have in each topic, in
// reading order: what was last committed for them. The topics' rules order and
// cap them. Topics that are not among those of d come with all that they have.
func (d *Desk) Given(ctx context.Context) (map[string][]curate.Entry, error) {
	st, err := d.Archive.Desk(ctx, bookmark)
	if err != nil {
		return nil, fmt.Errorf("read the desk's state: %w", err)
	}
	kept := map[string][]store.Entry{}
	for slug := range st.Rules {
		kept[slug] = nil
	}
	for _, e := range st.Entries {
		if curate.Shows(e) {
			kept[e.Topic] = append(kept[e.Topic], e)
		}
	}
	out := map[string][]curate.Entry{}
	for slug, list := range kept {
		out[slug] = []curate.Entry{}
		for _, e := range d.window(slug, list) {
			out[slug] = append(out[slug], curate.Entry{ID: e.ID, Story: e.Story})
		}
	}
	return out, nil
}

// window puts a topic's entries in order, as far as they have room.
func (d *Desk) window(slug string, list []store.Entry) []store.Entry {
	is := d.issue.Load()
	if is == nil || is.rules[slug] == nil {
		return list
	}
	pins := is.rulings.Pinned(slug)
	pinned := func(id store.StoryID) bool { return slices.Contains(pins, id) }
	window, _ := is.rules[slug].Window(list, pinned, d.Now().UTC())
	return window
}

// Standing returns the entries of the desk's current editions by topic.
func (d *Desk) Standing() map[string][]curate.Entry {
	out := map[string][]curate.Entry{}
	if is := d.issue.Load(); is != nil {
		for slug, e := range is.editions {
			out[slug] = e.Entries
		}
	}
	return out
}

// Replay says what the rules of d, which has done its rounds, would change of
// editions as they stand. Entries of before that have no title are compared by
// their presence and order only.
func (d *Desk) Replay(ctx context.Context, before map[string][]curate.Entry) ([]Replay, error) {
	is := d.issue.Load()
	if is == nil {
		return nil, errors.New("the desk has made no editions")
	}
	slugs := map[string]bool{}
	for slug := range before {
		slugs[slug] = true
	}
	for slug := range is.rules {
		slugs[slug] = true
	}
	var list []Replay
	for _, slug := range slices.Sorted(maps.Keys(slugs)) {
		r, err := d.replay(ctx, is, slug, before[slug])
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

func (d *Desk) replay(ctx context.Context, is *issue, slug string, before []curate.Entry) (Replay, error) {
	after := is.editions[slug].Entries
	r := Replay{Topic: slug, Before: len(before), After: len(after), Gone: is.rules[slug] == nil}
	was, now := byStory(before), byStory(after)
	for i := range after {
		e := &after[i]
		old, stood := was[e.Story]
		switch what := differs(old, e); {
		case !stood:
			t, err := d.turn(ctx, is, slug, e.Story)
			if err != nil {
				return r, err
			}
			r.Gained = append(r.Gained, t)
		case what != "":
			r.Changed = append(r.Changed, Turn{e.Story, e.Title, e.Outlet.Name, what})
		}
	}
	var left, right []store.StoryID
	for i := range before {
		id := before[i].Story
		if _, stays := now[id]; stays {
			left = append(left, id)
			continue
		}
		t, err := d.turn(ctx, is, slug, id)
		if err != nil {
			return r, err
		}
		r.Lost = append(r.Lost, t)
	}
	for i := range after {
		if _, stood := was[after[i].Story]; stood {
			right = append(right, after[i].Story)
		}
	}
	r.Reordered = !slices.Equal(left, right)
	return r, nil
}

func byStory(list []curate.Entry) map[store.StoryID]*curate.Entry {
	out := make(map[store.StoryID]*curate.Entry, len(list))
	for i := range list {
		out[list[i].Story] = &list[i]
	}
	return out
}

// turn says why a topic has a story under the rules of the issue, or has not.
func (d *Desk) turn(ctx context.Context, is *issue, slug string, id store.StoryID) (Turn, error) {
	t := Turn{Story: id, Why: "the topic is no longer configured"}
	s, err := d.find(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		t.Why = "the story is stored no longer"
		return t, nil
	}
	if err != nil {
		return t, err
	}
	lead := s.Find(s.Lead)
	if rule := is.rules[slug]; rule != nil {
		if s.ID != id {
			t.Why = "the story was merged into " + s.ID.String()
		} else {
			t.Why = d.reason(is, &s, slug).Why
		}
		if v := rule.View(&s, is.rulings.For(s.ID, slug)); v.Lead != nil {
			lead = v.Lead
		}
	}
	if lead != nil {
		t.Title, t.Outlet = lead.Article.Title, is.roster.Outlets()[lead.Source].Name
	}
	return t, nil
}

// differs names what readers would see otherwise of an entry; "": nothing, or
// it is not known how it reads now.
func differs(old, e *curate.Entry) string {
	if old == nil || old.Title == "" {
		return ""
	}
	var parts []string
	part := func(name string, was, is any) {
		if !reflect.DeepEqual(was, is) {
			parts = append(parts, name)
		}
	}
	part("headline", old.Title, e.Title)
	part("link", old.URL, e.URL)
	part("text", [2]string{old.Content, old.Summary}, [2]string{e.Content, e.Summary})
	part("outlet", old.Outlet.Name, e.Outlet.Name)
	part("also reported by", old.Others, e.Others)
	part("editor's note", old.Note, e.Note)
	part("id", old.ID, e.ID)
	part("time", old.Updated, e.Updated)
	if parts == nil {
		return ""
	}
	return "would read otherwise: " + strings.Join(parts, ", ")
}
