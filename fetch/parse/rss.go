package parse

import (
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/rss"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// rssFeed fills in what an RSS channel says of itself.
func (t *table) rssFeed(doc *Document, in *rss.Feed) {
	f, e := &doc.Feed, &t.feed
	f.Links = t.links(e, "atom:link", "link")
	if f.URL = t.address(e, "link"); f.URL == "" {
		f.URL = alternate(f.Links)
	}
	if f.ID = e.value("atom:id"); f.ID == "" {
		f.ID = e.attr("about")
	}
	f.Title = t.titled(e, in.Title, "title", "dc:title", "itunes:title")
	page := parseURL(f.URL)
	t.page = page
	f.Description = t.prose(e, in.Description, page, "description", "itunes:summary", "dc:description", "itunes:subtitle", "tagline", "subtitle")
	f.Rights = t.prose(e, in.Copyright, page, "copyright", "dc:rights", "rights", "dcterms:rights")
	if k := e.find("title"); k != nil {
		f.TitleLanguage = k.lang
	}
	if k := e.find("description"); k != nil {
		f.DescriptionLanguage = k.lang
	}
	f.Generator.Name = safe.Line(in.Generator)
	if k := e.find("admin:generatoragent"); k != nil && f.Generator.Name == "" {
		f.Generator.Name = k.attr("resource")
	}
	f.Published = t.date(e, "pubdate", "dc:date", "dcterms:issued", "dcterms:created", "atom:published", "issued")
	f.Updated = t.date(e, "lastbuilddate", "atom:updated", "dcterms:modified", "modified", "updated", "dc:date", "pubdate")
	f.Authors = t.rssPeople(e, "managingeditor")
	f.Contributors = t.contributors(e)
	for _, c := range in.Categories {
		categorise(&f.Categories, store.Category{Term: safe.Line(c.Value), Scheme: c.Domain})
	}
	t.moreCategories(e, &f.Categories)
	t.feedImage(e, f)
	t.rssHints(doc, in)
}

// rssItem fills in an item of RSS 0.90 to 2.0.
func (t *table) rssItem(it *Item, in *rss.Item, e *element, f *Feed) {
	if in.GUID != nil {
		it.GUID = strings.TrimSpace(in.GUID.Value)
	}
	if it.GUID == "" {
		if it.GUID = e.attr("about"); it.GUID == "" {
			it.GUID = e.value("atom:id", "id")
		}
	}
	it.Links = t.links(e, "atom:link", "link")
	t.rssLink(it, e)
	page := parseURL(it.URL)
	if page == nil {
		page = parseURL(f.URL)
	}
	it.Comments = t.address(e, "comments")
	it.Title = t.titled(e, in.Title, "title", "dc:title", "media:title", "itunes:title", "atom:title")
	it.SummaryHTML = t.prose(e, in.Description, page, "description", "summary", "atom:summary", "itunes:summary",
		"dc:description", "dcterms:abstract", "itunes:subtitle", "googleplay:description", "media:description")
	it.ContentHTML = t.prose(e, in.Content, page, "content:encoded", "xhtml:body", "body", "xhtml:div", "fullitem", "atom:content", "content")
	it.Rights = t.prose(e, "", page, "dc:rights", "rights", "copyright", "dcterms:rights", "media:copyright")
	it.Published = t.date(e, "pubdate", "atom:published", "dc:date", "dcterms:issued", "dcterms:created", "dcterms:date",
		"prism:publicationdate", "published", "issued", "created", "date")
	it.Updated = t.date(e, "atom:updated", "dcterms:modified", "prism:modificationdate", "updated", "modified", "lastbuilddate", "dc:date")
	if k := e.find("source"); k != nil {
		it.Source = t.rssSource(k, in.Source)
	} else if k := e.find("atom:source"); k != nil {
		it.Source = t.atomSource(k)
	}
	own := t.rssPeople(e, "managingeditor")
	it.Authors = inherited(own, it.Source, f)
	it.Contributors = t.contributors(e)
	for _, c := range in.Categories {
		categorise(&it.Categories, store.Category{Term: safe.Line(c.Value), Scheme: c.Domain})
	}
	t.moreCategories(e, &it.Categories)
	for _, x := range in.Enclosures {
		t.enclose(it, t.at(e), x.URL, x.Type, x.Length)
	}
	t.common(it, e, f)
}

// rssLink sets the address of an item (PARSE-N9).
func (t *table) rssLink(it *Item, e *element) {
	// A guid is an address unless it says that it is none, and only then.
	if g := e.find("guid"); g != nil && !strings.EqualFold(g.attr("ispermalink"), "false") {
		it.Permalink = isLink(it.GUID)
	}
	if it.URL = t.address(e, "link"); it.URL != "" {
		t.unwrap(it, e)
		return
	}
	if it.Permalink || e.find("guid") == nil && e.attr("about") != "" {
		if it.URL = absolute(it.GUID, nil); it.URL != "" {
			return
		}
	}
	if it.URL = alternate(it.Links); it.URL == "" {
		it.URL = related(it.Links, "self")
	}
	t.unwrap(it, e)
}

// unwrap puts the original address in the place of one that counts clicks.
func (t *table) unwrap(it *Item, e *element) {
	if u := t.address(e, "feedburner:origlink"); u != "" && u != it.URL {
		it.URL, it.Wrapper = u, it.URL
	}
}

func isLink(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// rssSource reads <source url="…">title</source>, and what some put into it.
func (t *table) rssSource(e *element, in *rss.Source) *Source {
	if len(e.kids) > 0 {
		return t.atomSource(e)
	}
	s := &Source{}
	if in != nil {
		s.Title, s.URL = safe.Line(in.Title), absolute(in.URL, t.at(e))
	}
	return s
}

// rssPeople gathers those who are said to have written it. The extra names
// are asked only if nobody else is named.
func (t *table) rssPeople(e *element, extra ...string) []store.Person {
	var c crowd
	for _, name := range []string{"author", "dc:creator", "dc:author", "atom:author", "itunes:author", "googleplay:author"} {
		e.each(name, func(k *element) { c.add(t.constructed(k)) })
	}
	for _, name := range extra {
		if len(c) == 0 {
			e.each(name, func(k *element) { c.add(person(k.text)) })
		}
	}
	return c
}

func (t *table) contributors(e *element) []store.Person {
	var c crowd
	for _, name := range []string{"contributor", "atom:contributor", "dc:contributor"} {
		e.each(name, func(k *element) { c.add(t.constructed(k)) })
	}
	return c
}

// inherited returns the people of an item: its own, else those of the feed it
// was taken from, else those of the feed it is in.
func inherited(own []store.Person, s *Source, f *Feed) []store.Person {
	switch {
	case len(own) > 0:
		return own
	case s != nil && len(s.Authors) > 0:
		return s.Authors
	case s != nil && s.Title != "":
		return nil // another feed's item is not by this feed's author
	}
	return f.Authors
}

// titled returns the first title: s is what gofeed has for the first name.
func (t *table) titled(e *element, s string, names ...string) string {
	for i, name := range names {
		k := e.find(name)
		if k == nil {
			continue
		}
		if i > 0 {
			s = k.text
		}
		if line := t.line(k, s); line != "" {
			return line
		}
	}
	return ""
}

// prose is titled for HTML.
func (t *table) prose(e *element, s string, page *url.URL, names ...string) string {
	for i, name := range names {
		k := e.find(name)
		if k == nil {
			continue
		}
		if i > 0 || s == "" {
			s = k.text
		}
		if html := t.clean(k, s, page); html != "" {
			return html
		}
	}
	return ""
}
