package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// A sinkError is a failure of the sink: the archive is well.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

// publish builds the editions that need it and hands them to the sink.
func (r *round) publish(ctx context.Context) error {
	var errs []error
	news := r.front
	for _, slug := range r.slugs() {
		sh := r.shelves[slug]
		if !sh.dirty && (sh.until.IsZero() || sh.until.After(r.at.Now)) {
			continue
		}
		was := sh.edition
		if err := r.build(ctx, sh); err != nil {
			return err
		}
		if !reflect.DeepEqual(was, sh.edition) {
			news = true
			r.sum.Editions = append(r.sum.Editions, slug)
		}
		if r.desk.Sink != nil {
			errs = append(errs, r.desk.Sink.Edition(ctx, sh.edition))
		}
		sh.dirty = false
	}
	for _, t := range r.gone {
		if r.desk.Sink != nil {
			errs = append(errs, r.desk.Sink.Drop(ctx, curate.Topic{Slug: t.Topic}))
		}
	}
	r.front = false
	r.reveal()
	if r.desk.Sink != nil {
		errs = append(errs, r.hand(ctx, news))
	}
	if err := errors.Join(errs...); err != nil {
		return &sinkError{err}
	}
	return nil
}

// hand gives the sink what belongs to no single topic.
func (r *round) hand(ctx context.Context, news bool) error {
	var errs []error
	sink := r.desk.Sink
	for _, id := range slices.Sorted(maps.Keys(r.pages)) {
		errs = append(errs, sink.Story(ctx, id, func() (site.StoryData, error) { return r.desk.Story(ctx, id, site.Choice{}) }))
	}
	if news {
		health, err := r.publicHealth(ctx)
		if err != nil {
			return err
		}
		errs = append(errs, sink.Front(ctx, r.desk.Front(), health))
	}
	return errors.Join(append(errs, sink.Flush(ctx))...)
}

// publicHealth leaves out the private sources, and those that are no longer
// configured: they may have been private.
func (r *round) publicHealth(ctx context.Context) ([]store.Health, error) {
	health := r.health
	if health == nil {
		list, err := r.desk.Archive.Health(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the sources' health: %w", err)
		}
		health = list
	}
	r.health = nil // there may be very many: they are read again when they are wanted
	public := r.roster.Public()
	return slices.DeleteFunc(health, func(h store.Health) bool {
		_, ok := public.Outlets[h.Source]
		return !ok
	}), nil
}

// reveal lets readers of the desk see the round's editions.
func (r *round) reveal() {
	is := &issue{
		setup: r.setup, roster: r.roster, rules: map[string]*curate.Rule{}, index: r.index, rulings: r.rulings,
		editions: map[string]curate.Edition{},
	}
	for slug, sh := range r.shelves {
		is.rules[slug], is.editions[slug] = sh.rule, sh.edition
	}
	r.desk.issue.Store(is)
}

// build makes the edition of a topic from its entries.
func (r *round) build(ctx context.Context, sh *shelf) error {
	topic := sh.rule.Topic
	pins := r.rulings.Pinned(topic.Slug)
	pinned := func(id store.StoryID) bool { return slices.Contains(pins, id) }
	window, until := sh.rule.Window(slices.Collect(maps.Values(sh.entries)), pinned, r.at.Now)
	ed := curate.Edition{
		Site: r.desk.Site, Topic: topic, Updated: sh.updated(), MaxAge: curate.MaxAge(window), Hubs: r.desk.Site.HubsFor(topic),
		Sources: len(sh.rule.Outlets), Silent: r.silent(sh),
	}
	built, size := make(map[store.StoryID]shown, len(window)), 0
	for _, e := range window {
		it, ok := sh.built[e.Story]
		if !ok {
			var err error
			if it, ok, err = r.show(ctx, sh, e); err != nil {
				return err
			}
			r.pages[e.Story] = true
		}
		if !ok {
			continue
		}
		if size += len(it.entry.Content); size > curate.MaxContent && len(ed.Entries) > 0 {
			break
		}
		built[e.Story] = it
		ed.Entries = append(ed.Entries, it.entry)
		ed.Articles += it.articles
	}
	ed.Gone = tombstones(sh, r.at.Now)
	ed.Collect()
	if err := r.archive(ctx, sh, built); err != nil {
		return err
	}
	if sh.pages > 0 {
		ed.Archive = ed.Address(curate.ArchiveFile(sh.pages))
	}
	var err error
	var then time.Time
	if ed.Changes, then, err = r.report(ctx, sh); err != nil {
		return err
	}
	if !then.IsZero() && (until.IsZero() || then.Before(until)) {
		until = then
	}
	sh.built, sh.edition, sh.until = built, ed, until
	return nil
}

