package safe

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxSimple is how deep elements nest in what [Simple] takes.
const maxSimple = 64

// Simple is [Rewrite] for what most articles are: paragraphs, lists, tables,
// links and pictures, spelled as by a program and properly nested, but for the
// end tags that one may leave out. What is written like this has only one tree,
// so none is built: edit is shown one element with attributes after the other,
// without its surroundings, and reports false if it needs those. ok is false
// for all that is not simple, and then nothing is said of the fragment.
func Simple(fragment string, edit func(n *html.Node) bool) (out string, ok bool) {
	if len(fragment) > MaxHTML/2 {
		return "", false
	}
	s := simple{in: characters(lineFeeds.Replace(fragment)), edit: edit}
	if awkward(s.in) {
		return "", false
	}
	s.out = make([]byte, 0, len(s.in)+len(s.in)/8+64)
	if !s.run() || len(s.out) > MaxHTML/2 {
		return "", false
	}
	if len(s.tags) > 0 && !equal(gate.SanitizeBytes(s.tags), s.tags) {
		return "", false
	}
	return string(s.out), true
}

// lineFeeds does what a parser does first.
var lineFeeds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// simple is one pass over a fragment.
type simple struct {
	in   string
	edit func(n *html.Node) bool
	out  []byte
	tags []byte // those with attributes, for the gate
	open []opened
	node html.Node // the tag at hand
	pre  int       // where the content of the last pre begins in out
	seen bool      // an image is in the last picture
}

// opened is an element that is open.
type opened struct {
	atom   atom.Atom
	hidden bool // its tags are not written
	nest
}

func (s *simple) run() bool {
	for s.in != "" {
		i := strings.IndexByte(s.in, '<')
		if i < 0 {
			i = len(s.in)
		}
		if !s.text(s.in[:i]) {
			return false
		}
		s.in = s.in[i:]
		switch {
		case s.in == "":
		case strings.HasPrefix(s.in, "<!--"):
			if !s.comment() {
				return false
			}
		case strings.HasPrefix(s.in, "</"):
			if !s.end() {
				return false
			}
		case !s.silent("<script", "</script>") && !s.silent("<style", "</style>") && !s.start():
			return false
		}
	}
	for len(s.open) > 0 {
		if s.top() == atom.Picture {
			return false
		}
		s.pop()
	}
	return true
}

func (s *simple) text(t string) bool {
	if t == "" {
		return true
	}
	if framework(s.top()) && strings.Trim(t, " \t\n") != "" {
		return false
	}
	if t[0] == '\n' && s.pre > 0 && s.pre == len(s.out) { // which a parser drops, or not
		return false
	}
	if strings.IndexByte(t, '&') >= 0 {
		if t = html.UnescapeString(t); awkward(t) {
			return false
		}
		t = characters(t)
	}
	s.out = escape(s.out, t, false)
	return true
}

// silent passes over an element that goes with all that is in it.
func (s *simple) silent(start, end string) bool {
	if !strings.HasPrefix(s.in, start) || framework(s.top()) {
		return false
	}
	i := strings.Index(s.in, end)
	if i < 0 || strings.Contains(s.in[1:i], "<!--") || strings.Contains(s.in[1:i], start) {
		return false
	}
	n, attrs := tagEnd(s.in, len(start))
	if n > i || attrs > maxAttrs || s.in[len(start)] != '>' && s.in[len(start)] != ' ' || s.in[n-2] == '/' {
		return false
	}
	s.in = s.in[i+len(end):]
	return true
}

// awkward reports whether a text holds line ends that parsers change, or signs
// whose end has to be found.
func awkward(t string) bool {
	return strings.IndexByte(t, '\r') >= 0 || strings.Contains(t, "\xe2\x81") && strings.ContainsAny(t, "\u2066\u2067\u2068\u2069")
}

// comment passes over a comment that all parsers end at the same place.
func (s *simple) comment() bool {
	end := strings.Index(s.in[4:], "-->")
	if end < 0 || strings.IndexByte(s.in[4:4+end], '>') >= 0 || strings.HasSuffix(s.in[:4+end], "-") {
		return false
	}
	s.in = s.in[4+end+3:]
	return true
}

func (s *simple) end() bool {
	n := 2
	for n < len(s.in) && alnum(s.in[n]) {
		n++
	}
	a := lookup(s.in[2:n])
	if n == len(s.in) || s.in[n] != '>' || kindIn(a) == other || a == atom.Iframe {
		return false
	}
	s.in = s.in[n+1:]
	if void(a) {
		return a == atom.Img // nobody else's end tag means nothing
	}
	if kindIn(a) != phrase && a != atom.P {
		for s.top() != a && (optional(s.top()) || a == atom.Table && tabular(s.top())) {
			s.pop()
		}
	}
	if s.top() == a && a != 0 {
		s.pop()
		return a != atom.Picture || s.seen
	}
	// A </p> without a p makes one.
	if a != atom.P || framework(s.top()) || len(s.open) > 0 && s.open[len(s.open)-1].inline || slices.ContainsFunc(s.open, func(o opened) bool { return o.atom == a }) {
		return false
	}
	s.out = append(s.out, "<p></p>"...)
	return true
}

