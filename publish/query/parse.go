package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits on what a stranger may type into a search box.
const (
	MaxLen     = 8 << 10 // bytes
	maxLeaves  = 500
	maxDepth   = 50
	maxPattern = 1000 // bytes of one regular expression
	maxProgram = 1000 // steps of it, repetitions written out: what one character of text may cost
	maxWithin  = 1000
)

// A parser reads a query by recursive descent:
//
//	or   = and { "OR" and }
//	and  = not { [ "AND" ] not }
//	not  = { "NOT" | "-" } leaf
//	leaf = "(" or ")" | [ field ":" ] value
type parser struct {
	src    string
	pos    int
	field  field // of the group that is being read, as in title:(a OR b)
	depth  int
	leaves int
}

// Parse reads a query. What is wrong with it is an [*Error].
func Parse(s string) (*Query, error) {
	p := &parser{src: s}
	root, err := p.whole()
	if err != nil {
		return nil, err
	}
	q := &Query{src: s, root: root}
	q.own = Compile(map[string]*Query{"": q})
	return q, nil
}

func (p *parser) whole() (*node, *Error) {
	if len(p.src) > MaxLen {
		return nil, fail(p.src, MaxLen, "make it shorter, or several topics", "the query is longer than %d bytes", MaxLen)
	}
	if !utf8.ValidString(p.src) {
		return nil, fail(strings.ToValidUTF8(p.src, "?"), 0, "", "the query is not valid UTF-8")
	}
	if p.space(); p.pos == len(p.src) {
		return nil, fail(p.src, 0, "write * to match everything", "the query is empty")
	}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.src) {
		return nil, p.fail(p.pos, "remove it, or open one before", "unexpected )")
	}
	return root, nil
}

func (p *parser) fail(at int, hint, format string, args ...any) *Error {
	return fail(p.src, at, hint, format, args...)
}

func (p *parser) space() {
	rest := strings.TrimLeft(p.src[p.pos:], " \t\r\n\u00a0\u3000")
	p.pos = len(p.src) - len(rest)
}

