package publish

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"wiredesk/publish/query"
	"wiredesk/store"
)

// scan matches every stored story with the rules that are new, so that an
// edited topic applies to the past. It returns the topics it did so for.
func (r *round) scan(ctx context.Context) (map[string]bool, error) {
	fresh := map[string]bool{}
	queries := map[string]*query.Query{}
	for _, slug := range r.slugs() {
		if sh := r.shelves[slug]; sh.scan {
			fresh[slug], queries[slug] = true, sh.rule.Query
			if sh.by != sh.rule.Hash { // the store drops what the old rule took
				clear(sh.taken)
				sh.by = sh.rule.Hash
			}
			if sh.opened.IsZero() {
				sh.opened = r.at.Now.Truncate(1e9)
			}
		}
	}
	if len(fresh) == 0 {
		return fresh, nil
	}
	index := query.Compile(queries)
	for after := store.StoryID(0); ; {
		list, err := r.desk.Archive.Stories(ctx, after, scanPage)
		if err != nil {
			return nil, fmt.Errorf("read stories after %s: %w", after, err)
		}
		for i := range list {
			after = list[i].ID
			r.sum.Stories++
			if err := r.judgeAll(ctx, &list[i], index, func(slug string) bool { return fresh[slug] }); err != nil {
				return nil, err
			}
		}
		if len(list) < scanPage {
			break
		}
		if err := r.commitTakings(ctx); err != nil {
			return nil, err
		}
	}
	if err := r.judgeHeld(ctx); err != nil {
		return nil, err
	}
	for slug := range fresh {
		sh := r.shelves[slug]
		sh.scan, sh.dirty = false, true
		r.rules = append(r.rules, store.TopicRule{
			Topic: slug, Rule: sh.rule.Hash, Opened: sh.opened, Sources: slices.Sorted(maps.Keys(sh.founders)),
		})
	}
	return fresh, nil
}

// commitTakings stores what a long scan took so far. The rule is not yet the
// topic's: a crash repeats the scan.
func (r *round) commitTakings(ctx context.Context) error {
	for _, sh := range r.shelves {
		sh.prune()
	}
	if len(r.takings) < 10*scanPage {
		return nil
	}
	w := store.DeskWork{Name: bookmark, From: r.bookmark, To: r.bookmark, Takings: r.takings}
	if err := r.desk.Archive.Commit(ctx, w); err != nil {
		return fmt.Errorf("commit takings: %w", err)
	}
	r.takings = nil
	return nil
}
