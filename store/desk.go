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
	Topic   string
	Rule    uint64
	Opened  time.Time  // when the topic was first scanned
	Sources []SourceID // that it could take from then: they are no newcomers to its readers
	Gone    bool       // no longer configured: forget the topic, its takings and its entries
}

// An Entry is what readers were last given of a story in a topic: it stays so
// until a significant change, however the story's copies come and go.
type Entry struct {
	Topic     string
	Story     StoryID
	ID        string      // tag: URI (RFC 4151), minted once
	Published time.Time   // never changes
	Updated   time.Time   // moves with a significant change only
	Moved     time.Time   // our clock, when Updated last moved; orders the edition
	Version   int         // of the story when Updated last moved
	Lead      ArticleID   // shown
	Revision  int         // of Lead, shown
	Others    []ArticleID // "also reported by", shown
	Gone      time.Time   // withdrawn, hidden or no longer matching since; zero: live
	Deleted   bool        // forget the entry
	Source    SourceID    // of Lead: caps count it
	Seen      time.Time   // when the first of the members that the topic may show was seen
	Outlets   int         // sources that carried the story when it was last looked at
	Bumped    time.Time   // our clock, when a change was last shown; zero: never since the story appeared
	Tops      []time.Time // our clock, the last two times that a change took it to the top
	Withdrawn time.Time   // Gone because the story was taken back
	Held      bool        // backlog of a source that joined the topic: kept, never shown unless it changes
}

// DeskState is what the desk kept.
type DeskState struct {
	Bookmark uint64
	Rules    map[string]uint64 // slug to rule hash
	Entries  []Entry           // of all topics
	Topics   []TopicRule       // as last committed, by slug
}
