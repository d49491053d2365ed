//go:build testclock

package main

import (
	"fmt"
	"os"
	"time"
)

// clock returns a clock that stood at WIREDESK_NOW when the program began and
// has run on since, so that whole days can be driven from outside.
func clock() (now func() time.Time, err error) {
	set := os.Getenv("WIREDESK_NOW")
	if set == "" {
		return time.Now, nil
	}
	start, err := time.Parse(time.RFC3339Nano, set)
	if err != nil {
		return nil, fmt.Errorf("WIREDESK_NOW: %q is no time: write it as in 2026-05-01T12:00:00Z", set)
	}
	began := time.Now()
	return func() time.Time { return start.Add(time.Since(began)) }, nil
}
