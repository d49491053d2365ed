package sketch

import (
	"math"
	"math/bits"
	"slices"
	"time"
)

const (
	hashBits  = 36
	seqBits   = 64 - hashBits
	seqMask   = 1<<seqBits - 1
	maxList   = 64 // postings read for one shingle: bounds the work that a crafted text can cause
	minShared = 3  // sampled shingles two texts must share to be compared

	// A passage that stands in so many sources, or in so many stories of one
	// source, is furniture.
	furnitureSources = 20
	furnitureStories = 3

	shards   = 64             // each grows by itself: no long pause, and no two copies of the whole
	minSlots = 1 << 6         // of a shard
	fewSlots = 1 << 9         // below which a shard doubles: memory that does not count yet
	slack    = 24 * time.Hour // how far beyond the window documents are forgotten at once
)

// An Entry is a document as the index knows it.
type Entry struct {
	Article uint64
	Story   uint64
	Source  uint32 // any number that tells sources apart
	Unix    uint32 // when it was seen, seconds
	Size    uint16 // shingles in its sketch
	Flags   uint8  // the caller's own
}

// A Hit is a document that shares sampled shingles with another.
type Hit struct {
	Entry
	Shared int
}

// An Index finds the documents of the last days that share shingles with a
// text. It holds 36 bits of each sampled shingle and the number of its
// document, 8 bytes in all. All postings of a shingle stand together, so that
// reading them costs one access to memory, however full the window is; the
// slots of forgotten documents are used again. The zero Index is not usable;
// see [NewIndex]. Methods may not be called concurrently.
type Index struct {
	window  time.Duration
	entries []Entry // by seq - base
	base    uint32
	byID    map[uint64]uint32 // article to seq
	flagged map[mark]int      // how many documents of a source have a flag
	tables  [shards]table
	counts  map[uint32]int // scratch

	// The postings of the text that candidates were last looked for: whoever
	// compares it with them asks for the same ones again.
	found map[uint64]span // by shingle
	list  []uint32
}

// A mark is a flag of a source's documents.
type mark struct {
	source uint32
	flag   uint8
}

// A span is a part of a list, from and to exclusive.
type span struct{ from, to int }

type table struct {
	slots []uint64 // hash<<seqBits | seq, seq never 0; 0 is a free slot
	used  int      // forgotten ones included
}

// NewIndex returns an index that forgets documents older than window.
func NewIndex(window time.Duration) *Index {
	return &Index{window: window, base: 1, byID: map[uint64]uint32{}, flagged: map[mark]int{}, counts: map[uint32]int{}, found: map[uint64]span{}}
}

// Len returns how many documents the index holds.
func (ix *Index) Len() int { return len(ix.entries) }

// Add takes in a document. Documents come in the order in which they were seen.
func (ix *Index) Add(e Entry, s Sketch) {
	clear(ix.found)
	seq := ix.enter(e, len(s))
	for _, h := range s {
		ix.put(h, seq)
	}
}

// enter gives a document its number.
func (ix *Index) enter(e Entry, size int) (seq uint32) {
	ix.expire(int64(e.Unix))
	e.Size = uint16(min(size, math.MaxUint16))
	seq = ix.base + uint32(len(ix.entries))
	ix.entries = append(ix.entries, e)
	ix.flag(e, 1)
	ix.byID[e.Article] = seq
	return seq
}

// Replace gives the document of an article that was revised its new sketch.
// Shingles that it no longer has find it until they are forgotten with age.
func (ix *Index) Replace(e Entry, old, s Sketch) {
	seq, ok := ix.byID[e.Article]
	if !ok {
		if n := len(ix.entries); n == 0 || int64(e.Unix) >= int64(ix.entries[n-1].Unix)-int64(ix.window/time.Second) {
			ix.Add(e, s) // what is older was forgotten, and stays so
		}
		return
	}
	slices.Sort(old)
	clear(ix.found)
	e.Size, e.Unix = uint16(min(len(s), math.MaxUint16)), ix.entries[seq-ix.base].Unix
	ix.flag(ix.entries[seq-ix.base], -1)
	ix.flag(e, 1)
	ix.entries[seq-ix.base] = e
	for _, h := range s {
		if _, known := slices.BinarySearch(old, h); !known {
			ix.put(h, seq)
		}
	}
}

