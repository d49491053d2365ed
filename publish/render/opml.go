package render

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/publish/curate"
)

type opml struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Head     opmlHead  `xml:"head"`
	Outlines []outline `xml:"body>outline"`
}

type opmlHead struct {
	Title    string `xml:"title"`
	Modified string `xml:"dateModified,omitempty"`
	Owner    string `xml:"ownerId,omitempty"`
}

type outline struct {
	Type        string    `xml:"type,attr,omitempty"`
	Text        string    `xml:"text,attr"`
	Title       string    `xml:"title,attr,omitempty"`
	Description string    `xml:"description,attr,omitempty"`
	XMLURL      string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL     string    `xml:"htmlUrl,attr,omitempty"`
	Language    string    `xml:"language,attr,omitempty"`
	Version     string    `xml:"version,attr,omitempty"`
	Category    string    `xml:"category,attr,omitempty"`
	Outlines    []outline `xml:"outline"`
}

// Topics renders the list of all topics as OPML 2.0 (/opml.xml), each as the
// feed that a reader is to subscribe to. Topics that want a token stay out.
func Topics(site curate.Site, list []curate.Edition) ([]byte, error) {
	doc := newOPML(site, line(site.Title))
	var updated time.Time
	for i := range list {
		e := &list[i]
		feed, version := subscription(e)
		if feed == "" || e.Topic.Token != "" {
			continue
		}
		updated = later(updated, e.Updated)
		title := firstOf(line(e.Topic.Title), e.Topic.Slug)
		doc.Outlines = append(doc.Outlines, outline{
			Type: "rss", Text: title, Title: title, Description: line(e.Topic.About), Version: version,
			XMLURL: address(e.Address(feed)), HTMLURL: address(e.Address("")),
			Language: languageTag(firstOf(e.Topic.Lang, site.Language)),
		})
	}
	return doc.write("topics", updated)
}

// subscription returns the file of the topic that readers do best with.
func subscription(e *curate.Edition) (file, version string) {
	has := func(f string) bool { return len(e.Topic.Formats) == 0 || slices.Contains(e.Topic.Formats, f) }
	switch {
	case has("atom"):
		return "feed.atom", "" // OPML has no word for Atom
	case has("rss"):
		return "feed.rss", "RSS2"
	case has("json"):
		return "feed.json", ""
	}
	return "", ""
}

// Sources renders the sources behind e as OPML 2.0 (/t/SLUG/sources.opml), each
// in the topic's category. Private sources stay out, and so do credentials in
// addresses.
func Sources(e curate.Edition) ([]byte, error) {
	category := strings.ReplaceAll(firstOf(line(e.Topic.Title), e.Topic.Slug), ",", "")
	return sources(e, func(curate.Outlet) string { return category })
}

// Subscriptions is Sources with the outlets' tags as their categories: the
// operator's own list, which gives the tags back when it is imported.
func Subscriptions(e curate.Edition) ([]byte, error) {
	return sources(e, func(o curate.Outlet) string { return strings.Join(o.Tags, ",") })
}

func sources(e curate.Edition, category func(curate.Outlet) string) ([]byte, error) {
	title := firstOf(line(e.Topic.Title), e.Topic.Slug)
	doc := newOPML(e.Site, title+": sources")
	for _, o := range e.Outlets {
		feed := webURL(o.Feed)
		if o.Private || feed == "" {
			continue
		}
		name := firstOf(line(o.Name), string(o.ID))
		doc.Outlines = append(doc.Outlines, outline{
			Type: "rss", Text: name, Title: name, XMLURL: feed, HTMLURL: webURL(o.Home),
			Category: line(category(o)),
		})
	}
	return doc.write(e.Topic.Slug+"/sources", time.Time{})
}

func newOPML(site curate.Site, title string) *opml {
	return &opml{Version: "2.0", Head: opmlHead{
		Title: firstOf(title, "wiredesk"), Owner: webURL(site.URL),
	}}
}

func (o *opml) write(what string, updated time.Time) ([]byte, error) {
	if len(o.Outlines) == 0 { // a list has to have one
		o.Outlines = []outline{{Text: "Nothing yet"}}
	}
	if !updated.IsZero() {
		o.Head.Modified = rssTime(updated)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(o); err != nil {
		return nil, fmt.Errorf("render %s: as opml: %w", what, err)
	}
	b.WriteByte('\n')
	err := plainXML(b.Bytes(), "</opml>\n")
	if err == nil {
		err = xml.Unmarshal(b.Bytes(), new(opml))
	}
	if err != nil {
		return nil, fmt.Errorf("render %s: as opml: parse it again: %w", what, err)
	}
	return b.Bytes(), nil
}
