package parse

import (
	"net/url"
	"strings"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/clean"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// A jsonFeed reads JSON Feed 1.0 and 1.1. It takes every field by itself, so
// that a wrong one costs that field and a wrong item that item (RELIABILITY-X6).
type jsonFeed struct {
	doc     *Document
	home    *url.URL // base of the feed's own addresses
	page    *url.URL // base of its items'
	items   []string // raw
	listed  bool     // there is a list of items
	version string
	dates   table // for reading dates only
	notes   notes
}

func parseJSON(text string, o *Options) (*Document, error) {
	p := &jsonFeed{doc: &Document{}, home: documentURL(o)}
	r := &jsonReader{s: text}
	if err := p.feed(r); err != nil {
		return nil, err
	}
	f := &p.doc.Feed
	if f.Language == "" {
		f.Language = language(headerLanguage(o))
	}
	p.page = parseURL(f.URL)
	if p.page == nil {
		p.page = p.home
	}
	p.dates.zone, p.dates.lang = o.Zone, o.Lang
	if f.Language != "" {
		p.dates.lang = f.Language
	}
	p.dates.lang = clean.Located(p.dates.lang, o.URL)
	t := table{format: f.Format, entries: make([]entry, len(p.items))}
	for i, raw := range p.items {
		t.entries[i].print = xxhash.Sum64String(raw)
	}
	prints := fingerprints(&t, f, o)
	p.doc.Items = make([]Item, len(p.items))
	for i, fp := range prints {
		p.doc.Items[i].Fingerprint = fp
	}
	pick := unknown(prints, o.Known)
	for _, i := range pick {
		p.item(&p.doc.Items[i], &jsonReader{s: p.items[i]})
	}
	identify(p.doc, pick)
	if r.cut {
		p.doc.Cut = true
		p.notes.add(cutNote)
	}
	if r.odd {
		p.notes.add("the JSON is ill-formed")
	}
	p.doc.Warnings = p.notes.list()
	return p.doc, nil
}

// feed reads the outer object. Items are read later: what they inherit may
// stand behind them.
func (p *jsonFeed) feed(r *jsonReader) error {
	f := &p.doc.Feed
	var authors crowd
	var home, self, icon, favicon, next, about string
	over := false
	r.object(func(key string) {
		switch key {
		case "version":
			p.version = r.text()
		case "title":
			f.Title = headline(r.text())
		case "description":
			about = r.text()
		case "home_page_url":
			home = r.text()
		case "feed_url":
			self = r.text()
		case "icon":
			icon = r.text()
		case "favicon":
			favicon = r.text()
		case "next_url":
			next = r.text()
		case "language":
			f.Language = language(r.text())
		case "authors", "author":
			p.people(r, &authors)
		case "hubs":
			p.hubs(r)
		case "items":
			over = p.list(r) || over
		}
	})
	f.URL, f.Self, f.Next = absolute(home, p.home), absolute(self, p.home), absolute(next, p.home)
	f.Image.URL, f.Icon = absolute(icon, p.home), absolute(favicon, p.home)
	f.Description = clean.HTML(paragraphs(about, true), p.home)
	f.Authors = authors
	if over {
		return refuse(store.CodeHostile, "more than %d entries", maxEntries)
	}
	return p.accept()
}

// accept names the format, or refuses what is JSON of another kind.
func (p *jsonFeed) accept() error {
	p.doc.Feed.Format = "json10"
	if strings.HasSuffix(strings.TrimRight(p.version, "/"), "1.1") {
		p.doc.Feed.Format = "json11"
	}
	named := strings.Contains(p.version, "jsonfeed.org")
	switch {
	case !p.listed && !named:
		return refuse(store.CodeNotFeed, "it is JSON, but has no list of items")
	case !named && !p.plausible():
		return refuse(store.CodeNotFeed, "it is JSON of another kind")
	}
	return nil
}

// plausible reports whether the first item looks like one.
func (p *jsonFeed) plausible() bool {
	found := len(p.items) == 0
	for _, raw := range p.items[:min(len(p.items), 1)] {
		r := &jsonReader{s: raw}
		r.object(func(key string) {
			switch key {
			case "id", "url", "content_html", "content_text", "external_url":
				found = true
			}
		})
	}
	return found
}

// list takes the items as they stand, and reports whether there are too many.
func (p *jsonFeed) list(r *jsonReader) (over bool) {
	n := 0
	list := r.array(func() {
		start, isObject := r.i, r.space() == '{'
		r.skip()
		switch n++; {
		case !isObject:
			p.notes.add("an item that is no object was dropped")
		case n > maxEntries:
			over = true
		case len(p.items) < maxKept:
			p.items = append(p.items, r.s[start:r.i])
		default:
			p.notes.once("entries beyond the 2,000th were dropped")
		}
	})
	p.listed = p.listed || list
	return over
}

func (p *jsonFeed) hubs(r *jsonReader) {
	r.array(func() {
		r.object(func(key string) {
			if key != "url" {
				return
			}
			if u := absolute(r.text(), p.home); u != "" && len(p.doc.Feed.Hubs) < maxList {
				p.doc.Feed.Hubs = append(p.doc.Feed.Hubs, u)
			}
		})
	})
}

// people reads a list of authors, one author, or a bare name.
func (p *jsonFeed) people(r *jsonReader, c *crowd) {
	one := func() {
		if r.space() != '{' {
			c.add(person(r.text()))
			return
		}
		var who store.Person
		email := ""
		r.object(func(key string) {
			switch key {
			case "name":
				who.Name = safe.Plain(r.text())
			case "email":
				email = r.text()
			case "url":
				who.URL = absolute(r.text(), p.home)
			}
		})
		c.add(withEmail(who, email))
	}
	if r.space() == '[' {
		r.array(one)
		return
	}
	one()
}

// A jsonItem is what an item says, before any of it is resolved.
type jsonItem struct {
	address, external, image, banner, content, text, summary string
	authors                                                  crowd
}

// item reads one item.
func (p *jsonFeed) item(it *Item, r *jsonReader) {
	var in jsonItem
	r.object(func(key string) { p.member(it, &in, r, key) })
	p.addresses(it, in.address, in.external)
	base := parseURL(it.URL)
	if base == nil {
		base = p.page
	}
	if in.content == "" {
		in.content = paragraphs(in.text, true)
	}
	it.ContentHTML = clean.HTML(in.content, base)
	it.SummaryHTML = clean.HTML(paragraphs(in.summary, true), base)
	if it.Image.URL = absolute(in.image, base); it.Image.URL == "" {
		it.Image.URL = absolute(in.banner, base)
	}
	if it.Authors = in.authors; len(in.authors) == 0 {
		it.Authors = p.doc.Feed.Authors
	}
	if it.Language == "" {
		it.Language = p.doc.Feed.Language
	}
}

func (p *jsonFeed) member(it *Item, in *jsonItem, r *jsonReader, key string) {
	switch key {
	case "id":
		it.GUID = strings.TrimSpace(r.text())
	case "url":
		in.address = r.text()
	case "external_url":
		in.external = r.text()
	case "title":
		it.Title = headline(r.text())
	case "content_html":
		in.content = r.text()
	case "content_text":
		in.text = r.text()
	case "summary":
		in.summary = r.text()
	case "image":
		in.image = r.text()
	case "banner_image":
		in.banner = r.text()
	case "date_published":
		it.Published = p.dates.parseDate(r.text())
	case "date_modified":
		it.Updated = p.dates.parseDate(r.text())
	case "language":
		it.Language = language(r.text())
	case "authors", "author":
		p.people(r, &in.authors)
	case "tags":
		p.tags(r, it)
	case "attachments":
		r.array(func() { p.attachment(r, it) })
	}
}

// headline reads a title: plain text, but many writers leave entities in it.
func headline(s string) string { return short(safe.Plain(decodeRefs(s, nil))) }

func (p *jsonFeed) addresses(it *Item, address, external string) {
	it.URL, it.External = absolute(address, p.page), absolute(external, p.page)
	it.Permalink = isLink(it.GUID)
	if it.URL == "" && it.Permalink {
		it.URL = absolute(it.GUID, nil)
	}
	if it.URL == "" {
		it.URL = it.External
	}
}

// tags reads a list of tags, or one.
func (p *jsonFeed) tags(r *jsonReader, it *Item) {
	one := func() { categorise(&it.Categories, store.Category{Term: safe.Plain(r.text())}) }
	if r.space() == '[' {
		r.array(one)
		return
	}
	one()
}

func (p *jsonFeed) attachment(r *jsonReader, it *Item) {
	var address, kind, size string
	var title string
	r.object(func(key string) {
		switch key {
		case "url":
			address = r.text()
		case "mime_type":
			kind = r.text()
		case "size_in_bytes":
			size = r.text()
		case "title":
			title = safe.Plain(r.text())
		}
	})
	n := len(it.Enclosures)
	p.dates.enclose(it, p.page, address, kind, size)
	if len(it.Enclosures) > n {
		it.Enclosures[n].Title = title
	}
}
