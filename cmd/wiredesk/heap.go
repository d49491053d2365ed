package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	headroom   = 88 << 20 // bytes that may be allocated between two collections while little is in use
	minPercent = 40       // of what is in use, once that is more: most of it is the fold window, which is cheap to collect
	maxPercent = 2200
	leastLimit = 172 << 20 // bytes of memory in all from which on collections come earlier
	slack      = 48 << 20
)

// tuneHeap lets garbage gather up to an amount rather than up to a share of
// what is in use. A round allocates much and keeps little: by shares it would
// be collected a hundred times, at a fifth of its time. GOGC or GOMEMLIMIT in
// the environment wins.
func tuneHeap() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(maxPercent)
	debug.SetMemoryLimit(leastLimit)
	afterCollection()
}

// afterCollection sets the pace after every collection from here on.
func afterCollection() {
	type mark struct{ _ *byte } // garbage at once, so that its end tells of the next collection
	runtime.AddCleanup(&mark{}, func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		percent, limit := pace(live[0].Value.Uint64())
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
		afterCollection()
	}, struct{}{})
}

// pace returns how much garbage may gather beside live bytes in use, in percent
// of these, and how much memory the whole may take before it is collected
// earlier. The limit moves with what is in use: a fixed one would have a large
// store collect without end.
func pace(live uint64) (percent int, limit int64) {
	percent = int(min(max(100*headroom/max(live, 1), minPercent), maxPercent))
	return percent, int64(max(leastLimit, live+live/4+slack))
}
