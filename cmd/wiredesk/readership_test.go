package main

import (
	"testing"
	"time"
)

// What publishers are told of readers changes once an hour at most.
func TestReadershipIsCountedOnceAnHour(t *testing.T) {
	now, readers := time.Unix(1_000_000, 0), 10
	r := readership{count: func(time.Time) int { readers++; return readers }, clock: func() time.Time { return now }}
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{0, 11}, {time.Minute, 11}, {time.Hour, 12}, {-3 * time.Hour, 13}} {
		now = now.Add(tt.after)
		if got := r.total(); got != tt.want {
			t.Errorf("%v later: %d, want %d", tt.after, got, tt.want)
		}
	}
}
