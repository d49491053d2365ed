package fetch

import (
	"net/url"
	"slices"
	"strings"
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

// migrated reports whether the source has moved for good.
func (s *settings) migrated(p *feed, job store.Job, now time.Time) bool {
	seen := job.Sighting
	if !seen.Found && seen.Count < moveSightings || !s.mayMove(p, seen.URL) {
		return false
	}
	if seen.Found {
		return true
	}
	from, err := url.Parse(p.URL)
	if err != nil {
		return false
	}
	to, err := url.Parse(seen.URL)
	if err != nil {
		return false
	}
	after := moveAfter
	if from.Scheme == "http" && to.Scheme == "https" && web.Host(p.URL) == web.Host(seen.URL) && from.RequestURI() == to.RequestURI() {
		after = moveSecure
	}
	return now.Sub(seen.Since) >= after
}

// mayMove reports whether a source may be asked at another address: not at one
// that another source has, nor in the clear instead of over TLS. Credentials stay
// with the origin that they were given for, so a source that has some moves only
// within it.
func (s *settings) mayMove(p *feed, to string) bool {
	other, taken := s.taken[to]
	switch {
	case to == "", taken && other != p.ID:
		return false
	case strings.HasPrefix(p.URL, "https:") && !strings.HasPrefix(to, "https:"):
		return false
	}
	return len(p.header) == 0 || web.Origin(p.URL) == web.Origin(to)
}

// sighted counts a permanent redirect that ended well. A document that shares
// nothing with the last one is somebody else's, whatever the redirect says. What
// the document says of its address counts as one more, and alone as nothing
// (FETCH-A38).
func (s *settings) sighted(p *feed, job store.Job, res *web.Response, d *store.Delivery, hints ...string) store.Sighting {
	there := s.migrated(p, job, d.Start)
	if there && (job.Sighting.Found || res.Moved == "" && res.URL == job.Sighting.URL) {
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
	if slices.Contains(hints, seen.URL) {
		seen.Count++
	}
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
	if res.NotModified || len(job.Known) == 0 || d.BodyHash == job.BodyHash || job.Title != "" && job.Title == d.Feed.Title {
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