// flag counts the flags of a document that comes (1) or goes (-1).
func (ix *Index) flag(e Entry, n int) {
	for f := uint8(1); f != 0 && f <= e.Flags; f <<= 1 {
		if e.Flags&f == 0 {
			continue
		}
		m := mark{e.Source, f}
		if ix.flagged[m] += n; ix.flagged[m] == 0 {
			delete(ix.flagged, m)
		}
	}
}

// Flagged returns how many documents of a source have a flag.
func (ix *Index) Flagged(source uint32, flag uint8) int { return ix.flagged[mark{source, flag}] }

// Move notes that an article now belongs to another story.
func (ix *Index) Move(article, story uint64) {
	if seq, ok := ix.byID[article]; ok {
		ix.entries[seq-ix.base].Story = story
	}
}

// Remove forgets an article. Its shingles lead to nothing until they are
// forgotten with age.
func (ix *Index) Remove(article uint64) {
	seq, ok := ix.byID[article]
	if !ok {
		return
	}
	ix.flag(ix.entries[seq-ix.base], -1)
	ix.entries[seq-ix.base] = Entry{}
	delete(ix.byID, article)
	clear(ix.found)
}

// Entry returns what the index knows of an article.
func (ix *Index) Entry(article uint64) (Entry, bool) {
	seq, ok := ix.byID[article]
	if !ok {
		return Entry{}, false
	}
	return ix.entries[seq-ix.base], true
}

// expire forgets documents that are older than the window, in batches: each
// moves what stays.
func (ix *Index) expire(now int64) {
	oldest := now - int64((ix.window+slack)/time.Second)
	if len(ix.entries) == 0 || int64(ix.entries[0].Unix) >= oldest-int64(slack/time.Second) {
		return
	}
	n := 0
	for n < len(ix.entries) && int64(ix.entries[n].Unix) < oldest {
		ix.flag(ix.entries[n], -1)
		if ix.byID[ix.entries[n].Article] == ix.base+uint32(n) {
			delete(ix.byID, ix.entries[n].Article)
		}
		n++
	}
	ix.entries = slices.Clone(ix.entries[n:])
	ix.base += uint32(n)
}

// find returns the table that a shingle's postings are in, and where they
// begin.
func (ix *Index) find(key uint64) (t *table, slot int) {
	m := mix(key)
	t = &ix.tables[m%shards]
	i, _ := bits.Mul64(m, uint64(len(t.slots)))
	return t, int(i)
}

func (t *table) next(i int) int {
	if i++; i == len(t.slots) {
		return 0
	}
	return i
}

// put adds a posting, in the place of a forgotten one if there is one.
func (ix *Index) put(h uint64, seq uint32) {
	key := h & (1<<hashBits - 1)
	t, i := ix.find(key)
	if 5*t.used >= 4*len(t.slots) {
		ix.grow(t)
		t, i = ix.find(key)
	}
	free := -1
	for n := 0; t.slots[i] != 0; i = t.next(i) {
		switch at := uint32(t.slots[i] & seqMask); {
		case at < ix.base:
			if free < 0 {
				free = i
			}
		case t.slots[i]>>seqBits == key:
			if n++; n >= maxList || at == seq {
				return
			}
		}
	}
	if free < 0 {
		free = i
		t.used++
	}
	t.slots[free] = key<<seqBits | uint64(seq)&seqMask
}

// grow clears the table of forgotten postings and, if few were, makes it larger;
// a large one by a quarter: little of it is ever free, for this is what the
// program's memory goes to.
func (ix *Index) grow(t *table) {
	old, live := t.slots, 0
	for _, s := range old {
		if s != 0 && uint32(s&seqMask) >= ix.base {
			live++
		}
	}
	size := max(len(old), minSlots)
	switch {
	case 4*live < 3*size: // the room of the forgotten will do
	case size < fewSlots:
		size *= 2
	default:
		size += size / 4
	}
	t.slots, t.used = make([]uint64, size), live
	first := 0 // of a run: what wraps around the end comes last
	for first < len(old) && old[first] != 0 {
		first++
	}
	for k := range old {
		s := old[(first+k)%len(old)]
		if s == 0 || uint32(s&seqMask) < ix.base {
			continue
		}
		_, i := ix.find(s >> seqBits)
		for t.slots[i] != 0 {
			i = t.next(i)
		}
		t.slots[i] = s
	}
}

