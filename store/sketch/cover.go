package sketch

// minRun is the fewest words in a row that count as taken over; shorter runs
// are turns of phrase.
const minRun = 7

// A Doc is a text made ready for comparison.
type Doc struct {
	Text      string
	Tokens    []Token
	shingles  []uint64
	furniture []bool // by token; nil: none is known
}

// NewDoc reads text. The seed must be the same for all documents compared.
func NewDoc(text string, seed uint64) *Doc {
	d := &Doc{Text: text, Tokens: Tokens(text)}
	d.shingles = shingles(d.Tokens, seed, make([]uint64, 0, len(d.Tokens)))
	return d
}

// Unmarked returns d as it was before furniture was marked in it. The two share
// what does not change.
func (d *Doc) Unmarked() *Doc { return &Doc{Text: d.Text, Tokens: d.Tokens, shingles: d.shingles} }

// Bytes returns about how much memory d takes.
func (d *Doc) Bytes() int { return len(d.Text) + 16*cap(d.Tokens) + 8*cap(d.shingles) + 128 }

// Sketch returns the sample of d that an [Index] keeps.
func (d *Doc) Sketch() Sketch {
	var s Sketch
	for i, h := range d.shingles {
		if sampled(i, h) {
			s = append(s, h)
		}
	}
	return s
}

// MarkFurniture notes which words of d are page furniture: those of sampled
// shingles for which is reports true, and what lies between two of them with
// no other sampled shingle in between.
func (d *Doc) MarkFurniture(is func(shingle uint64) bool) {
	d.furniture = nil
	last := -1 // position of the last sampled shingle, if it was furniture
	for i, h := range d.shingles {
		if !sampled(i, h) {
			continue
		}
		if !is(h) {
			last = -1
			continue
		}
		if d.furniture == nil {
			d.furniture = make([]bool, len(d.Tokens))
		}
		from := i
		if last >= 0 {
			from = last
		}
		for k := from; k < min(i+Shingle, len(d.Tokens)); k++ {
			d.furniture[k] = true
		}
		last = i
	}
}

// Furniture returns how many words of d are page furniture.
func (d *Doc) Furniture() int {
	n := 0
	for _, f := range d.furniture {
		if f {
			n++
		}
	}
	return n
}

// Size returns how many words of d count: all but the furniture.
func (d *Doc) Size() int { return len(d.Tokens) - d.Furniture() }

// cover marks the tokens of d that stand in runs of at least minRun words
// which other has too, furniture left out.
func (d *Doc) cover(other *set) []bool {
	marks := make([]bool, len(d.Tokens))
	for i, h := range d.shingles {
		if other.has(h) {
			for k := i; k < min(i+Shingle, len(marks)); k++ {
				marks[k] = true
			}
		}
	}
	for i := 0; i < len(marks); {
		j := i
		for j < len(marks) && marks[j] {
			j++
		}
		if j-i < minRun {
			clear(marks[i:j])
		}
		i = j + 1
	}
	for i, f := range d.furniture {
		if f {
			marks[i] = false
		}
	}
	return marks
}

// set is an open-addressed hash set of shingles; 0 marks a free slot.
type set struct {
	slots []uint64
	mask  uint64
}

func newSet(list []uint64) *set {
	size := 16
	for size < 2*len(list) {
		size *= 2
	}
	s := &set{slots: make([]uint64, size), mask: uint64(size - 1)}
	for _, h := range list {
		i := h & s.mask
		for s.slots[i] != 0 && s.slots[i] != h+1 {
			i = (i + 1) & s.mask
		}
		s.slots[i] = h + 1
	}
	return s
}

func (s *set) has(h uint64) bool {
	for i := h & s.mask; s.slots[i] != 0; i = (i + 1) & s.mask {
		if s.slots[i] == h+1 {
			return true
		}
	}
	return false
}

// An Overlap tells which words two documents share. A and B are in the order
// in which they were compared.
type Overlap struct {
	A, B     *Doc
	InA, InB []bool // by token: shared with the other
	WordsA   int    // shared words of A, furniture left out
	WordsB   int
	ShareA   float64 // of A's words, furniture left out
	ShareB   float64
}

// Compare finds the passages that a and b share, exactly.
func Compare(a, b *Doc) Overlap {
	o := Overlap{A: a, B: b}
	o.InA = a.cover(newSet(b.shingles))
	o.InB = b.cover(newSet(a.shingles))
	o.WordsA = count(o.InA)
	o.WordsB = count(o.InB)
	o.ShareA = float64(o.WordsA) / float64(max(a.Size(), 1))
	o.ShareB = float64(o.WordsB) / float64(max(b.Size(), 1))
	return o
}

func count(marks []bool) (n int) {
	for _, m := range marks {
		if m {
			n++
		}
	}
	return n
}

// Figures returns the share of the numbers in the shorter document that the
// longer one has as well; 1 when the shorter has none.
func (o *Overlap) Figures() float64 { return o.agree(Number) }

// Names returns the same of capitalised words.
func (o *Overlap) Names() float64 { return o.agree(Name) }

func (o *Overlap) agree(flag Flags) float64 {
	short, long := o.A, o.B
	if short.Size() > long.Size() {
		short, long = long, short
	}
	have := map[uint64]bool{}
	for i, t := range long.Tokens {
		if t.Flags&flag != 0 && !long.IsFurniture(i) {
			have[t.Hash] = true
		}
	}
	seen, found := map[uint64]bool{}, 0
	for i, t := range short.Tokens {
		if t.Flags&flag == 0 || seen[t.Hash] || short.IsFurniture(i) {
			continue
		}
		seen[t.Hash] = true
		if have[t.Hash] {
			found++
		}
	}
	if len(seen) == 0 {
		return 1
	}
	return float64(found) / float64(len(seen))
}

// IsFurniture reports whether word i of d is page furniture.
func (d *Doc) IsFurniture(i int) bool { return d.furniture != nil && d.furniture[i] }