// updated is when something last changed about what the topic has or had: an
// edition's time does not go back when its newest story leaves.
func (sh *shelf) updated() time.Time {
	var at time.Time
	for _, e := range sh.entries {
		if curate.Appeared(e) && !e.Held && e.Updated.After(at) {
			at = e.Updated
		}
	}
	if at.IsZero() {
		return sh.opened
	}
	return at
}

// show makes an entry as readers are shown it, from the revision that they
// were last given.
func (r *round) show(ctx context.Context, sh *shelf, e store.Entry) (it shown, ok bool, err error) {
	s, err := r.story(ctx, e.Story)
	if err != nil {
		return shown{}, false, err
	}
	ruling := r.rulings.For(e.Story, sh.rule.Topic.Slug)
	v := sh.rule.View(s, ruling)
	if v.Lead == nil {
		r.desk.Log.Warn("story left out: no article of it may be shown", "topic", sh.rule.Topic.Slug, "story", e.Story)
		return shown{}, false, nil
	}
	var rev *store.Revision
	if m := v.Find(e.Lead); m != nil && m.Article.Revision != e.Revision {
		if rev, err = r.revision(ctx, e.Lead, e.Revision); err != nil {
			return shown{}, false, err
		}
	}
	entry := sh.rule.Entry(r.desk.Site, e, v, rev, ruling)
	err = r.firstTitles(ctx, &entry, e, v)
	return shown{entry, len(v.Members)}, true, err
}

// revision reads one revision of an article; nil if it is kept no longer.
func (r *round) revision(ctx context.Context, id store.ArticleID, n int) (*store.Revision, error) {
	revs, err := r.desk.Archive.Revisions(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read revisions of %s: %w", id, err)
	}
	for i := range revs {
		if revs[i].N == n {
			return &revs[i], nil
		}
	}
	return nil, nil
}

// firstTitles gives the other outlets the headlines that they first had: a
// copy's new headline must not make readers think that the story changed.
func (r *round) firstTitles(ctx context.Context, entry *curate.Entry, e store.Entry, v curate.View) error {
	for _, id := range e.Others {
		m := v.Find(id)
		if m == nil || m.Article.Revision <= 1 {
			continue
		}
		rev, err := r.revision(ctx, id, 1)
		if err != nil {
			return err
		}
		for i := range entry.Others {
			if o := &entry.Others[i]; rev != nil && o.Outlet.ID == m.Source {
				o.Title, o.URL = rev.Title, rev.URL
			}
		}
	}
	return nil
}

// silent counts the topic's sources that bring nothing at the moment.
func (r *round) silent(sh *shelf) int {
	n := 0
	for id := range r.quiet {
		if _, ok := sh.rule.Outlets[id]; ok {
			n++
		}
	}
	return n
}

// bringsNothing reports whether a source is in a state in which nothing comes
// of it.
func bringsNothing(s store.State) bool {
	switch s {
	case store.StateBlocked, store.StateGone, store.StateDead, store.StateEmpty, store.StateUnreadable:
		return true
	}
	return false
}

// tombstones lists what was withdrawn in the last 30 days.
func tombstones(sh *shelf, now time.Time) []curate.Tombstone {
	var list []curate.Tombstone
	for _, e := range sh.entries {
		if !e.Withdrawn.IsZero() && now.Sub(e.Withdrawn) < curate.Memory {
			list = append(list, curate.Tombstone{ID: e.ID, When: e.Withdrawn, Comment: curate.WithdrawnComment})
		}
	}
	slices.SortFunc(list, func(a, b curate.Tombstone) int {
		return cmp.Or(b.When.Compare(a.When), strings.Compare(a.ID, b.ID))
	})
	return list
}
