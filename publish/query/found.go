package query

// A scratch is what matching one story needs; it is used again for the next.
//
// Most terms that a story has are those of queries that it does not match. So
// only that they are there is noted at first, a bit each; where they stand is
// sorted by term when a query first asks for it.
type scratch struct {
	ix      *Index
	doc     *Doc
	round   uint32
	log     []sighting
	touched []int32 // terms found, each once
	anyhow  bits    // terms found
	inText  bits    // terms found in title, intro or body
	sorted  bool    // found holds what log does
	found   [][]place
	leaves  []matched // by leaf
	tried   []uint32  // by rule: round
	memo    [inNames + 1][tongues]map[string]known
}

// A sighting is one term at one place.
type sighting struct {
	term int32
	place
}

// A place is where a term stands.
type place struct {
	member, pos int32
	start, end  int32
	field       field
	part        int32 // which of the categories, tags …
}

// matched is what became of a leaf in this round: at most one place a member.
type matched struct {
	round  uint32
	places []place
}

// known are the terms that a word stands for: nearly always none or one.
type known struct {
	one  int32 // or noTerm
	more []int32
}

func knownAs(terms []int32) known {
	if len(terms) == 1 {
		return known{one: terms[0]}
	}
	return known{one: noTerm, more: terms}
}

// maxMemo bounds the words whose terms are remembered, per tongue.
const maxMemo = 1 << 15

// bits is a set of small numbers.
type bits []uint64

func (b bits) add(n int32)      { b[n>>6] |= 1 << (n & 63) }
func (b bits) has(n int32) bool { return b[n>>6]&(1<<(n&63)) != 0 }

func (ix *Index) scratch() *scratch {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if n := len(ix.free); n > 0 {
		s := ix.free[n-1]
		ix.free = ix.free[:n-1]
		return s
	}
	if s, ok := ix.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{
		ix: ix, found: make([][]place, ix.terms), leaves: make([]matched, len(ix.leaves)), tried: make([]uint32, len(ix.rules)),
		anyhow: make(bits, ix.terms/64+1), inText: make(bits, ix.terms/64+1),
	}
}

// release keeps a scratch for the next story.
func (ix *Index) release(s *scratch) {
	s.doc = nil
	if len(ix.rules) == 1 {
		ix.pool.Put(s)
		return
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if len(ix.free) < maxFree {
		ix.free = append(ix.free, s)
	}
}

// maxFree is how many scratches an index keeps.
const maxFree = 8

// forget empties a scratch.
func (s *scratch) forget() {
	if s.sorted {
		for _, t := range s.touched {
			s.found[t] = s.found[t][:0]
		}
	}
	s.log, s.touched, s.sorted = s.log[:0], s.touched[:0], false
	clear(s.anyhow)
	clear(s.inText)
}

// put notes a term at a place. Places come in the order of [byPlace].
func (s *scratch) put(term int32, at place) {
	if !s.anyhow.has(term) {
		s.anyhow.add(term)
		s.touched = append(s.touched, term)
	}
	if anyText.covers(at.field) {
		s.inText.add(term)
	}
	s.log = append(s.log, sighting{term, at})
}

// sort makes found from the log.
func (s *scratch) sort() {
	if s.sorted {
		return
	}
	s.sorted = true
	for i := range s.log {
		l := &s.log[i]
		s.found[l.term] = append(s.found[l.term], l.place)
	}
}

// all reports whether every one of the terms was found.
func (s *scratch) all(terms []int32) bool {
	for _, t := range terms {
		if !s.anyhow.has(t) {
			return false
		}
	}
	return true
}

// admits reports whether one of the terms of a post was found, or it names none.
func (s *scratch) admits(also [maxAlso]int32) bool {
	if also[0] == noTerm {
		return true
	}
	for _, t := range also {
		if t != noTerm && s.anyhow.has(t) {
			return true
		}
	}
	return false
}
