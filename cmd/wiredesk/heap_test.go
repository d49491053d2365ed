package main

import "testing"

func TestPace(t *testing.T) {
	const mb = 1 << 20
	for _, tt := range []struct {
		name    string
		live    uint64
		percent int
		limit   int64
	}{
		{"nothing in use", 0, maxPercent, leastLimit},
		{"a small newsroom", 8 * mb, 1100, leastLimit},
		{"a fold window of 130,000 articles", 112 * mb, 78, 188 * mb},
		{"a full one", 500 * mb, minPercent, 673 * mb},
	} {
		if percent, limit := pace(tt.live); percent != tt.percent || limit != tt.limit {
			t.Errorf("%s: pace(%d) = %d, %d, want %d, %d", tt.name, tt.live, percent, limit, tt.percent, tt.limit)
		}
	}
}
