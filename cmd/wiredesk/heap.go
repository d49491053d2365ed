package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	headroom   = 56 << 20 // bytes that may be allocated between two collections while little is in use
	minPercent = 40       // of what is in use, once that is more: most of it is the fold window, which is cheap to collect
	maxPercent = 1400
)

// tuneHeap lets garbage gather up to an amount rather than up to a share of
// what is in use. A round allocates much and keeps little: by shares it would
// be collected a hundred times, at a fifth of its time. GOGC in the environment
// wins.
func tuneHeap() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(maxPercent)
	afterCollection()
}

// afterCollection sets the pace after every collection from here on.
func afterCollection() {
	type mark struct{ _ *byte } // garbage at once, so that its end tells of the next collection
	runtime.AddCleanup(&mark{}, func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetGCPercent(percent(live[0].Value.Uint64()))
		afterCollection()
	}, struct{}{})
}

// percent returns how much garbage may gather beside live bytes in use, in
// percent of these.
func percent(live uint64) int {
	return int(min(max(100*headroom/max(live, 1), minPercent), maxPercent))
}
