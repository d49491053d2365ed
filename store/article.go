package store

import "time"

// MaxBody is the most bytes of HTML, and of text, kept for one article.
const MaxBody = 1 << 20

// An Article is one item of one source, in its latest revision.
//
// Published and Updated are the source's claims: they may be missing, wrong or
// in the future, and never decide anything. Seen, Changed and Bumped are ours,
// in UTC, and never run backwards. What fetch hands over has no ID, Story,
// Seen, Changed, Bumped, Revision and Class: the store fills them in.
//
// Summary, Body and Text live apart from the rest on disk, so that lists do
// not read them; methods that return articles "without text" leave them empty.
type Article struct {
	ID     ArticleID `cbor:"1,keyasint,omitempty"`
	Source SourceID  `cbor:"2,keyasint,omitempty"`
	Story  StoryID   `cbor:"3,keyasint,omitempty"`

	Key       string `cbor:"4,keyasint,omitempty"` // identity within Source, never empty: "id:…", "url:…" or "text:…"
	GUID      string `cbor:"5,keyasint,omitempty"` // guid, atom:id, rdf:about or JSON id verbatim; may be empty
	URL       string `cbor:"6,keyasint,omitempty"` // permalink as a reader should open it, absolute http(s); may be empty
	Canonical string `cbor:"7,keyasint,omitempty"` // comparison form of URL (package clean), or of the page's own rel=canonical on the same site

	Title      string      `cbor:"8,keyasint,omitempty"` // plain text, one line
	Authors    []Person    `cbor:"9,keyasint,omitempty"`
	Categories []Category  `cbor:"10,keyasint,omitempty"`
	Language   string      `cbor:"11,keyasint,omitempty"` // BCP 47; empty: unknown
	Credit     string      `cbor:"12,keyasint,omitempty"` // wire agency named in byline, dateline or foot: "AFP"
	Rights     string      `cbor:"13,keyasint,omitempty"`
	Image      Image       `cbor:"14,keyasint,omitzero"`
	Enclosures []Enclosure `cbor:"15,keyasint,omitempty"`

	Summary string `cbor:"-"` // sanitized HTML: the feed's teaser; may be empty
	Body    string `cbor:"-"` // sanitized HTML: the page's main text when it was read, else the feed's content; may be empty
	Text    string `cbor:"-"` // visible text of Body, else of Summary, paragraphs parted by newlines; what judge, fold and match read

	Published Claim     `cbor:"16,keyasint,omitzero"`
	Updated   Claim     `cbor:"17,keyasint,omitzero"`
	Seen      time.Time `cbor:"18,keyasint,omitzero"` // first delivery that carried it
	Changed   time.Time `cbor:"19,keyasint,omitzero"` // last delivery that revised it
	Bumped    time.Time `cbor:"20,keyasint,omitzero"` // value of the last significant change (DATES-B9): what a feed prints as updated

	Revision  int       `cbor:"21,keyasint,omitempty"` // number of the latest revision; 1 is the first version
	Class     Class     `cbor:"22,keyasint,omitempty"` // of the latest revision
	Hash      uint64    `cbor:"23,keyasint,omitempty"` // content key (package clean); equal means nothing to do
	Page      PageState `cbor:"24,keyasint,omitempty"`
	PageBy    time.Time `cbor:"25,keyasint,omitzero"`  // while Page is PageWanted: publish without the page from then on
	Withdrawn time.Time `cbor:"26,keyasint,omitzero"`  // the source or the desk took it back; zero: live
	Related   []Link    `cbor:"27,keyasint,omitempty"` // "Read more" links found beside the body, not part of it
	FeedHash  uint64    `cbor:"28,keyasint,omitempty"` // content key of the feed's own version, while Body is the page's
	Words     int       `cbor:"29,keyasint,omitempty"` // of Text; how complete an article is
	TakenBy   uint64    `cbor:"30,keyasint,omitempty"` // decision that withdrew it; 0 with Withdrawn set: its source did

	Notice  string     `cbor:"31,keyasint,omitempty"` // what its source or agency told editors of it, in plain words: `killed by Reuters: "KILL"`
	Embargo time.Time  `cbor:"32,keyasint,omitzero"`  // in no edition before
	Barred  NoticeKind `cbor:"33,keyasint,omitempty"` // Kill or Hold: Withdrawn by a notice, it comes back only changed, or when a hold is released
	Claimed string     `cbor:"34,keyasint,omitempty"` // address on another site, in comparison form, that its source gives as the article's own; never believed

	Checked time.Time `cbor:"-"` // for [Judge] only: the last delivery in which the old version still stood
}

// Held reports whether a notice took the article back until another releases it.
func (a *Article) Held() bool { return a.Barred == Hold && a.TakenBy == 0 && !a.Withdrawn.IsZero() }

