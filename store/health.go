package store

import (
	"maps"
	"slices"
	"time"
)

// A Code is the outcome of a fetch, of a closed list, with one sentence each.
type Code string

const (
	OK           Code = ""
	CodeDNS      Code = "dns"
	CodeRefused  Code = "refused"
	CodeReset    Code = "reset"
	CodeTimeout  Code = "timeout"
	CodeTLS      Code = "tls"
	CodePrivate  Code = "private-address"
	CodeScheme   Code = "bad-url"
	CodeRedirect Code = "redirect"
	CodeLogin    Code = "unauthorized"
	CodeBlocked  Code = "blocked"
	CodeMissing  Code = "not-found"
	CodeGone     Code = "gone"
	CodeLimited  Code = "rate-limited"
	CodeBusy     Code = "unavailable"
	CodeStatus   Code = "http-status"
	CodeTooBig   Code = "too-big"
	CodeEncoding Code = "bad-encoding"
	CodeCut      Code = "cut-short"
	CodeHTTP     Code = "bad-http"
	CodeEmpty    Code = "empty-body"
	CodeHTML     Code = "html"
	CodeNotFeed  Code = "not-a-feed"
	CodeXML      Code = "ill-formed"
	CodeHostile  Code = "over-limit"
	CodeSurprise Code = "unexpected-304"
	CodeRobots   Code = "robots"
	CodeWall     Code = "consent-wall"
	CodeLocal    Code = "our-side"
)

// Codes returns the closed list, OK included.
func Codes() []Code { return slices.Sorted(maps.Keys(sentences)) }

// Sentence says in plain words what the code means and what to do.
func (c Code) Sentence() string { return sentences[c] }

var sentences = map[Code]string{
	OK:           "all is well",
	CodeDNS:      "the host's name could not be looked up; check its spelling and your network's DNS",
	CodeRefused:  "the host refused the connection; its server may be down, and is tried again",
	CodeReset:    "the host cut the connection; it is tried again",
	CodeTimeout:  "the host did not answer in time; it is tried again",
	CodeTLS:      "the host's certificate is not valid for it, or TLS failed; tell the publisher",
	CodePrivate:  "the address is in a private network; allow it with fetch.allow_networks if it is yours",
	CodeScheme:   "the address is not one that can be fetched; use http or https",
	CodeRedirect: "the redirects lead nowhere, in a circle, or to an address that is not allowed; look for the feed with wiredesk add",
	CodeLogin:    "the host wants a password; give it with auth_file or headers",
	CodeBlocked:  "the host keeps programs out; ask the publisher to let feed readers in",
	CodeMissing:  "there is nothing at this address; look for the feed's new one with wiredesk add",
	CodeGone:     "the publisher says that the feed is gone for good; remove the source",
	CodeLimited:  "the host asked us to wait, and we do",
	CodeBusy:     "the host is overloaded or under repair; it is asked again when it said",
	CodeStatus:   "the host answered with an error; it is asked again",
	CodeTooBig:   "the answer was larger than fetch.max_body allows; raise that if the feed is meant to be so large",
	CodeEncoding: "the answer's compression is unknown or broken; tell the publisher",
	CodeCut:      "the answer ended before it was complete; it is asked again",
	CodeHTTP:     "the answer is not proper HTTP; try http1: true, or tell the publisher",
	CodeEmpty:    "the answer was empty; it is asked again",
	CodeHTML:     "a web page came instead of a feed; look for its feed with wiredesk add",
	CodeNotFeed:  "what came is not a feed; look for one with wiredesk add",
	CodeXML:      "the feed is cut or ill-formed and nothing in it could be read; tell the publisher",
	CodeHostile:  "the feed breaks the limits that keep wiredesk safe; look at it with wiredesk parse",
	CodeSurprise: "the host said 'not modified' though nothing was asked of it; tell the publisher",
	CodeRobots:   "the host's robots.txt keeps us from its pages; ask the publisher to let feed readers in",
	CodeWall:     "a consent or subscription page came instead of the article; the feed's own text is used",
	CodeLocal:    "the fault is on this machine, not with the source; look after its network, disk and open files",
}

// A State is a source's condition, of a closed list.
type State string

const (
	StateNew        State = "new"
	StateOK         State = "ok"
	StateSlow       State = "slow"
	StateMoved      State = "moved"
	StateBlocked    State = "blocked"
	StateGone       State = "gone"
	StateDead       State = "dead"
	StateEmpty      State = "empty"
	StateUnreadable State = "unreadable"
	StateChurning   State = "churning"
	StateClock      State = "clock"
	StatePaused     State = "paused"
)

// Health is how a source does.
type Health struct {
	Source   SourceID
	URL      string // configured
	Name     string // configured name, else the feed's title, else the ID
	Home     string // the feed's home page; may be empty
	Self     FeedInfo
	State    State
	Code     Code
	Detail   string
	Since    time.Time // of State
	Next     time.Time // next poll; zero: none
	Last     time.Time // last success; zero: never
	Attempt  time.Time // last attempt; zero: never
	Errors   int       // in a row
	Items    int       // in its last document
	Articles int       // stored in all
	Newest   time.Time // when its newest article was seen
	MovedTo  string    // where a permanent redirect leads
	Removed  bool      // no longer configured, or no longer in its list
	Of       SourceID  // the list that names it; empty: the configuration does
	Tags     []string
}

// Kept is what the store keeps of how a source's polls went.
type Kept struct {
	Paused, Stopped bool
	Attempt, OK     time.Time // last attempt and success; zero: never
	FailedAt        time.Time // first failure in a row
	Errors          int       // in a row
	Code            Code      // of the last attempt
	Items           int       // in the last document
	Articles        int       // stored in all
	Churned         int       // articles of the last delivery that came under another id
	Ahead           bool      // its newest article claims to be from the future
	Redirects       int       // identical permanent redirects in a row
}

// Limits of the states that need more than one poll to show.
const (
	churning  = 3                   // articles in one document
	moved     = 2                   // permanent redirects in a row
	deadAfter = 14 * 24 * time.Hour // of failures
	deadMin   = 10                  // failures in a row, at least
)

// State names the source's condition, the most telling of those that apply.
func (k Kept) State() State {
	switch {
	case k.Paused:
		return StatePaused
	case k.Stopped, k.Code == CodeGone:
		return StateGone
	case k.Attempt.IsZero():
		return StateNew
	case k.Code != OK:
		return k.failing()
	case k.Redirects >= moved:
		return StateMoved
	case k.Items == 0 && k.Articles == 0:
		return StateEmpty
	case k.Churned >= churning:
		return StateChurning
	case k.Ahead:
		return StateClock
	}
	return StateOK
}

func (k Kept) failing() State {
	if k.Errors >= deadMin && k.Attempt.Sub(k.FailedAt) >= deadAfter {
		return StateDead
	}
	switch k.Code {
	case CodeBlocked, CodeLogin, CodeRobots, CodeWall, CodePrivate, CodeScheme:
		return StateBlocked
	case CodeHTML, CodeNotFeed, CodeXML, CodeHostile, CodeTooBig, CodeEncoding, CodeEmpty, CodeSurprise:
		return StateUnreadable
	case CodeMissing, CodeDNS, CodeRefused, CodeTLS, CodeRedirect:
		if k.OK.IsZero() {
			return StateDead
		}
	case CodeLocal:
		if k.OK.IsZero() {
			return StateNew // not the source's fault
		}
		return StateOK
	}
	return StateSlow
}
