package parse

import (
	"strings"
	"unicode/utf8"

	"wiredesk/fetch/clean"
)

// A capture gathers the text of one element, and its markup once there is any.
type capture struct {
	plain  string // while one piece is all
	buf    []byte
	cdata  bool
	markup bool
}

func (c *capture) add(s string, cdata bool) {
	c.cdata = c.cdata || cdata
	if c.markup && !cdata {
		s = escape(s)
	}
	switch {
	case s == "":
	case c.plain == "" && c.buf == nil:
		c.plain = s
	default:
		c.spill()
		if len(c.buf) <= maxText {
			c.buf = append(c.buf, s...)
		}
	}
}

// spill moves the one piece into the buffer.
func (c *capture) spill() {
	if c.buf == nil {
		c.buf = make([]byte, 0, 2*len(c.plain)+256)
		c.buf = append(c.buf, c.plain...)
		c.plain = ""
	}
}

// startMarkup turns what was plain text into markup. What was in a CDATA
// section was meant as HTML.
func (c *capture) startMarkup() {
	if c.markup {
		return
	}
	c.spill()
	if !c.cdata {
		c.buf = []byte(escape(string(c.buf)))
	}
	c.markup = true
}

func (c *capture) startTag(name string, attrs []attr) {
	if len(c.buf) > maxText {
		return
	}
	c.buf = append(append(c.buf, '<'), name...)
	for _, a := range attrs {
		c.buf = append(append(append(c.buf, ' '), a.name...), '=', '"')
		c.buf = append(append(c.buf, escape(a.value)...), '"')
	}
	c.buf = append(c.buf, '>')
}

func (c *capture) endTag(name string) {
	if !void[name] {
		c.buf = append(append(append(c.buf, '<', '/'), name...), '>')
	}
}

func (c *capture) result() (text string, markup, cdata bool) {
	if c.buf != nil {
		return string(c.buf), c.markup, c.cdata
	}
	return c.plain, c.markup, c.cdata
}

// openMarkup opens an element inside a text.
func (b *builder) openMarkup(f *frame, t token) {
	text := &b.stack[b.inText]
	text.text.startMarkup()
	_, local := split(t.name)
	f.el.name = strings.ToLower(local)
	if f.el.base != text.el.base {
		resolveAttrs(f)
	}
	// The div around XHTML is no part of it (RFC 4287, 3.1.1.3).
	f.quiet = f.el.name == "div" && b.top().kind == textFrame && strings.Contains(text.el.attr("type"), "xhtml") && wrapper(f)
	if !f.quiet {
		text.text.startTag(f.el.name, f.el.attrs)
	}
	switch {
	case t.empty:
		if !f.quiet {
			text.text.endTag(f.el.name)
		}
	case !void[f.el.name]:
		b.push(*f)
		return
	}
	b.scope = b.scope[:f.scope]
}

// wrapper reports whether a div has nothing to say of its own.
func wrapper(f *frame) bool { return len(f.el.attrs) == 0 }

// resolveAttrs makes addresses absolute where an xml:base inside the text
// holds for them: later on nobody knows of it.
func resolveAttrs(f *frame) {
	if f.el.base == nil {
		return
	}
	for i, a := range f.el.attrs {
		if addressed[strings.ToLower(a.name)] {
			if u := clean.URL(a.value, f.el.base); u != "" {
				f.el.attrs[i].value = u
			}
		}
	}
}

// cutText shortens a text to the limit, at a character and not inside a tag.
func cutText(s string) string {
	n := maxText
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	s = s[:n]
	if i := strings.LastIndexByte(s, '<'); i > n-1<<12 && strings.IndexByte(s[max(i, 0):], '>') < 0 && i >= 0 {
		s = s[:i]
	}
	return s
}
