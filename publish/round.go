package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/store"
)

// A round takes up what changed, publishes what follows from it, and commits.
type round struct {
	*memory
	desk    *Desk
	at      curate.Moment
	sum     Summary
	to      uint64                         // new bookmark
	more    bool                           // there are further changes
	dirty   map[store.StoryID]bool         // stories to look at
	stories map[store.StoryID]*store.Story // read in this round
	pages   map[store.StoryID]bool         // whose page is to be published
	held    map[string]map[store.StoryID]bool
	takings []store.Taking
	rules   []store.TopicRule
}

const (
	changePage = 1000 // changes read at once
	roundSize  = 2000 // stories looked at in one round
	scanPage   = 100  // stories read at once while a new rule is applied to the past
)

// round does one round. more tells that there is more to do at once. After an
// error nothing is remembered: the next round reads all from the archive.
func (d *Desk) round(ctx context.Context, settle bool) (sum Summary, more bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	setup := d.setup.Load()
	if setup == nil {
		return sum, false, errors.New("the desk is not configured")
	}
	defer func() {
		if err != nil {
			d.memory = nil
		}
	}()
	now := d.Now().UTC().Round(0)
	if d.memory == nil || d.memory.setup != setup {
		if d.memory, err = d.load(ctx, setup); err != nil {
			return sum, false, err
		}
	} else if err := d.memory.refresh(ctx, d.Archive); err != nil {
		return sum, false, err
	}
	r := &round{
		memory: d.memory, desk: d, at: curate.Moment{Now: now, Settle: settle}, to: d.memory.bookmark,
		dirty: map[store.StoryID]bool{}, stories: map[store.StoryID]*store.Story{}, pages: map[store.StoryID]bool{},
		held: map[string]map[store.StoryID]bool{},
	}
	if err := r.do(ctx); err != nil {
		return r.sum, false, err
	}
	return r.sum, r.more, nil
}

func (r *round) do(ctx context.Context) error {
	if err := r.changes(ctx); err != nil {
		return err
	}
	fresh, err := r.scan(ctx)
	if err != nil {
		return err
	}
	if err := r.lookAt(ctx, fresh); err != nil {
		return err
	}
	if err := r.publish(ctx); err != nil {
		return err
	}
	if err := r.commit(ctx); err != nil {
		return err
	}
	for _, t := range r.due {
		r.next(t)
	}
	for _, sh := range r.shelves {
		r.next(sh.until)
	}
	return nil
}

func (r *round) next(t time.Time) {
	if !t.IsZero() && (r.sum.Next.IsZero() || t.Before(r.sum.Next)) {
		r.sum.Next = t
	}
}

// changes collects the stories that changed since the bookmark, and those
// whose time has come.
//
// When every topic is about to look at all stories anyway, only the bookmark
// moves: what changes from here on comes in the next round.
func (r *round) changes(ctx context.Context) error {
	decided, all := false, true
	for _, sh := range r.shelves {
		all = all && sh.scan
	}
	for len(r.dirty) < roundSize {
		list, err := r.desk.Archive.Changes(ctx, r.to, changePage)
		if err != nil {
			return fmt.Errorf("read changes after %d: %w", r.to, err)
		}
		for _, c := range list {
			r.to = c.Seq
			decided = decided || c.Kind == store.DecisionChange
			for _, id := range []store.StoryID{c.Story, c.OldStory} {
				if id != 0 && !all {
					r.dirty[id] = true
				}
			}
		}
		if r.more = len(list) == changePage; !r.more {
			break
		}
	}
	for id, at := range r.due {
		if !at.After(r.at.Now) || r.at.Settle {
			r.dirty[id] = true
		}
	}
	for id := range r.dirty {
		delete(r.due, id) // judging it sets the next time
	}
	if decided {
		return r.decide(ctx, r.desk.Archive)
	}
	return nil
}

// lookAt judges the stories that changed on every shelf that was not filled
// anew in this round.
func (r *round) lookAt(ctx context.Context, fresh map[string]bool) error {
	for _, id := range slices.Sorted(maps.Keys(r.dirty)) {
		s, err := r.story(ctx, id)
		if err != nil {
			return err
		}
		r.sum.Stories++
		if err := r.judgeAll(ctx, s, r.index, func(slug string) bool { return !fresh[slug] }); err != nil {
			return err
		}
	}
	return r.judgeHeld(ctx)
}

// story reads a story once a round. One that is gone has no members.
func (r *round) story(ctx context.Context, id store.StoryID) (*store.Story, error) {
	if s := r.stories[id]; s != nil {
		return s, nil
	}
	s, err := r.desk.Archive.Story(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		s = store.Story{ID: id}
	case err != nil:
		return nil, fmt.Errorf("read story %s: %w", id, err)
	}
	if len(r.stories) > roundSize {
		clear(r.stories)
	}
	r.stories[id] = &s
	return &s, nil
}

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

// commit stores what the round did.
func (r *round) commit(ctx context.Context) error {
	w := store.DeskWork{Name: bookmark, From: r.bookmark, To: r.to, Takings: r.takings, Rules: append(r.rules, r.gone...), Entries: r.work}
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
	if w.From == w.To && len(w.Takings)+len(w.Entries)+len(w.Rules) == 0 {
		return nil
	}
	if err := r.desk.Archive.Commit(ctx, w); err != nil {
		return fmt.Errorf("commit the desk's work: %w", err)
	}
	r.bookmark, r.work, r.gone = r.to, nil, nil
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
