package parse

import (
	"net/url"
	"strings"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/clean"
	"wiredesk/store"
)

type frameKind uint8

const (
	rootFrame   frameKind = iota // rss, rdf:RDF, feed
	feedFrame                    // channel
	entryFrame                   // item, entry
	boxFrame                     // an element of elements
	textFrame                    // a text
	markupFrame                  // an element inside a text
	skipFrame                    // what nobody reads
)

// A frame is an element that is open.
type frame struct {
	kind  frameKind
	qname string // as the document writes it
	el    element
	text  capture
	scope int // how many namespaces were in scope outside
	start int
	quiet bool // markup: a wrapper that is not written
}

// A builder makes the side table in one pass over the tokens.
type builder struct {
	z        tokenizer
	entities entities
	stack    []frame
	scope    []binding
	inText   int // index of the open text frame; 0: none
	over     int // elements open beyond the depth limit
	rootNS   string
	junk     int  // elements before the root
	after    bool // the root was closed
	lost     int  // namespaces declared there
	kept     int  // properties in the table
	strays   int  // items that were no entries
	table
}

// side reads src into a side table.
func side(src string, base *url.URL, o *Options) (*table, error) {
	b := &builder{z: tokenizer{src: src}}
	b.home, b.zone, b.lang, b.sanitize = base, o.Zone, o.Lang, clean.HTML
	b.feed.base = base
	if err := b.root(); err != nil {
		return nil, err
	}
	for {
		t := b.z.next()
		if t.kind == doneToken {
			break
		}
		if err := b.token(t); err != nil {
			return nil, err
		}
	}
	if b.entities.spent > maxExpansion {
		return nil, refuse(store.CodeHostile, "the DOCTYPE's entities expand to more than %d KiB", maxExpansion>>10)
	}
	b.finish()
	if len(b.entries) == 0 && b.strays > 0 {
		return nil, refuse(store.CodeXML, "the feed has items, but none that can be told from the rest")
	}
	return &b.table, nil
}

func (b *builder) token(t token) error {
	switch t.kind {
	case textToken:
		b.text(decodeRefs(t.text, &b.entities), false)
	case cdataToken:
		b.text(t.text, true)
	case startToken:
		return b.start(t)
	case endToken:
		b.end(t.name)
	}
	return nil
}

func (b *builder) text(s string, cdata bool) {
	switch {
	case b.over > 0 && b.inText == 0:
	case b.inText > 0:
		b.stack[b.inText].text.add(s, cdata)
	case len(b.stack) > 0 && b.top().kind == boxFrame:
		b.top().text.add(s, cdata)
	}
}

func (b *builder) top() *frame { return &b.stack[len(b.stack)-1] }

// start opens an element.
func (b *builder) start(t token) error {
	if len(t.name) > maxName {
		b.over++
		return nil
	}
	scope := len(b.scope)
	if strings.Contains(t.attrs, "xmlns") {
		if err := b.declare(t.attrs); err != nil {
			return err
		}
	}
	f := frame{qname: t.name, scope: scope, start: t.pos}
	f.el.name = b.canonical(t.name)
	f.kind = b.place(&f)
	if b.over > 0 || f.kind != entryFrame && b.tooDeep() {
		if b.lost += len(b.scope) - scope; b.lost > maxInScope {
			return refuse(store.CodeHostile, "more than %d namespaces declared beyond the depth limit", maxInScope)
		}
		b.scope = b.scope[:scope]
		b.notes.add("elements nested too deeply were dropped")
		if !t.empty {
			b.over++
		}
		return nil
	}
	b.inherit(&f, t.attrs)
	if f.kind == markupFrame {
		b.openMarkup(&f, t)
		return nil
	}
	if f.kind == feedFrame {
		b.feed.attrs = append(b.feed.attrs, f.el.attrs...)
		b.feed.base, b.feed.lang = f.el.base, f.el.lang
	}
	b.push(f)
	if t.empty {
		b.pop(true)
	}
	return nil
}

func (b *builder) tooDeep() bool {
	if b.inText > 0 {
		return len(b.stack)-b.inText > maxMarkup
	}
	return len(b.stack) > maxDepth
}

func (b *builder) push(f frame) {
	b.stack = append(b.stack, f)
	if f.kind == textFrame {
		b.inText = len(b.stack) - 1
	}
}

// place decides what an element is, from where it stands, and closes what its
// start shows to have been left open.
func (b *builder) place(f *frame) frameKind {
	name := f.el.name
	switch {
	case name == "item", name == "entry": // some feeds have the other format's
		b.closeTo(b.feedDepth())
		b.over = 0
		return entryFrame
	case name == "channel" && !b.atom && b.inText == 0 && b.over == 0:
		b.closeTo(1)
		return feedFrame
	}
	if q := strings.ToLower(f.qname); q == "item" || q == "entry" {
		b.strays++
	}
	if b.inText > 0 && b.over == 0 {
		if !b.ends(name) {
			return markupFrame
		}
		b.notes.add("a missing end tag was put in")
		b.closeTo(b.inText)
	}
	switch parent := b.top(); {
	case b.after && parent.kind == rootFrame, parent.kind == skipFrame, strings.HasPrefix(name, foreign):
		return skipFrame
	case boxes[name]:
		return boxFrame
	}
	return textFrame
}

