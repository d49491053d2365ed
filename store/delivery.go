package store

import "time"

// A Source is what the store knows of a configured source; [fetch.Source] has
// the rest. A source that goes from the configuration keeps its articles.
type Source struct {
	ID       SourceID `cbor:"1,keyasint,omitempty"`
	URL      string   `cbor:"2,keyasint,omitempty"`
	Name     string   `cbor:"3,keyasint,omitempty"` // the operator's name for it; empty: take the feed's title
	Rank     int      `cbor:"4,keyasint,omitempty"` // higher leads
	Tags     []string `cbor:"5,keyasint,omitempty"`
	Private  bool     `cbor:"6,keyasint,omitempty"`
	LowTrust bool     `cbor:"7,keyasint,omitempty"`
	Paused   bool     `cbor:"10,keyasint,omitempty"`
	List     bool     `cbor:"11,keyasint,omitempty"` // URL is a list of feeds, each of which is a source of its own
	Daily    int      `cbor:"8,keyasint,omitempty"`  // new articles a day before the rest are held back; 0: no cap
	Updates  string   `cbor:"9,keyasint,omitempty"`  // normal, ignore or always
	Of       SourceID `cbor:"12,keyasint,omitempty"` // the list that names it; empty: the configuration does
}

// A JobKind says what a job fetches.
type JobKind uint8

const (
	FeedJob    JobKind = iota // the source's feed
	PageJob                   // the page behind one article
	ArchiveJob                // an older document of the feed (RFC 5005)
	PushJob                   // what a hub sent (WebSub): no job, but a delivery
)

func (k JobKind) String() string { return [...]string{"feed", "page", "archive", "push"}[k] }

// A Visit is the work due at one host. Whoever claimed it has the host alone
// until every job of it was ingested or released.
type Visit struct {
	Host  string // lower case, with the port if it is not the scheme's own
	Jobs  []Job
	Lease uint64 // the store's number for it, for Release
}

// A Job is one thing to fetch, with all that is needed to do it without the store.
type Job struct {
	Kind       JobKind
	Source     SourceID
	Of         SourceID // the list that names the source; empty: the configuration does
	Name       string   // of the source, as the configuration or the list has it
	Title      string   // of the feed, as it says itself
	URL        string   // the configured feed, or the page
	Due        time.Time
	Validators Validators
	FinalURL   string   // where the last answer came from after redirects
	BodyHash   uint64   // of the last accepted body, decoded
	Known      []uint64 // fingerprints of the items of the last accepted document
	Hints      Hints
	Errors     int       // failures in a row
	FailedAt   time.Time // first of them
	LastOK     time.Time // last success; zero: never
	LastFull   time.Time // last unconditional success
	Attempt    time.Time // last attempt; zero: never
	LastCode   Code      // of the last attempt
	SeenTimes  []time.Time
	Sighting   Sighting
	Backfill   Backfill
	Pushed     bool    // a hub tells of what is new: polls only look whether it does
	Zone       string  // IANA zone learned from the source's own dates; empty: none
	Article    Article // page jobs: the article it completes, with text
}

// Validators are what a source sent to be sent back, byte for byte (RFC 9110,
// 8.8). They belong to one representation and are replaced as a set.
type Validators struct {
	ETag         string `cbor:"1,keyasint,omitempty"`
	LastModified string `cbor:"2,keyasint,omitempty"`
	For          uint64 `cbor:"3,keyasint,omitempty"` // hash of what they hold for: URL, credentials, request headers, parser version
}

// Hints are a source's own wishes for the pace of polling.
type Hints struct {
	Fresh     time.Time     `cbor:"1,keyasint,omitzero"`  // by Cache-Control or Expires: do not ask before
	TTL       time.Duration `cbor:"2,keyasint,omitempty"` // RSS ttl or sy:updatePeriod
	SkipHours []int         `cbor:"3,keyasint,omitempty"` // GMT, 0 to 23
	SkipDays  []int         `cbor:"4,keyasint,omitempty"` // [time.Weekday] values
	Life      time.Duration `cbor:"5,keyasint,omitempty"` // that Fresh began with: what a bare 304 confirms
}

// A Sighting counts identical permanent redirects (FETCH-A20). Found: no redirect
// leads to URL, but the page at the configured address names it as its feed.
type Sighting struct {
	URL   string    `cbor:"1,keyasint,omitempty"`
	Since time.Time `cbor:"2,keyasint,omitzero"`
	Count int       `cbor:"3,keyasint,omitempty"`
	Found bool      `cbor:"4,keyasint,omitempty"`
	Hubs  []string  `cbor:"5,keyasint,omitempty"` // that the page names for it
}

