package sketch

import "math/bits"

const (
	// Shingle is the number of consecutive words that are compared at once.
	Shingle = 5
	lead    = 64 // of the first so many shingles every second is kept, so that a teaser finds its text
	dense   = 2
	sparse  = 16 // of the rest one in so many, so that containment of trimmed copies can be seen
	bitmask = 1<<40 - 1
)

// A Sketch is the sample of a text's shingles that is kept: hashes of 40 bits,
// in text order, about 68 for a news article of 500 words.
type Sketch []uint64

// shingles returns the hash of the shingle at each token, mixed with seed. A
// text shorter than a shingle is one shingle.
func shingles(tokens []Token, seed uint64, into []uint64) []uint64 {
	into = into[:0]
	n := len(tokens) - Shingle + 1
	if n < 1 && len(tokens) > 0 {
		n = 1
	}
	for i := range n {
		h := seed
		for _, t := range tokens[i:min(i+Shingle, len(tokens))] {
			h = mix(h ^ t.Hash)
		}
		into = append(into, h&bitmask)
	}
	return into
}

// mix is one round of multiply and fold (as in wyhash): cheap, and no output
// bit tells an input bit to whoever does not know the seed.
func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}

// sampled reports whether the shingle h at position i belongs to the sketch.
func sampled(i int, h uint64) bool {
	if i < lead {
		return h%dense == 0
	}
	return h%sparse == 0
}
