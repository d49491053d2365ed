package store

import "time"

// DeskWork is what the desk did with a stretch of the change feed. It is
// committed whole, if the bookmark Name still stands at From.
type DeskWork struct {
	Name    string
	From    uint64
	To      uint64
	Takings []Taking
	Entries []Entry
	Rules   []TopicRule
	Pages   []ArchivePage
}

// An ArchivePage holds entries of a topic as they were when they left its
// edition (RFC 5005). It never changes, unless what it tells was taken back. One
// without a Body is gone, and keeps its number from coming again.
type ArchivePage struct {
	Topic   string    `cbor:"-"` // in the key
	N       int       `cbor:"-"` // in the key; 1 is the oldest
	At      time.Time `cbor:"1,keyasint,omitzero"`
	Stories []StoryID `cbor:"2,keyasint,omitempty"`
	Body    []byte    `cbor:"3,keyasint,omitempty"` // as the desk wrote it
}

// A Taking records that a topic took a story, under which rule, and when.
type Taking struct {
	Topic string // slug
	Rule  uint64 // hash of the rule that took it
	Story StoryID
	At    time.Time // when the story first matched
	Left  bool      // it no longer matches: forget the taking
}

// A TopicRule records that all stored stories were matched with a rule. A
// topic whose rule hash is another starts over; takings of its old rule go.
type TopicRule struct {
	Topic   string     `cbor:"-"` // in the key
	Rule    uint64     `cbor:"1,keyasint,omitempty"`
	Opened  time.Time  `cbor:"2,keyasint,omitzero"`  // when the topic was first scanned
	Sources []SourceID `cbor:"3,keyasint,omitempty"` // that it could take from then: they are no newcomers to its readers
	Gone    bool       `cbor:"-"`                    // no longer configured: forget the topic, its takings and its entries
}

// An Entry is what readers were last given of a story in a topic: it stays so
// until a significant change, however the story's copies come and go.
type Entry struct {
	Topic     string      `cbor:"-"`                     // in the key
	Story     StoryID     `cbor:"-"`                     // in the key
	ID        string      `cbor:"1,keyasint,omitempty"`  // tag: URI (RFC 4151), minted once
	Published time.Time   `cbor:"2,keyasint,omitzero"`   // never changes
	Updated   time.Time   `cbor:"3,keyasint,omitzero"`   // moves with a significant change only
	Moved     time.Time   `cbor:"4,keyasint,omitzero"`   // our clock, when Updated last moved; orders the edition
	Version   int         `cbor:"5,keyasint,omitempty"`  // of the story when Updated last moved
	Lead      ArticleID   `cbor:"6,keyasint,omitempty"`  // shown
	Revision  int         `cbor:"7,keyasint,omitempty"`  // of Lead, shown
	Others    []ArticleID `cbor:"8,keyasint,omitempty"`  // "also reported by", shown
	Gone      time.Time   `cbor:"9,keyasint,omitzero"`   // withdrawn, hidden or no longer matching since; zero: live
	Deleted   bool        `cbor:"10,keyasint,omitempty"` // forget the entry
	Source    SourceID    `cbor:"11,keyasint,omitempty"` // of Lead: caps count it
	Seen      time.Time   `cbor:"12,keyasint,omitzero"`  // when the first of the members that the topic may show was seen
	Outlets   int         `cbor:"13,keyasint,omitempty"` // sources that carried the story when it was last looked at
	Bumped    time.Time   `cbor:"14,keyasint,omitzero"`  // our clock, when a change was last shown; zero: never since the story appeared
	Tops      []time.Time `cbor:"15,keyasint,omitempty"` // our clock, the last two times that a change took it to the top
	Withdrawn time.Time   `cbor:"16,keyasint,omitzero"`  // Gone because the story was taken back
	Held      bool        `cbor:"17,keyasint,omitempty"` // backlog of a source that joined the topic: kept, never shown unless it changes
	Pending   bool        `cbor:"18,keyasint,omitempty"` // a change waits until readers may be told again
	Stood     bool        `cbor:"19,keyasint,omitempty"` // in the edition, at one time at least
	Told      int         `cbor:"21,keyasint,omitempty"` // how many of Others the text that readers have names
	Archived  time.Time   `cbor:"20,keyasint,omitzero"`  // Updated of the version that the topic's archive has; zero: it has none
}

// DeskState is what the desk kept.
type DeskState struct {
	Bookmark uint64
	Rules    map[string]uint64 // slug to rule hash
	Entries  []Entry           // of all topics
	Topics   []TopicRule       // as last committed, by slug
	Pages    map[string]int    // slug to how many archive pages there are
}
