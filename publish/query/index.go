package query

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
	"unicode/utf8"
)

// An Index matches a story with many queries at once. Equal conditions of
// different queries are tested once a story, and only those queries are looked
// at of which a word that they cannot do without was found.
//
// It never changes after [Compile] and may be used by many goroutines at once.
type Index struct {
	rules  []rule
	posts  []post  // rules to look at when a term was found, by term
	starts []int32 // where the posts of a term start, and of the last one end
	always []int32 // rules to look at for every story
	leaves []compiled

	terms    int32
	exact    [spaces]map[string]int32
	prefix   [spaces]map[string]int32
	lengths  [spaces][]int // of the prefixes, in bytes, ascending
	stems    map[string]int32
	tongues  [tongues]lexicon
	pool     sync.Pool // of scratches; an index of one query gives its memory back
	mu       sync.Mutex
	free     []*scratch       // an index of many keeps what it learnt of words
	compiled map[string]int32 // leaf as written to its number, while compiling
}

// A space keeps words apart that are not compared with each other.
type space uint8

const (
	inText  space = iota // title, intro, body, category
	inNames              // author, credit, url
	inSource
	inTag
	inLang
	inSite
	spaces
)

func (f field) space() space {
	switch f {
	case fAuthor, fCredit, fURL:
		return inNames
	case fSource:
		return inSource
	case fTag:
		return inTag
	case fLang:
		return inLang
	case fSite:
		return inSite
	}
	return inText
}

// A lexicon finds terms by their stem in one tongue. It is made when the first
// text in that tongue comes.
type lexicon struct {
	once  sync.Once
	terms map[string][]int32
}

// A post leads from a term to a rule that cannot match without it, nor without
// one of the terms also. Most stories that have the first have none of these:
// the rule itself then need not be fetched from memory.
type post struct {
	rule int32
	also [maxAlso]int32 // noTerm: nothing else is needed, or no more
}

const (
	maxAlso = 3
	noTerm  = -1
)

// A rule is one query in an index.
type rule struct {
	name string
	root *bound
}

// A bound is a node whose leaf is one of the index's.
type bound struct {
	node *node
	kids []*bound // the most telling first
	op   op
	kind kind // of the leaf
	leaf int32
	cost float64

	needs []int32 // terms without which the leaf does not match
	plain bool    // one word anywhere in the text: where it stands is no matter
}

func (b *bound) walk(visit func(*bound)) {
	if b.node.op == opLeaf {
		visit(b)
	}
	for _, k := range b.kids {
		k.walk(visit)
	}
}

func (r rule) kid(n *node) *bound {
	i := slices.IndexFunc(r.root.kids, func(b *bound) bool { return b.node == n })
	return r.root.kids[i]
}

// A compiled leaf has its words replaced by the index's terms.
type compiled struct {
	*leaf
	terms []placed
}

// A placed term stands offset words after the first one of its phrase.
type placed struct {
	term   int32
	offset int32
	cost   float64
}

// Compile builds the index of queries, each under its name.
func Compile(queries map[string]*Query) *Index {
	ix := &Index{stems: map[string]int32{}, compiled: map[string]int32{}}
	for i := range spaces {
		ix.exact[i], ix.prefix[i] = map[string]int32{}, map[string]int32{}
	}
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		ix.rules = append(ix.rules, rule{name, ix.bind(queries[name].root)})
	}
	ix.post()
	for sp := range ix.prefix {
		for p := range ix.prefix[sp] {
			if !slices.Contains(ix.lengths[sp], len(p)) {
				ix.lengths[sp] = append(ix.lengths[sp], len(p))
			}
		}
		slices.Sort(ix.lengths[sp])
	}
	ix.compiled = nil
	return ix
}

// post enters each rule under the terms that cover it best.
func (ix *Index) post() {
	byTerm := make([][]post, ix.terms)
	for i, r := range ix.rules {
		cover, also, cost := ix.covers(r.root)
		if math.IsInf(cost, 1) {
			ix.always = append(ix.always, int32(i))
			continue
		}
		p := post{rule: int32(i), also: [maxAlso]int32{noTerm, noTerm, noTerm}}
		copy(p.also[:], also)
		for _, t := range cover {
			byTerm[t] = append(byTerm[t], p)
		}
	}
	ix.starts = make([]int32, 0, ix.terms+1)
	for _, list := range byTerm {
		ix.starts = append(ix.starts, int32(len(ix.posts)))
		ix.posts = append(ix.posts, list...)
	}
	ix.starts = append(ix.starts, int32(len(ix.posts)))
}

func (ix *Index) bind(n *node) *bound {
	b := &bound{node: n, op: n.op}
	if n.op == opLeaf {
		b.leaf, b.kind = ix.leaf(n.leaf), n.leaf.kind
		b.cost = leafCost(n.leaf)
		for _, t := range ix.leaves[b.leaf].terms {
			b.needs = append(b.needs, t.term)
		}
		b.plain = b.kind == words && len(b.needs) == 1 && n.leaf.field == anyText
		return b
	}
	for _, k := range n.kids {
		b.kids = append(b.kids, ix.bind(k))
		b.cost += b.kids[len(b.kids)-1].cost
	}
	if n.op == opNot {
		b.cost += 100 // what is left out is rarely there: it decides last
	}
	slices.SortStableFunc(b.kids, func(x, y *bound) int { return cmp.Compare(x.cost, y.cost) })
	return b
}

