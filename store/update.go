package store

import (
	"slices"

	"wiredesk/store/sketch"
)

// A Told is what a story has said so far, as far as it takes to know news from
// repetition.
type Told struct {
	Numbers  []uint32        // of the members that may bring figures in
	Sketches []sketch.Sketch // of its members
	shingles map[uint64]bool
}

// An Advance says whether an article that joins a story carries it further,
// and why in plain words.
type Advance struct {
	Update bool
	Why    string
}

// IsUpdate decides whether in, which joins a story, carries it further rather
// than repeating what the story already told (FOLD, step 7).
func IsUpdate(in *NearDoc, told *Told, n *Near) Advance {
	fresh, words := told.fresh(in.Doc)
	alone := in.Doc.Size() - n.Overlap.WordsA // the sample is thin where texts grow: at their end
	same := n.Against != nil && n.Against.Source == in.Source
	mark := label("", in.Doc.Text)
	if mark == "" && same {
		mark = label(in.Title, "")
	}
	switch {
	case mark != "" && fresh > 0:
		return Advance{true, "labelled " + mark}
	case same && words >= 8 && (fresh >= .25 && words >= 20 || alone >= 40 && 4*alone >= in.Doc.Size()):
		return Advance{true, "its source sent it again with more"}
	}
	if w := newFigure(in, n, told); w != "" {
		return Advance{true, "a new figure: " + w}
	}
	return Advance{}
}

// fresh returns the share of a text's sampled shingles that no member has, and
// about how many words that is.
func (t *Told) fresh(d *sketch.Doc) (share float64, words int) {
	if t.shingles == nil {
		t.shingles = map[uint64]bool{}
		for _, s := range t.Sketches {
			for _, h := range s {
				t.shingles[h] = true
			}
		}
	}
	s := d.Sketch()
	n := 0
	for _, h := range s {
		if !t.shingles[h] {
			n++
		}
	}
	if len(s) == 0 {
		return 0, 0
	}
	share = float64(n) / float64(len(s))
	return share, int(share * float64(d.Size()))
}

// newFigure returns the first number that stands between words shared with the
// story, which the story has not told, if the other text has a number of its
// own there: a figure that changed, not one in a sentence that was added.
func newFigure(in *NearDoc, n *Near, told *Told) string {
	if n.Against == nil || !changed(n.Against.Doc, n.Overlap.InB) {
		return ""
	}
	marks := n.Overlap.InA
	for i, t := range in.Doc.Tokens {
		if t.Flags&sketch.Number == 0 || i < len(marks) && marks[i] || !between(marks, i) {
			continue
		}
		if !slices.Contains(told.Numbers, uint32(t.Hash)) {
			return sketch.Words(in.Doc.Text, in.Doc.Tokens, i, i+1)
		}
	}
	return ""
}

// changed reports whether a number of d stands between shared words and is not
// one of them.
func changed(d *sketch.Doc, marks []bool) bool {
	for i, t := range d.Tokens {
		if t.Flags&sketch.Number != 0 && !marks[i] && between(marks, i) {
			return true
		}
	}
	return false
}

// between reports whether shared words stand within eight tokens on both sides of i.
func between(marks []bool, i int) bool {
	near := func(from, to int) bool {
		return from < to && slices.Contains(marks[max(from, 0):min(to, len(marks))], true)
	}
	return i < len(marks) && near(i-8, i) && near(i+1, i+9)
}

// MaxNumbers is how many figures are kept of what a story told.
const MaxNumbers = 64

// AddNumbers returns old with the figures of list that are new, at most
// MaxNumbers in all.
func AddNumbers(old, list []uint32) []uint32 {
	sum := slices.Clone(old)
	for _, n := range list {
		if len(sum) < MaxNumbers && !slices.Contains(sum, n) {
			sum = append(sum, n)
		}
	}
	return sum
}

// Numbers returns the figures in a text, hashed, at most limit.
func Numbers(d *sketch.Doc, limit int) []uint32 {
	var list []uint32
	for _, t := range d.Tokens {
		if t.Flags&sketch.Number != 0 && !slices.Contains(list, uint32(t.Hash)) {
			if list = append(list, uint32(t.Hash)); len(list) == limit {
				break
			}
		}
	}
	return list
}
