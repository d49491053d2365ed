package fetch

import (
	"net/url"
	"time"

	"wiredesk/fetch/web"
	"wiredesk/store"
)

// A source is asked at another address only after the same permanent redirect
// was seen this often for this long (FETCH-A20): captive portals and blunders
// also say "moved permanently".
const (
	moveSightings = 3
	moveAfter     = 7 * 24 * time.Hour
	moveSecure    = 24 * time.Hour // from http to https of the same address
)

// address returns where to ask for a source's feed.
func (s *settings) address(p *feed, job store.Job, now time.Time) string {
	if s.migrated(p, job, now) {
		return job.Sighting.URL
	}
	return p.URL
}

// migrated reports whether the source has moved for good. Credentials stay
// with the origin that they were given for, so a source that has some moves
// only within it.
func (s *settings) migrated(p *feed, job store.Job, now time.Time) bool {
	seen := job.Sighting
	if seen.URL == "" || seen.Count < moveSightings {
		return false
	}
	if other, taken := s.taken[seen.URL]; taken && other != p.ID {
		return false
	}
	from, err := url.Parse(p.URL)
	if err != nil {
		return false
	}
	to, err := url.Parse(seen.URL)
	if err != nil || from.Scheme == "https" && to.Scheme != "https" {
		return false
	}
	if len(p.header) > 0 && web.Origin(p.URL) != web.Origin(seen.URL) {
		return false
	}
	after := moveAfter
	if from.Scheme == "http" && to.Scheme == "https" && web.Host(p.URL) == web.Host(seen.URL) && from.RequestURI() == to.RequestURI() {
		after = moveSecure
	}
	return now.Sub(seen.Since) >= after
}

// sighted counts a permanent redirect that ended well. A document that shares
// nothing with the last one is somebody else's, whatever the redirect says.
func (s *settings) sighted(p *feed, job store.Job, res *web.Response, d *store.Delivery) store.Sighting {
	if s.migrated(p, job, d.Start) && res.Moved == "" && res.URL == job.Sighting.URL {
		return job.Sighting // asked there, and served there
	}
	if res.Moved == "" || !akin(job, res, d) {
		return store.Sighting{}
	}
	seen := job.Sighting
	if seen.URL != res.Moved {
		seen = store.Sighting{URL: res.Moved, Since: d.At}
	}
	seen.Count++
	return seen
}

// tellMove tells the operator, once, that a source is asked elsewhere from now
// on. The configuration is the operator's: nothing of it is rewritten.
func (e *errand) tellMove(d *store.Delivery) {
	after := e.job
	after.Sighting = d.Sighting
	if e.s.migrated(e.p, after, d.At) && !e.s.migrated(e.p, e.job, d.Start) {
		e.f.Log.Warn("the feed has moved for good and is asked at its new address from now on; put that into the configuration",
			"source", e.job.Source, "url", e.p.URL, "new", d.Sighting.URL)
	}
}

// akin reports whether what came belongs to the source's history.
func akin(job store.Job, res *web.Response, d *store.Delivery) bool {
	if res.NotModified || len(job.Known) == 0 || d.BodyHash == job.BodyHash {
		return true
	}
	old := make(map[uint64]bool, len(job.Known))
	for _, k := range job.Known {
		old[k] = true
	}
	for _, k := range d.Known {
		if old[k] {
			return true
		}
	}
	return false
}
