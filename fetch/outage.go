package fetch

import (
	"sync"
	"time"

	"wiredesk/fetch/web"
	"wiredesk/store"
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

// failed notes a failure and reports whether it is ours.
func (o *outage) failed(job store.Job, d *store.Delivery) bool {
	unreachable := d.Status == 0 && (d.Code == store.CodeDNS || d.Code == store.CodeLocal)
	return o.note(web.Host(job.URL), unreachable, d.At)
}

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