// leafCost orders the clauses of a list: what is cheap is tried first.
func leafCost(l *leaf) float64 {
	if l.kind == pattern {
		return 1000
	}
	return float64(1 + len(l.words))
}

func (ix *Index) leaf(l *leaf) int32 {
	key := l.String()
	if i, ok := ix.compiled[key]; ok {
		return i
	}
	c := compiled{leaf: l}
	switch l.kind {
	case words, near:
		c.terms = ix.place(l)
	case facet:
		w := l.words[0]
		t := ix.term(l.field.space(), w.text, w.prefix, false)
		c.terms = []placed{{t, 0, facetCost(l.field, w.prefix)}}
	}
	i := int32(len(ix.leaves))
	ix.leaves = append(ix.leaves, c)
	ix.compiled[key] = i
	return i
}

// place turns words into terms. A word of an unspaced script is looked for by
// the pairs of its characters, one alone by the pairs that it starts.
func (ix *Index) place(l *leaf) []placed {
	var list []placed
	offset := int32(0)
	for _, w := range l.words {
		if !w.unspaced {
			t := ix.term(l.field.space(), w.text, w.prefix, l.field.stemmed() && !w.exact && !w.prefix)
			list = append(list, placed{t, offset, wordCost(w.text, w.prefix)})
			offset++
			continue
		}
		chars := characters(w.text)
		if len(chars) == 1 {
			list = append(list, placed{ix.term(l.field.space(), w.text, true, false), offset, 10})
		}
		for i := range len(chars) - 1 {
			list = append(list, placed{ix.term(l.field.space(), chars[i]+chars[i+1], false, false), offset + int32(i), 4})
		}
		offset += int32(len(chars))
	}
	return list
}

func characters(s string) []string {
	var list []string
	for i := 0; i < len(s); {
		end := character(s, i)
		list = append(list, s[i:end])
		i = end
	}
	return list
}

// term returns the number of a term, and numbers it if it is new.
func (ix *Index) term(sp space, text string, prefix, stemmed bool) int32 {
	m := ix.exact[sp]
	switch {
	case stemmed:
		m = ix.stems
	case prefix:
		m = ix.prefix[sp]
	}
	t, ok := m[text]
	if !ok {
		t = ix.terms
		ix.terms++
		m[text] = t
	}
	return t
}

// wordCost guesses how often a word is found: long ones are rare.
func wordCost(text string, prefix bool) float64 {
	c := 1 + 60/float64(1+utf8.RuneCountInString(text))
	if prefix {
		c *= 4
	}
	return c
}

func facetCost(f field, prefix bool) float64 {
	c := map[field]float64{fSource: 20, fSite: 20, fTag: 80, fLang: 400}[f]
	if prefix {
		c *= 4
	}
	return c
}

// covers returns the best cover of b, and as also a second one that holds too,
// if there is a short one.
func (ix *Index) covers(b *bound) (cover, also []int32, cost float64) {
	cover, cost = ix.cover(b)
	if b.op != opAnd || math.IsInf(cost, 1) {
		return cover, nil, cost
	}
	least := math.Inf(1)
	for _, k := range b.kids {
		c, cost := ix.cover(k)
		if cost < least && len(c) <= maxAlso && !slices.Equal(c, cover) {
			also, least = c, cost
		}
	}
	return cover, also, cost
}

// cover returns terms of which at least one is found in every story that b
// matches, and a guess at how often that is. Infinite: there are no such terms.
func (ix *Index) cover(b *bound) ([]int32, float64) {
	switch b.node.op {
	case opLeaf:
		return ix.leafCover(b.leaf)
	case opAnd:
		var best []int32
		least := math.Inf(1)
		for _, k := range b.kids {
			if c, cost := ix.cover(k); cost < least {
				best, least = c, cost
			}
		}
		return best, least
	case opOr:
		var all []int32
		sum := 0.0
		for _, k := range b.kids {
			c, cost := ix.cover(k)
			all, sum = append(all, c...), sum+cost
		}
		slices.Sort(all)
		return slices.Compact(all), sum
	}
	return nil, math.Inf(1)
}

func (ix *Index) leafCover(i int32) ([]int32, float64) {
	list := ix.leaves[i].terms
	if len(list) == 0 {
		return nil, math.Inf(1)
	}
	rarest := slices.MinFunc(list, func(x, y placed) int { return cmp.Compare(x.cost, y.cost) })
	return []int32{rarest.term}, rarest.cost
}

// lookup returns the terms that the word w of a text in tongue t stands for.
func (ix *Index) lookup(sp space, t tongue, w string) []int32 {
	var found []int32
	if n, ok := ix.exact[sp][w]; ok {
		found = append(found, n)
	}
	for _, n := range ix.lengths[sp] {
		if n > len(w) {
			break
		}
		if p, ok := ix.prefix[sp][w[:n]]; ok {
			found = append(found, p)
		}
	}
	if sp == inText {
		found = append(found, ix.lexicon(t)[t.stem(w)]...)
	}
	return found
}

func (ix *Index) lexicon(t tongue) map[string][]int32 {
	l := &ix.tongues[t]
	l.once.Do(func() {
		l.terms = make(map[string][]int32, len(ix.stems))
		for w, n := range ix.stems {
			s := t.stem(w)
			l.terms[s] = append(l.terms[s], n)
		}
	})
	return l.terms
}
