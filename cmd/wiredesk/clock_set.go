//go:build testclock

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// clock returns a clock that stood at WIREDESK_NOW when the program began and
// has run on since, so that whole days can be driven from outside. It is ahead
// of that by the seconds in the file that WIREDESK_CLOCK_OFFSET names.
func clock() (now func() time.Time, err error) {
	now = time.Now
	if set := os.Getenv("WIREDESK_NOW"); set != "" {
		start, err := time.Parse(time.RFC3339Nano, set)
		if err != nil {
			return nil, fmt.Errorf("WIREDESK_NOW: %q is no time: write it as in 2026-05-01T12:00:00Z", set)
		}
		began := time.Now()
		now = func() time.Time { return start.Add(time.Since(began)) }
	}
	if file := os.Getenv("WIREDESK_CLOCK_OFFSET"); file != "" {
		o, run := &offset{file: file}, now
		now = func() time.Time { return run().Round(0).Add(o.now()) }
	}
	return now, nil
}

// An offset is how far a file sets the clock ahead. While the file is missing or
// holds no number, the last one that it held stays.
type offset struct {
	file string

	mu    sync.Mutex
	read  time.Time // last
	value time.Duration
}

// now returns what the file said within the last second.
func (o *offset) now() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.read.IsZero() && time.Since(o.read) < time.Second {
		return o.value
	}
	o.read = time.Now()
	raw, err := os.ReadFile(o.file)
	if err != nil {
		return o.value
	}
	if seconds, err := strconv.ParseFloat(strings.TrimSpace(string(raw)), 64); err == nil {
		o.value = time.Duration(seconds * float64(time.Second))
	}
	return o.value
}
