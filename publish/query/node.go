package query

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// An op says how a node joins its kids.
type op uint8

const (
	opLeaf op = iota
	opAnd
	opOr
	opNot
)

// A node is one part of a parsed query.
type node struct {
	op         op
	kids       []*node
	leaf       *leaf
	start, end int // in the source, as byte offsets
}

// A kind says how a leaf is tested.
type kind uint8

const (
	everything kind = iota
	words           // one word, or several in a row
	near            // several words close together, in any order
	pattern         // regular expression
	facet           // whole value of source, tag, lang or site
	outlets         // number of sources
	age             // time since first seen
)

// A leaf is one condition without AND, OR or NOT.
type leaf struct {
	kind   kind
	field  field
	words  []word
	within int // near: how many words apart
	re     *regexp.Regexp
	raw    string // pattern: as written between the slashes
	cmp    string // outlets, age: one of < <= = >= >
	count  int
	span   time.Duration
}

// A word is folded, not stemmed.
type word struct {
	text     string
	exact    bool
	prefix   bool
	unspaced bool
}

func (n *node) String() string {
	switch n.op {
	case opAnd:
		return join(n.kids, " ", opOr)
	case opOr:
		return join(n.kids, " OR ", opAnd)
	case opNot:
		if k := n.kids[0]; k.op == opAnd || k.op == opOr {
			return "-(" + k.String() + ")"
		}
		return "-" + n.kids[0].String()
	}
	return n.leaf.String()
}

// join writes kids with sep between them, and those of op wrap in parentheses.
func join(kids []*node, sep string, wrap op) string {
	var b strings.Builder
	for i, k := range kids {
		if i > 0 {
			b.WriteString(sep)
		}
		if k.op == wrap {
			b.WriteString("(" + k.String() + ")")
			continue
		}
		b.WriteString(k.String())
	}
	return b.String()
}

func (l *leaf) String() string {
	prefix := ""
	if l.field != anyText {
		prefix = l.field.String() + ":"
	}
	switch l.kind {
	case everything:
		return "*"
	case pattern:
		return prefix + "/" + l.raw + "/"
	case outlets:
		return "outlets:" + l.cmp + strconv.Itoa(l.count)
	case age:
		return "age:" + l.cmp + l.span.String()
	case near:
		return fmt.Sprintf("%s%s~%d", prefix, l.quoted(true), l.within)
	}
	return prefix + l.quoted(false)
}

// quoted writes the words of a leaf, in quotes where they are needed.
func (l *leaf) quoted(always bool) string {
	var list []string
	for _, w := range l.words {
		text := w.text
		if w.prefix {
			text += "*"
		}
		list = append(list, text)
	}
	text, equals := strings.Join(list, " "), ""
	if len(l.words) > 0 && l.words[0].exact {
		equals = "="
	}
	if always || len(list) > 1 || l.kind == facet && strings.ContainsFunc(text, needsQuotes) {
		return equals + `"` + text + `"`
	}
	return equals + text
}

func needsQuotes(r rune) bool { return !wordRune(r) && r != '.' && r != '_' && r != '-' && r != '*' }

// A field is what a leaf looks at.
type field uint8

const (
	anyText    field = iota // title, intro and body
	fTitle                  // headline
	fIntro                  // title and first paragraph
	fBody                   // all but the title
	fCategory               // categories
	fAuthor                 // byline
	fCredit                 // wire agency
	fURL                    // words of the address
	fSource                 // the source's ID or name
	fTag                    // tags of the source
	fLang                   // language
	fSite                   // host of the address
	fOutlets                // number of sources
	fAge                    // time since first seen
	fieldCount              // how many there are
)

func (f field) String() string {
	return [fieldCount]string{
		"text", "title", "intro", "body", "category", "author", "credit", "url", "source", "tag",
		"lang", "site", "outlets", "age",
	}[f]
}

// fieldNamed returns the field that people call name.
func fieldNamed(name string) (field, bool) {
	for f := fTitle; f < fieldCount; f++ {
		if f.String() == name {
			return f, true
		}
	}
	return anyText, false
}

// stemmed reports whether the words of the field are compared by their stems:
// names and addresses are not.
func (f field) stemmed() bool { return f <= fCategory }

// facet reports whether the field is compared as a whole.
func (f field) facet() bool { return fSource <= f && f <= fSite }
