package sketch

import (
	"math"
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

	tableSlots = 1 << 20 // 8 MiB; a segment holds as many tables as it needs
	segment    = 48 * time.Hour
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
// document, 8 bytes in all, in tables that are dropped whole when they are
// older than the window. The zero Index is not usable; see [NewIndex].
// Methods may not be called concurrently.
type Index struct {
	window  time.Duration
	entries []Entry // by seq - base
	base    uint32
	byID    map[uint64]uint32 // article to seq
	tables  []*table          // oldest first
	counts  map[uint32]int    // scratch
}

type table struct {
	slots  []uint64 // hash<<seqBits | seq, seq never 0; 0 is a free slot
	used   int
	opened int64 // unix seconds of its first document
}

// NewIndex returns an index that forgets documents older than window.
func NewIndex(window time.Duration) *Index {
	return &Index{window: window, base: 1, byID: map[uint64]uint32{}, counts: map[uint32]int{}}
}

// Len returns how many documents the index holds.
func (ix *Index) Len() int { return len(ix.entries) }

// Add takes in a document. Documents come in the order in which they were seen.
func (ix *Index) Add(e Entry, s Sketch) {
	ix.expire(int64(e.Unix))
	e.Size = uint16(min(len(s), math.MaxUint16))
	seq := ix.base + uint32(len(ix.entries))
	ix.entries = append(ix.entries, e)
	ix.byID[e.Article] = seq
	for _, h := range s {
		ix.open(int64(e.Unix)).put(h, seq)
	}
}

// Replace gives the document of an article that was revised its new sketch.
// Shingles that it no longer has find it until they are forgotten with age.
func (ix *Index) Replace(e Entry, old, s Sketch) {
	seq, ok := ix.byID[e.Article]
	if !ok {
		ix.Add(e, s)
		return
	}
	slices.Sort(old)
	e.Size, e.Unix = uint16(min(len(s), math.MaxUint16)), ix.entries[seq-ix.base].Unix
	ix.entries[seq-ix.base] = e
	for _, h := range s {
		if _, known := slices.BinarySearch(old, h); !known {
			ix.open(int64(e.Unix)).put(h, seq)
		}
	}
}

// Move notes that an article now belongs to another story.
func (ix *Index) Move(article, story uint64) {
	if seq, ok := ix.byID[article]; ok {
		ix.entries[seq-ix.base].Story = story
	}
}

// Entry returns what the index knows of an article.
func (ix *Index) Entry(article uint64) (Entry, bool) {
	seq, ok := ix.byID[article]
	if !ok {
		return Entry{}, false
	}
	return ix.entries[seq-ix.base], true
}

// expire drops tables and documents that are older than the window.
func (ix *Index) expire(now int64) {
	oldest := now - int64(ix.window/time.Second)
	for len(ix.tables) > 1 && ix.tables[1].opened < oldest {
		ix.tables[0] = nil
		ix.tables = ix.tables[1:]
	}
	n := 0
	for n < len(ix.entries) && int64(ix.entries[n].Unix) < oldest-int64(segment/time.Second) {
		if ix.byID[ix.entries[n].Article] == ix.base+uint32(n) {
			delete(ix.byID, ix.entries[n].Article)
		}
		n++
	}
	if n > 1024 { // in batches: each moves what stays
		ix.entries = slices.Clone(ix.entries[n:])
		ix.base += uint32(n)
	}
}

// open returns the table that takes postings now.
func (ix *Index) open(now int64) *table {
	if n := len(ix.tables); n > 0 {
		t := ix.tables[n-1]
		if now-t.opened < int64(segment/time.Second) && (len(t.slots) < tableSlots || t.used < tableSlots*3/4) {
			if t.used >= len(t.slots)*3/4 {
				t.grow()
			}
			return t
		}
	}
	t := &table{slots: make([]uint64, 1<<12), opened: now}
	ix.tables = append(ix.tables, t)
	return t
}

func (t *table) put(h uint64, seq uint32) {
	key := h & (1<<hashBits - 1)
	mask := uint64(len(t.slots) - 1)
	i := mix(key) & mask
	for n := 0; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i]>>seqBits == key {
			if uint32(t.slots[i]&seqMask) == seq {
				return
			}
			if n++; n >= maxList {
				return
			}
		}
	}
	t.slots[i] = key<<seqBits | uint64(seq)&seqMask
	t.used++
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]uint64, 2*len(old))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s == 0 {
			continue
		}
		i := mix(s>>seqBits) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// each calls f with the documents that have shingle h, newest table first,
// until maxList were seen.
func (ix *Index) each(h uint64, f func(seq uint32, e *Entry)) {
	key, n := h&(1<<hashBits-1), 0
	for k := len(ix.tables) - 1; k >= 0; k-- {
		t := ix.tables[k]
		mask := uint64(len(t.slots) - 1)
		for i := mix(key) & mask; t.slots[i] != 0; i = (i + 1) & mask {
			if t.slots[i]>>seqBits != key {
				continue
			}
			seq := uint32(t.slots[i] & seqMask)
			if seq < ix.base || int(seq-ix.base) >= len(ix.entries) {
				continue
			}
			f(seq, &ix.entries[seq-ix.base])
			if n++; n >= maxList {
				return
			}
		}
	}
}

// Candidates returns the documents worth comparing with s at time now (unix
// seconds): at most perStory of one story and limit in all, best first.
func (ix *Index) Candidates(s Sketch, now int64, perStory, limit int) []Hit {
	clear(ix.counts)
	for _, h := range s {
		ix.each(h, func(seq uint32, _ *Entry) { ix.counts[seq]++ })
	}
	var hits []Hit
	oldest := now - int64(ix.window/time.Second)
	for seq, n := range ix.counts {
		if e := ix.entries[seq-ix.base]; n >= minShared && int64(e.Unix) >= oldest {
			hits = append(hits, Hit{Entry: e, Shared: n})
		}
	}
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
	ix.each(h, func(_ uint32, e *Entry) {
		ns = vote(sources[:], ns, e.Source)
		if e.Source == a {
			na = vote(ofA[:], na, e.Story)
		}
		if e.Source == b {
			nb = vote(ofB[:], nb, e.Story)
		}
	})
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
