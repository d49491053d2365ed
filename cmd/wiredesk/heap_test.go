package main

import "testing"

func TestPercent(t *testing.T) {
	const mb = 1 << 20
	for _, tt := range []struct {
		name string
		live uint64
		want int
	}{
		{"nothing in use", 0, maxPercent},
		{"a small newsroom", 8 * mb, 700},
		{"a fold window of 130,000 articles", 112 * mb, 50},
		{"a full one", 500 * mb, minPercent},
	} {
		if got := percent(tt.live); got != tt.want {
			t.Errorf("%s: percent(%d) = %d, want %d", tt.name, tt.live, got, tt.want)
		}
	}
}
