package query

import (
	"cmp"
	"slices"
)

func byPlace(a, b place) int {
	return cmp.Or(cmp.Compare(a.member, b.member), cmp.Compare(a.field, b.field), cmp.Compare(a.pos, b.pos))
}

// phrase finds the terms of a leaf in a row. Places of a term are in order, so
// the rarest term leads and the others are looked up.
func (s *scratch) phrase(l *compiled, add func(place)) {
	lead := l.terms[0]
	for _, t := range l.terms[1:] {
		if len(s.found[t.term]) < len(s.found[lead.term]) {
			lead = t
		}
	}
	for _, p := range s.found[lead.term] {
		if !l.field.covers(p.field) {
			continue
		}
		whole := p
		if s.row(l, p, lead.offset, &whole) {
			add(whole)
		}
	}
}

// row reports whether the other terms stand where p, the term at offset, wants
// them. It stretches whole over all of them.
func (s *scratch) row(l *compiled, p place, offset int32, whole *place) bool {
	for _, t := range l.terms {
		want := p
		want.pos += t.offset - offset
		i, ok := slices.BinarySearchFunc(s.found[t.term], want, byPlace)
		if !ok {
			return false
		}
		got := s.found[t.term][i]
		whole.start, whole.end = min(whole.start, got.start), max(whole.end, got.end)
	}
	return true
}

// close finds the terms of a leaf within so many words of each other, in any order.
func (s *scratch) close(l *compiled, add func(place)) {
	var starts []place
	for _, t := range l.terms {
		for _, p := range s.found[t.term] {
			if l.field.covers(p.field) {
				starts = append(starts, p)
			}
		}
	}
	slices.SortFunc(starts, byPlace)
	for _, first := range starts {
		whole := first
		if s.reach(l, first, &whole) {
			add(whole)
		}
	}
}

// reach reports whether every term stands at most l.within words after first.
func (s *scratch) reach(l *compiled, first place, whole *place) bool {
	for _, t := range l.terms {
		list := s.found[t.term]
		i, _ := slices.BinarySearchFunc(list, first, byPlace)
		if i == len(list) {
			return false
		}
		got := list[i]
		if got.member != first.member || got.field != first.field || got.pos-first.pos > int32(l.within) {
			return false
		}
		whole.end = max(whole.end, got.end)
	}
	return true
}

// search runs a regular expression over the texts as they were written. It
// ignores case; what else it folds is up to its author.
func (s *scratch) search(l *compiled, add func(place)) {
	for i := range s.doc.Members {
		m := &s.doc.Members[i]
		for f := fTitle; f <= fSite; f++ {
			if !l.field.covers(f) {
				continue
			}
			list := m.parts(f)
			if f.facet() {
				list = m.facets(f)
			}
			for part, text := range list {
				if at := l.re.FindStringIndex(text); at != nil {
					add(place{member: int32(i), field: f, part: int32(part), start: int32(at[0]), end: int32(at[1])})
				}
			}
		}
	}
}

// hits appends where a leaf matched, in words for people.
func (s *scratch) hits(b *bound, src string, list []Hit) []Hit {
	switch s.ix.leaves[b.leaf].kind {
	case everything, outlets, age:
		return list
	}
	for _, p := range s.places(b.leaf) {
		if len(list) >= maxHits {
			break
		}
		m := &s.doc.Members[p.member]
		texts := m.parts(p.field)
		if p.field.facet() {
			texts = m.facets(p.field)
		}
		list = append(list, Hit{
			Term: src[b.node.start:b.node.end], Member: int(p.member), Field: p.field.String(),
			Text: texts[p.part][p.start:p.end],
		})
	}
	return list
}
