package safe

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// Limits of what is given to the parser. It fails beyond 512 open elements and
// opens every unclosed <b> again in each paragraph, so that both have to be
// bounded before it runs: a stack or a heap that is full cannot be recovered.
const (
	maxDepth  = 200     // elements open at once; deeper ones lose their tags, not their text
	maxFormat = 24      // formatting elements open at once
	maxReopen = 200_000 // formatting elements the parser may open again, over the whole input
	maxAttrs  = 256     // attributes of a tag; a tag with more goes
)

// guard returns s without the tags that would make the parser fail or run
// away. Ordinary input comes back as it is. It need not see tags exactly as
// the parser does: what it overlooks costs time, not safety.
func guard(s string) string {
	g := guarding{in: s}
	g.run()
	if g.reopened > maxReopen {
		g = guarding{in: s, plain: true}
		g.run()
	}
	if g.out == nil {
		return s
	}
	return string(append(g.out, s[g.kept:]...))
}

// guarding is one pass over the bytes.
type guarding struct {
	in       string
	out      []byte // nil while nothing was dropped
	kept     int    // in[:kept] is in out, or was dropped
	open     []atom.Atom
	format   [256]uint8 // unclosed formatting elements, by the low byte of their atom
	formats  int
	reopened int
	plain    bool               // drop all formatting
	endless  map[atom.Atom]bool // raw text elements that no end tag closes any more
}

func (g *guarding) run() {
	for i := 0; ; {
		j := strings.IndexByte(g.in[i:], '<')
		if j < 0 {
			return
		}
		i += j
		end := g.tag(i)
		if end <= i {
			end = i + 1
		}
		i = end
	}
}

// tag looks at what begins with the "<" at i and returns where it ends.
func (g *guarding) tag(i int) int {
	s := g.in[i:]
	switch {
	case len(s) < 2:
		return i + 1
	case strings.HasPrefix(s, "<!--"):
		return i + after(s, "-->")
	case s[1] == '!' || s[1] == '?':
		return i + after(s, ">")
	case s[1] == '/':
		name, _ := tagName(s[2:])
		end := i + after(s, ">")
		if a := lookup(name); a != 0 && !g.close(a) {
			g.drop(i, end)
		}
		return end
	}
	name, n := tagName(s[1:])
	if n == 0 {
		return i + 1
	}
	length, attrs := tagEnd(s, 1+n)
	a := lookup(name)
	if attrs > maxAttrs || !g.start(a) {
		g.drop(i, i+length)
	}
	if rawText(a) {
		return g.raw(i+length, a, name)
	}
	return i + length
}

// raw passes over the content of a raw text element. One that is never closed
// would swallow all that follows: a frame is closed at once, as its author who
// wrote <iframe/> meant, and others but scripts and styles lose their tag.
func (g *guarding) raw(from int, a atom.Atom, name string) int {
	if !g.endless[a] {
		if end := rawEnd(g.in[from:], name); from+end < len(g.in) {
			return from + end
		}
		if g.endless == nil {
			g.endless = map[atom.Atom]bool{}
		}
		g.endless[a] = true // the search is over for the rest of the input
	}
	switch a {
	case atom.Script, atom.Style:
		return len(g.in)
	case atom.Iframe:
		g.drop(from, from)
		g.out = append(g.out, "</iframe>"...)
	default:
		if start := strings.LastIndexByte(g.in[:from], '<'); start >= g.kept {
			g.drop(start, from)
		}
	}
	return from
}

// start takes note of a start tag and reports whether it may stay.
func (g *guarding) start(a atom.Atom) bool {
	if void(a) {
		return true
	}
	if formatting(a) {
		slot := &g.format[byte(a)^byte(a>>8)]
		if g.plain || g.formats >= maxFormat {
			return false
		}
		if a != atom.A || *slot == 0 {
			*slot++
			g.formats++
		}
	} else {
		g.reopened += g.formats
	}
	if n := len(g.open); n > 0 && g.open[n-1] == a && closesItself(a) {
		return true
	}
	if len(g.open) >= maxDepth {
		return false
	}
	g.open = append(g.open, a)
	return true
}

// close takes note of an end tag and reports whether it may stay.
func (g *guarding) close(a atom.Atom) bool {
	if formatting(a) {
		if g.plain {
			return false
		}
		if slot := &g.format[byte(a)^byte(a>>8)]; *slot > 0 {
			*slot--
			g.formats--
		}
	}
	for k := len(g.open) - 1; k >= 0; k-- {
		if g.open[k] == a {
			g.open = g.open[:k]
			break
		}
	}
	return true
}

func (g *guarding) drop(from, to int) {
	if g.out == nil {
		g.out = make([]byte, 0, len(g.in))
	}
	g.out = append(g.out, g.in[g.kept:from]...)
	g.kept = min(to, len(g.in))
}

// after returns the index behind the first mark in s, or the length of s.
func after(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i + len(mark)
	}
	return len(s)
}

// tagName returns the name at the start of s and its length; 0: no name.
func tagName(s string) (string, int) {
	n := 0
	for n < len(s) {
		c := s[n]
		if c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' {
			break
		}
		if n == 0 && (c|0x20 < 'a' || c|0x20 > 'z') {
			return "", 0
		}
		n++
	}
	return s[:n], n
}

// tagEnd returns the length of the tag that begins s, and how many attributes
// it has at most; i is the index behind its name.
func tagEnd(s string, i int) (length, attrs int) {
	gap := false
	for i < len(s) {
		switch c := s[i]; {
		case c == '>':
			return i + 1, attrs
		case c == '=':
			i = skipValue(s, i+1)
			gap = true
			continue
		case c <= ' ' || c == '/':
			gap = true
		case gap:
			attrs++
			gap = false
		}
		i++
	}
	return len(s), attrs
}

// skipValue returns the index behind the attribute value at i.
func skipValue(s string, i int) int {
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		if j := strings.IndexByte(s[i+1:], s[i]); j >= 0 {
			return i + 1 + j + 1
		}
		return len(s)
	}
	for i < len(s) && s[i] > ' ' && s[i] != '>' {
		i++
	}
	return i
}

// rawEnd returns where the end tag of a raw text element begins in s.
func rawEnd(s, name string) int {
	for i := 0; ; {
		j := strings.Index(s[i:], "</")
		if j < 0 {
			return len(s)
		}
		i += j
		if rest := s[i+2:]; len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			return i
		}
		i += 2
	}
}

func lookup(name string) atom.Atom {
	if len(name) > 16 {
		return 0
	}
	var b [16]byte
	n := copy(b[:], name)
	for i, c := range b[:n] {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return atom.Lookup(b[:n])
}

func void(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Keygen,
		atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr, atom.Image:
		return true
	}
	return false
}

func formatting(a atom.Atom) bool {
	switch a {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small,
		atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// closesItself reports whether a start tag of a ends an open element of a.
func closesItself(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Li, atom.Dt, atom.Dd, atom.Option, atom.Tr, atom.Td, atom.Th:
		return true
	}
	return false
}

func rawText(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Xmp, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}
