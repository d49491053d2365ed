package store

import "time"

// A Story is a fold of articles that carry the same text. Its ID is minted
// with its first article and never derived from the lead, so that a better
// copy may take the lead without readers noticing.
type Story struct {
	ID      StoryID   `cbor:"1,keyasint,omitempty"`
	Lead    ArticleID `cbor:"2,keyasint,omitempty"`  // the member that stands for the story
	Members []Member  `cbor:"3,keyasint,omitempty"`  // in the order in which they joined
	Seen    time.Time `cbor:"4,keyasint,omitzero"`   // when its first article was seen
	Changed time.Time `cbor:"5,keyasint,omitzero"`   // when anything about it last changed
	Bumped  time.Time `cbor:"6,keyasint,omitzero"`   // value of its last significant change: what feeds print as updated
	Version int       `cbor:"7,keyasint,omitempty"`  // 1, and one more with each significant change
	Numbers []uint32  `cbor:"8,keyasint,omitempty"`  // figures told so far, hashed; at most 64 (FOLD, "bbolt layout")
	Chosen  ArticleID `cbor:"10,keyasint,omitempty"` // lead set at the desk; 0: by rule
	Into    StoryID   `cbor:"11,keyasint,omitempty"` // where the members went; a story without members is an old address only
}

// Find returns the member that holds article id, or nil.
func (s *Story) Find(id ArticleID) *Member {
	for i := range s.Members {
		if s.Members[i].ID == id {
			return &s.Members[i]
		}
	}
	return nil
}

// A Member is an article's place in its story.
type Member struct {
	ID       ArticleID `cbor:"1,keyasint,omitempty"`
	Source   SourceID  `cbor:"2,keyasint,omitempty"`
	Joined   time.Time `cbor:"3,keyasint,omitzero"`
	Verdict  Verdict   `cbor:"4,keyasint,omitempty"` // New, Update or Copy
	Relation Relation  `cbor:"5,keyasint,omitempty"`
	Fold     Fold      `cbor:"6,keyasint,omitzero"` // why it is here

	Shared  int  `cbor:"8,keyasint,omitempty"` // most words that a member of another source has of it as well
	Roundup bool `cbor:"7,keyasint,omitempty"` // carries several stories: nothing is folded with it

	Backs   int     `cbor:"-"` // words of Fold.Against that it has as well: known while it joins
	Article Article `cbor:"-"` // filled in by the methods that say so
}

// A Relation says how a member's text stands to the text it was folded with.
type Relation uint8

const (
	Original  Relation = iota // the story's first article
	Same                      // same canonical URL
	Verbatim                  // the same text
	Trimmed                   // a cut of it, or the text that it was cut from
	Rewritten                 // the text with passages of its own
	Summary                   // a teaser of it
	Contains                  // quotes it whole among other matter: never leads
	ByHand                    // merged at the desk
)

func (r Relation) String() string {
	return [...]string{"original", "same", "verbatim", "trimmed", "rewritten", "summary", "contains", "by hand"}[r]
}

// A Fold is the stated reason why an article is in its story, and the best
// candidate that was turned down, with the figures that reproduce it. The zero
// Fold belongs to a story's first article.
type Fold struct {
	Rule    string    `cbor:"1,keyasint,omitempty"` // of a closed list: "url", "reissue", "copy", "trimmed", "summary", "hand"; empty: nothing to fold with
	Against ArticleID `cbor:"2,keyasint,omitempty"` // the article it was compared with
	Reason  string    `cbor:"3,keyasint,omitempty"` // in plain words: "87 % of its words, 203 of them, stand in 'TITLE' of Reuters"
	Share   float64   `cbor:"4,keyasint,omitempty"` // 0 to 1, of the shorter text's words found in the longer
	Other   float64   `cbor:"5,keyasint,omitempty"` // 0 to 1, of the longer text's words found in the shorter
	Words   int       `cbor:"6,keyasint,omitempty"` // matched words

	Figures float64 `cbor:"9,keyasint,omitempty"`  // 0 to 1, of the shorter text's numbers that the longer has
	Left    int     `cbor:"10,keyasint,omitempty"` // words of the article that were not counted: page furniture
	First   string  `cbor:"11,keyasint,omitempty"` // the first words matched

	Rejected     ArticleID `cbor:"7,keyasint,omitempty"` // the best candidate that was not good enough; 0: none
	RejectReason string    `cbor:"8,keyasint,omitempty"`
	RejectShare  float64   `cbor:"12,keyasint,omitempty"` // as Share, Other and Words
	RejectOther  float64   `cbor:"13,keyasint,omitempty"`
	RejectWords  int       `cbor:"14,keyasint,omitempty"`
}

// A Change is one entry of the change feed. Whoever resumes after the last Seq
// it has handled misses nothing and sees nothing twice.
type Change struct {
	Seq      uint64     `cbor:"1,keyasint,omitempty"` // 1, 2, 3 … in commit order, never reused
	At       time.Time  `cbor:"2,keyasint,omitzero"`  // of the delivery or decision
	Kind     ChangeKind `cbor:"3,keyasint,omitempty"`
	Source   SourceID   `cbor:"4,keyasint,omitempty"`
	Article  ArticleID  `cbor:"5,keyasint,omitempty"`
	Story    StoryID    `cbor:"6,keyasint,omitempty"`
	OldStory StoryID    `cbor:"7,keyasint,omitempty"` // the story it left, when it moved
	Verdict  Verdict    `cbor:"8,keyasint,omitempty"` // of the article: New, Revised, or Unchanged when only the story changed
	Class    Class      `cbor:"9,keyasint,omitempty"`
	Revision int        `cbor:"10,keyasint,omitempty"`
}

// A ChangeKind says what sort of thing changed.
type ChangeKind uint8

const (
	ArticleChange ChangeKind = iota
	DecisionChange
	WithdrawnChange
	HeldChange      // taken back until released
	ForgottenChange // retention took the whole story away
)

func (k ChangeKind) String() string {
	return [...]string{"article", "decision", "withdrawn", "held", "forgotten"}[k]
}

// A Decision is what a person decided at the desk. It wins over every rule,
// survives restarts and re-folding, and is undone by a later one.
type Decision struct {
	Seq     uint64    `cbor:"1,keyasint,omitempty"`
	At      time.Time `cbor:"2,keyasint,omitzero"`
	Verb    Verb      `cbor:"3,keyasint,omitempty"`
	Story   StoryID   `cbor:"4,keyasint,omitempty"`
	Other   StoryID   `cbor:"5,keyasint,omitempty"` // merge: the story that joins Story
	Article ArticleID `cbor:"6,keyasint,omitempty"` // lead, split: the member
	Topic   string    `cbor:"7,keyasint,omitempty"` // pin, hide, note: only there; empty: everywhere
	Text    string    `cbor:"8,keyasint,omitempty"` // note, title
	By      string    `cbor:"9,keyasint,omitempty"`
	Why     string    `cbor:"10,keyasint,omitempty"`
	Undoes  uint64    `cbor:"11,keyasint,omitempty"` // undo: Seq of the decision that no longer holds
	Undone  bool      `cbor:"12,keyasint,omitempty"`
}

// A Verb is what a person can decide.
type Verb string

const (
	Pin      Verb = "pin"
	Hide     Verb = "hide"
	Note     Verb = "note"
	SetLead  Verb = "lead"
	SetTitle Verb = "title"
	Merge    Verb = "merge"
	Split    Verb = "split"
	Withdraw Verb = "withdraw"
	Undo     Verb = "undo"
)
