package fetch

import (
	"sync"
	"time"
)

const (
	outageWindow = time.Minute
	// outageHosts is how many hosts must be out of reach before it can be us.
	outageHosts = 5
)

// outage tells our own network's failure from everybody else's: when most
// hosts can not be found or reached within a minute, none of them is to blame
// (FETCH-A17).
type outage struct {
	mu    sync.Mutex
	since time.Time
	lost  map[string]bool
	found map[string]bool
}

// note counts an attempt to reach a host and reports whether its failure is ours.
func (o *outage) note(host string, unreachable bool, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost == nil || now.Sub(o.since) > outageWindow || now.Before(o.since) {
		o.since, o.lost, o.found = now, make(map[string]bool), make(map[string]bool)
	}
	if !unreachable {
		delete(o.lost, host)
		o.found[host] = true
		return false
	}
	delete(o.found, host)
	o.lost[host] = true
	return len(o.lost) >= outageHosts && len(o.lost) > len(o.found)
}
