//go:build !testclock

package main

import "time"

// clock returns what tells the program the time. A build with the tag testclock
// has another.
func clock() (now func() time.Time, err error) { return time.Now, nil }
