package query

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Match returns the names of the queries that match, sorted.
func (ix *Index) Match(d *Doc) []string { return ix.MatchOnly(d, nil) }

// MatchOnly is Match for queries that may not see every member: only returns
// which of d.Members the named query is tried on, nil meaning all.
func (ix *Index) MatchOnly(d *Doc, only func(name string) []bool) []string {
	s := ix.scratch()
	defer ix.release(s)
	s.read(ix, d)
	var names []string
	try := func(i int32) {
		if s.tried[i] == s.round {
			return
		}
		s.tried[i] = s.round
		allowed, none := []bool(nil), false
		if only != nil {
			allowed, none = narrow(only(ix.rules[i].name))
		}
		if !none && s.eval(ix.rules[i].root, allowed) {
			names = append(names, ix.rules[i].name)
		}
	}
	for _, t := range s.touched {
		for _, p := range ix.posts[ix.starts[t]:ix.starts[t+1]] {
			if s.admits(p.also) {
				try(p.rule)
			}
		}
	}
	for _, i := range ix.always {
		try(i)
	}
	slices.Sort(names)
	return names
}

// narrow returns nil for a list that allows all, and tells one that allows none.
func narrow(allowed []bool) (list []bool, none bool) {
	switch {
	case !slices.Contains(allowed, false):
		return nil, false
	case !slices.Contains(allowed, true):
		return allowed, true
	}
	return allowed, false
}

// read finds all terms of the index in d.
func (s *scratch) read(ix *Index, d *Doc) {
	s.forget()
	s.doc = d
	if s.round++; s.round == 0 {
		clear(s.tried)
		clear(s.leaves)
		s.round = 1
	}
	if ix.terms == 0 {
		return // * and regular expressions look for themselves
	}
	for i := range d.Members {
		m, n := &d.Members[i], int32(i)
		t := tongueOf(m.Lang)
		for f := fTitle; f < fSource; f++ {
			s.texts(m, n, f, t)
		}
		for f := fSource; f <= fSite; f++ {
			for part, v := range m.facets(f) {
				s.value(v, n, f, int32(part))
			}
		}
	}
}

// texts reads the words of one field of a member.
func (s *scratch) texts(m *Member, member int32, f field, t tongue) {
	pos := int32(0)
	for part, text := range m.parts(f) {
		at := place{member: member, field: f, part: int32(part), pos: pos}
		before, beforeAt := "", place{}
		spans(text, func(sp span) {
			w := fold(text[sp.start:sp.end])
			if w == "" {
				return
			}
			at.start, at.end = int32(sp.start), int32(sp.end)
			if before != "" {
				beforeAt.end = at.end
				s.word(before+w, beforeAt, t)
				before = ""
			}
			switch {
			case sp.unspaced && sp.joined:
				before, beforeAt = w, at
			default:
				s.word(w, at, t)
			}
			at.pos++
		})
		if before != "" {
			s.word(before, beforeAt, t)
		}
		pos = at.pos + gap
	}
}

// gap parts two categories, so that no phrase reaches from one into the next.
const gap = maxWithin + 1

func (s *scratch) word(w string, at place, t tongue) {
	sp := at.field.space()
	if sp == inNames {
		t = unstemmed
	}
	memo := s.memo[sp][t]
	terms, ok := memo[w]
	if !ok {
		terms = knownAs(s.ix.lookup(sp, t, w))
		if memo == nil || len(memo) >= maxMemo {
			memo = map[string]known{}
			s.memo[sp][t] = memo
		}
		memo[strings.Clone(w)] = terms
	}
	if terms.one != noTerm {
		s.put(terms.one, at)
	}
	for _, n := range terms.more {
		s.put(n, at)
	}
}

func (s *scratch) value(v string, member int32, f field, part int32) {
	at := place{member: member, field: f, part: part, end: int32(len(v))}
	sp := f.space()
	v = facetValue(f, v)
	if n, ok := s.ix.exact[sp][v]; ok {
		s.put(n, at)
	}
	for _, n := range s.ix.lengths[sp] {
		if n <= len(v) {
			if p, ok := s.ix.prefix[sp][v[:n]]; ok {
				s.put(p, at)
			}
		}
	}
}

