package curate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/store"
	"wiredesk/store/diff"
)

// MaxChanges is how many changes a topic's changes feed holds, the newest ones.
const MaxChanges = 200

// Changes is what happened to a topic's stories after readers were given them:
// the matter of its changes feed. What stands here may be shown to anybody who
// may read the topic.
type Changes struct {
	Updated time.Time // never backwards while the topic stands
	List    []Change  // newest first
	Gone    []Tombstone
}

// The kinds of a [Change].
const (
	ChangeMinor      = "minor"
	ChangeEdit       = "edit"
	ChangeCorrection = "correction"
	ChangeWithdrawal = "withdrawal"
)

// A Change is one revision of an article, or the withdrawal of a story. It
// tells what was seen at a time and never becomes newer: its ID and At stay.
type Change struct {
	ID       string // tag: URI, one a revision
	Story    store.StoryID
	Kind     string
	At       time.Time // our clock, when it was first seen
	Title    string    // the headline after it; plain text
	URL      string    // the article's own address
	Page     string    // the story's page here
	Outlet   Outlet
	Language string
	Why      string        // one phrase in plain words
	Silent   bool          // the outlet did not move its own updated time
	Headline []diff.Span   // empty: it did not change
	Passages [][]diff.Span // where the text changed, with a few words around it
	More     int           // further passages that are not shown
}

// maxPassages is how many places one change shows: whoever wants more of a text
// that was rewritten finds it on the story's page.
const maxPassages = 12

// RevisionID returns the identifier of a revision in every changes feed. It
// names the story that the article belonged to when it was revised, so that it
// stays when stories are merged or split.
func RevisionID(authority string, rev *store.Revision, now store.StoryID) string {
	return fmt.Sprintf("tag:%s,%d:story/%s/revision/%s.%d", authority, rev.At.UTC().Year(), cmp.Or(rev.Story, now), rev.Article, rev.N)
}

// Change returns a revision as the topic shows it; old is the one before it.
func (r *Rule) Change(site Site, story store.StoryID, m *store.Member, old, rev *store.Revision) Change {
	outlet := r.Outlets[m.Source]
	c := Change{
		ID: RevisionID(site.Authority, rev, story), Story: story, Kind: kindOf(rev.Class), At: rev.At.Truncate(time.Second),
		Title: cmp.Or(rev.Title, "Untitled story of "+outlet.Name), URL: rev.URL, Page: StoryPage(site, r.Topic, story), Outlet: outlet,
		Language: m.Article.Language, Why: rev.Why, Silent: rev.Silent,
	}
	if old.Title != rev.Title {
		c.Headline = diff.Words(old.Title, rev.Title)
	}
	policy := Policy(outlet.Content, r.Topic.Content)
	if old.Text == rev.Text || policy == LinkOnly {
		return c
	}
	c.Passages = Cut(Passages(diff.Words(old.Text, rev.Text), policy))
	if n := len(c.Passages); n > maxPassages {
		c.Passages, c.More = c.Passages[:maxPassages], n-maxPassages
	}
	return c
}

func kindOf(c store.Class) string {
	switch c {
	case store.Edit:
		return ChangeEdit
	case store.Correction:
		return ChangeCorrection
	}
	return ChangeMinor
}

// Withdrawal returns the notice that a story was taken back. It says no more
// than the entry does that took the story's place.
func (r *Rule) Withdrawal(site Site, e store.Entry, v View) Change {
	entry := r.Entry(site, e, v, nil, Ruling{})
	return Change{
		ID:    fmt.Sprintf("%s/withdrawn/%d", e.ID, e.Withdrawn.Unix()),
		Story: e.Story, Kind: ChangeWithdrawal, At: e.Withdrawn.Truncate(time.Second), Title: entry.Title, Page: entry.Page,
		Outlet: entry.Outlet, Language: entry.Language, Why: entry.Summary,
	}
}

// Collect puts changes in order, keeps the newest, and settles when the feed
// was last updated. since is when a story last
// came or went, or the topic was opened.
func (c *Changes) Collect(since time.Time) {
	slices.SortFunc(c.List, func(a, b Change) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID, a.ID)) })
	c.List = c.List[:min(len(c.List), MaxChanges)]
	slices.SortFunc(c.Gone, func(a, b Tombstone) int { return cmp.Or(b.When.Compare(a.When), strings.Compare(a.ID, b.ID)) })
	c.Gone = c.Gone[:min(len(c.Gone), MaxChanges)]
	c.Updated = since.Truncate(time.Second)
	if len(c.List) > 0 {
		c.Updated = later(c.Updated, c.List[0].At)
	}
	if len(c.Gone) > 0 {
		c.Updated = later(c.Updated, c.Gone[0].When.Truncate(time.Second))
	}
}

// Stories returns the stories that the feed speaks of.
func (c *Changes) Stories() map[store.StoryID]bool {
	out := map[store.StoryID]bool{}
	if c != nil {
		for i := range c.List {
			out[c.List[i].Story] = true
		}
	}
	return out
}