// bare returns the run of characters at the cursor that a space, a quote or a
// parenthesis ends.
func (p *parser) bare() string {
	rest := p.src[p.pos:]
	if i := strings.IndexAny(rest, " \t\r\n\u00a0\u3000()\"“”"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// keyword moves past word if it stands at the cursor.
func (p *parser) keyword(word string) bool {
	p.space()
	if p.bare() != word {
		return false
	}
	p.pos += len(word)
	return true
}

func (p *parser) or() (*node, *Error) {
	return p.list(opOr, p.and, func() bool { return p.keyword("OR") })
}

func (p *parser) and() (*node, *Error) {
	more := func() bool {
		named := p.keyword("AND")
		p.space()
		return named || p.pos < len(p.src) && p.src[p.pos] != ')' && p.bare() != "OR"
	}
	return p.list(opAnd, p.not, more)
}

// list reads one item, and further ones while more says so. Lists of the same
// op are flattened, so that (a b) c is the same query as a b c.
func (p *parser) list(o op, item func() (*node, *Error), more func() bool) (*node, *Error) {
	p.space()
	n := &node{op: o, start: p.pos}
	for {
		k, err := item()
		if err != nil {
			return nil, err
		}
		if k.op == o {
			n.kids = append(n.kids, k.kids...)
		} else {
			n.kids = append(n.kids, k)
		}
		n.end = k.end
		if !more() {
			break
		}
	}
	if len(n.kids) == 1 {
		return n.kids[0], nil
	}
	return n, nil
}

func (p *parser) not() (*node, *Error) {
	p.space()
	start := p.pos
	switch {
	case p.keyword("NOT"):
	case strings.HasPrefix(p.src[p.pos:], "-"):
		p.pos++
		if next := p.bare(); next == "" && !p.ahead(`("“`) {
			return nil, p.fail(start, "put it right before the word to leave out, as in -football", "- stands alone")
		}
	default:
		return p.leaf()
	}
	if err := p.enter(start); err != nil {
		return nil, err
	}
	defer p.leave()
	k, err := p.not()
	if err != nil {
		return nil, err
	}
	return &node{op: opNot, kids: []*node{k}, start: start, end: k.end}, nil
}

func (p *parser) enter(at int) *Error {
	if p.depth++; p.depth > maxDepth {
		return p.fail(at, "", "nested more than %d deep", maxDepth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// ahead reports whether one of chars stands at the cursor.
func (p *parser) ahead(chars string) bool {
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return p.pos < len(p.src) && strings.ContainsRune(chars, r)
}

func (p *parser) leaf() (*node, *Error) {
	p.space()
	start := p.pos
	if p.pos == len(p.src) {
		return nil, p.fail(start, "", "something is missing at the end")
	}
	if p.ahead(")") {
		return nil, p.fail(start, "", "something is missing before )")
	}
	if w := p.bare(); w == "OR" || w == "AND" {
		return nil, p.fail(start, `to look for the word itself, write "`+strings.ToLower(w)+`"`, "%s has nothing before it", w)
	}
	if p.ahead("(") {
		return p.group()
	}
	f, err := p.fieldName()
	if err != nil {
		return nil, err
	}
	if f != anyText && p.ahead("(") {
		return p.fieldGroup(f)
	}
	if f == anyText {
		f = p.field
	}
	if p.leaves++; p.leaves > maxLeaves {
		return nil, p.fail(start, "", "more than %d words and phrases", maxLeaves)
	}
	l, err := p.value(f)
	if err != nil {
		return nil, err
	}
	return &node{leaf: l, start: start, end: p.pos}, nil
}

func (p *parser) group() (*node, *Error) {
	start := p.pos
	if err := p.enter(start); err != nil {
		return nil, err
	}
	defer p.leave()
	p.pos++
	if p.space(); p.ahead(")") {
		return nil, p.fail(start, "", "nothing stands between ( and )")
	}
	if p.pos == len(p.src) {
		return nil, p.fail(start, "close it with )", "( is never closed")
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.space(); !p.ahead(")") {
		return nil, p.fail(start, "close it with )", "( is never closed")
	}
	p.pos++
	n.start, n.end = start, p.pos
	return n, nil
}

// fieldGroup reads the rest of title:(a OR b), which means title:a OR title:b.
func (p *parser) fieldGroup(f field) (*node, *Error) {
	if p.field != anyText {
		return nil, p.fail(p.pos, "close the other first", "%s: stands inside %s:( )", f, p.field)
	}
	p.field = f
	defer func() { p.field = anyText }()
	return p.group()
}

// fieldName moves past "name:" if a field's name stands at the cursor.
func (p *parser) fieldName() (field, *Error) {
	w := p.bare()
	i := strings.IndexByte(w, ':')
	if i < 1 || strings.ContainsFunc(w[:i], func(r rune) bool { return r < 'A' || r > 'z' || r > 'Z' && r < 'a' }) {
		return anyText, nil
	}
	name := strings.ToLower(w[:i])
	f, ok := fieldNamed(name)
	if !ok {
		if strings.HasPrefix(w[i:], "://") {
			return 0, p.fail(p.pos, `to look for an address, write url:"`+w+`"`, "%s: is no field", w[:i])
		}
		return 0, p.fail(p.pos, nearest(name), "%s: is no field", w[:i])
	}
	if p.field != anyText {
		return 0, p.fail(p.pos, "close the other first", "%s: stands inside %s:( )", f, p.field)
	}
	p.pos += i + 1
	if p.pos == len(p.src) || p.bare() == "" && !p.ahead(`("“`) {
		return 0, p.fail(p.pos, "write it right after the colon, without a space", "%s: has no value", f)
	}
	return f, nil
}

// nearest suggests the field that was meant.
func nearest(name string) string {
	var all []string
	for f := fTitle; f < fieldCount; f++ {
		if n := f.String(); n[0] == name[0] && (strings.HasPrefix(n, name) || strings.HasPrefix(name, n) || len(name) > 2 && strings.HasPrefix(n, name[:2])) {
			return "did you mean " + n + ":?"
		}
		all = append(all, f.String())
	}
	slices.Sort(all)
	return "there are " + strings.Join(all, ", ") + `; to look for the text itself, put it in quotes`
}

// value reads one value of field f.
func (p *parser) value(f field) (*leaf, *Error) {
	switch {
	case f == fOutlets || f == fAge:
		return p.number(f)
	case p.ahead("/"):
		return p.pattern(f)
	case f == anyText && p.bare() == "*":
		p.pos++
		return &leaf{kind: everything}, nil
	case f.facet():
		return p.entire(f)
	}
	exact := p.ahead("=")
	if exact {
		p.pos++
	}
	if p.ahead(`"“”`) {
		return p.phrase(f, exact)
	}
	start, w := p.pos, p.bare()
	p.pos += len(w)
	list, err := p.words(w, start, exact)
	if err != nil {
		return nil, err
	}
	return &leaf{kind: words, field: f, words: list}, nil
}

// quoted moves past a quoted text and returns what is between the quotes.
func (p *parser) quoted() (string, *Error) {
	start := p.pos
	_, n := utf8.DecodeRuneInString(p.src[p.pos:])
	rest := p.src[p.pos+n:]
	i := strings.IndexAny(rest, `"“”`)
	if i < 0 {
		return "", p.fail(start, "close it with a second one", "the quote is never closed")
	}
	_, m := utf8.DecodeRuneInString(rest[i:])
	p.pos += n + i + m
	return rest[:i], nil
}

func (p *parser) phrase(f field, exact bool) (*leaf, *Error) {
	start := p.pos
	text, err := p.quoted()
	if err != nil {
		return nil, err
	}
	list, err := p.words(text, start+1, exact)
	if err != nil {
		return nil, err
	}
	l := &leaf{kind: words, field: f, words: list}
	if !p.ahead("~") {
		return l, nil
	}
	p.pos++
	digits := p.bare()
	n, convErr := strconv.Atoi(digits)
	if convErr != nil || n < 1 || n > maxWithin {
		return nil, p.fail(p.pos, `as in "truce talks"~5`, "~ wants a number of words from 1 to %d", maxWithin)
	}
	p.pos += len(digits)
	if len(list) == 1 {
		return nil, p.fail(start, `as in "truce talks"~5`, "~ wants two words or more between the quotes")
	}
	l.kind, l.within = near, n
	return l, nil
}
