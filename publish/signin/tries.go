package signin

import (
	"net/netip"
	"time"
)

// An address may guess five times at once and then once a minute. Networks are
// counted as one: whoever has a /64 has all of its addresses.
const (
	burst    = 5
	interval = time.Minute
	maxTries = 10_000 // addresses remembered
)

// tries are the addresses that guessed, with when the last of their guesses is
// worked off.
type tries map[netip.Prefix]time.Time

// take reports whether from may guess now, and counts it.
func (t tries) take(from netip.Addr, now time.Time) bool {
	key := network(from)
	until := t[key]
	if until.Before(now) {
		until = now
	}
	if until.Sub(now) > (burst-1)*interval {
		return false
	}
	if len(t) >= maxTries {
		t.prune(now)
	}
	t[key] = until.Add(interval)
	return true
}

func (t tries) forget(from netip.Addr) { delete(t, network(from)) }

// prune forgets who may guess freely again, or everybody: that gives a crowd of
// that size five guesses more each.
func (t tries) prune(now time.Time) {
	for key, until := range t {
		if until.Before(now) {
			delete(t, key)
		}
	}
	if len(t) >= maxTries {
		clear(t)
	}
}

func network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address, as of a Unix socket's peer: all are one
	}
	return p
}
