package parse

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"wiredesk/store"
)

// Options say where the bytes came from. All of it may be empty.
type Options struct {
	URL    string         // the document's address after redirects: base of relative links
	Header http.Header    // of the answer: charset and language
	Zone   *time.Location // of dates that name none; nil: UTC
	Lang   string         // in which feeds write their dates that do not name one, BCP 47
	Known  []uint64       // fingerprints of items that need not be read again
}

// A Document is all that a feed says. Its JSON is what `wiredesk parse` prints.
type Document struct {
	Feed     Feed     `json:"feed"`
	Items    []Item   `json:"items"`    // in document order
	Warnings []string `json:"warnings"` // what was repaired, dropped or cut, one line each

	Hints   store.Hints     `json:"-"` // TTL and skip lists; Fresh is HTTP's matter
	Deleted []store.Deleted `json:"-"` // RFC 6721
	Cut     bool            `json:"-"` // the document has no end: items are missing, the last may be half
}

// A Feed is what a feed says of itself. Names and Title are plain text; fields
// called HTML are sanitized fragments; URLs are absolute http(s) or empty.
type Feed struct {
	ID           string           `json:"id,omitempty"`      // verbatim
	Format       string           `json:"version,omitempty"` // rss20, rss10, atom10, json11, …
	Title        string           `json:"title,omitempty"`
	URL          string           `json:"url,omitempty"` // home page
	Self         string           `json:"feed_url,omitempty"`
	Description  string           `json:"description,omitempty"` // HTML
	Info         string           `json:"info,omitempty"`        // HTML, Atom 0.3
	Rights       string           `json:"rights,omitempty"`      // HTML
	Language     string           `json:"language,omitempty"`
	Published    Date             `json:"published,omitzero"`
	Updated      Date             `json:"updated,omitzero"`
	Authors      []store.Person   `json:"authors,omitempty"`
	Contributors []store.Person   `json:"contributors,omitempty"`
	Categories   []store.Category `json:"categories,omitempty"`
	Links        []Link           `json:"links,omitempty"`
	Image        Image            `json:"image,omitzero"`
	Icon         string           `json:"icon,omitempty"`
	Generator    Generator        `json:"generator,omitzero"`

	TitleLanguage       string `json:"title_language,omitempty"`
	DescriptionLanguage string `json:"subtitle_language,omitempty"`
	InfoLanguage        string `json:"info_language,omitempty"`

	Hubs     []string `json:"hubs,omitempty"`         // WebSub
	Prev     string   `json:"prev_archive,omitempty"` // RFC 5005: older entries
	Next     string   `json:"next,omitempty"`         // RFC 5005: next page
	Complete bool     `json:"complete,omitempty"`     // RFC 5005: there are no other entries
	MovedTo  string   `json:"moved_to,omitempty"`     // itunes:new-feed-url; a hint, never obeyed alone
}

