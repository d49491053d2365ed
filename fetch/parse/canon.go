package parse

import (
	"bytes"
	"strings"
)

// document writes the side table as a small, well-formed feed: what gofeed
// reads. It holds the entries that pick names, in that order, or where pick is
// nil the feed's own properties. Dates stay in the table, of which gofeed
// knows fewer forms and takes longer, and so do ids, people and addresses,
// which it would change or cut off from their base.
func (t *table) document(pick []int) []byte {
	w := writer{}
	if t.atom {
		w.open(`feed xmlns="http://www.w3.org/2005/Atom"`)
		if pick == nil {
			w.properties(&t.feed, atomOrder)
		}
		t.picked(&w, pick, "entry", atomOrder)
		w.close("feed")
		return w.Bytes()
	}
	w.open(`rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"`)
	w.open("channel")
	if pick == nil {
		w.properties(&t.feed, rssOrder)
	}
	t.picked(&w, pick, "item", rssOrder)
	w.close("channel")
	w.close("rss")
	return w.Bytes()
}

// picked writes the picked entries as elements of that name.
func (t *table) picked(w *writer, pick []int, name string, order []property) {
	for _, i := range pick {
		w.open(name)
		w.properties(&t.entries[i].element, order)
		w.close(name)
	}
}

// A property tells how an element is written: which attributes gofeed reads,
// and whether there may be more than one of it.
type property struct {
	name  string
	many  bool
	box   bool
	attrs []string
}

var rssOrder = []property{
	{name: "title"},
	{name: "description"},
	{name: "content:encoded"},
	{name: "copyright"},
	{name: "generator"},
	{name: "guid"},
	{name: "category", many: true, attrs: []string{"domain"}},
	{name: "enclosure", many: true, attrs: []string{"url", "type", "length"}},
	{name: "source", attrs: []string{"url"}},
	{name: "ttl"},
	{name: "skiphours", box: true},
	{name: "skipdays", box: true},
	{name: "hour", many: true},
	{name: "day", many: true},
}

var atomOrder = []property{
	{name: "title"},
	{name: "subtitle"},
	{name: "tagline"},
	{name: "rights"},
	{name: "copyright"},
	{name: "summary"},
	{name: "content"},
	{name: "generator", attrs: []string{"uri", "url", "version"}},
	{name: "category", many: true, attrs: []string{"term", "scheme", "label"}},
}

// A writer writes XML that any parser reads.
type writer struct{ bytes.Buffer }

func (w *writer) open(tag string) {
	w.WriteByte('<')
	w.WriteString(tag)
	w.WriteByte('>')
}

func (w *writer) close(name string) {
	w.WriteString("</")
	w.WriteString(name)
	w.WriteByte('>')
}

// properties writes the kids of e in their order. A property of which there
// may be only one is the first that says anything.
func (w *writer) properties(e *element, order []property) {
	for i := range order {
		p := &order[i]
		if !p.many {
			if kid := e.find(p.name); kid != nil {
				w.property(kid, p, order)
			}
			continue
		}
		e.each(p.name, func(kid *element) { w.property(kid, p, order) })
	}
}

func (w *writer) property(e *element, p *property, order []property) {
	w.WriteByte('<')
	w.WriteString(p.name)
	for _, name := range p.attrs {
		if v := e.attr(name); v != "" {
			w.WriteByte(' ')
			w.WriteString(name)
			w.WriteString(`="`)
			w.WriteString(attrEscaper.Replace(v))
			w.WriteByte('"')
		}
	}
	w.WriteByte('>')
	if p.box {
		w.properties(e, order)
	} else {
		w.text(e.text)
	}
	w.close(p.name)
}

// text writes a CDATA section: gofeed would decode anything else twice.
func (w *writer) text(s string) {
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	w.WriteString("<![CDATA[")
	w.WriteString(strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>"))
	w.WriteString("]]>")
}

var attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&#34;", "\n", " ", "\r", " ", "\t", " ")
