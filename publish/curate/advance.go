package curate

import (
	"fmt"
	"slices"
	"time"

	"wiredesk/store"
)

const (
	// Debounce is the least time between two changes of one entry that readers
	// are told of. The first one and corrections do not wait (DATES-B8); the
	// text itself never does.
	Debounce = 15 * time.Minute
	// Notice is how long an entry says that its story was withdrawn.
	Notice = 7 * 24 * time.Hour
	// Memory is how long an entry that went is remembered, and its tombstone
	// published (PUBLISH-C16).
	Memory = 30 * 24 * time.Hour
	// topsPerDay is how often a change may take an entry to the top (DATES-B16).
	topsPerDay = 2
)

// EntryID returns the identifier of a story's entries (RFC 4151). It is the
// same in every topic and format.
func EntryID(authority string, s *store.Story) string {
	return fmt.Sprintf("tag:%s,%d:story/%s", authority, s.Seen.UTC().Year(), s.ID)
}

// A Moment is when an entry is advanced.
type Moment struct {
	Now    time.Time
	Settle bool // do not wait for copies and pages: this run gathers no more
}

// Advance returns what a topic's readers are given of a story from now on, and
// when to look again though nothing changes; zero: never. e is what they were
// given so far: if nothing, the zero Entry but for Topic, Story and ID. in
// tells whether the rule takes the story and nobody hid it.
//
// It is the one place that decides what readers notice.
func (r *Rule) Advance(e store.Entry, v View, in bool, ruling Ruling, at Moment) (store.Entry, time.Time) {
	e.Outlets = v.Outlets
	switch {
	case !v.Withdrawn.IsZero():
		return withdraw(e, v, at.Now)
	case !in || v.Held || v.Lead == nil:
		return leave(e, at.Now)
	case !Appeared(e):
		return r.appear(e, v, ruling, at)
	case e.Held:
		return release(e, v, ruling, at.Now)
	}
	back := !e.Withdrawn.IsZero()
	e.Gone, e.Withdrawn = time.Time{}, time.Time{}
	e = keep(e, v, ruling)
	return change(e, v, back, at.Now)
}

// Appeared reports whether readers were ever given the entry, or it is held back.
func Appeared(e store.Entry) bool { return !e.Published.IsZero() }

// Takes reports whether the topic takes a story that its query matches. What
// readers have stays although an outlet left it.
func (r *Rule) Takes(e store.Entry, v View) bool {
	return v.Lead != nil && (v.Outlets >= r.Topic.MinOutlets || Shows(e))
}

// Shows reports whether readers have the entry as a story now.
func Shows(e store.Entry) bool { return Appeared(e) && !e.Held && e.Gone.IsZero() }

// appear gives readers a story for the first time, once copies had time to
// gather and the lead's page was read or failed.
func (r *Rule) appear(e store.Entry, v View, ruling Ruling, at Moment) (store.Entry, time.Time) {
	ready := v.Seen.Add(r.Topic.Settle)
	if a := &v.Lead.Article; a.Page == store.PageWanted && a.PageBy.After(ready) {
		ready = a.PageBy
	}
	if v.Embargoed(at.Now) { // whoever hurries
		return e, later(ready, v.Lead.Article.Embargo)
	}
	if ready.After(at.Now) && !at.Settle && !ruling.Pinned {
		return e, ready
	}
	return Show(e, v), time.Time{}
}

// Hold notes that readers are not given a story that belongs to the backlog of
// a source that joined the topic.
func Hold(e store.Entry, v View) store.Entry {
	e = Show(e, v)
	e.Held = true
	return e
}

// release gives readers a story that was held back once it moves by itself.
func release(e store.Entry, v View, ruling Ruling, now time.Time) (store.Entry, time.Time) {
	if !ruling.Pinned && !tells(e, v) {
		return e, time.Time{}
	}
	e.Held = false
	return change(keep(e, v, ruling), v, true, now)
}

// Show fills in an entry as it appears. Its times do not depend on when the
// desk came round to it: a claim later than the first sight is that sight.
func Show(e store.Entry, v View) store.Entry {
	a := &v.Lead.Article
	e.Published = earlier(a.PublishedAt(), a.Seen).Truncate(time.Second)
	e.Updated = later(e.Published, updated(a))
	e.Moved = later(v.Seen, e.Moved)
	if a.Class.Significant() {
		e.Moved = later(e.Moved, a.Changed)
	}
	e.Seen = v.Seen
	return give(e, v)
}

// updated is the time of an article's last significant change, never later
// than we saw it.
func updated(a *store.Article) time.Time {
	return earlier(a.Bumped, later(a.Seen, a.Changed)).Truncate(time.Second)
}

// bumped is the time of the last significant change of what the topic may see.
func (v *View) bumped() time.Time {
	t := updated(&v.Lead.Article)
	if !v.Restricted {
		t = later(t, v.Story.Bumped)
	}
	return t
}

