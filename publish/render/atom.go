package render

import (
	"strconv"
	"time"

	"github.com/gorilla/feeds"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

const (
	atomNS      = "http://www.w3.org/2005/Atom"
	mediaNS     = "http://search.yahoo.com/mrss/"
	tombstoneNS = "http://purl.org/atompub/tombstones/1.0"
	historyNS   = "http://purl.org/syndication/history/1.0"
)

// atomFeed is feeds.AtomFeed with what it lacks. An outer field takes the place
// of the embedded one of the same element; the embedded one stays empty.
type atomFeed struct {
	XMLNSMedia string `xml:"xmlns:media,attr,omitempty"`
	XMLNSTomb  string `xml:"xmlns:at,attr,omitempty"`
	XMLNSHist  string `xml:"xmlns:fh,attr,omitempty"`
	Lang       string `xml:"xml:lang,attr,omitempty"`
	feeds.AtomFeed
	Links     []atomLink    `xml:"link"`
	Archive   *struct{}     `xml:"fh:archive"`
	Generator string        `xml:"generator"` // without a version: an upgrade must not change the bytes
	Entries   []*atomEntry  `xml:"entry"`
	Deleted   []atomDeleted `xml:"at:deleted-entry"`
}

// FeedXml is what feeds.ToXML asks for. Without it the embedded method would be
// promoted and the outer fields lost.
func (f *atomFeed) FeedXml() any { return f }

// atomEntry is feeds.AtomEntry with lists where that has one of a kind, and
// with source last: readers were seen to take the source's title and link for
// the entry's own when it comes first (USERS).
type atomEntry struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	feeds.AtomEntry
	Authors    []feeds.AtomPerson `xml:"author"`
	Categories []atomCategory     `xml:"category"`
	Links      []atomLink         `xml:"link"`
	Media      []mediaContent     `xml:"media:content"`
	Thumbnail  *mediaThumbnail    `xml:"media:thumbnail"`
	Source     *atomSource        `xml:"source"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

// atomLink is feeds.AtomLink with a title.
type atomLink struct {
	Rel    string `xml:"rel,attr,omitempty"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Title  string `xml:"title,attr,omitempty"`
	Length string `xml:"length,attr,omitempty"`
}

