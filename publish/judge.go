package publish

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/store"
)

// judgeAll decides for every shelf that use admits what it does with a story.
func (r *round) judgeAll(ctx context.Context, s *store.Story, index *query.Index, use func(slug string) bool) error {
	doc := curate.Doc(s, r.roster.Outlets(), r.at.Now)
	matched := map[string]bool{}
	for _, slug := range index.MatchOnly(doc, func(slug string) []bool { return r.shelves[slug].rule.Allowed(s) }) {
		matched[slug] = true
	}
	for slug, sh := range r.shelves {
		if !use(slug) {
			continue
		}
		_, taken := sh.taken[s.ID]
		_, entry := sh.entries[s.ID]
		if matched[slug] || taken || entry {
			if err := r.judge(ctx, sh, s, matched[slug]); err != nil {
				return err
			}
		}
		if !matched[slug] && sh.rule.Query.Uses("age") {
			r.ripen(sh, s, doc)
		}
	}
	return nil
}

// ripen has a story looked at again when an age: clause will let it in.
func (r *round) ripen(sh *shelf, s *store.Story, doc *query.Doc) {
	at := sh.rule.Query.Turns(s.Seen, r.at.Now)
	if at.IsZero() {
		return
	}
	then := *doc
	then.Now = at
	if sh.rule.Query.Match(&then).OK {
		r.later(s.ID, at)
	}
}

// later has a story looked at again at a time.
func (r *round) later(id store.StoryID, at time.Time) {
	if was, ok := r.due[id]; !at.IsZero() && (!ok || at.Before(was)) {
		r.due[id] = at
	}
}

// judge decides what a shelf does with a story.
func (r *round) judge(ctx context.Context, sh *shelf, s *store.Story, matched bool) error {
	slug := sh.rule.Topic.Slug
	ruling := r.rulings.For(s.ID, slug)
	v := sh.rule.View(s, ruling)
	e, known := sh.entries[s.ID]
	if !known {
		e = store.Entry{Topic: slug, Story: s.ID, ID: curate.EntryID(r.desk.Site.Authority, s)}
	}
	takes := matched && sh.rule.Takes(e, v)
	r.take(sh, s.ID, takes)
	if err := r.told(ctx, &v, e); err != nil {
		return err
	}
	next, due := r.advance(sh, e, v, takes && !ruling.Hidden, ruling)
	if takes {
		r.later(s.ID, sh.rule.Query.Turns(v.Seen, r.at.Now))
	}
	r.later(s.ID, due)
	if !takes && !curate.Appeared(next) {
		next.Deleted = known
		if !known {
			return nil
		}
	}
	if next.Deleted && !sh.updated().After(next.Updated) {
		next.Deleted = false // the edition's time rests on it
		r.later(s.ID, r.at.Now.Add(curate.Memory))
	}
	r.keep(sh, e, next)
	return nil
}

// advance moves an entry on, unless it is backlog of a source that joined.
func (r *round) advance(sh *shelf, e store.Entry, v curate.View, in bool, ruling curate.Ruling) (store.Entry, time.Time) {
	slug := sh.rule.Topic.Slug
	if !in || v.Lead == nil || curate.Appeared(e) || ruling.Pinned {
		return sh.rule.Advance(e, v, in, ruling, r.at)
	}
	hold, instead := sh.holds(v, r.at.Now)
	if instead != 0 {
		if r.held[slug] == nil {
			r.held[slug] = map[store.StoryID]bool{}
		}
		r.held[slug][instead] = true
	}
	if hold {
		return curate.Hold(e, v), time.Time{}
	}
	e.Source, e.Seen = v.Lead.Source, v.Seen
	return sh.rule.Advance(e, v, in, ruling, r.at)
}

// judgeHeld holds back what newer stories of the same source took the place of.
func (r *round) judgeHeld(ctx context.Context) error {
	for slug, ids := range r.held {
		sh := r.shelves[slug]
		for id := range ids {
			s, err := r.story(ctx, id)
			if err != nil {
				return err
			}
			e := sh.entries[id]
			if v := sh.rule.View(s, r.rulings.For(id, slug)); v.Lead != nil {
				r.keep(sh, e, curate.Hold(e, v))
			}
		}
	}
	clear(r.held)
	return nil
}

// take notes that a topic takes a story, or does so no longer.
func (r *round) take(sh *shelf, id store.StoryID, takes bool) {
	_, taken := sh.taken[id]
	if takes == taken {
		return
	}
	t := store.Taking{Topic: sh.rule.Topic.Slug, Rule: sh.rule.Hash, Story: id, At: r.at.Now, Left: !takes}
	r.takings = append(r.takings, t)
	if takes {
		sh.taken[id] = t.At
		r.sum.Taken++
		return
	}
	delete(sh.taken, id)
	r.sum.Left++
}

// told finds out whether the lead of a topic that may not see all of a story
// was itself significantly revised.
func (r *round) told(ctx context.Context, v *curate.View, e store.Entry) error {
	if !v.Restricted || v.Lead == nil || v.Lead.ID != e.Lead || v.Lead.Article.Revision <= e.Revision {
		return nil
	}
	revs, err := r.desk.Archive.Revisions(ctx, e.Lead)
	if err != nil {
		return fmt.Errorf("read revisions of %s: %w", e.Lead, err)
	}
	v.Told = slices.ContainsFunc(revs, func(rev store.Revision) bool { return rev.N > e.Revision && rev.Class.Significant() })
	return nil
}

// keep puts an entry on its shelf and has the edition built if it shows it.
func (r *round) keep(sh *shelf, was, is store.Entry) {
	delete(sh.built, is.Story)
	delete(sh.told, is.Story)
	if curate.Appeared(was) || curate.Appeared(is) {
		sh.dirty = true
		r.pages[is.Story] = true
	}
	if reflect.DeepEqual(was, is) {
		return
	}
	sh.entries[is.Story] = is
	sh.changed[is.Story] = true
	if is.Outlets = was.Outlets; !reflect.DeepEqual(was, is) {
		r.sum.Entries++
	}
}
