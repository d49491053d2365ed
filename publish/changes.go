package publish

import (
	"context"
	"fmt"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// told is what a shelf's changes feed has of one story.
type told struct {
	list []curate.Change
	gone []curate.Tombstone // revisions of articles that were taken back since
}

// report makes the topic's changes feed. It depends on what is stored and on
// the kept entries alone, so that it comes out the same after a restart; until
// is when a tombstone in it ends.
func (r *round) report(ctx context.Context, sh *shelf) (*curate.Changes, time.Time, error) {
	if !sh.rule.Topic.Changes {
		return nil, time.Time{}, nil
	}
	out, since, until := &curate.Changes{}, sh.opened, time.Time{}
	for id, e := range sh.entries {
		for _, t := range [...]time.Time{e.Gone, e.Bumped} { // what goes or comes back is news as well
			if t.After(since) {
				since = t
			}
		}
		if !curate.Shows(e) && e.Withdrawn.IsZero() {
			continue
		}
		t, ok := sh.told[id]
		if !ok {
			var err error
			if t, err = r.tell(ctx, sh, e); err != nil {
				return nil, until, err
			}
			sh.told[id] = t
		}
		out.List = append(out.List, t.list...)
		for _, g := range t.gone {
			end := g.When.Add(curate.Memory)
			if !end.After(r.at.Now) {
				continue
			}
			out.Gone = append(out.Gone, g)
			if until.IsZero() || end.Before(until) {
				until = end
			}
		}
	}
	out.Collect(since)
	return out, until, nil
}

// tell lists what happened to a story, as far as the topic may show it.
func (r *round) tell(ctx context.Context, sh *shelf, e store.Entry) (told, error) {
	s, err := r.story(ctx, e.Story)
	if err != nil {
		return told{}, err
	}
	var t told
	v := sh.rule.View(s, r.rulings.For(e.Story, sh.rule.Topic.Slug))
	if v.Lead == nil {
		return t, nil
	}
	if !e.Withdrawn.IsZero() {
		t.list = append(t.list, sh.rule.Withdrawal(r.desk.Site, e, v))
	}
	for i := range s.Members {
		m := &s.Members[i]
		if _, ok := sh.rule.Outlets[m.Source]; !ok || m.Article.Revision < 2 {
			continue
		}
		if err := r.tellMember(ctx, sh, s.ID, m, &t); err != nil {
			return told{}, err
		}
	}
	return t, nil
}

// tellMember adds what happened to one article. Of one that was taken back
// only tombstones remain, for as long as anybody remembers it.
func (r *round) tellMember(ctx context.Context, sh *shelf, story store.StoryID, m *store.Member, t *told) error {
	taken := m.Article.Withdrawn
	if m.Article.Held() || !taken.IsZero() && !taken.Add(curate.Memory).After(r.at.Now) {
		return nil
	}
	revs, err := r.desk.Archive.Revisions(ctx, m.ID)
	if err != nil {
		return fmt.Errorf("read revisions of %s: %w", m.ID, err)
	}
	for i := max(1, len(revs)-curate.MaxChanges); i < len(revs); i++ {
		if taken.IsZero() {
			t.list = append(t.list, sh.rule.Change(r.desk.Site, story, m, &revs[i-1], &revs[i]))
			continue
		}
		id := curate.RevisionID(r.desk.Site.Authority, &revs[i], story)
		t.gone = append(t.gone, curate.Tombstone{ID: id, When: taken, Comment: curate.WithdrawnComment})
	}
	return nil
}
