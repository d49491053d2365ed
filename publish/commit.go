package publish

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"wiredesk/store"
)

// commit stores what the round did.
func (r *round) commit(ctx context.Context) error {
	w := store.DeskWork{Name: bookmark, From: r.bookmark, To: r.to, Takings: r.takings, Rules: append(r.rules, r.gone...), Pages: r.frozen}
	for _, slug := range r.slugs() {
		sh := r.shelves[slug]
		sh.prune()
		for _, id := range slices.Sorted(maps.Keys(sh.changed)) {
			e := sh.entries[id]
			w.Entries = append(w.Entries, e)
			if sh.stored[id] = true; e.Deleted {
				delete(sh.entries, id)
				delete(sh.stored, id)
				delete(sh.told, id)
			}
		}
	}
	if w.From == w.To && len(w.Takings)+len(w.Entries)+len(w.Rules)+len(w.Pages) == 0 {
		return nil
	}
	if err := r.desk.Archive.Commit(ctx, w); err != nil {
		return fmt.Errorf("commit the desk's work: %w", err)
	}
	r.bookmark, r.gone, r.frozen = r.to, nil, nil
	for _, sh := range r.shelves {
		clear(sh.changed)
		sh.pruned = 0
		sh.give()
	}
	return nil
}

// prune forgets a topic's entries that the edition is unlikely to come to, and
// that did not move for long.
func (sh *shelf) prune() {
	if len(sh.entries)-sh.pruned <= 3*remember {
		return
	}
	list := make([]store.Entry, 0, len(sh.entries))
	for _, e := range sh.entries {
		if !e.Deleted {
			list = append(list, e)
		}
	}
	keep := make(map[store.StoryID]bool, 2*remember)
	for _, order := range []func(a, b store.Entry) int{
		sh.rule.Order,
		func(a, b store.Entry) int { return cmp.Or(b.Moved.Compare(a.Moved), cmp.Compare(b.Story, a.Story)) },
	} {
		slices.SortFunc(list, order)
		for _, e := range list[:min(remember, len(list))] {
			keep[e.Story] = true
		}
	}
	for _, e := range list {
		_, shown := sh.built[e.Story]
		switch {
		case shown || keep[e.Story]:
		case !sh.stored[e.Story]: // as most of a first scan: the archive never hears of it
			delete(sh.entries, e.Story)
			delete(sh.changed, e.Story)
			delete(sh.told, e.Story)
		default:
			e.Deleted = true
			sh.entries[e.Story] = e
			sh.changed[e.Story] = true
			sh.pruned++
		}
	}
}
