package diff

import "slices"

// search looks for the shortest edit from a to b (Myers 1986, the greedy
// algorithm) and returns, for each number of edits, how far each diagonal got
// before it; nil if it takes more than maxEdits.
func search(a, b []string) [][]int32 {
	limit := min(len(a)+len(b), maxEdits)
	v := make([]int32, 2*limit+2) // v[limit+k]: furthest place in a on diagonal k
	trace := [][]int32{}
	for d := 0; d <= limit; d++ {
		trace = append(trace, slices.Clone(v[limit-d:limit+d+2]))
		for k := -d; k <= d; k += 2 {
			x := step(v, limit, d, k)
			for int(x) < len(a) && int(x)-k < len(b) && same(a[x], b[int(x)-k]) {
				x++
			}
			v[limit+k] = x
			if int(x) >= len(a) && int(x)-k >= len(b) {
				return trace
			}
		}
	}
	return nil
}

// step returns where diagonal k starts after d edits: below or right of the
// better of its neighbours.
func step(v []int32, zero, d, k int) int32 {
	if d == 0 {
		return 0
	}
	if k == -d || k != d && v[zero+k-1] < v[zero+k+1] {
		return v[zero+k+1]
	}
	return v[zero+k-1] + 1
}

// walk goes the way that search found backwards and returns its operations in
// order.
func walk(trace [][]int32, n, m int) []Op {
	var ops []Op
	x, y := n, m
	for d := len(trace) - 1; d > 0; d-- {
		v, k := trace[d], x-y
		prev := k - 1
		if k == -d || k != d && v[d+k-1] < v[d+k+1] {
			prev = k + 1
		}
		px := int(v[d+prev])
		py := px - prev
		for x > px && y > py {
			ops = append(ops, Equal)
			x, y = x-1, y-1
		}
		if prev == k+1 {
			ops = append(ops, Insert)
			y--
		} else {
			ops = append(ops, Delete)
			x--
		}
	}
	for ; x > 0; x-- {
		ops = append(ops, Equal)
	}
	slices.Reverse(ops)
	return ops
}
