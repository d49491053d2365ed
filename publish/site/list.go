package site

import (
	"fmt"
	"slices"
	"time"

	"wiredesk/publish/curate"
)

// frontView fills front.html.
type frontView struct {
	frame
	Topics []topicView
}

// topicView fills topic.html, and one column of the front page.
type topicView struct {
	frame
	Slug, Heading, Sub, Address string
	Counts                      string
	Changed                     stamp
	Silent                      string
	Sources                     string // address of the OPML list
	Outlets                     []outletView
	listing
	Entries []entryView // front page: the newest
	Match   string
	Plain   string // what is taken, in words
}

// A listing is a list of entries under headings.
type listing struct{ Groups []group }

// A group is a run of entries under one heading, by day.
type group struct {
	Heading string
	Entries []entryView
}

type outletView struct{ Name, Home string }

// frontEntries is how many stories the front page shows of a topic.
const frontEntries = 6

// Front renders /. Topics that want a token are not on it.
func (p *Pages) Front(d FrontData) ([]byte, error) {
	v := frontView{frame: newFrame(d.Site, "")}
	v.Here = "front"
	for i := range d.Editions {
		e := &d.Editions[i]
		if e.Topic.Token != "" {
			continue
		}
		t := newTopic(e, v.Base)
		for k := range e.Entries[:min(len(e.Entries), frontEntries)] {
			t.Entries = append(t.Entries, newEntry(&e.Entries[k], d.Site, v.Base))
		}
		v.Topics = append(v.Topics, t)
		v.Feeds = append(v.Feeds, t.Feeds[:min(1, len(t.Feeds))]...)
	}
	return p.render("front.html", &v)
}

// Topic renders /t/SLUG/.
func (p *Pages) Topic(e curate.Edition) ([]byte, error) {
	base := newFrame(e.Site, "").Base
	v := newTopic(&e, base)
	for i := range e.Entries {
		v.add(newEntry(&e.Entries[i], e.Site, base), e.Topic.Sort)
	}
	return p.render("topic.html", &v)
}

// newTopic returns all of a topic but its entries.
func newTopic(e *curate.Edition, base string) topicView {
	t := topicView{Slug: e.Topic.Slug, Heading: title(e.Topic), Sub: e.Topic.About, Match: e.Topic.Match, Plain: e.Topic.Plain(), Address: base + e.Topic.Path("")}
	t.frame = newFrame(e.Site, t.Heading)
	t.About, t.NoIndex = t.Sub, e.Topic.Token != ""
	if e.Topic.Lang != "" {
		t.Lang = e.Topic.Lang
	}
	t.Feeds = feedLinks(e.Topic, t.Heading, base)
	t.Sources = base + e.Topic.Path("sources.opml")
	t.Counts = count(len(e.Entries), "story", "stories")
	if e.Articles > len(e.Entries) {
		t.Counts += " from " + count(e.Articles, "article", "articles")
	}
	if len(e.Entries) > 0 {
		t.Changed = newStamp(newest(e), e.Site)
	}
	if e.Silent > 0 {
		t.Silent = fmt.Sprintf("%d of %s silent", e.Silent, count(e.Sources, "source", "sources"))
	}
	for _, o := range e.Outlets {
		if !o.Private {
			t.Outlets = append(t.Outlets, outletView{Name: o.Name, Home: webURL(o.Home)})
		}
	}
	return t
}

func newest(e *curate.Edition) time.Time {
	t := e.Updated
	for i := range e.Entries {
		if u := e.Entries[i].Updated; u.After(t) {
			t = u
		}
	}
	return t
}

// feedLinks are the addresses to subscribe to, the best first.
func feedLinks(t curate.Topic, heading, base string) []feedLink {
	var out []feedLink
	for _, f := range []struct{ format, name, kind string }{
		{"atom", "Atom", "application/atom+xml"},
		{"rss", "RSS", "application/rss+xml"},
		{"json", "JSON Feed", "application/feed+json"},
	} {
		if len(t.Formats) == 0 || slices.Contains(t.Formats, f.format) {
			out = append(out, feedLink{Name: f.name, Type: f.kind, URL: base + t.Path("feed."+f.format), Title: heading + " (" + f.name + ")"})
		}
	}
	if t.Changes {
		out = append(out, feedLink{Name: "Changes", Type: "application/atom+xml", URL: base + t.Path("changes.atom"), Title: heading + " (changes)"})
	}
	return out
}

// add puts an entry under the heading of its day. Pinned entries come first,
// and a topic that is ranked has no days.
func (l *listing) add(e entryView, sort string) {
	heading := e.At.Day
	switch {
	case sort == "found":
		heading = "" // newest by our clock: a first poll brings what is years old
	case e.Pinned:
		heading = "Pinned"
	case sort == "top":
		heading = "Top stories"
	case sort == "new" && e.First.ISO != "":
		heading = e.First.Day // it stands where it first appeared
	}
	if n := len(l.Groups); n == 0 || l.Groups[n-1].Heading != heading {
		l.Groups = append(l.Groups, group{Heading: heading})
	}
	g := &l.Groups[len(l.Groups)-1]
	g.Entries = append(g.Entries, e)
}
