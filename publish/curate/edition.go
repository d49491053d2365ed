package curate

import (
	"reflect"
	"slices"
	"strconv"
	"time"

	"wiredesk/store"
)

// A Site is what every page and feed says of the place that publishes it.
type Site struct {
	Title     string
	URL       string // base of all addresses, without a trailing slash; empty: relative addresses
	Authority string // of tag: URIs
	Language  string // BCP 47
	Zone      *time.Location
	Contact   string
	Version   string // of wiredesk, for the generator element
	Desk      bool   // people may sign in at /desk/: pages lead there

	Hub  string   // our own WebSub hub; empty: none
	Hubs []string // hubs of others
}

// HubsFor returns the hubs at which readers can subscribe to a topic. The
// address of one with a token is told to nobody else's hub.
func (s *Site) HubsFor(t Topic) []string {
	var list []string
	if s.Hub != "" {
		list = append(list, s.Hub)
	}
	if t.Public() {
		list = append(list, s.Hubs...)
	}
	return list
}

// An Outlet is a source as readers are shown it.
type Outlet struct {
	ID      store.SourceID
	Name    string
	Home    string // the publisher's page; may be empty
	Feed    string // address of its feed; empty for a private source
	FeedID  string // the feed's own atom:id; may be empty
	Rights  string
	Rank    int
	Tags    []string
	Content string // excerpt, full or link
	Private bool

	LowTrust bool // never leads before a trusted one
}

func (o Outlet) same(other Outlet) bool {
	tags := slices.Equal(o.Tags, other.Tags)
	o.Tags, other.Tags = nil, nil
	return tags && reflect.DeepEqual(o, other)
}

// An Edition is a topic's current list, with the content policy applied: what
// stands here may be shown to anybody.
type Edition struct {
	Site    Site
	Topic   Topic
	Updated time.Time     // newest of all entries that the topic ever had, else when it was opened
	MaxAge  time.Duration // from the topic's own pace: how long readers may keep it
	Entries []Entry       // in reading order
	Outlets []Outlet      // of all its entries, by name

	ID       string   // the feed's own tag: URI; empty: derived from authority and slug
	Hubs     []string // WebSub hubs to subscribe at; may be empty
	Archive  string   // address of the archive page before it (RFC 5005); empty: none
	Page     int      // number of the archive page that this is; 0: the edition itself
	Articles int      // stored articles behind Entries; 0: not counted
	Sources  int      // sources that the topic draws on; 0: not counted
	Silent   int      // of those, how many bring nothing at the moment

	Gone []Tombstone // stories withdrawn in the last 30 days, newest first

	Changes *Changes // what happened to its stories; nil: the topic has no such feed
}

// A Tombstone tells readers that a story was withdrawn (RFC 6721).
type Tombstone struct {
	ID      string // of the entry
	When    time.Time
	Comment string // plain text
}

// WithdrawnComment is what tombstones say.
const WithdrawnComment = "This story was withdrawn."

// Path returns where a file of the topic is published, from the site's root:
// "" is its page.
func (t Topic) Path(file string) string {
	p := "/t/" + t.Slug + "/"
	if t.Token != "" {
		p += t.Token + "/"
	}
	return p + file
}

// ArchiveFile returns the file of an archive page.
func ArchiveFile(n int) string { return "archive/" + strconv.Itoa(n) + ".atom" }

// Address returns where a file of the edition's topic is published.
func (e *Edition) Address(file string) string { return e.Site.URL + e.Topic.Path(file) }

// An Entry is one story as one topic shows it.
type Entry struct {
	ID         string // tag: URI, the same in every topic and format
	Story      store.StoryID
	Title      string // plain text
	URL        string // the lead's own address
	Page       string // the story's page here
	Published  time.Time
	Updated    time.Time
	Outlet     Outlet // the lead's
	Authors    []store.Person
	Credit     string // wire agency; may be empty
	Categories []store.Category
	Language   string
	Rights     string
	Summary    string // plain text, at most 300 characters
	Content    string // sanitized HTML by the outlet's content policy, without note and "also reported by"
	Image      store.Image
	Enclosures []store.Enclosure
	Note       Note
	Pinned     bool
	Others     []Other // "also reported by"; one an outlet
	Withdrawn  time.Time
	Seen       time.Time   // our clock, when the story's first article was seen
	Class      store.Class // of the lead's last significant change; NoClass: never changed
}

// A Note is an editor's line shown above a story. The zero Note means none.
type Note struct{ Text, By string }

// An Other is a further outlet that carries the story.
type Other struct {
	Outlet   Outlet
	Title    string
	URL      string
	Seen     time.Time
	Relation string // verbatim, trimmed or rewritten
	Late     bool   // it joined after the last change: feeds do not name it in the text yet
}