type atomSource struct {
	ID      string     `xml:"id,omitempty"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Rights  string     `xml:"rights,omitempty"`
}

// atomDeleted is a tombstone (RFC 6721).
type atomDeleted struct {
	Ref     string `xml:"ref,attr"`
	When    string `xml:"when,attr"`
	Comment string `xml:"at:comment"`
}

type mediaContent struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Medium string `xml:"medium,attr,omitempty"`
	Size   string `xml:"fileSize,attr,omitempty"`
}

type mediaThumbnail struct {
	URL string `xml:"url,attr"`
}

func writeAtom(f *Feed) ([]byte, error) {
	out := &atomFeed{
		Lang: f.language,
		AtomFeed: feeds.AtomFeed{
			Xmlns: atomNS, Title: f.title, Subtitle: f.subtitle, Id: f.id,
			Updated: atomTime(f.updated),
			Author:  &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: f.owner, Uri: webURL(f.site)}},
		},
		Generator: "wiredesk",
		Links:     f.atomLinks(f.file, TypeAtom),
	}
	if f.page > 0 {
		out.XMLNSHist, out.Archive = historyNS, &struct{}{}
	}
	for i := range f.entries {
		e := &f.entries[i]
		if e.image.URL != "" {
			out.XMLNSMedia = mediaNS
		}
		out.Entries = append(out.Entries, e.atom(f))
	}
	for _, t := range f.gone {
		out.XMLNSTomb = tombstoneNS
		out.Deleted = append(out.Deleted, atomDeleted{Ref: t.ID, When: atomTime(t.When), Comment: t.Comment})
	}
	return toXML(out)
}

// toXML writes a feed through the library and ends its last line.
func toXML(f feeds.XmlFeed) ([]byte, error) {
	s, err := feeds.ToXML(f)
	return []byte(s + "\n"), err
}

// atomLinks are the feed's own addresses, its page first of all but self.
func (f *Feed) atomLinks(file, mediaType string) []atomLink {
	links := []atomLink{
		{Rel: "self", Type: bare(mediaType), Href: address(f.base + file)},
		{Rel: "alternate", Type: "text/html", Href: f.home},
	}
	if f.sources != "" {
		links = append(links, atomLink{Rel: "related", Type: bare(TypeOPML), Href: f.sources, Title: "Sources"})
	}
	for _, h := range f.hubs {
		links = append(links, atomLink{Rel: "hub", Href: h})
	}
	if f.archive != "" {
		links = append(links, atomLink{Rel: "prev-archive", Type: bare(TypeAtom), Href: f.archive})
	}
	if f.page > 0 { // where the next page is, or will be: this one never changes
		links = append(links,
			atomLink{Rel: "next-archive", Type: bare(TypeAtom), Href: address(f.base + curate.ArchiveFile(f.page+1))},
			atomLink{Rel: "current", Type: bare(TypeAtom), Href: address(f.base + "feed.atom")})
	}
	return links
}

func (e *entry) atom(f *Feed) *atomEntry {
	out := &atomEntry{
		AtomEntry: feeds.AtomEntry{
			Title: e.title, Id: e.id, Rights: e.rights,
			Published: atomTime(e.published), Updated: atomTime(e.updated),
			Summary: &feeds.AtomSummary{Type: "text", Content: e.summary},
			Content: &feeds.AtomContent{Type: "html", Content: e.content},
		},
		Links: e.atomLinks(),
	}
	if !e.own {
		out.Source = e.atomSource(f)
	}
	if e.language != f.language {
		out.Lang = e.language
	}
	for _, a := range e.authors {
		out.Authors = append(out.Authors, feeds.AtomPerson{Name: a.Name, Uri: a.URL})
	}
	for _, c := range e.categories {
		out.Categories = append(out.Categories, atomCategory{Term: c.Term, Scheme: c.Scheme, Label: c.Label})
	}
	if e.image.URL != "" {
		out.Media = []mediaContent{{URL: e.image.URL, Medium: "image"}}
		out.Thumbnail = &mediaThumbnail{URL: e.image.URL}
	}
	return out
}

// atomLinks has one alternate, first: readers take the first, whatever it is.
func (e *entry) atomLinks() []atomLink {
	var links []atomLink
	if e.link != "" {
		links = append(links, atomLink{Rel: "alternate", Type: "text/html", Href: e.link})
	}
	if e.own && e.page != "" && e.page != e.link {
		links = append(links, atomLink{Rel: "related", Type: "text/html", Href: e.page, Title: "The story"})
	}
	for _, o := range e.others {
		if o.link != "" {
			links = append(links, atomLink{Rel: "via", Type: "text/html", Href: o.link, Title: o.outlet.name})
		}
	}
	for _, c := range e.enclosures {
		links = append(links, atomLink{Rel: "enclosure", Type: c.Type, Href: c.URL, Title: c.Title, Length: length(c)})
	}
	return links
}

// atomSource says which feed the entry was copied from (RFC 4287, 4.2.11).
func (e *entry) atomSource(f *Feed) *atomSource {
	s := &atomSource{ID: e.outlet.id, Title: e.outlet.name, Updated: atomTime(e.updated), Rights: e.outlet.rights}
	if !isURI(s.ID) {
		s.ID = firstOf(e.outlet.feed, e.outlet.home, f.id+"/source/"+escapeTag(e.outlet.name))
	}
	if e.outlet.feed != "" {
		s.Links = append(s.Links, atomLink{Rel: "self", Href: e.outlet.feed})
	}
	if e.outlet.home != "" {
		s.Links = append(s.Links, atomLink{Rel: "alternate", Type: "text/html", Href: e.outlet.home})
	}
	return s
}

func length(c store.Enclosure) string {
	if c.Length == 0 {
		return ""
	}
	return strconv.FormatInt(c.Length, 10)
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// bare returns a media type without its parameters.
func bare(t string) string { return mediaType(t) }