func (s *simple) top() atom.Atom {
	if n := len(s.open); n > 0 {
		return s.open[n-1].atom
	}
	return 0
}

// pop closes the innermost element.
func (s *simple) pop() {
	last := s.open[len(s.open)-1]
	if !last.hidden {
		s.out = append(append(append(s.out, '<', '/'), last.atom.String()...), '>')
	}
	s.open = s.open[:len(s.open)-1]
}

// optional reports whether the end tag of a may be left out.
func optional(a atom.Atom) bool {
	return a == atom.P || a == atom.Li || a == atom.Dd || a == atom.Dt
}

// tabular reports whether a is a part of a table.
func tabular(a atom.Atom) bool {
	switch a {
	case atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th:
		return true
	}
	return false
}

// framework reports whether a holds parts of a table and nothing else.
func framework(a atom.Atom) bool {
	return a == atom.Table || tabular(a) && a != atom.Caption && a != atom.Td && a != atom.Th
}

// imply closes what the start of an element of that kind ends, and opens the
// body that rows stand in.
func (s *simple) imply(a atom.Atom) {
	k := kindIn(a)
	if k != phrase && k != other && s.top() == atom.P {
		s.pop()
	}
	if k == item && optional(s.top()) && (s.top() == atom.Li) == (a == atom.Li) {
		s.pop()
	}
	if a == atom.Tr && s.top() == atom.Table {
		s.open = append(s.open, opened{atom: atom.Tbody, nest: s.open[len(s.open)-1].nest})
		s.out = append(s.out, "<tbody>"...)
	}
}

func alnum(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

func (s *simple) start() bool {
	n := 1
	for n < len(s.in) && alnum(s.in[n]) {
		n++
	}
	a := lookup(s.in[1:n])
	s.imply(a)
	below, ok := s.fits(a)
	if !ok || len(s.open) >= maxSimple {
		return false
	}
	s.node.DataAtom, s.node.Attr = a, s.node.Attr[:0]
	if n = s.attributes(n); n < 0 {
		return false
	}
	s.in = s.in[n:]
	hidden, ok := s.judge(a)
	if !ok {
		return false
	}
	if !hidden {
		s.write(a.String())
	}
	switch {
	case void(a):
	case a == atom.Iframe:
		return s.frame()
	case a == atom.Picture:
		s.seen = false
		fallthrough
	default:
		s.open = append(s.open, opened{a, hidden, below})
	}
	if a == atom.Pre {
		s.pre = len(s.out)
	}
	return true
}

// frame passes over the content of a frame, which nobody shows.
func (s *simple) frame() bool {
	end := strings.IndexByte(s.in, '<')
	rest, ok := strings.CutPrefix(s.in[max(end, 0):], "</iframe>")
	s.in = rest
	s.out = append(s.out, "</iframe>"...)
	return ok
}

// kindIn is kindOf, with what Simple takes besides.
func kindIn(a atom.Atom) kind {
	switch {
	case a == atom.Font || a == atom.Iframe || a == atom.Picture:
		return phrase
	case a == atom.Table || tabular(a):
		return container
	}
	return kindOf(a)
}

// fits reports whether an element stays where it is written, as steady does
// for one in a tree, and what holds for those in it.
func (s *simple) fits(a atom.Atom) (below nest, ok bool) {
	var parent atom.Atom
	if n := len(s.open); n > 0 {
		parent, below = s.open[n-1].atom, s.open[n-1].nest
	}
	if parent == atom.Picture || a == atom.Source {
		return below, parent == atom.Picture && (a == atom.Source || a == atom.Img)
	}
	if tabular(a) || framework(parent) {
		below.inline = false
		return below, partOf(a, parent)
	}
	switch kindIn(a) {
	case phrase:
		if a == atom.A && below.link {
			return below, false
		}
		below.link = below.link || a == atom.A
		return below, true
	case container:
		return below, !below.inline
	case item:
		return below, !below.inline && listOf(a, parent)
	case line:
		ok = !below.inline
		below.inline = true
		return below, ok
	}
	return below, false
}

// partOf reports whether a part of a table stands where it belongs.
func partOf(a, parent atom.Atom) bool {
	switch a {
	case atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot:
		return parent == atom.Table
	case atom.Tr:
		return parent == atom.Thead || parent == atom.Tbody || parent == atom.Tfoot
	case atom.Td, atom.Th:
		return parent == atom.Tr
	}
	return false
}
