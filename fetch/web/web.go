// Package web is polite HTTP: it fetches one document at a time, within fixed
// limits of time and size, from public addresses only, and says in one word
// of a closed list why it could not.
//
// It never sends cookies or a referer, never follows anything but redirects,
// never retries, and never guesses what a server meant. Every request of the
// program to the outside goes through a [Client], so that the address guard,
// the pauses between requests to one host and the limits hold everywhere.
package web

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wiredesk/store"
)

// Config is what a Client obeys. Durations of 0 mean none.
type Config struct {
	Agent    string // the whole User-Agent, see [Agent]
	Timeouts Timeouts
	MaxBody  int64          // bytes on the wire; twice that when decoded
	Workers  int            // requests that make progress at once, over all hosts; 0: 64
	PerHost  int            // requests in flight at one host; 0: 1
	HostGap  time.Duration  // between the starts of two requests to one host
	Allow    []netip.Prefix // networks allowed though they are not public
	Proxy    string         // http, https or socks5 URL; empty: none

	// Configure leaves these as they were given to New.
	Roots *x509.CertPool                                                    // nil: the system's
	Now   func() time.Time                                                  // nil: time.Now
	Dial  func(ctx context.Context, network, addr string) (net.Conn, error) // nil: the guarded network
}

// Timeouts bound the phases of one request.
type Timeouts struct {
	Dial, TLS, Headers, Idle, Total time.Duration
}

// Agent returns the User-Agent of a product: its name and version, and where
// its operator can be reached.
func Agent(product, version, contact string) string {
	if contact == "" {
		return product + "/" + version
	}
	return fmt.Sprintf("%s/%s (+%s)", product, version, contact)
}

// withAudience adds to a User-Agent for whom it asks.
func withAudience(agent, audience string) string {
	contact, found := strings.CutSuffix(agent, ")")
	switch {
	case audience == "":
		return agent
	case found:
		return contact + "; " + audience + ")"
	}
	return agent + " (" + audience + ")"
}

// A Request asks for one document.
type Request struct {
	URL        string
	Accept     string            // [Feeds], [Pages] or other; empty: anything
	Audience   string            // for whom we ask, added to the User-Agent; may be empty
	Validators store.Validators  // sent to ValidFor only
	ValidFor   string            // the address that Validators came from; empty: URL
	Life       time.Duration     // of the answer that they came with, see [Response]
	Header     map[string]string // the source's own fields, sent to URL's origin only
	Robots     bool              // obey robots.txt
	Max        int64             // largest body in bytes; 0: as configured
	Cut        bool              // keep the first Max bytes of a longer body instead of failing
	Hops       int               // redirects followed; 0: ten
	HTTP1      bool              // no HTTP/2, to URL's origin
	Pin        string            // SHA-256 of a certificate that URL's origin may show though nobody vouches for it; hex
}

// What kinds of document a request would like, best first (FETCH-A8).
const (
	Feeds = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
	Lists = "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
	Pages = "text/html, application/xhtml+xml, application/xml;q=0.5, */*;q=0.1"
)

// A Response is a complete answer of status 200, a 304, or a 226 that was asked
// for.
type Response struct {
	Status      int
	NotModified bool
	Delta       bool // a 226: only what is new (RFC 3229)
	Header      http.Header
	Body        []byte // decoded
	Asked       string // where the request began
	URL         string // where it came from, after redirects
	Moved       string // where permanent redirects alone lead from the request's URL; empty: nowhere
	Conditional bool   // validators were sent to URL
	Validators  store.Validators
	Fresh       time.Time     // not to be asked for again before (FETCH-A12); zero: unknown
	Life        time.Duration // how long such an answer is fresh when it is new
	Wire        int64         // bytes received, headers and TLS included
	Start, End  time.Time
}

// A Client fetches. It is safe for concurrent use.
type Client struct {
	log   *slog.Logger
	state atomic.Pointer[state]
	gates gates
	slots slots
	holds holds
	large chan struct{} // tokens of bodies too large to have many of at once
	robot robots
	unzip sync.Pool // of *unzipper
}

// state is what a reload replaces.
type state struct {
	Config
	transport *http.Transport
	guard     guard

	mu    sync.Mutex
	apart map[ask]*http.Transport // for sources that need another
}

// New returns a Client that obeys c.
func New(c Config, log *slog.Logger) (*Client, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	client := &Client{log: log, large: make(chan struct{}, maxLarge)}
	client.state.Store(&state{Config: c})
	if err := client.Configure(c); err != nil {
		return nil, err
	}
	return client, nil
}

// Configure makes later requests obey c. Requests under way end as they began.
func (c *Client) Configure(cfg Config) error {
	old := c.state.Load()
	cfg.Roots, cfg.Now, cfg.Dial = old.Roots, old.Now, old.Dial
	s := &state{Config: cfg}
	if err := s.connect(); err != nil {
		return err
	}
	c.gates.limit(max(cfg.PerHost, 1), cfg.HostGap)
	if cfg.Workers <= 0 {
		cfg.Workers = defaultWorkers
	}
	c.slots.limit(cfg.Workers)
	c.state.Store(s)
	if old.transport != nil {
		old.close()
	}
	return nil
}

// Close gives up idle connections.
func (c *Client) Close() { c.state.Load().close() }

const defaultWorkers = 64

// CheckURL reports why raw can not be fetched, or nil.
func CheckURL(raw string) error {
	_, err := parse(raw)
	return err
}

// Origin returns the scheme and host that raw's credentials belong to; "" if
// raw is no address.
func Origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return origin(u)
}

// Host returns the lower-case host of raw, with its port where that is not the
// scheme's own; "" if raw is no address.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return host(u)
}
