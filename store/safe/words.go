package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// simpleText is [Text] for fragments that a program wrote: nothing but text and
// tags, each closed where it seems to be, as all that Rewrite and Simple make.
// ok is false for all else. It is what every article goes through, and needs no
// tokenizer with a buffer of its own.
func simpleText(fragment string) (text string, ok bool) {
	b := block{}
	b.out.Grow(len(fragment))
	for {
		i := strings.IndexByte(fragment, '<')
		if i < 0 {
			b.decoded(fragment)
			return b.text(), true
		}
		b.decoded(fragment[:i])
		fragment = fragment[i:]
		n, a := tagAt(fragment)
		if n == 0 || a == 0 || silent(a) || raw(a) {
			return "", false
		}
		b.part(a)
		fragment = fragment[n:]
	}
}

// decoded writes text with references.
func (b *block) decoded(s string) {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	b.write(s)
}

// tagAt returns the length and name of the tag that s begins with, 0 if it is
// anything else, or one that parsers may end elsewhere.
func tagAt(s string) (n int, a atom.Atom) {
	from := 1
	if strings.HasPrefix(s, "</") {
		from = 2
	}
	n = from
	for n < len(s) && alnum(s[n]) {
		n++
	}
	if n == from || n == len(s) || s[from]|0x20 < 'a' {
		return 0, 0
	}
	a = lookup(s[from:n])
	if s[n] == '>' {
		return n + 1, a
	}
	if from == 2 || s[n] != ' ' && s[n] != '/' {
		return 0, 0
	}
	quoted := false
	for ; n < len(s); n++ {
		switch c := s[n]; {
		case c == '"' && !quoted && s[n-1] != '=':
			return 0, 0
		case c == '"':
			quoted = !quoted
		case c == '\'' && !quoted, c == '<', c == 0:
			return 0, 0
		case c == '>' && !quoted:
			return n + 1, a
		}
	}
	return 0, 0
}

// raw reports whether the content of an element is no markup.
func raw(a atom.Atom) bool {
	switch a {
	case atom.Title, atom.Noscript, atom.Xmp, atom.Plaintext:
		return true
	}
	return false
}

// write adds text, white space collapsed.
func (b *block) write(s string) {
	s = characters(s)
	for i := 0; i < len(s); {
		if n := space(s[i:]); n > 0 {
			b.gap = true
			i += n
			continue
		}
		end := i + 1
		for end < len(s) && space(s[end:]) == 0 {
			end++
		}
		b.word(s[i:end])
		i = end
	}
}

// space returns the length of the white space that s begins with.
func space(s string) int {
	switch c := s[0]; {
	case c == ' ' || c >= '\t' && c <= '\r':
		return 1
	case c < utf8.RuneSelf || c != 0xC2 && c < 0xE1 || c > 0xE3: // most letters of most scripts
		return 0
	}
	if r, n := utf8.DecodeRuneInString(s); unicode.IsSpace(r) {
		return n
	}
	return 0
}
