package parse

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// common fills in what items of all XML formats may have.
func (t *table) common(it *Item, e *element, f *Feed) {
	for _, l := range it.Links {
		if l.Rel == "enclosure" {
			t.enclose(it, nil, l.URL, l.Type, l.Length)
		}
	}
	t.media(it, e, 0)
	for _, name := range []string{"itunes:image", "image", "googleplay:image"} {
		if k := e.find(name); k != nil && it.Image.URL == "" {
			it.Image = t.imageOf(k)
		}
	}
	if it.Image.URL == "" && len(it.Thumbnails) > 0 {
		it.Image = it.Thumbnails[0]
	}
	if it.Image.URL != "" && it.Image.Credit == "" && len(it.Credits) > 0 {
		it.Image.Credit = it.Credits[0].Content
	}
	it.TitleLanguage = languageOf(e, "title")
	it.SummaryLanguage = languageOf(e, "description", "summary")
	it.ContentLanguage = languageOf(e, "content:encoded", "content", "xhtml:body", "body", "fullitem", "xhtml:div")
	for _, l := range []string{language(e.value("dc:language", "language")), e.lang, f.Language} {
		if it.Language == "" {
			it.Language = l
		}
	}
}

// media reads Media RSS (media:content, groups of it, thumbnails).
func (t *table) media(it *Item, e *element, depth int) {
	for _, preferred := range []bool{true, false} {
		for i := range e.kids {
			if k := &e.kids[i]; k.name == "media:content" && (k.attr("isdefault") == "true") == preferred {
				t.mediaContent(it, k, depth)
			}
		}
	}
	e.each("media:thumbnail", func(k *element) {
		if img := t.imageOf(k); img.URL != "" && len(it.Thumbnails) < maxList {
			it.Thumbnails = append(it.Thumbnails, img)
		}
	})
	e.each("media:credit", func(k *element) {
		c := Credit{Role: strings.ToLower(safe.Line(k.attr("role"))), Content: short(safe.Line(k.text))}
		if c.Content != "" && len(it.Credits) < maxList && !slices.Contains(it.Credits, c) {
			it.Credits = append(it.Credits, c)
		}
	})
	e.each("media:group", func(k *element) {
		if depth < 2 {
			t.media(it, k, depth+1)
			t.mediaText(it, k)
		}
	})
}

func (t *table) mediaContent(it *Item, k *element, depth int) {
	kind := k.attr("type")
	if kind == "" && k.attr("medium") != "" && k.attr("medium") != "document" {
		kind = k.attr("medium") + "/*"
	}
	t.enclose(it, t.at(k), k.attr("url"), kind, k.attr("filesize"))
	if strings.HasPrefix(kind, "image/") && it.Image.URL == "" {
		it.Image = t.imageOf(k)
		it.Image.Credit = short(safe.Line(k.value("media:credit")))
		if it.Image.Title == "" {
			it.Image.Title = short(safe.Line(k.value("media:description", "media:title")))
		}
	}
	if depth < 2 {
		t.media(it, k, depth+1)
		t.mediaText(it, k)
	}
}

// mediaText takes title and body from a group, where the item has none.
func (t *table) mediaText(it *Item, e *element) {
	if it.Title == "" {
		it.Title = t.titled(e, "", "", "media:title")
	}
	if it.SummaryHTML == "" && it.ContentHTML == "" {
		it.SummaryHTML = t.prose(e, "", parseURL(it.URL), "media:description")
	}
}

// enclose adds a file to an item, once.
func (t *table) enclose(it *Item, base *url.URL, raw, kind, length string) {
	u := absolute(raw, base)
	if u == "" || len(it.Enclosures) >= maxList {
		return
	}
	for _, x := range it.Enclosures {
		if x.URL == u {
			return
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(length), 10, 64)
	if err != nil || n < 0 {
		n = 0
	}
	it.Enclosures = append(it.Enclosures, store.Enclosure{URL: u, Type: strings.ToLower(term(kind)), Length: n})
}

// imageOf reads the many ways to name a picture.
func (t *table) imageOf(e *element) Image {
	img := Image{Title: safe.Line(e.value("title")), Link: t.address(e, "link"), URL: t.address(e, "url")}
	for _, raw := range []string{e.attr("url"), e.attr("href"), e.attr("resource"), e.text} {
		if img.URL == "" && strings.TrimSpace(raw) != "" {
			img.URL = absolute(raw, t.at(e))
		}
	}
	img.Width, img.Height = size(e, "width"), size(e, "height")
	return img
}

func size(e *element, name string) int {
	v := e.attr(name)
	if v == "" {
		v = e.value(name)
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 1<<16 {
		return 0
	}
	return n
}

func (t *table) feedImage(e *element, f *Feed) {
	for i := range e.kids {
		if k := &e.kids[i]; f.Image.URL == "" && (k.name == "image" || k.name == "itunes:image" || k.name == "itunes:link" && k.attr("rel") == "image" || k.name == "media:thumbnail") {
			f.Image = t.imageOf(k)
		}
	}
}

// categorise adds a category, once.
func categorise(list *[]store.Category, c store.Category) {
	c.Term, c.Scheme = strings.TrimSpace(c.Term), strings.TrimSpace(c.Scheme)
	if c.Term == "" {
		c.Term = c.Label
	}
	if c.Term == "" || len(*list) >= maxList {
		return
	}
	for _, have := range *list {
		if strings.EqualFold(have.Term, c.Term) && have.Scheme == c.Scheme {
			return
		}
	}
	*list = append(*list, c)
}

// moreCategories reads what Dublin Core, podcasts and Media RSS have for
// categories.
func (t *table) moreCategories(e *element, list *[]store.Category) {
	for i := range e.kids {
		switch k := &e.kids[i]; k.name {
		case "dc:subject", "dcterms:subject", "atom:category":
			term := safe.Line(k.text)
			if k.attr("term") != "" {
				term = safe.Plain(k.attr("term"))
			}
			categorise(list, store.Category{Term: term, Scheme: k.attr("scheme"), Label: safe.Plain(k.attr("label"))})
		case "itunes:category", "googleplay:category":
			nested(k, list)
		case "media:category":
			categorise(list, store.Category{Term: safe.Line(k.text), Scheme: k.attr("scheme"), Label: safe.Plain(k.attr("label"))})
		case "media:keywords", "itunes:keywords":
			for word := range strings.FieldsFuncSeq(k.text, func(r rune) bool { return r == ',' || r == ';' }) {
				categorise(list, store.Category{Term: safe.Line(word)})
			}
		}
	}
}

// nested reads podcast categories, which stand inside each other.
func nested(e *element, list *[]store.Category) {
	const scheme = "http://www.itunes.com/"
	categorise(list, store.Category{Term: safe.Plain(e.attr("text")), Scheme: scheme})
	e.each("itunes:category", func(k *element) {
		categorise(list, store.Category{Term: safe.Plain(k.attr("text")), Scheme: scheme})
	})
}
