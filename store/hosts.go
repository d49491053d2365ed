package store

import "strings"

// sharing are domains whose hosts are one server with one patience: it counts
// what we ask of all of them together, and a 429 of one is meant for all
// (FETCH-A16).
var sharing = [...]string{"tumblr.com", "reddit.com", "medium.com"}

// Patience returns the name under which a host's requests are counted: its own,
// or that of the domain that it shares a server with.
func Patience(host string) string {
	for _, domain := range sharing {
		if rest, ok := strings.CutSuffix(host, domain); ok && (rest == "" || strings.HasSuffix(rest, ".")) {
			return domain
		}
	}
	return host
}
