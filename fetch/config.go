package fetch

import (
	"net/netip"
	"time"

	"wiredesk/store"
)

// Config is the fetch section of config.yaml. Durations of 0 mean none.
type Config struct {
	Interval      time.Duration  `yaml:"interval" desc:"how often a source is asked when nothing better is known"`
	MinInterval   time.Duration  `yaml:"min_interval" desc:"never ask one source more often than this"`
	Workers       int            `yaml:"workers" desc:"requests that make progress at once, over all hosts; one that hangs does not count"`
	PerHost       int            `yaml:"per_host" desc:"requests in flight at one host, 1 or 2"`
	HostGap       time.Duration  `yaml:"host_gap" desc:"pause between two requests to one host"`
	Timeouts      Timeouts       `yaml:"timeouts" desc:"how long each phase of a request may take"`
	MaxBody       Bytes          `yaml:"max_body" desc:"largest answer accepted, on the wire; twice that when decoded"`
	UserAgent     string         `yaml:"user_agent" desc:"product name sent to publishers; version and site.contact are added"`
	AllowNetworks []netip.Prefix `yaml:"allow_networks" desc:"private networks that sources may be in, as in 10.0.0.0/8"`
	Proxy         string         `yaml:"proxy" desc:"http, https or socks5 proxy for all requests"`
	Tracking      []string       `yaml:"tracking" desc:"further query parameters that say nothing of which article a link leads to; x_* is all that begin with x_"`
	WebSub        bool           `yaml:"websub" desc:"subscribe to sources that push"`

	Agent string        `yaml:"-"` // the whole User-Agent (web.Agent); empty: UserAgent alone
	Floor time.Duration `yaml:"-"` // no source is asked more often, whatever else says so; 0: MinInterval alone
}

// Timeouts bound the phases of one request.
type Timeouts struct {
	Dial    time.Duration `yaml:"dial" desc:"to connect"`
	TLS     time.Duration `yaml:"tls" desc:"for the TLS handshake"`
	Headers time.Duration `yaml:"headers" desc:"until the answer's headers are there"`
	Idle    time.Duration `yaml:"idle" desc:"between two reads of the body"`
	Total   time.Duration `yaml:"total" desc:"for everything, redirects included"`
}

// Defaults returns the configuration of an empty fetch section.
func Defaults() Config {
	return Config{
		Interval: time.Hour, MinInterval: 15 * time.Minute, Workers: 64, PerHost: 1, HostGap: 2 * time.Second,
		Timeouts: Timeouts{Dial: 10 * time.Second, TLS: 10 * time.Second, Headers: 20 * time.Second, Idle: 15 * time.Second, Total: time.Minute},
		MaxBody:  10 << 20, UserAgent: "wiredesk", WebSub: true,
	}
}

// Inherited are the keys that a source takes from the defaults section unless
// it sets them itself.
type Inherited struct {
	Read    Read     `yaml:"read" desc:"what is judged and folded" enum:"auto,feed,page"`
	Content string   `yaml:"content" desc:"what readers are shown of an article" enum:"excerpt,full,link"`
	Zone    string   `yaml:"zone" desc:"IANA time zone of dates that name none, as in Europe/Paris"`
	Lang    string   `yaml:"lang" desc:"BCP 47 language of sources that do not name it"`
	Rank    int      `yaml:"rank" desc:"the source with the higher rank leads a story; 0 to 100"`
	Tags    []string `yaml:"tags" desc:"labels that topics select by, as in from: [tag:wire]"`
}

// Read says which text of an article is read.
type Read string

const (
	ReadAuto Read = "auto" // the page, where the feed's own text has under 120 words
	ReadFeed Read = "feed"
	ReadPage Read = "page"
)

// A Source is one entry of the sources section. Its key there is its ID.
type Source struct {
	ID          store.SourceID    `yaml:"-"`
	URL         string            `yaml:"url" desc:"address of the feed"`
	Name        string            `yaml:"name" desc:"name shown to readers; default: the feed's title"`
	Interval    time.Duration     `yaml:"interval" desc:"ask this often instead of fetch.interval"`
	Watch       bool              `yaml:"watch" desc:"read pages again, for silent edits"`
	Selectors   Selectors         `yaml:"selectors" desc:"where the parts of this source's pages are, as CSS selectors"`
	Headers     map[string]string `yaml:"headers" desc:"request headers, sent to the source's own origin only"`
	AuthFile    string            `yaml:"auth_file" desc:"file with user:password or a bearer token, not readable by others"`
	HTTP1       bool              `yaml:"http1" desc:"speak HTTP/1.1 with its host, where HTTP/2 does not work"`
	Certificate string            `yaml:"certificate" desc:"SHA-256 fingerprint of a certificate of its own that its host may show, in hex"`
	Updates     string            `yaml:"updates" desc:"whether a republished old story may resurface" enum:"normal,ignore,always"`
	Trust       string            `yaml:"trust" desc:"low: its stories never stand before a trusted source's" enum:"normal,low"`
	Daily       int               `yaml:"daily" desc:"new articles a day before the rest are held back"`
	Private     bool              `yaml:"private" desc:"never shown in a public topic, page, OPML or search"`
	Disabled    bool              `yaml:"disabled" desc:"keep what it brought, poll it no more"`
	OPML        string            `yaml:"opml" desc:"address of an OPML list whose feeds are polled as well"`
	Inherited   `yaml:",inline"`
}

// Selectors override what readability finds on a source's pages.
type Selectors struct {
	Body    string `yaml:"body" desc:"element that holds the article's text"`
	Remove  string `yaml:"remove" desc:"elements to leave out of it"`
	Title   string `yaml:"title" desc:"headline"`
	Byline  string `yaml:"byline" desc:"author line"`
	Updated string `yaml:"updated" desc:"element with the time of the last change"`
}
