package render

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// Limits of what one entry may bring into a document that thousands fetch.
const (
	maxTitle   = 1000      // characters
	maxSummary = 300       // characters (PUBLISH-C18)
	maxContent = 256 << 10 // bytes as XML writes them: a longer text is its summary and a link
	maxListed  = 50        // categories, authors, enclosures, other outlets
	maxGone    = 500       // tombstones
	firstYear  = "2026"    // of the ids minted here, for what came without one
)

// A Feed is an edition made ready for every format: each string is cleaned,
// each address absolute or gone, each date present and in order.
type Feed struct {
	slug     string
	id       string
	title    string
	subtitle string
	language string
	home     string // the topic's page
	sources  string // its sources as OPML
	archive  string // archive page before this document; may be empty
	page     int    // of the archive; 0: this is the feed itself
	file     string // what Atom calls self, in base
	base     string // from which self addresses are made
	hubs     []string
	owner    string // publisher of the edition
	site     string
	updated  time.Time
	ttl      int // minutes; 0: unknown
	entries  []entry
	skipped  []Skipped
	seen     map[string]bool    // ids of entries
	gone     []curate.Tombstone // of a changes feed: no reader heeds them, and validators warn of them
}

// An entry is a curate.Entry made ready for every format.
type entry struct {
	story      store.StoryID
	id         string
	title      string
	link       string // the lead's address, else page
	page       string
	published  time.Time
	updated    time.Time
	language   string
	rights     string
	authors    []store.Person
	categories []store.Category
	enclosures []store.Enclosure
	image      store.Image
	summary    string // plain text, never empty
	content    string // HTML, never empty
	credit     string
	outlet     outlet
	others     []other
	note       curate.Note
	withdrawn  time.Time
	own        bool // we say this, no feed: it has no atom:source
}

type outlet struct {
	name, home, feed, id, rights string
}

type other struct {
	outlet   outlet
	title    string
	link     string
	seen     time.Time
	relation string
	late     bool
}

// Prepare makes e ready to be written in any format. Entries that no format
// can carry are set aside here.
func Prepare(e curate.Edition) *Feed {
	return prepareAll(&e, func(in *curate.Entry) (entry, error) { return prepare(&e, in) })
}

func prepareAll(e *curate.Edition, prepare func(*curate.Entry) (entry, error)) *Feed {
	f := newFeed(e)
	for i := range e.Entries {
		in := &e.Entries[i]
		en, err := prepare(in)
		en.story, en.id = in.Story, firstOf(en.id, in.ID)
		f.add(en, err)
	}
	f.updated = later(f.updated, later(e.Updated.UTC().Truncate(time.Second), time.Unix(0, 0).UTC()))
	return f
}

// newFeed returns all of a topic's feed but its entries.
func newFeed(e *curate.Edition) *Feed {
	f := &Feed{
		slug:     e.Topic.Slug,
		id:       e.ID,
		title:    firstOf(line(e.Topic.Title), e.Topic.Slug),
		subtitle: line(e.Topic.About),
		language: languageTag(firstOf(e.Topic.Lang, e.Site.Language)),
		home:     address(e.Address("")),
		sources:  address(e.Address("sources.opml")),
		archive:  address(e.Archive),
		page:     e.Page,
		file:     "feed.atom",
		base:     e.Address(""),
		owner:    firstOf(line(e.Site.Title), "wiredesk"),
		site:     address(e.Site.URL + "/"),
		ttl:      int(e.MaxAge / time.Minute),
		seen:     map[string]bool{},
	}
	if e.Page > 0 {
		f.file = curate.ArchiveFile(e.Page)
	}
	if !isURI(f.id) {
		f.id = tagURI(e.Site.Authority, "topic/"+e.Topic.Slug)
	}
	for _, h := range e.Hubs {
		if h = webURL(h); h != "" {
			f.hubs = append(f.hubs, h)
		}
	}
	return f
}

// add takes an entry in, or sets it aside.
func (f *Feed) add(en entry, err error) {
	if err == nil && f.seen[en.id] {
		err = fmt.Errorf("id %q: another entry has it", en.id)
	}
	if err != nil {
		f.skipped = append(f.skipped, Skipped{Story: en.story, ID: en.id, Err: err})
		return
	}
	f.seen[en.id] = true
	f.entries = append(f.entries, en)
	f.updated = later(f.updated, later(en.updated, en.withdrawn))
}