// ends reports whether an element of that name cannot stand in the open text.
func (b *builder) ends(name string) bool {
	open := &b.stack[b.inText].el
	if strings.Contains(open.attr("type"), "xml") {
		return false
	}
	prefix, local := split(name)
	if local == name {
		return closers[name] || formText[name] && formText[open.name]
	}
	switch prefix {
	case "content", "dc", "dcterms", "media", "itunes", "feedburner", "atom", "sy":
		return true
	}
	return false
}

// feedDepth is the length of the stack when the feed's properties come next.
func (b *builder) feedDepth() int {
	if len(b.stack) > 1 && b.stack[1].kind == feedFrame {
		return 2
	}
	return 1
}

// closeTo closes elements until n are open.
func (b *builder) closeTo(n int) {
	for len(b.stack) > n {
		b.pop(false)
	}
}

// end closes the innermost element of that name and all within it.
func (b *builder) end(qname string) {
	if b.over > 0 {
		if !b.structural(qname) {
			b.over--
			return
		}
		b.over = 0
	}
	for i := len(b.stack) - 1; i >= 0; i-- {
		// Lengths and first letters first: there may be millions of end tags.
		if open := b.stack[i].qname; len(open) != len(qname) || (open[0]^qname[0])&^0x20 != 0 || !strings.EqualFold(open, qname) {
			continue
		}
		if i == 0 {
			b.closeTo(1)
			b.after = true
			return
		}
		if len(b.stack) > i+1 {
			b.notes.add("a missing end tag was put in")
			b.closeTo(i + 1)
		}
		b.pop(true)
		return
	}
	b.notes.add("an end tag without a start was ignored")
}

// structural reports whether qname closes an entry, the channel or the root.
func (b *builder) structural(qname string) bool {
	for i := 0; i < len(b.stack) && i < 4; i++ {
		if f := &b.stack[i]; f.kind <= entryFrame && strings.EqualFold(f.qname, qname) {
			return true
		}
	}
	return false
}

// pop closes the innermost element and gives it to the one around it.
func (b *builder) pop(whole bool) {
	last := len(b.stack) - 1
	f := &b.stack[last]
	b.scope = b.scope[:f.scope]
	switch f.kind {
	case markupFrame:
		if !f.quiet {
			b.stack[b.inText].text.endTag(f.el.name)
		}
	case textFrame, boxFrame:
		f.el.text, f.el.markup, f.el.cdata = f.text.result()
		if len(f.el.text) > maxText {
			f.el.text = cutText(f.el.text)
			b.notes.add("a text over 1 MiB was cut")
		}
		if f.kind == textFrame {
			b.inText = 0
		}
		b.give(f.el, last)
	case entryFrame:
		if b.atom {
			preferHTML(f.el.kids)
		}
		e := entry{element: f.el, raw: b.z.src[f.start:b.z.pos], whole: whole}
		e.print = xxhash.Sum64String(e.raw)
		if b.entries = append(b.entries, e); len(b.entries) >= 2*maxKept {
			b.newest()
			b.count()
		}
	}
	b.stack[last] = frame{}
	b.stack = b.stack[:last]
}

// give hands a finished property to the element at whose level it stood.
func (b *builder) give(el element, at int) {
	parent := &b.stack[at-1].el
	if kind := b.stack[at-1].kind; kind == rootFrame || kind == feedFrame {
		parent = &b.feed
	}
	switch {
	case el.text == "" && el.attrs == nil && el.kids == nil && el.name != "fh:complete":
		// It says nothing.
	case len(parent.kids) >= maxKids, b.kept >= maxProperties:
		b.notes.add("properties beyond the limit were dropped")
	case el.name == "at:deleted-entry":
		if len(b.deleted) < maxKept {
			b.deleted = append(b.deleted, el)
		}
	default:
		parent.kids = append(parent.kids, el)
		b.kept++
	}
}

// count counts the properties of the entries that were kept.
func (b *builder) count() {
	b.kept = 0
	for i := range b.entries {
		b.kept += len(b.entries[i].kids)
	}
}

// preferHTML puts the richest of several contents before the others.
func preferHTML(kids []element) {
	first := -1
	for i := range kids {
		k := &kids[i]
		switch {
		case k.name != "content":
		case first < 0:
			first = i
		case strings.Contains(k.attr("type"), "html") && !strings.Contains(kids[first].attr("type"), "html"):
			kids[first], kids[i] = kids[i], kids[first]
		}
	}
}

// finish closes what the end of the document left open. The last item stays if
// it can be told from others.
func (b *builder) finish() {
	if len(b.stack) > 1 || !b.after {
		b.cut = true
		b.notes.add(cutNote)
	}
	open := len(b.entries)
	b.closeTo(1)
	for i := len(b.entries) - 1; i >= open; i-- {
		if e := &b.entries[i]; e.value("title", "link", "guid", "id") == "" && e.find("link") == nil {
			b.entries = b.entries[:i]
		}
	}
}
