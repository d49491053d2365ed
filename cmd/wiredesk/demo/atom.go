package demo

import (
	"encoding/xml"
	"time"
)

const atomNS = "http://www.w3.org/2005/Atom"

type atomDoc struct {
	XMLName xml.Name      `xml:"feed"`
	NS      string        `xml:"xmlns,attr"`
	AT      string        `xml:"xmlns:at,attr"`
	Media   string        `xml:"xmlns:media,attr"`
	Lang    string        `xml:"xml:lang,attr"`
	ID      string        `xml:"id"`
	Title   string        `xml:"title"`
	Updated string        `xml:"updated"`
	Links   []atomLink    `xml:"link"`
	Author  atomPerson    `xml:"author"`
	Deleted []atomDeleted `xml:"at:deleted-entry"`
	Entries []atomEntry   `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

// atomDeleted is the publisher's own word that an entry was withdrawn (RFC 6721).
type atomDeleted struct {
	Ref     string `xml:"ref,attr"`
	When    string `xml:"when,attr"`
	Comment string `xml:"at:comment"`
}

type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Link      atomLink     `xml:"link"`
	Published string       `xml:"published"`
	Updated   string       `xml:"updated"`
	Author    *atomPerson  `xml:"author"`
	Category  atomCategory `xml:"category"`
	Summary   string       `xml:"summary"`
	Content   *atomContent `xml:"content"`
	Media     *mediaItem   `xml:"media:content"`
	Source    *atomSource  `xml:"source"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
	XML  string `xml:",innerxml"`
}

type atomSource struct {
	ID    string     `xml:"id"`
	Title string     `xml:"title"`
	Links []atomLink `xml:"link"`
}

func (f *feed) atom() atomDoc {
	d := atomDoc{
		NS: atomNS, AT: "http://purl.org/atompub/tombstones/1.0", Media: mediaRSS, Lang: "en", ID: f.atomID(), Title: f.name,
		Updated: atomTime(f.newest()), Author: atomPerson{f.name},
		Links: []atomLink{{"self", f.site.base + f.path}, {"alternate", f.site.base + "/"}},
	}
	for _, it := range f.deleted {
		d.Deleted = append(d.Deleted, atomDeleted{it.guid, atomTime(it.gone), "Withdrawn by " + f.name})
	}
	for _, it := range f.items {
		d.Entries = append(d.Entries, it.atom())
	}
	return d
}

func (it *item) atom() atomEntry {
	e := atomEntry{
		ID: it.guid, Title: it.title, Link: atomLink{"alternate", it.url}, Published: atomTime(it.published), Updated: atomTime(it.updated),
		Category: atomCategory{it.section}, Summary: it.summary(),
	}
	if it.by != "" {
		e.Author = &atomPerson{it.by}
	}
	e.Media = it.media()
	switch {
	case it.pageOnly:
	case it.feed.xhtml:
		e.Content = &atomContent{Type: "xhtml", XML: `<div xmlns="http://www.w3.org/1999/xhtml">` + it.html() + "</div>"}
	default:
		e.Content = &atomContent{Type: "html", Text: it.html()}
	}
	if o := it.origin; o != nil {
		e.Source = &atomSource{o.atomID(), o.name, []atomLink{{"self", o.site.base + o.path}, {"alternate", o.site.base + "/"}}}
	}
	return e
}

func (f *feed) atomID() string { return "tag:" + string(f.id) + ".example,2026:feed" }

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
