// Package diff compares two texts word by word, as a reader would: what stayed,
// what went, what came. Its work is bounded whatever it is given.
package diff

import (
	"strings"
	"unicode"
)

// An Op says what happened to a stretch of text.
type Op uint8

const (
	Equal Op = iota
	Delete
	Insert
)

// A Span is a stretch of text that shares one fate. The Equal and Delete spans
// of a list make up the old text, the Equal and Insert spans the new one.
type Span struct {
	Op   Op
	Text string
}

// maxEdits bounds the search for the shortest way from one text to the other:
// time and memory grow with its square. Texts further apart are told as one
// passage that went and one that came.
const maxEdits = 1000

// Words returns how to get from old to new, word by word. White space between
// words goes with the word before it and is not compared.
func Words(old, new string) []Span {
	a, b := split(old), split(new)
	head := 0
	for head < len(a) && head < len(b) && same(a[head], b[head]) {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && same(a[len(a)-1-tail], b[len(b)-1-tail]) {
		tail++
	}
	var l list
	l.add(Equal, b[:head]...)
	l.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	l.add(Equal, b[len(b)-tail:]...)
	return l.spans
}

// Changed counts the words deleted or inserted. A word that took the place of
// another counts once.
func Changed(spans []Span) (words int) {
	gone, came := 0, 0
	for _, s := range spans {
		switch s.Op {
		case Delete:
			gone += len(split(s.Text))
		case Insert:
			came += len(split(s.Text))
		case Equal:
			words += max(gone, came)
			gone, came = 0, 0
		}
	}
	return words + max(gone, came)
}

// split cuts a text into words, each with the white space after it. Characters
// of scripts without spaces are words of their own.
func split(s string) []string {
	var words []string
	start, ended := 0, false
	for i, r := range s {
		space := unicode.IsSpace(r)
		if !space && (ended || i > start && spaceless(r)) {
			words = append(words, s[start:i])
			start, ended = i, false
		}
		ended = ended || space || spaceless(r)
	}
	if start < len(s) && strings.TrimSpace(s[start:]) != "" {
		words = append(words, s[start:])
	}
	return words
}

func spaceless(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func same(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

// A list joins neighbours of one fate.
type list struct{ spans []Span }

func (l *list) add(op Op, words ...string) {
	if len(words) == 0 {
		return
	}
	text := strings.Join(words, "")
	if n := len(l.spans); n > 0 && l.spans[n-1].Op == op {
		l.spans[n-1].Text += text
		return
	}
	l.spans = append(l.spans, Span{op, text})
}

// middle adds the shortest way from a to b.
func (l *list) middle(a, b []string) {
	trace := search(a, b)
	if trace == nil {
		l.add(Delete, a...)
		l.add(Insert, b...)
		return
	}
	ops := walk(trace, len(a), len(b))
	i, j := 0, 0
	for k := 0; k < len(ops); {
		// Of neighbours that went and came, all that went are told first.
		var gone, came []string
		for ; k < len(ops) && ops[k] != Equal; k++ {
			if ops[k] == Delete {
				gone = append(gone, a[i])
				i++
			} else {
				came = append(came, b[j])
				j++
			}
		}
		l.add(Delete, gone...)
		l.add(Insert, came...)
		for ; k < len(ops) && ops[k] == Equal; k++ {
			l.add(Equal, b[j])
			i, j = i+1, j+1
		}
	}
}
