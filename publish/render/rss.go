package render

import (
	"cmp"
	"encoding/xml"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"
)

// rssDoc is the root: feeds.RssFeedXml with room for more namespaces.
type rssDoc struct {
	XMLName xml.Name    `xml:"rss"`
	Version string      `xml:"version,attr"`
	Atom    string      `xml:"xmlns:atom,attr"`
	Content string      `xml:"xmlns:content,attr"`
	DC      string      `xml:"xmlns:dc,attr"`
	Media   string      `xml:"xmlns:media,attr"`
	Channel *rssChannel `xml:"channel"`
}

// FeedXml is what feeds.ToXML asks for.
func (d *rssDoc) FeedXml() any { return d }

// rssChannel is feeds.RssFeed with links of Atom's kind.
type rssChannel struct {
	feeds.RssFeed
	Links []atomLink `xml:"atom:link"`
	Items []*rssItem `xml:"item"`
}

// rssItem is feeds.RssItem with names, several categories and enclosures, a
// source that has an address, and a content that is escaped and not CDATA: the
// library writes control characters raw into that.
type rssItem struct {
	feeds.RssItem
	Link       string          `xml:"link,omitempty"`
	Encoded    string          `xml:"content:encoded"`
	Creators   []string        `xml:"dc:creator"`
	Categories []rssCategory   `xml:"category"`
	Source     *rssSource      `xml:"source"`
	Media      []mediaContent  `xml:"media:content"`
	Thumbnail  *mediaThumbnail `xml:"media:thumbnail"`
	Rights     string          `xml:"dc:rights,omitempty"`
	Language   string          `xml:"dc:language,omitempty"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Term   string `xml:",chardata"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

func writeRSS(f *Feed) ([]byte, error) {
	ch := &rssChannel{RssFeed: feeds.RssFeed{
		Title: f.title, Link: f.home, Description: firstOf(f.subtitle, f.title),
		Language:      strings.ToLower(f.language),
		LastBuildDate: rssTime(f.updated),
		Generator:     "wiredesk",
		Ttl:           f.ttl,
	}}
	ch.Links = f.rssLinks()
	for i := range f.entries {
		ch.Items = append(ch.Items, f.entries[i].rss(f))
	}
	return toXML(&rssDoc{
		Version: "2.0", Channel: ch, Atom: atomNS, Media: mediaNS,
		Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
	})
}

// rssLinks leaves out the page, which is the channel's own link.
func (f *Feed) rssLinks() []atomLink {
	var out []atomLink
	for _, l := range f.atomLinks("feed.rss", TypeRSS) {
		if l.Rel != "alternate" && l.Rel != "prev-archive" {
			out = append(out, l)
		}
	}
	return out
}

func (e *entry) rss(f *Feed) *rssItem {
	out := &rssItem{
		RssItem: feeds.RssItem{
			Title:       e.title,
			Description: html.EscapeString(e.summary), // readers take it for HTML
			PubDate:     rssTime(e.published),
			Guid:        &feeds.RssGuid{Id: e.id, IsPermaLink: "false"},
		},
		Link:    e.link,
		Encoded: e.content,
		Rights:  e.rights,
	}
	if e.language != f.language {
		out.Language = e.language
	}
	for _, a := range e.authors {
		out.Creators = append(out.Creators, a.Name)
	}
	for _, c := range e.categories {
		out.Categories = append(out.Categories, rssCategory{Domain: c.Scheme, Term: firstOf(c.Label, c.Term)})
	}
	if e.outlet.feed != "" {
		out.Source = &rssSource{URL: e.outlet.feed, Title: e.outlet.name}
	}
	e.rssMedia(out)
	return out
}

// rssMedia puts the first enclosure where RSS has room for one, and everything
// else into media:content.
func (e *entry) rssMedia(out *rssItem) {
	for i, c := range e.enclosures {
		if i == 0 {
			out.Enclosure = &feeds.RssEnclosure{
				Url: c.URL, Type: cmp.Or(c.Type, "application/octet-stream"), Length: strconv.FormatInt(c.Length, 10),
			}
			continue
		}
		out.Media = append(out.Media, mediaContent{URL: c.URL, Type: c.Type, Medium: medium(c.Type), Size: length(c)})
	}
	if e.image.URL != "" {
		out.Media = append(out.Media, mediaContent{URL: e.image.URL, Medium: "image"})
		out.Thumbnail = &mediaThumbnail{URL: e.image.URL}
	}
}

// medium returns the Media RSS medium of a media type, or "".
func medium(t string) string {
	switch kind, _, _ := strings.Cut(t, "/"); kind {
	case "image", "audio", "video":
		return kind
	}
	return ""
}

func rssTime(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
