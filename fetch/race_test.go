//go:build race

package fetch_test

// fewer is how many times fewer outlets a month has under the race detector,
// which is that much slower.
const fewer = 10