// A Backfill is how far a source's archive was read (RFC 5005).
type Backfill struct {
	Next   string    `cbor:"1,keyasint,omitempty"` // document to read; empty: none
	Due    time.Time `cbor:"2,keyasint,omitzero"`
	Left   int       `cbor:"3,keyasint,omitempty"` // documents that this backfill may still read
	Errors int       `cbor:"4,keyasint,omitempty"` // of Next, in a row
	Asked  []Asked   `cbor:"5,keyasint,omitempty"` // oldest first
}

// Asked is a document that was asked for: never again.
type Asked struct {
	Hash uint64    `cbor:"1,keyasint,omitempty"` // of its address
	At   time.Time `cbor:"2,keyasint,omitzero"`
}

// A Delivery is everything one fetch brought, even if nothing. All of it is
// stored in one transaction or none of it.
type Delivery struct {
	Kind    JobKind
	Source  SourceID
	Article ArticleID // page: the article that Articles[0] completes
	Start   time.Time // when the request was sent, UTC
	At      time.Time // when the answer was complete, UTC: "now" for every decision

	Code   Code   // OK, or why it failed
	Detail string // one line for a person: what the server did; never feed markup
	Status int    // HTTP status of the last answer; 0: none
	Bytes  int64  // on the wire

	// Kept with a success only; the zero values clear what was stored.
	Validators Validators
	FinalURL   string
	BodyHash   uint64
	Known      []uint64 // of all items in the document, sent or not
	Hints      Hints
	Feed       FeedInfo // zero when the document was not parsed
	Items      int      // in the document, sent or not
	Full       bool     // the request was unconditional
	Pushed     bool     // as the job was

	// Kept always.
	Next     time.Time // when to poll this source, or this page, again; zero page: never
	Hold     time.Time // the source asked not to be polled before (Retry-After), forced or not; zero: no hold
	HoldHost time.Time // no request to Host before; zero: no hold
	Host     string    // that HoldHost is about; empty: the job's own
	Sighting Sighting
	Stop     bool // gone for good (410 confirmed): poll no more

	Backfill *Backfill // how far the archive is read now; nil: as before

	Articles []Article // new or changed, newest first as the document had them
	Deleted  []Deleted // RFC 6721
	Listed   []Source  // of a list that was read: ID, URL, Name and Tags of every feed in it; nil: it was not
	Pages    time.Time // when wanted pages of these articles are due; zero: at once
}

// Failed reports whether the delivery brings nothing but its bookkeeping.
func (d *Delivery) Failed() bool { return d.Code != OK }

// Deleted is a source's own word that an entry was taken back (RFC 6721).
type Deleted struct {
	Ref  string // the entry's atom:id
	When time.Time
	By   string
}

// FeedInfo is what a feed says of itself.
type FeedInfo struct {
	ID       string   `cbor:"1,keyasint,omitempty"`
	Title    string   `cbor:"2,keyasint,omitempty"`
	URL      string   `cbor:"3,keyasint,omitempty"` // home page
	Self     string   `cbor:"4,keyasint,omitempty"`
	Language string   `cbor:"5,keyasint,omitempty"`
	Rights   string   `cbor:"6,keyasint,omitempty"`
	Icon     string   `cbor:"7,keyasint,omitempty"`
	Hubs     []string `cbor:"8,keyasint,omitempty"`
	Format   string   `cbor:"9,keyasint,omitempty"` // rss20, atom10, …, as package parse names it
}

// A Receipt says what became of a delivery, one record an article, in order.
type Receipt struct {
	Articles []Receipted
	Listed   int    // sources that a list added, changed or took away
	Seq      uint64 // last change written; 0: none
}

// Count returns how many articles got the verdict.
func (r Receipt) Count(v Verdict) int {
	n := 0
	for _, a := range r.Articles {
		if a.Verdict == v {
			n++
		}
	}
	return n
}

// Receipted is one article's line in a [Receipt].
type Receipted struct {
	ID      ArticleID
	Source  SourceID
	Title   string
	URL     string
	Verdict Verdict // New, Revised or Unchanged
	Class   Class
	Story   StoryID
	InStory Verdict // New, Update or Copy
	Rule    string  // that folded a new article into its story, see [Fold]; empty: none
	Page    bool    // its page is now wanted
}