// parts returns the texts of a field that is read word by word.
func (m *Member) parts(f field) []string {
	var one string
	switch f {
	case fTitle:
		one = m.Title
	case fIntro:
		one = m.Intro
	case fBody:
		one = m.Body
	case fCategory:
		return m.Categories
	case fAuthor:
		one = m.Author
	case fCredit:
		one = m.Credit
	case fURL:
		one = m.URL
	}
	if one == "" {
		return nil
	}
	if !norm.NFC.IsNormalString(one) {
		one = norm.NFC.String(one)
	}
	return []string{one}
}

// facets returns the values of a field that is compared as a whole.
func (m *Member) facets(f field) []string {
	switch f {
	case fSource:
		return []string{m.Source, m.Outlet}
	case fTag:
		return m.Tags
	case fLang:
		return widening(m.Lang, strings.LastIndexAny, "-_", func(s string, i int) string { return s[:i] })
	case fSite:
		return widening(facetValue(fSite, m.Site), strings.IndexAny, ".", func(s string, i int) string { return s[i+1:] })
	}
	return nil
}

// widening returns v and what it is part of: en-us and en, or news.bbc.co.uk,
// bbc.co.uk, co.uk and uk.
func widening(v string, find func(s, chars string) int, sep string, cut func(string, int) string) []string {
	if v == "" {
		return nil
	}
	list := []string{v}
	for i := find(v, sep); i >= 0 && len(list) < 20; i = find(v, sep) {
		v = cut(v, i)
		list = append(list, v)
	}
	return list
}

// covers reports whether a leaf that asks for field f may match in got.
func (f field) covers(got field) bool {
	switch f {
	case anyText:
		return got == fTitle || got == fIntro || got == fBody
	case fIntro:
		return got == fTitle || got == fIntro
	case fBody:
		return got == fIntro || got == fBody
	}
	return got == f
}

// eval judges a node on the allowed members; nil allows all.
func (s *scratch) eval(b *bound, allowed []bool) bool {
	switch b.op {
	case opAnd:
		for _, k := range b.kids {
			if !s.eval(k, allowed) {
				return false
			}
		}
		return true
	case opOr:
		return slices.ContainsFunc(b.kids, func(k *bound) bool { return s.eval(k, allowed) })
	case opNot:
		return !s.eval(b.kids[0], allowed)
	}
	switch b.kind {
	case everything:
		return true
	case outlets:
		l := &s.ix.leaves[b.leaf]
		return compare(s.outlets(allowed), l.cmp, l.count)
	case age:
		l := &s.ix.leaves[b.leaf]
		return compare(s.doc.Now.Sub(s.first(allowed)), l.cmp, l.span)
	}
	if !s.all(b.needs) {
		return false
	}
	if b.plain && allowed == nil {
		return s.inText.has(b.needs[0])
	}
	for _, p := range s.places(b.leaf) {
		if allowed == nil || allowed[p.member] {
			return true
		}
	}
	return false
}

func compare[T cmp.Ordered](got T, op string, want T) bool {
	switch op {
	case "<":
		return got < want
	case "<=":
		return got <= want
	case ">":
		return got > want
	case ">=":
		return got >= want
	}
	return got == want
}

func (s *scratch) outlets(allowed []bool) int {
	seen := map[string]bool{}
	for i := range s.doc.Members {
		if allowed == nil || allowed[i] {
			seen[s.doc.Members[i].Source] = true
		}
	}
	return len(seen)
}

func (s *scratch) first(allowed []bool) time.Time {
	var first time.Time
	for i := range s.doc.Members {
		if at := s.doc.Members[i].Seen; (allowed == nil || allowed[i]) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// places returns where a leaf matches, at most once a member.
func (s *scratch) places(leaf int32) []place {
	m := &s.leaves[leaf]
	if m.round == s.round {
		return m.places
	}
	s.sort()
	m.round, m.places = s.round, m.places[:0]
	l := &s.ix.leaves[leaf]
	add := func(p place) {
		if n := len(m.places); n == 0 || m.places[n-1].member != p.member {
			m.places = append(m.places, p)
		}
	}
	switch l.kind {
	case pattern:
		s.search(l, add)
	case near:
		s.close(l, add)
	case words, facet:
		s.phrase(l, add)
	}
	return m.places
}
