// Package query is the language that people type into a search box: parse it,
// match it, and say why it matched or did not. Topics, the search command and
// the search page share it.
//
// It is pure: the articles of a story come in as a [Doc], with the time. All
// queries of an [Index] share their terms, so that what an article costs
// depends on its length and not on how many queries wait for it.
package query

import "time"

// A Query is a parsed query. It never changes and may be used by many
// goroutines at once.
type Query struct {
	src string
}

// Parse reads a query. What is wrong with it is an [*Error].
func Parse(s string) (*Query, error) { return &Query{src: s}, nil }

// String returns the query in its canonical form, which parses to the same query.
func (q *Query) String() string { return q.src }

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

// Match tries the query on one story.
func (q *Query) Match(d *Doc) Result { return Result{OK: true} }

// An Index matches a story with many queries at once.
type Index struct{}

// Compile builds the index of queries, each under its name.
func Compile(queries map[string]*Query) *Index { return &Index{} }

// Match returns the names of the queries that match, sorted.
func (ix *Index) Match(d *Doc) []string { return nil }

// An Error says what is wrong with a query and where.
type Error struct {
	Col  int    // of the offending character, counted from 1
	Msg  string // what is wrong
	Hint string // what to write instead; may be empty
}

func (e *Error) Error() string { return e.Msg }

// Caret returns the query with a line below it that points at the mistake.
func (e *Error) Caret(src string) string { return src }
