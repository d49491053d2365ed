package parse

import (
	"net/url"
	"strings"

	"wiredesk/store"
)

// root finds the root element of a feed, whatever a broken script printed
// before it, and refuses documents of other kinds by name.
func (b *builder) root() error {
	var netscape, page bool
	for {
		t := b.z.next()
		switch t.kind {
		case doneToken:
			if page {
				return refuse(store.CodeHTML, "the document is a web page")
			}
			return refuse(store.CodeNotFeed, "neither RSS, Atom nor JSON Feed was found in it")
		case doctypeToken:
			page = strings.HasPrefix(strings.ToLower(strings.TrimSpace(t.text[9:])), "html")
			netscape = strings.Contains(t.text, "netscape.com")
			if err := b.entities.declare(t.text); err != nil {
				return err
			}
		case startToken:
			if len(t.name) > maxName {
				continue
			}
			known, err := b.open(t, netscape)
			if known || err != nil {
				return err
			}
		}
	}
}

// open starts the table if t is a feed's root.
func (b *builder) open(t token, netscape bool) (known bool, err error) {
	scope := len(b.scope)
	if strings.Contains(t.attrs, "xmlns") {
		if err := b.declare(t.attrs); err != nil {
			return false, err
		}
	}
	prefix, local := split(t.name)
	local = strings.ToLower(local)
	f := frame{kind: rootFrame, qname: t.name, start: t.pos}
	f.el.base = b.feed.base
	first := b.junk == 0 // other documents have channels and entries further down
	switch {
	case local == "rss", local == "rdf", local == "channel" && first:
		b.format = b.rssFormat(local, t.attrs, netscape)
	case local == "feed" && (first || strings.Contains(t.attrs, "xmlns")), local == "entry" && first:
		b.atom, b.format = true, b.atomFormat(prefix, t.attrs)
	default:
		b.junk++
		b.scope = b.scope[:scope]
		return false, foreignRoot(local)
	}
	b.rootNS = b.resolve(prefix)
	b.inherit(&f, t.attrs)
	b.feed.name, b.feed.attrs, b.feed.base, b.feed.lang = local, f.el.attrs, f.el.base, f.el.lang
	b.stack = append(b.stack, f)
	if local == "entry" || local == "channel" { // without the root around it
		b.stack[0].qname = "\x00"
		if local == "channel" {
			f.kind = feedFrame
		} else {
			f.kind = entryFrame
		}
		f.el.name = local
		b.push(f)
	}
	if t.empty {
		b.after = true
	}
	return true, nil
}

// foreignRoot names the kinds of documents that are often found at a feed's
// address. Other elements may be junk before the root.
func foreignRoot(local string) error {
	switch local {
	case "html", "head", "body":
		return refuse(store.CodeHTML, "the document is a web page")
	case "opml":
		return refuse(store.CodeNotFeed, "the document is an OPML list of feeds; import it instead")
	case "urlset", "sitemapindex":
		return refuse(store.CodeNotFeed, "the document is a sitemap")
	case "envelope":
		return refuse(store.CodeNotFeed, "the document is a SOAP message")
	case "svg", "opensearchdescription", "error", "errors":
		return refuse(store.CodeNotFeed, "the document's root is <%s>", local)
	}
	return nil
}

func (b *builder) rssFormat(root, attrs string, netscape bool) string {
	var version string
	eachAttr(attrs, func(name, value string) {
		if strings.EqualFold(name, "version") {
			version = strings.TrimSpace(value)
		}
	})
	switch {
	case root == "rdf":
		if strings.Contains(attrs, "/rdf/simple/0.9") {
			return "rss090"
		}
		return "rss10"
	case version == "0.90":
		return "rss090"
	case version == "0.91" && netscape:
		return "rss091n"
	case version == "0.91":
		return "rss091u"
	case version == "0.92", version == "0.93", version == "0.94":
		return "rss09" + version[3:]
	case strings.HasPrefix(version, "2"):
		return "rss20"
	case version == "1.0":
		return "rss10"
	}
	return "rss"
}

func (b *builder) atomFormat(prefix, attrs string) string {
	format := "atom"
	eachAttr(attrs, func(name, value string) {
		p, local := split(name)
		switch {
		case name == "version" && strings.TrimSpace(value) == "0.3":
			format = "atom03"
		case p == "xmlns" && local == prefix || p == "" && local == "xmlns" && prefix == "":
			switch uri := strings.ToLower(strings.TrimSpace(value)); {
			case strings.HasPrefix(uri, "http://purl.org/atom/ns#"):
				format = "atom03"
			case prefixOf(uri) == "atom":
				format = "atom10"
			}
		}
	})
	return format
}

// declare takes the namespaces of a start tag into scope.
func (b *builder) declare(attrs string) error {
	eachAttr(attrs, func(name, value string) {
		switch prefix, local := split(name); {
		case prefix == "xmlns":
			b.scope = append(b.scope, binding{local, prefixOf(decodeRefs(value, nil))})
		case name == "xmlns" && value == "":
			b.scope = append(b.scope, binding{"", native})
		case name == "xmlns":
			b.scope = append(b.scope, binding{"", prefixOf(decodeRefs(value, nil))})
		}
	})
	if len(b.scope) > maxInScope {
		return refuse(store.CodeHostile, "more than %d namespaces in scope", maxInScope)
	}
	return nil
}

// resolve returns the canonical prefix that a prefix is bound to.
func (b *builder) resolve(prefix string) string {
	for i := len(b.scope) - 1; i >= 0; i-- {
		if b.scope[i].prefix == prefix {
			return b.scope[i].canonical
		}
	}
	if prefix == "" {
		return native
	}
	return usual(prefix)
}

// canonical returns an element's name as the rest of the package knows it.
// Whatever namespace the root is in is the format's own, and so is what has no
// prefix and an unknown namespace: feeds bind the oddest ones.
func (b *builder) canonical(qname string) string {
	prefix, local := split(qname)
	local = strings.ToLower(local)
	p := b.resolve(prefix)
	switch {
	case p == native, p == foreign && prefix == "", p == b.rootNS && p != foreign && p != "rdf":
		return local
	case p == "rss" && !b.atom, p == "atom" && b.atom:
		return local
	}
	return p + ":" + local
}

// inherit gives an element its attributes and what is in scope.
func (b *builder) inherit(f *frame, attrs string) {
	if n := len(b.stack); n > 0 {
		f.el.base, f.el.lang = b.stack[n-1].el.base, b.stack[n-1].el.lang
	}
	if f.kind == skipFrame || strings.TrimSpace(attrs) == "" {
		return
	}
	dropped := eachAttr(attrs, func(name, raw string) {
		value := decodeRefs(raw, &b.entities)
		switch prefix, local := split(name); {
		case prefix == "xmlns", name == "xmlns":
		case name == "xml:base":
			f.el.base = join(f.el.base, value)
		case name == "xml:lang":
			f.el.lang = language(value)
		case f.kind == markupFrame:
			f.el.attrs = append(f.el.attrs, attr{name, value})
		case prefix != "":
			f.el.attrs = append(f.el.attrs, attr{strings.ToLower(local), value})
		default:
			f.el.attrs = append(f.el.attrs, attr{strings.ToLower(name), value})
		}
	})
	if dropped {
		b.notes.add("attributes beyond the 256th of an element were dropped")
	}
}

// join resolves a base against the one around it. A relative one without any
// around it says nothing.
func join(base *url.URL, ref string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil {
		return base
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if !u.IsAbs() {
		return base
	}
	return u
}