// bury takes tombstones in.
func (f *Feed) bury(list []curate.Tombstone) {
	for _, t := range list[:min(len(list), maxGone)] {
		t = curate.Tombstone{ID: strings.TrimSpace(safe.XML(t.ID)), When: t.When.UTC().Truncate(time.Second), Comment: line(t.Comment)}
		if isURI(t.ID) && !t.When.IsZero() {
			f.gone = append(f.gone, t)
		}
	}
}

// prepare cleans one entry. It fails when the entry has nothing to be known by
// or no time at all.
func prepare(e *curate.Edition, in *curate.Entry) (entry, error) {
	out := entry{
		story:     in.Story,
		id:        strings.TrimSpace(safe.XML(in.ID)),
		title:     clip(line(in.Title), maxTitle),
		link:      webURL(in.URL),
		page:      address(in.Page),
		language:  languageTag(in.Language),
		rights:    firstOf(line(in.Rights), line(in.Outlet.Rights)),
		credit:    line(in.Credit),
		note:      curate.Note{Text: line(in.Note.Text), By: line(in.Note.By)},
		outlet:    cleanOutlet(in.Outlet, firstOf(hostOf(in.URL), line(e.Site.Title), "wiredesk")),
		image:     cleanImage(in.Image),
		withdrawn: in.Withdrawn.UTC().Truncate(time.Second),
	}
	if out.id == "" {
		return out, errors.New("it has no id")
	}
	if !isURI(out.id) {
		out.id = tagURI(e.Site.Authority, "entry/"+out.id)
	}
	if err := out.dates(in); err != nil {
		return out, err
	}
	if in.Withdrawn.IsZero() {
		out.withdrawn = time.Time{}
	}
	out.link = firstOf(out.link, out.page)
	out.authors = cleanPeople(in.Authors, firstOf(out.outlet.name, e.Site.Title))
	out.categories = cleanCategories(in.Categories)
	out.enclosures = cleanEnclosures(in.Enclosures)
	for _, o := range in.Others[:min(len(in.Others), maxListed)] {
		out.others = append(out.others, other{
			outlet: cleanOutlet(o.Outlet, hostOf(o.URL)), title: clip(line(o.Title), maxTitle), link: webURL(o.URL),
			seen: o.Seen, relation: line(o.Relation), late: o.Late,
		})
	}
	out.texts(e, in)
	return out, nil
}

// dates settles the entry's two times: both present, published first.
func (e *entry) dates(in *curate.Entry) error {
	e.published, e.updated = in.Published, in.Updated
	if e.published.IsZero() {
		e.published = in.Seen
	}
	if e.published.IsZero() {
		e.published = e.updated
	}
	e.published = e.published.UTC().Truncate(time.Second)
	e.updated = later(e.published, e.updated.UTC().Truncate(time.Second))
	if e.published.IsZero() {
		return errors.New("it has no time at all")
	}
	if e.published.Year() < 1 || e.updated.Year() > 9999 {
		return fmt.Errorf("its times %v and %v cannot be written", e.published, e.updated)
	}
	return nil
}

// texts fills in summary and content, both of which readers rely on.
func (e *entry) texts(ed *curate.Edition, in *curate.Entry) {
	body := ""
	if len(in.Content) <= maxContent {
		body = publishable(in.Content, e.link)
	}
	if written(body) > maxContent {
		body = ""
	}
	e.summary = clip(line(in.Summary), maxSummary)
	if e.summary == "" && body != "" {
		e.summary = clip(line(safe.Text(body)), maxSummary)
	}
	if e.title == "" {
		e.title = firstOf(clip(e.summary, 80), e.outlet.name, "Untitled")
	}
	if e.summary == "" {
		e.summary = e.title
	}
	if body == "" {
		body = "<p>" + html.EscapeString(e.summary) + "</p>"
	}
	if !e.withdrawn.IsZero() {
		e.withdraw()
		body = ""
	}
	e.content = content(e, body, ed.Site.Zone)
}

// written returns about how many bytes s is long in an XML document.
func written(s string) int {
	n := len(s)
	for i := range len(s) {
		switch s[i] {
		case '<', '>':
			n += 3
		case '&', '"', '\'', '\n', '\t':
			n += 4
		}
	}
	return n
}

// withdraw leaves of the entry what says that it is gone (PUBLISH-C16).
func (e *entry) withdraw() {
	e.summary = "This story was withdrawn."
	e.image, e.enclosures, e.others, e.categories = store.Image{}, nil, nil, nil
	e.updated = later(e.updated, e.withdrawn)
}
