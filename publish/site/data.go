package site

import (
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// FrontData fills the front page. Of each edition it shows the newest entries.
type FrontData struct {
	Site     curate.Site
	Editions []curate.Edition
}

// StoryData fills the page of one story. All text in it is already cut down to
// what its outlet's content policy allows.
type StoryData struct {
	Site   curate.Site
	ID     store.StoryID
	Entry  curate.Entry // the story as its newest edition shows it; Others may be empty, Copies count
	State  string       // the story in one sentence; empty: the page words one from Copies and Events
	Copies []Copy       // the lead first
	Leads  string       // why the lead stands for the story; may be empty
	Events []Event      // oldest first
	Topics []Taken
	Misses []Miss

	In *curate.Topic // the private topic whose readers the page is for; nil: the public

	Versions []Version   // of all copies, oldest first
	Compare  *Comparison // what the reader chose; nil: nothing

	// At the desk only: Signed has a name.
	Signed    Signed
	Reasons   []Reason         // of every topic
	Decisions []store.Decision // about the story, oldest first
}

// A Copy is one article of a story.
type Copy struct {
	Article  store.ArticleID
	Outlet   curate.Outlet
	Title    string
	URL      string
	Credit   string
	Seen     time.Time
	Claimed  time.Time // when the outlet says it was published; zero: no claim
	Lead     bool
	Relation store.Relation
	Why      string  // the stated reason of the fold; empty for a story's first article
	Share    float64 // 0 to 1, of the lead's words that stand in it; 0: not measured
	Cut      int     // words of the lead that it lacks
	Added    int     // words of its own
}

// An Event is one line of a story's timeline, by our clock.
type Event struct {
	At      time.Time
	Claimed time.Time // the outlet's own time for it; zero: none
	Kind    EventKind
	Outlet  curate.Outlet // zero for a desk's decision
	Article store.ArticleID
	N       int    // number of the revision; 0: none
	What    string // one sentence in plain words; may be empty
	Silent  bool   // the outlet did not move its own updated time

	// What the revision changed. Of both, only what changed is shown, with at
	// most twelve words around it; an outlet that allows no text has no Text.
	Title []diff.Span
	Text  []diff.Span
}

// An EventKind says what happened to a story.
type EventKind string

const (
	EventSeen       EventKind = "first seen"
	EventCopy       EventKind = "copy"
	EventUpdate     EventKind = "update" // joined the story and carries it further
	EventMinor      EventKind = "minor edit"
	EventEdit       EventKind = "edit"
	EventCorrection EventKind = "correction"
	EventWithdrawn  EventKind = "withdrawn"
	EventHeld       EventKind = "held"
	EventLead       EventKind = "new lead"
	EventDesk       EventKind = "desk"
)

// Taken says that a topic took the story, and why.
type Taken struct {
	Topic curate.Topic
	Why   string // in plain words: which words matched where
	At    time.Time
}

// A Miss is a story that was nearly the same, and why it stands apart.
type Miss struct {
	Story  store.StoryID // 0: it has no public page
	Title  string
	Outlet string
	Why    string
}

// SourcesData fills the health page. Private sources do not belong in it.
type SourcesData struct {
	Site    curate.Site
	Sources []store.Health
}

// SearchData fills the page of results. Entries obey the content policy.
type SearchData struct {
	Site    curate.Site
	Query   string
	Problem string // what is wrong with the query, and where; empty: nothing
	Entries []curate.Entry

	Before store.StoryID // only stories before this one were looked at; 0: from the newest
	Older  store.StoryID // older ones than this were not looked at; 0: all were
	Back   time.Time     // when that one was seen
}

// ErrorData fills an error page.
type ErrorData struct {
	Site   curate.Site
	Status int
	Detail string // one sentence for the reader; empty: the status's own
}
