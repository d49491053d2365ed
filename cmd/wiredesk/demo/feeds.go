package demo

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// document writes the feed in its format, with its media type.
func (f *feed) document() (body []byte, contentType string, err error) {
	switch f.format {
	case rss20:
		return f.xml(f.rss(), "application/rss+xml")
	case rss10:
		return f.xml(f.rdf(), "application/rdf+xml")
	case atom:
		return f.xml(f.atom(), "application/atom+xml")
	}
	body, err = json.MarshalIndent(f.json(), "", "  ")
	return body, "application/feed+json; charset=utf-8", err
}

func (f *feed) xml(doc any, contentType string) ([]byte, string, error) {
	charset := "utf-8"
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err == nil && f.latin {
		charset = "windows-1252"
		body, err = encoding.HTMLEscapeUnsupported(charmap.Windows1252.NewEncoder()).Bytes(body)
	}
	if err != nil {
		return nil, "", fmt.Errorf("write the feed of %s: %w", f.name, err)
	}
	head := `<?xml version="1.0" encoding="` + charset + `"?>` + "\n"
	return append([]byte(head), body...), contentType + "; charset=" + charset, nil
}

// content is the item's text as the feed carries it; empty: only a summary.
func (it *item) content() string {
	if it.pageOnly {
		return ""
	}
	return it.html()
}

type rssDoc struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Content string    `xml:"xmlns:content,attr"`
	DC      string    `xml:"xmlns:dc,attr"`
	Media   string    `xml:"xmlns:media,attr"`
	Atom    string    `xml:"xmlns:atom,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Lang    string    `xml:"channel>language"`
	Built   string    `xml:"channel>lastBuildDate"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	Description string     `xml:"description"`
	Content     string     `xml:"content:encoded,omitempty"`
	Creator     string     `xml:"dc:creator,omitempty"`
	Category    string     `xml:"category"`
	GUID        rssGUID    `xml:"guid"`
	PubDate     string     `xml:"pubDate"`
	Updated     string     `xml:"atom:updated,omitempty"` // agencies say when they revised a text, papers do not
	Media       *mediaItem `xml:"media:content"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	Value     string `xml:",chardata"`
}

// mediaRSS is the namespace of [mediaItem].
const mediaRSS = "http://search.yahoo.com/mrss/"

type mediaItem struct {
	URL    string `xml:"url,attr"`
	Medium string `xml:"medium,attr"`
	Type   string `xml:"type,attr"`
}

// media is the item's picture; nil: none.
func (it *item) media() *mediaItem {
	if it.picture == "" {
		return nil
	}
	return &mediaItem{it.picture, "image", "image/png"}
}

func (f *feed) rss() rssDoc {
	d := rssDoc{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Media: mediaRSS, Atom: atomNS, Title: f.name, Link: f.site.base + "/", About: f.about(), Lang: "en",
		Built: f.newest().UTC().Format(time.RFC1123Z),
	}
	for _, it := range f.items {
		r := rssItem{
			Title: it.title, Link: it.url, Description: it.summary(), Content: it.content(), Creator: it.by, Category: it.section,
			GUID: rssGUID{Value: it.guid}, PubDate: it.published.UTC().Format(time.RFC1123Z), Media: it.media(),
		}
		if f.agency != "" {
			r.Updated = atomTime(it.updated)
		}
		d.Items = append(d.Items, r)
	}
	return d
}

func (f *feed) about() string { return f.name + ", an outlet that exists only in this demo" }

type rdfDoc struct {
	XMLName xml.Name   `xml:"rdf:RDF"`
	RDF     string     `xml:"xmlns:rdf,attr"`
	NS      string     `xml:"xmlns,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Channel rdfChannel `xml:"channel"`
	Items   []rdfItem  `xml:"item"`
}

type rdfChannel struct {
	About string  `xml:"rdf:about,attr"`
	Title string  `xml:"title"`
	Link  string  `xml:"link"`
	Text  string  `xml:"description"`
	Date  string  `xml:"dc:date"`
	Items []rdfLi `xml:"items>rdf:Seq>rdf:li"`
}

type rdfLi struct {
	Resource string `xml:"rdf:resource,attr"`
}

type rdfItem struct {
	About       string `xml:"rdf:about,attr"`
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	Description string `xml:"description"`
	Creator     string `xml:"dc:creator,omitempty"`
	Subject     string `xml:"dc:subject"`
	Date        string `xml:"dc:date"`
	Content     string `xml:"content:encoded,omitempty"`
}

func (f *feed) rdf() rdfDoc {
	d := rdfDoc{
		RDF: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", NS: "http://purl.org/rss/1.0/", DC: "http://purl.org/dc/elements/1.1/",
		Content: "http://purl.org/rss/1.0/modules/content/",
		Channel: rdfChannel{About: f.site.base + f.path, Title: f.name, Link: f.site.base + "/", Text: f.about(), Date: f.newest().UTC().Format(time.RFC3339)},
	}
	for _, it := range f.items {
		d.Channel.Items = append(d.Channel.Items, rdfLi{it.guid})
		d.Items = append(d.Items, rdfItem{
			About: it.guid, Title: it.title, Link: it.url, Description: it.summary(), Creator: it.by, Subject: it.section,
			Date: it.published.UTC().Format(time.RFC3339), Content: it.content(),
		})
	}
	return d
}

type jsonDoc struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	HomePage string     `json:"home_page_url"`
	FeedURL  string     `json:"feed_url"`
	About    string     `json:"description"`
	Language string     `json:"language"`
	Items    []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Content   string       `json:"content_html"`
	Summary   string       `json:"summary"`
	Image     string       `json:"image,omitempty"`
	Published time.Time    `json:"date_published"`
	Modified  time.Time    `json:"date_modified"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
	Tags      []string     `json:"tags"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

func (f *feed) json() jsonDoc {
	d := jsonDoc{
		Version: "https://jsonfeed.org/version/1.1", Title: f.name, HomePage: f.site.base + "/", FeedURL: f.site.base + f.path,
		About: f.about(), Language: "en", Items: []jsonItem{},
	}
	for _, it := range f.items {
		j := jsonItem{
			ID: it.guid, URL: it.url, Title: it.title, Content: it.html(), Summary: it.summary(), Image: it.picture,
			Published: it.published.UTC(), Modified: it.updated.UTC(), Tags: []string{it.section},
		}
		if it.by != "" {
			j.Authors = []jsonAuthor{{it.by}}
		}
		d.Items = append(d.Items, j)
	}
	return d
}
