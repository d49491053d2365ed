package demo

import (
	"bytes"
	_ "embed"
	"html/template"
	"time"
)

//go:embed page.html
var pageHTML string

// pageZone is where the papers are; their pages give times without a zone.
const pageZone = "America/New_York"

// pageTime is how the papers write a time: to the minute, no zone.
const pageTime = "January 2, 2006 03:04 PM"

type pageData struct {
	Site      string
	Home      string
	Title     string
	By        string
	Section   string
	Caption   string
	Picture   string
	Credit    string
	Body      template.HTML
	Top, Rest []string
	Box       []string
	Today     string // in the masthead, of no meaning for the story
	Updated   string // at the foot, the only time of the story itself
	List      []pageLink
}

type pageLink struct{ Title, URL string }

// page is the web page behind an item. A site with traps dates its masthead
// today, prints the caption twice, sets a "Read more" list among the text and
// says only at the foot when the text was updated.
func (it *item) page() []byte {
	d := pageData{
		Site: it.feed.site.name, Home: it.feed.site.base + "/", Title: it.title, By: it.by, Section: it.section,
		Caption: it.caption, Picture: it.picture, Credit: it.credit, Body: template.HTML(it.html()), Box: it.box,
	}
	name := "plain"
	if it.feed.site.traps {
		name = "paper"
		d.Top, d.Rest = it.paras[:2], it.paras[2:]
		d.Updated = it.updated.In(location(pageZone)).Format(pageTime)
		d.Today = time.Now().In(location(pageZone)).Format("Monday, January 2, 2006")
	}
	return render(name, d)
}

// front is a site's home page: a list of its items.
func (s *site) front() []byte {
	d := pageData{Site: s.name, Home: s.base + "/"}
	for _, f := range s.feeds {
		for _, it := range f.items {
			d.List = append(d.List, pageLink{it.title, it.url})
		}
	}
	return render("front", d)
}

func render(name string, d pageData) []byte {
	var b bytes.Buffer
	t := template.Must(template.New("").Parse(pageHTML))
	if err := t.ExecuteTemplate(&b, name, d); err != nil {
		return []byte(err.Error()) // a mistake in page.html; the tests read every page
	}
	return b.Bytes()
}

// location is the zone of that name, or UTC where the machine has no zone data.
func location(zone string) *time.Location {
	l, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return l
}
