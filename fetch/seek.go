package fetch

import (
	"context"

	"wiredesk/fetch/discover"
	"wiredesk/fetch/web"
	"wiredesk/fetch/websub"
	"wiredesk/store"
)

// maxSought is how many feeds that a page names are tried.
const maxSought = 4

// seek polls the feed that a page names, if a page is what the first answer of a
// source is (FETCH-A28). That feed is asked from then on, and the page no more.
// fail says how the poll ends if there is none. Addresses that no page names are
// not guessed here, where nobody looks at what was found.
func (e *errand) seek(ctx context.Context, page *web.Response, fail *failure) store.Delivery {
	unread := e.job.LastOK.IsZero() && e.job.LastCode != store.CodeHTML && !e.job.Sighting.Found
	if fail.code != store.CodeHTML || !unread || e.p.list {
		return e.failed(fail)
	}
	hubs, topic := websub.Head(page.Body, page.URL)
	asked := e.job
	links := discover.Links(page.Body, page.URL)
	for _, to := range links[:min(len(links), maxSought)] {
		if !e.s.mayMove(e.p, to) {
			continue
		}
		e.job.Sighting = store.Sighting{URL: to, Since: e.start, Count: moveSightings, Found: true}
		if topic == to {
			e.job.Sighting.Hubs = hubs
		}
		if d := e.poll(ctx); !d.Failed() {
			e.f.Log.Warn("the address is a page that names its feed, which is asked instead; put that into the configuration",
				"source", e.job.Source, "url", e.p.URL, "new", to)
			return d
		}
		e.job = asked
	}
	return e.failed(fail)
}