// each calls f with the documents that have shingle h, until maxList were seen.
func (ix *Index) each(h uint64, f func(seq uint32, e *Entry)) {
	key, n := h&(1<<hashBits-1), 0
	t, i := ix.find(key)
	if len(t.slots) == 0 {
		return
	}
	for ; t.slots[i] != 0; i = t.next(i) {
		seq := uint32(t.slots[i] & seqMask)
		if t.slots[i]>>seqBits != key || seq < ix.base || int(seq-ix.base) >= len(ix.entries) {
			continue
		}
		f(seq, &ix.entries[seq-ix.base])
		if n++; n >= maxList {
			return
		}
	}
}

// Candidates returns the documents worth comparing with s at time now (unix
// seconds): at most perStory of one story and limit in all, best first.
func (ix *Index) Candidates(s Sketch, now int64, perStory, limit int) []Hit {
	clear(ix.counts)
	clear(ix.found)
	ix.list = ix.list[:0]
	for _, h := range s {
		from := len(ix.list)
		ix.each(h, func(seq uint32, _ *Entry) {
			ix.counts[seq]++
			ix.list = append(ix.list, seq)
		})
		ix.found[h] = span{from, len(ix.list)}
	}
	var hits []Hit
	oldest := now - int64(ix.window/time.Second)
	for seq, n := range ix.counts {
		if e := ix.entries[seq-ix.base]; n >= minShared && int64(e.Unix) >= oldest {
			hits = append(hits, Hit{Entry: e, Shared: n})
		}
	}
	return Best(hits, perStory, limit)
}

// Best returns the best of the documents that one or more indexes hold: at most
// perStory of one story and limit in all. It reuses hits.
func Best(hits []Hit, perStory, limit int) []Hit {
	rank := func(h Hit) float64 { return float64(h.Shared) / math.Sqrt(float64(max(h.Size, 1))) }
	slices.SortFunc(hits, func(a, b Hit) int {
		if ra, rb := rank(a), rank(b); ra != rb {
			if ra > rb {
				return -1
			}
			return 1
		}
		return int(int64(a.Article) - int64(b.Article))
	})
	return thin(hits, perStory, limit)
}

func thin(hits []Hit, perStory, limit int) []Hit {
	of := map[uint64]int{}
	kept := hits[:0]
	for _, h := range hits {
		if of[h.Story] < perStory && len(kept) < limit {
			of[h.Story]++
			kept = append(kept, h)
		}
	}
	return kept
}

// Furniture reports whether shingle h is page furniture when a text of source
// a is compared with one of source b: it stands in many sources, each with one
// vote, or in several stories of a or of b.
func (ix *Index) Furniture(h uint64, a, b uint32) bool {
	var sources [furnitureSources]uint32
	var ofA, ofB [furnitureStories]uint64
	ns, na, nb := 0, 0, 0
	count := func(_ uint32, e *Entry) {
		ns = vote(sources[:], ns, e.Source)
		if e.Source == a {
			na = vote(ofA[:], na, e.Story)
		}
		if e.Source == b {
			nb = vote(ofB[:], nb, e.Story)
		}
	}
	if known, ok := ix.found[h]; ok {
		for _, seq := range ix.list[known.from:known.to] {
			count(seq, &ix.entries[seq-ix.base])
		}
	} else {
		ix.each(h, count)
	}
	return ns == furnitureSources || na == furnitureStories || nb == furnitureStories
}

// vote adds v to the first n of list if it is not there and there is room.
func vote[T comparable](list []T, n int, v T) int {
	if n == len(list) || slices.Contains(list[:n], v) {
		return n
	}
	list[n] = v
	return n + 1
}