// give sets what readers are shown: the lead in its latest revision, and all
// other outlets.
func give(e store.Entry, v View) store.Entry {
	e.Version = v.Story.Version
	e.Lead, e.Source, e.Revision = v.Lead.ID, v.Lead.Source, v.Lead.Article.Revision
	e = others(e, v)
	e.Told = len(e.Others)
	return e
}

// others lists the other outlets, each with the article that came first.
func others(e store.Entry, v View) store.Entry {
	e.Others = nil
	seen := map[store.SourceID]bool{e.Source: true}
	for _, m := range v.Members {
		if !seen[m.Source] {
			seen[m.Source] = true
			e.Others = append(e.Others, m.ID)
		}
	}
	return e
}

// keep drops from what is shown whatever may not be shown any more, obeys the
// desk, and lists the other outlets anew when their number passed 3, 10 or 30.
// The text of feeds goes on naming those of the last change: readers would take
// a longer list for news.
func keep(e store.Entry, v View, ruling Ruling) store.Entry {
	if v.Find(e.Lead) == nil || ruling.Lead != 0 && v.Lead.ID == ruling.Lead && e.Lead != ruling.Lead {
		version := e.Version
		e = give(e, v)
		e.Version = version
		return e
	}
	left := func(id store.ArticleID) bool { return v.Find(id) == nil }
	told := slices.DeleteFunc(slices.Clone(e.Others[:min(e.Told, len(e.Others))]), left)
	e.Others, e.Told = slices.DeleteFunc(slices.Clone(e.Others), left), len(told)
	for _, n := range [...]int{3, 10, 30} {
		if len(e.Others)+1 < n && n <= v.Outlets {
			return others(e, v)
		}
	}
	return e
}

// tells reports whether the story changed significantly since readers were
// last given it. Where some members may not be shown, the story's version
// proves nothing: then the topic's own lead must have changed.
func tells(e store.Entry, v View) bool {
	if v.Story.Version <= e.Version {
		return false
	}
	return !v.Restricted || v.Lead.ID != e.Lead || v.Told
}

// change gives readers a story that changed significantly, and moves the entry
// for that, or because it must for another reason, as soon as it may. Until then
// the new text stands under the old time, and is pending.
func change(e store.Entry, v View, must bool, now time.Time) (store.Entry, time.Time) {
	told := tells(e, v)
	e.Pending = e.Pending || must || told
	if !e.Pending {
		return e, time.Time{}
	}
	if told {
		e = give(e, v)
	}
	urgent := must || v.Lead.Article.Class == store.Correction
	if due := e.Bumped.Add(Debounce); !urgent && !e.Bumped.IsZero() && due.After(now) {
		return e, due
	}
	next := e.Updated.Add(time.Second) // two versions never share a time
	if next.After(now) {
		return e, next
	}
	e.Updated = later(next, earlier(v.bumped(), now).Truncate(time.Second))
	e = top(e, v, urgent, now)
	e.Bumped, e.Pending = now, false
	return give(e, v), time.Time{}
}

// top takes the entry to the top of its edition, unless it was there twice
// within a day.
func top(e store.Entry, v View, urgent bool, now time.Time) store.Entry {
	tops := slices.DeleteFunc(slices.Clone(e.Tops), func(t time.Time) bool { return now.Sub(t) >= 24*time.Hour })
	if urgent || len(tops) < topsPerDay {
		e.Moved = later(e.Moved, earlier(later(v.Lead.Article.Changed, v.bumped()), now))
		tops = append(tops, now)
	}
	e.Tops = tops[max(0, len(tops)-topsPerDay):]
	return e
}

// withdraw makes the entry a notice that its story was taken back. A story
// that never appeared, or left before, needs none.
func withdraw(e store.Entry, v View, now time.Time) (store.Entry, time.Time) {
	if !Shows(e) {
		if e.Withdrawn.IsZero() {
			return leave(e, now)
		}
		return e, expire(e, now)
	}
	next := e.Updated.Add(time.Second)
	if e.Pending = next.After(now); e.Pending {
		return e, next
	}
	e.Gone, e.Withdrawn, e.Bumped = v.Withdrawn, v.Withdrawn, now
	e.Updated = later(next, earlier(v.Withdrawn, now).Truncate(time.Second))
	e.Moved = later(e.Moved, v.Withdrawn)
	e.Others, e.Told = nil, 0
	return e, expire(e, now)
}

// leave takes the entry from the edition. It is remembered for a while, so
// that a story which comes back comes back as the same entry.
func leave(e store.Entry, now time.Time) (store.Entry, time.Time) {
	if !Appeared(e) {
		return e, time.Time{}
	}
	if e.Gone.IsZero() {
		e.Gone = now
	}
	if !now.Before(e.Gone.Add(Memory)) {
		e.Deleted = true
		return e, time.Time{}
	}
	return e, expire(e, now)
}

// expire returns when something about a gone entry ends next.
func expire(e store.Entry, now time.Time) time.Time {
	if t := e.Gone.Add(Notice); !e.Withdrawn.IsZero() && t.After(now) {
		return t
	}
	return later(e.Gone.Add(Memory), now)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// earlier returns the earlier of two times, and a zero time only if both are.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
