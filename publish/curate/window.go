package curate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"wiredesk/store"
)

// Without a limit an edition has at least 50 entries and 48 hours (PUBLISH-C15).
const (
	windowEntries = 50
	windowAge     = 48 * time.Hour
	// MaxContent is how many bytes of content an edition may have in all.
	MaxContent = 900 << 10
	// maxText is how many one entry may have: a longer text is shown by its
	// summary, lest it take the room of all others.
	maxText = 256 << 10
	// halfLife is how long a story of SortTop takes to count half.
	halfLife = 12 * time.Hour
)

// Window returns which entries the topic's edition has at a time, in reading
// order, and when that will be otherwise though nothing changes; zero: never.
//
// Pinned stories come first and escape max_age and per_source. The others go by
// sort: "updated" by their date, and once they changed significantly by when
// that was by our clock; "new" by when they were published. "top" weighs a
// story outlets × (1 + rank/100) and halves that weight every 12 hours since it
// last changed; as all halve alike, their order stays until one of them changes.
func (r *Rule) Window(list []store.Entry, pinned func(store.StoryID) bool, now time.Time) (window []store.Entry, until time.Time) {
	watch := func(t time.Time) {
		if t.After(now) && (until.IsZero() || t.Before(until)) {
			until = t
		}
	}
	live := r.live(list, pinned, watch, now)
	count := map[store.SourceID]int{}
	for _, c := range live {
		e, pin := *c.Entry, c.pin
		if count[e.Source]++; !pin && r.Topic.PerSource > 0 && count[e.Source] > r.Topic.PerSource {
			continue
		}
		if full, more := r.full(len(window), e, now); full && !pin {
			continue
		} else if !more.IsZero() {
			watch(more)
		}
		if r.Topic.MaxAge > 0 && !pin {
			watch(e.Seen.Add(r.Topic.MaxAge))
		}
		window = append(window, e)
	}
	return window, until
}

// A candidate is an entry that may stand in the window.
type candidate struct {
	*store.Entry
	pin   bool
	place time.Time
}

// live returns the entries that readers may see, in reading order. There may be
// thousands, of which the window takes the first few.
func (r *Rule) live(list []store.Entry, pinned func(store.StoryID) bool, watch func(time.Time), now time.Time) []candidate {
	live := make([]candidate, 0, len(list))
	for i := range list {
		e := &list[i]
		c := candidate{e, pinned(e.Story), place(*e)}
		if !e.Withdrawn.IsZero() && Appeared(*e) {
			if watch(e.Withdrawn.Add(Notice)); now.Sub(e.Withdrawn) < Notice {
				live = append(live, c)
			}
			continue
		}
		if Shows(*e) && (c.pin || !r.tooOld(*e, now)) {
			live = append(live, c)
		}
	}
	slices.SortFunc(live, func(a, b candidate) int {
		if a.pin != b.pin {
			return first(a.pin)
		}
		if r.Topic.Sort == SortUpdated {
			if c := b.place.Compare(a.place); c != 0 {
				return c
			}
		}
		return r.order(a.Entry, b.Entry)
	})
	return live
}

// Order is the reading order of an edition's entries, pins apart.
func (r *Rule) Order(a, b store.Entry) int { return r.order(&a, &b) }

func (r *Rule) order(a, b *store.Entry) int {
	return cmp.Or(r.compare(b, a), b.Published.Compare(a.Published), cmp.Compare(b.Story, a.Story))
}

func first(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

func (r *Rule) tooOld(e store.Entry, now time.Time) bool {
	return r.Topic.MaxAge > 0 && now.Sub(e.Seen) >= r.Topic.MaxAge
}

// full reports whether a window of n entries has no room for e. until is when
// it will have none, where e is there for its age only.
func (r *Rule) full(n int, e store.Entry, now time.Time) (full bool, until time.Time) {
	switch {
	case n >= MaxLimit:
		return true, time.Time{}
	case r.Topic.Limit > 0:
		return n >= r.Topic.Limit, time.Time{}
	case n < windowEntries:
		return false, time.Time{}
	}
	end := e.Moved.Add(windowAge)
	return !end.After(now), end
}

func (r *Rule) compare(a, b *store.Entry) int {
	switch r.Topic.Sort {
	case SortNew:
		return a.Published.Compare(b.Published)
	case SortTop:
		return cmp.Compare(r.weight(a), r.weight(b))
	}
	return place(*a).Compare(place(*b))
}

// place is the time that an entry is ordered by: its own date, which is never
// ahead of our clock, so that the first poll of many sources reads as the day
// went (RELIABILITY-ID3); after a change our clock, so that only so many of them
// take it to the top.
func place(e store.Entry) time.Time {
	if e.Bumped.IsZero() {
		return earlier(e.Updated, e.Moved)
	}
	return e.Moved
}

// weight is the logarithm of a story's weight, but for what all have in common.
func (r *Rule) weight(e *store.Entry) float64 {
	w := float64(max(1, e.Outlets)) * (1 + float64(max(0, r.Outlets[e.Source].Rank))/100)
	return math.Log2(w) + float64(e.Moved.Unix())/halfLife.Seconds()
}

// MaxAge returns how long readers may keep an edition: half the median time
// between its stories, from 5 minutes to an hour (PUBLISH-C10).
func MaxAge(window []store.Entry) time.Duration {
	var moved []time.Time
	for _, e := range window {
		moved = append(moved, e.Moved)
	}
	slices.SortFunc(moved, time.Time.Compare)
	var gaps []time.Duration
	for i := 1; i < len(moved); i++ {
		gaps = append(gaps, moved[i].Sub(moved[i-1]))
	}
	if len(gaps) == 0 {
		return 15 * time.Minute
	}
	slices.Sort(gaps)
	return min(max(gaps[len(gaps)/2]/2, 5*time.Minute), time.Hour).Truncate(time.Second)
}
