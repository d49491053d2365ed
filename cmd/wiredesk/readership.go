package main

import (
	"sync"
	"time"
)

// A readership is how many people read what we publish, as far as their feed
// services say. Publishers are told it by the User-Agent, so it is counted anew
// once an hour only: they shall not see another agent with every poll.
type readership struct {
	count func(now time.Time) int
	clock func() time.Time

	mu sync.Mutex
	at time.Time // counted last
	n  int
}

func (r *readership) total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.clock(); r.at.IsZero() || now.Sub(r.at).Abs() >= time.Hour {
		r.at, r.n = now, r.count(now)
	}
	return r.n
}