// PublishedAt returns when the article first was available: the source's claim
// where it is plausible (DATES-B10, B12, B13), else the time of first sight.
func (a *Article) PublishedAt() time.Time {
	t := a.Published.At
	if a.Published.Day && t.Format(time.DateOnly) == a.Seen.Format(time.DateOnly) {
		t = a.Seen
	}
	if t.IsZero() || t.After(a.Seen.Add(Skew)) {
		t = a.Seen
		if u := a.Updated.At; !u.IsZero() && u.Before(t) {
			t = u
		}
	}
	return t
}

// Skew is how far ahead of our clock a claim may run before it is not believed.
const Skew = 10 * time.Minute

// A PageState says whether the page behind an article was read.
type PageState uint8

const (
	PageNone   PageState = iota // the source does not read pages, or the item was long enough
	PageWanted                  // due, or being fetched
	PageRead                    // Body is the page's main text
	PageFailed                  // Body is what the feed gave
)

func (p PageState) String() string { return [...]string{"none", "wanted", "read", "failed"}[p] }

// A Claim is a time as a source states it, with the evidence for it.
type Claim struct {
	At   time.Time `cbor:"1,keyasint,omitzero"`  // UTC; zero: no claim
	Day  bool      `cbor:"2,keyasint,omitempty"` // only the day is known
	From string    `cbor:"3,keyasint,omitempty"` // evidence, as in `page: "Updated: December 27, 2018 04:24 PM" (Asia/Dubai)`
}

// A Person is an author or contributor. Any field may be empty, not all.
type Person struct {
	Name  string `cbor:"1,keyasint,omitempty" json:"name,omitempty"`
	Email string `cbor:"2,keyasint,omitempty" json:"email,omitempty"`
	URL   string `cbor:"3,keyasint,omitempty" json:"url,omitempty"`
}

// A Category is a term, with the vocabulary it comes from and its caption.
type Category struct {
	Term   string `cbor:"1,keyasint,omitempty" json:"term,omitempty"`
	Scheme string `cbor:"2,keyasint,omitempty" json:"scheme,omitempty"`
	Label  string `cbor:"3,keyasint,omitempty" json:"label,omitempty"`
}

// An Enclosure is a file that goes with an article; it is passed on, never fetched.
type Enclosure struct {
	URL    string `cbor:"1,keyasint,omitempty" json:"url"`
	Type   string `cbor:"2,keyasint,omitempty" json:"type,omitempty"`
	Length int64  `cbor:"3,keyasint,omitempty" json:"length,omitempty"` // bytes; 0: unknown
	Title  string `cbor:"4,keyasint,omitempty" json:"title,omitempty"`
}

// An Image is the main picture of an article. The zero Image means none.
type Image struct {
	URL     string `cbor:"1,keyasint,omitempty" json:"url,omitempty"`
	Caption string `cbor:"2,keyasint,omitempty" json:"caption,omitempty"` // plain text
	Credit  string `cbor:"3,keyasint,omitempty" json:"credit,omitempty"`
}

// A Link is an address with its text.
type Link struct {
	URL  string `cbor:"1,keyasint,omitempty" json:"url"`
	Text string `cbor:"2,keyasint,omitempty" json:"text,omitempty"`
}

// A Revision is one observed version of an article. It never changes; the
// first has N 1 and no Class.
type Revision struct {
	Article ArticleID `cbor:"1,keyasint,omitempty"`
	N       int       `cbor:"2,keyasint,omitempty"`
	At      time.Time `cbor:"3,keyasint,omitzero"` // our clock, when it was first seen
	Class   Class     `cbor:"4,keyasint,omitempty"`
	Why     string    `cbor:"5,keyasint,omitempty"` // the class's reason in plain words, as in "14 words changed"
	Silent  bool      `cbor:"6,keyasint,omitempty"` // the text changed and the source's updated time did not
	Page    bool      `cbor:"7,keyasint,omitempty"` // text read from the page, not the feed

	Title      string      `cbor:"8,keyasint,omitempty"`
	URL        string      `cbor:"9,keyasint,omitempty"`
	Published  Claim       `cbor:"10,keyasint,omitzero"`
	Updated    Claim       `cbor:"11,keyasint,omitzero"`
	Bumped     time.Time   `cbor:"12,keyasint,omitzero"` // see [Article.Bumped]
	Hash       uint64      `cbor:"13,keyasint,omitempty"`
	Enclosures []Enclosure `cbor:"14,keyasint,omitempty"`
	Authors    []Person    `cbor:"15,keyasint,omitempty"`
	Image      Image       `cbor:"16,keyasint,omitzero"`
	Story      StoryID     `cbor:"17,keyasint,omitempty"` // that the article belonged to then; 0: not kept

	Summary string `cbor:"-"`
	Body    string `cbor:"-"`
	Text    string `cbor:"-"`
}