// An Item is one entry of a feed. Published and Updated are its claims.
type Item struct {
	ID        string `json:"id"`                     // never empty; verbatim where the feed has one
	GUID      string `json:"guid,omitempty"`         // as the feed has it; empty: ID was made up
	Permalink bool   `json:"permalink,omitempty"`    // GUID is also the item's address
	URL       string `json:"-"`                      // as a reader should open it; see MarshalJSON
	Wrapper   string `json:"-"`                      // the feed's own link, where that counts clicks and leads to URL
	External  string `json:"external_url,omitempty"` // the page a link post is about
	Comments  string `json:"comments,omitempty"`     // page of its comments

	Title        string            `json:"title,omitempty"`        // plain text, one line
	SummaryHTML  string            `json:"summary_html,omitempty"` // sanitized
	ContentHTML  string            `json:"content_html,omitempty"` // sanitized
	ContentURL   string            `json:"content_url,omitempty"`  // content that is elsewhere
	ContentType  string            `json:"content_type,omitempty"`
	Rights       string            `json:"rights,omitempty"` // HTML
	Published    Date              `json:"published,omitzero"`
	Updated      Date              `json:"updated,omitzero"`
	Authors      []store.Person    `json:"authors,omitempty"` // its own, else its source's, else the feed's
	Contributors []store.Person    `json:"contributors,omitempty"`
	Categories   []store.Category  `json:"categories,omitempty"`
	Enclosures   []store.Enclosure `json:"enclosures,omitempty"`
	Links        []Link            `json:"links,omitempty"`
	Image        Image             `json:"image,omitzero"`
	Thumbnails   []Image           `json:"thumbnails,omitempty"`
	Credits      []Credit          `json:"media_credit,omitempty"` // of its pictures and films
	Source       *Source           `json:"source,omitempty"`       // where an aggregator took it from

	Language        string `json:"language,omitempty"`
	TitleLanguage   string `json:"title_language,omitempty"`
	SummaryLanguage string `json:"summary_language,omitempty"`
	ContentLanguage string `json:"content_language,omitempty"`

	// Fingerprint is of the item's bytes and of all that it inherits: equal
	// fingerprints mean equal items. An item in Options.Known has nothing else.
	Fingerprint uint64 `json:"-"`
	// Key is ID, made different from every other's in this document.
	Key string `json:"-"`
}

// MarshalJSON prints what the feed says: as url its own link, even if that is
// a wrapper, and a description, what to show of an item that has no summary.
func (it *Item) MarshalJSON() ([]byte, error) {
	type plain Item
	out := struct {
		*plain
		URL         string `json:"url,omitempty"`
		Original    string `json:"original_url,omitempty"`
		Description string `json:"description,omitempty"`
	}{plain: (*plain)(it), URL: it.URL}
	if it.Wrapper != "" {
		out.URL, out.Original = it.Wrapper, it.URL
	}
	if it.SummaryHTML == "" {
		out.Description = it.ContentHTML
	}
	// Whoever calls decides whether "<" is escaped; json.Marshal always does.
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(out)
	return b.Bytes(), err
}

// A Source is the feed that an aggregator says an item came from.
type Source struct {
	ID           string           `json:"id,omitempty"`
	Title        string           `json:"title,omitempty"`
	URL          string           `json:"url,omitempty"`
	Description  string           `json:"description,omitempty"` // HTML
	Rights       string           `json:"rights,omitempty"`      // HTML
	Icon         string           `json:"icon,omitempty"`
	Updated      Date             `json:"updated,omitzero"`
	Authors      []store.Person   `json:"authors,omitempty"`
	Contributors []store.Person   `json:"contributors,omitempty"`
	Categories   []store.Category `json:"categories,omitempty"`
	Links        []Link           `json:"links,omitempty"`
	Generator    Generator        `json:"generator,omitzero"`
}

// A Link is an Atom link, or what says the same elsewhere.
type Link struct {
	URL      string `json:"url"`
	Rel      string `json:"rel,omitempty"`
	Type     string `json:"type,omitempty"`
	Title    string `json:"title,omitempty"`
	Language string `json:"hreflang,omitempty"`
	Length   string `json:"length,omitempty"`
}

// An Image is a picture a feed or item shows itself with.
type Image struct {
	URL    string `json:"url,omitempty"`
	Title  string `json:"title,omitempty"`
	Link   string `json:"link,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Credit string `json:"credit,omitempty"` // who took it
}

// A Credit is somebody who made a picture or film (Media RSS).
type Credit struct {
	Role    string `json:"role,omitempty"`
	Content string `json:"content"`
}

// A Generator is the program that wrote a feed.
type Generator struct {
	Name    string `json:"name,omitempty"`
	URL     string `json:"url,omitempty"`
	Version string `json:"version,omitempty"`
}

// A Date is a time as a feed states it.
type Date struct {
	At    time.Time // UTC; zero: none, or none that can be read
	Day   bool      // only the day is stated; At is its midnight in UTC
	Zoned bool      // the feed states the zone
	Raw   string    // as the feed has it
}

// MarshalJSON writes the time, or null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.At.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.At.UTC().Format(time.RFC3339Nano))
}
