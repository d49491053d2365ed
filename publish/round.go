package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// A round takes up what changed, publishes what follows from it, and commits.
type round struct {
	*memory
	desk      *Desk
	at        curate.Moment
	sum       Summary
	to        uint64                         // new bookmark
	more      bool                           // there are further changes
	dirty     map[store.StoryID]bool         // stories to look at
	stories   map[store.StoryID]*store.Story // read in this round
	pages     map[store.StoryID]bool         // whose page is to be published
	held      map[string]map[store.StoryID]bool
	takings   []store.Taking
	rules     []store.TopicRule
	frozen    []store.ArchivePage
	withdrawn map[store.StoryID]bool // perhaps: a decision or a notice was about them
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
		if d.memory, err = d.load(ctx, setup, now); err != nil {
			return sum, false, err
		}
	} else if now.Sub(d.memory.looked) >= tick {
		if err := d.memory.refresh(ctx, d.Archive, now); err != nil {
			return sum, false, err
		}
	}
	r := &round{
		memory: d.memory, desk: d, at: curate.Moment{Now: now, Settle: settle}, to: d.memory.bookmark,
		dirty: map[store.StoryID]bool{}, stories: map[store.StoryID]*store.Story{}, pages: map[store.StoryID]bool{},
		held: map[string]map[store.StoryID]bool{}, withdrawn: map[store.StoryID]bool{},
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
	if err := r.takeBack(ctx); err != nil {
		return err
	}
	if err := r.publish(ctx); err != nil {
		return err
	}
	if err := r.commit(ctx); err != nil {
		return err
	}
	if err := r.handPages(ctx); err != nil {
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
	decided, all, stranger := false, true, false
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
			if c.Kind != store.ArticleChange {
				r.withdrawn[c.Story] = true
			}
			stranger = stranger || !r.polled[c.Source]
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
	if stranger { // its feed has said by now what it is called
		if err := r.refresh(ctx, r.desk.Archive, r.at.Now); err != nil {
			return err
		}
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
