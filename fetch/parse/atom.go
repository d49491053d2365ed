package parse

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// atomFeed fills in what an Atom feed says of itself.
func (t *table) atomFeed(f *Feed, in *atom.Feed) {
	e := &t.feed
	f.ID = e.value("id")
	f.Links = t.links(e, "link")
	f.URL = alternate(f.Links)
	page := parseURL(f.URL)
	t.page = page
	f.Title = t.titled(e, in.Title, "title", "dc:title")
	f.Description = t.prose(e, in.Subtitle, page, "subtitle", "tagline", "dc:description", "itunes:summary")
	f.Info = t.prose(e, "", page, "info")
	f.Rights = t.prose(e, in.Rights, page, "rights", "copyright", "dc:rights")
	f.TitleLanguage = languageOf(e, "title")
	f.DescriptionLanguage = languageOf(e, "subtitle", "tagline")
	f.InfoLanguage = languageOf(e, "info")
	if g := in.Generator; g != nil {
		f.Generator = Generator{Name: safe.Line(g.Value), URL: absolute(g.URI, t.at(e)), Version: term(g.Version)}
	}
	f.Published = t.date(e, "published", "issued", "dcterms:issued", "created")
	f.Updated = t.date(e, "updated", "modified", "dcterms:modified", "dc:date")
	f.Authors = t.atomPeople(e, "author")
	f.Contributors = t.atomPeople(e, "contributor")
	t.atomCategories(e, in.Categories, &f.Categories)
	f.Icon = t.address(e, "icon")
	f.Image.URL = t.address(e, "logo")
	t.feedImage(e, f)
}

// atomItem fills in an entry of Atom 0.3 or 1.0.
func (t *table) atomItem(it *Item, in *atom.Entry, e *element, f *Feed) {
	it.GUID = e.value("id")
	it.Links = t.links(e, "link")
	it.URL = alternate(it.Links)
	if it.URL == "" {
		it.URL = t.address(e, "link")
	}
	if it.Permalink = isLink(it.GUID); it.URL == "" && it.Permalink {
		it.URL = absolute(it.GUID, nil)
	}
	if it.URL == "" {
		it.URL = related(it.Links, "self")
	}
	t.unwrap(it, e)
	page := parseURL(it.URL)
	if page == nil {
		page = parseURL(f.URL)
	}
	it.Title = t.titled(e, in.Title, "title", "dc:title", "media:title")
	it.SummaryHTML = t.prose(e, in.Summary, page, "summary", "dc:description", "itunes:summary", "description", "media:description")
	t.elsewhere(it, e)
	content := ""
	if in.Content != nil {
		content = in.Content.Value
	}
	it.ContentHTML = t.prose(e, content, page, "content", "content:encoded", "xhtml:body", "xhtml:div")
	it.Rights = t.prose(e, in.Rights, page, "rights", "copyright", "dc:rights")
	it.Published = t.date(e, "published", "issued", "dcterms:issued", "created", "dcterms:created", "pubdate")
	it.Updated = t.date(e, "updated", "modified", "dcterms:modified", "dc:date")
	if k := e.find("source"); k != nil {
		it.Source = t.atomSource(k)
	}
	own := t.atomPeople(e, "author")
	it.Authors = inherited(own, it.Source, f)
	it.Contributors = t.atomPeople(e, "contributor")
	t.atomCategories(e, in.Categories, &it.Categories)
	t.common(it, e, f)
}

// elsewhere notes content that an entry only points to.
func (t *table) elsewhere(it *Item, e *element) {
	k := e.find("content")
	if k == nil {
		return
	}
	it.ContentType = k.attr("type")
	if src := absolute(k.attr("src"), t.at(k)); k.attr("src") != "" && src != "" {
		it.ContentURL = src
		if isBinary(strings.ToLower(it.ContentType)) {
			t.enclose(it, t.at(k), src, it.ContentType, "")
		}
	}
}

// atomPeople gathers authors or contributors, those in plain text, Dublin Core
// and podcasts included.
func (t *table) atomPeople(e *element, name string) []store.Person {
	names := []string{name, "dc:contributor"}
	if name == "author" {
		names = []string{name, "dc:creator", "dc:author", "itunes:author"}
	}
	var c crowd
	for _, name := range names {
		e.each(name, func(k *element) { c.add(t.constructed(k)) })
	}
	return c
}

// atomCategories takes terms from gofeed. Some feeds write the term as text.
func (t *table) atomCategories(e *element, in []*atom.Category, list *[]store.Category) {
	n := 0
	e.each("category", func(k *element) {
		c := store.Category{Term: safe.Line(k.text)}
		if n < len(in) && in[n].Term != "" {
			c = store.Category{Term: safe.Plain(in[n].Term), Scheme: in[n].Scheme, Label: safe.Plain(in[n].Label)}
		}
		n++
		categorise(list, c)
	})
	t.moreCategories(e, list)
}

// atomSource reads an atom:source, which also stands in RSS items.
func (t *table) atomSource(e *element) *Source {
	e = unprefixed(e)
	s := &Source{ID: e.value("id"), Links: t.links(e, "link")}
	s.URL = alternate(s.Links)
	if s.URL == "" {
		s.URL = t.address(e, "link")
	}
	page := parseURL(s.URL)
	typed := *t
	typed.atom = true
	s.Title = typed.titled(e, e.value("title"), "title")
	s.Description = typed.prose(e, "", page, "subtitle", "tagline")
	s.Rights = typed.prose(e, "", page, "rights", "copyright")
	s.Icon = t.address(e, "icon", "logo")
	s.Updated = t.date(e, "updated", "modified")
	s.Authors = t.atomPeople(e, "author")
	s.Contributors = t.atomPeople(e, "contributor")
	e.each("category", func(k *element) {
		categorise(&s.Categories, store.Category{Term: safe.Plain(k.attr("term")), Scheme: k.attr("scheme"), Label: safe.Plain(k.attr("label"))})
	})
	if g := e.find("generator"); g != nil {
		s.Generator = Generator{Name: safe.Line(g.text), URL: absolute(g.attr("uri"), t.at(g)), Version: term(g.attr("version"))}
	}
	return s
}

// unprefixed returns e with the Atom elements in it under their own names.
func unprefixed(e *element) *element {
	out := *e
	out.kids = make([]element, len(e.kids))
	for i, k := range e.kids {
		k.name = strings.TrimPrefix(k.name, "atom:")
		out.kids[i] = k
	}
	return &out
}

func languageOf(e *element, names ...string) string {
	if k := e.find(names...); k != nil {
		return k.lang
	}
	return ""
}
