// Package query is the language that people type into a search box: parse it,
// match it, and say why it matched or did not. Topics, the search command and
// the search page share it.
//
// A query is written like this:
//
//	syria (isis OR daesh OR "islamic state") -football title:hajin tag:wire lang:en
//
//	word word         both, anywhere in title or text; AND may stand between
//	a OR b            either; binds looser than a space
//	-a, NOT a         not a
//	( )               groups; title:(a OR b) is title:a OR title:b
//	"a b"             in a row, within one paragraph block (title, first paragraph, rest)
//	"a b"~5           at most five words apart, in any order
//	word*             words that begin so
//	=word, ="a b"     this form only; else forms with one stem are the same
//	/regexp/          RE2 on the text as written, ignoring case
//	*                 everything
//	title: intro: body: category: author: credit: url:   these words there;
//	                  intro is title and first paragraph, body all but the title
//	source: tag: lang: site:   the whole value, or value*; lang:en takes en-GB,
//	                  site:bbc.co.uk takes its subdomains, source: takes an ID or a name
//	outlets:>=3       carried by so many sources
//	age:<48h          first seen so long ago; units s m h d w
//
// Case and accents make no difference. Nothing matches inside a word; scripts
// without spaces are matched by pairs of characters.
//
// It is pure: the articles of a story come in as a [Doc], with the time. All
// queries of an [Index] share their terms, so that what an article costs
// depends on its length and not on how many queries wait for it.
package query

import (
	"strings"
	"time"
)

// A Query is a parsed query. It never changes and may be used by many
// goroutines at once.
type Query struct {
	src  string
	root *node
	own  *Index // of this query alone
}

// String returns the query in its canonical form, which parses to the same query.
func (q *Query) String() string { return q.root.String() }

// Uses reports whether the query asks for a field, by the name people write.
func (q *Query) Uses(name string) bool {
	f, ok := fieldNamed(name)
	found := false
	q.root.walk(func(l *leaf) { found = found || ok && l.field == f })
	return found
}

// Turns returns when, after now, an age: clause next judges a story that was
// first seen at seen otherwise; zero: never.
func (q *Query) Turns(seen, now time.Time) time.Time {
	var next time.Time
	q.root.walk(func(l *leaf) {
		if l.kind != age {
			return
		}
		if at := seen.Add(l.span + 1); at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	})
	return next
}

func (n *node) walk(visit func(*leaf)) {
	if n.leaf != nil {
		visit(n.leaf)
	}
	for _, k := range n.kids {
		k.walk(visit)
	}
}

// A Doc is a story as queries see it.
type Doc struct {
	Members []Member
	Now     time.Time // for age:
}

// A Member is one article of a story. Texts are plain, paragraphs parted by newlines.
type Member struct {
	Title      string
	Intro      string // first paragraph
	Body       string // what follows it
	Author     string
	Credit     string // wire agency
	Categories []string
	Source     string // the source's ID
	Outlet     string // the source's name
	Tags       []string
	Lang       string // BCP 47
	URL        string
	Site       string // host of URL
	Seen       time.Time
}

// Paragraphs splits a visible text into its first paragraph and the rest, as
// [Member] wants them.
func Paragraphs(text string) (intro, body string) {
	intro, body, _ = strings.Cut(strings.TrimSpace(text), "\n")
	return intro, body
}

// A Result says whether a query matched, and why.
type Result struct {
	OK      bool
	Clauses []Clause // what is joined by AND at the top of the query
}

// A Clause is one condition of a query.
type Clause struct {
	Text string // as written
	OK   bool
	Hits []Hit // where its words stand; at most a few
}

// A Hit is a place where a term of a query was found. For a negated clause it
// is the reason why the clause failed.
type Hit struct {
	Term   string // as written
	Member int    // index in Doc.Members
	Field  string
	Text   string // what stands there
}

// maxHits is how many places are told for one clause.
const maxHits = 8

// Match tries the query on one story. A positive clause may match in any
// member; a negated one must fail in all of them.
func (q *Query) Match(d *Doc) Result {
	s := q.own.scratch()
	defer q.own.release(s)
	s.read(q.own, d)
	r := q.own.rules[0]
	clauses := []*node{q.root}
	if q.root.op == opAnd {
		clauses = q.root.kids
	}
	res := Result{OK: s.eval(r.root, nil)}
	for i, n := range clauses {
		ev := r.root
		if q.root.op == opAnd {
			ev = r.kid(n)
		}
		c := Clause{Text: q.src[clauses[i].start:clauses[i].end], OK: s.eval(ev, nil)}
		ev.walk(func(e *bound) { c.Hits = s.hits(e, q.src, c.Hits) })
		res.Clauses = append(res.Clauses, c)
	}
	return res
}
