package publish

import (
	"slices"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// backlog is how many stories a source that joins a topic brings at once: no
// flood, and the rest is in the archive.
const backlog = 5

// A joiner is a source that a topic did not have when it was opened. What it
// had before at is backlog.
type joiner struct {
	at   time.Time
	best []candidate // the newest of its backlog, at most five
}

type candidate struct {
	story     store.StoryID
	published time.Time
	given     bool // readers have it: it keeps its place
}

// found names the sources that are no newcomers. A topic that is opened has
// none. Where nothing was kept of its opening, whoever has an entry was there.
func (sh *shelf) found() {
	known := len(sh.founders) > 0
	if !sh.renew || !known && len(sh.entries) == 0 {
		for id := range sh.rule.Outlets {
			sh.founders[id] = true
		}
		return
	}
	for _, e := range sh.entries {
		if !known {
			sh.founders[e.Source] = true
			continue
		}
		sh.rejoin(e)
	}
}

// rejoin rebuilds what was known of a joiner from one of its entries.
func (sh *shelf) rejoin(e store.Entry) {
	if sh.founders[e.Source] || e.Source == "" {
		return
	}
	j := sh.joined[e.Source]
	if j == nil {
		j = &joiner{at: e.Seen}
		sh.joined[e.Source] = j
	}
	if e.Seen.Before(j.at) {
		j.at = e.Seen
	}
	if curate.Shows(e) && len(j.best) < backlog {
		j.best = append(j.best, candidate{e.Story, e.Published, true})
	}
}

// holds reports whether a story is backlog that readers are spared. If it
// takes the place of an older one that nobody was given yet, that one is
// returned: it must be judged again.
func (sh *shelf) holds(v curate.View, now time.Time) (hold bool, instead store.StoryID) {
	id := v.Lead.Source
	if sh.founders[id] {
		return false, 0
	}
	j := sh.joined[id]
	if j == nil {
		j = &joiner{at: now}
		sh.joined[id] = j
	}
	is := func(c candidate) bool { return c.story == v.Story.ID }
	if v.Seen.After(j.at) || slices.ContainsFunc(j.best, is) {
		return false, 0
	}
	c := candidate{story: v.Story.ID, published: v.Lead.Article.PublishedAt()}
	if len(j.best) < backlog {
		j.best = append(j.best, c)
		return false, 0
	}
	oldest := -1
	for i, b := range j.best {
		if !b.given && b.published.Before(c.published) && (oldest < 0 || b.published.Before(j.best[oldest].published)) {
			oldest = i
		}
	}
	if oldest < 0 {
		return true, 0
	}
	instead, j.best[oldest] = j.best[oldest].story, c
	return false, instead
}

// give notes that readers now have what the joiners brought.
func (sh *shelf) give() {
	for _, j := range sh.joined {
		for i, c := range j.best {
			j.best[i].given = c.given || curate.Shows(sh.entries[c.story])
		}
	}
}
