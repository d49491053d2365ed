package fetch

import (
	"slices"
	"testing"
)

// A source that answers with deltas only costs no more memory with each.
func TestDeltasStayBounded(t *testing.T) {
	if got, want := merged([]uint64{9, 2}, []uint64{1, 2, 3}), []uint64{9, 2, 1, 3}; !slices.Equal(got, want) {
		t.Errorf("merged = %v, want %v: the delta's first, each once", got, want)
	}
	var known []uint64
	for n := range uint64(20) {
		delta := make([]uint64, 1000)
		for i := range delta {
			delta[i] = n*1000 + uint64(i) + 1
		}
		known = merged(delta, known)
	}
	if len(known) != maxKnown || known[0] != 19001 {
		t.Errorf("after 20 deltas %d items are known, the first %d; want %d, and the newest first", len(known), known[0], maxKnown)
	}
}
