package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// An archive page (RFC 5005) holds entries as they were when they left the
// edition, so that edition and pages together are all that the topic ever had.
// A page is written when an entry leaves the edition that no page has, and then
// with all those of the edition too: the next entry that leaves is, as a rule,
// a whole edition away. It never changes after that, whatever becomes of the
// stories, unless one is withdrawn. A story that changed in earnest since is
// news, and comes into a later page again. Retention takes the oldest pages: the
// next one goes on linking to what is gone then (HTTP 410).

// pageSize is how many entries a page has at most (PUBLISH-C14).
const pageSize = 100

// past is what a shelf knows of its archive.
type past struct {
	pages  int       // how many there are, those that retention took included
	was    string    // slug under which they are still stored; empty: the topic's own
	handed int       // so many were offered to the sink
	redo   bool      // what may be shown changed: they are made anew
	gone   int       // so many retention took, as far as the sink was told
	asked  time.Time // when the desk last looked whether it took more
	index  map[store.StoryID][]int
}

// An archived page as it is stored. What names the feed is part of it.
type archived struct {
	Site    curate.Site
	Title   string
	About   string
	Lang    string
	Entries []curate.Entry // newest first
}

// archive writes pages of what left the edition, or would not fit into one page
// any more. built is what the edition has now.
func (r *round) archive(ctx context.Context, sh *shelf, built map[store.StoryID]shown) error {
	var open []store.Entry
	left := false
	for id, e := range sh.entries {
		_, stands := built[id]
		if stands && !e.Stood {
			e.Stood = true
			sh.entries[id], sh.changed[id] = e, true
		}
		if e.Stood && curate.Shows(e) && e.Withdrawn.IsZero() && e.Updated.After(e.Archived) {
			open = append(open, e)
			left = left || !stands
		}
	}
	slices.SortFunc(open, func(a, b store.Entry) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.Story, b.Story))
	})
	for len(open) >= pageSize || left && len(open) > 0 {
		n := min(pageSize, len(open))
		if err := r.freeze(ctx, sh, open[:n], built); err != nil {
			return err
		}
		open = open[n:]
	}
	return nil
}

// freeze writes one page. It is stored with the round and shown after that.
func (r *round) freeze(ctx context.Context, sh *shelf, list []store.Entry, built map[store.StoryID]shown) error {
	t := sh.rule.Topic
	page := archived{Site: r.desk.Site, Title: t.Title, About: t.About, Lang: t.Lang}
	p := store.ArchivePage{Topic: t.Slug, N: sh.pages + 1, At: r.at.Now}
	for _, e := range slices.Backward(list) {
		it, ok := built[e.Story]
		if !ok {
			it, ok = sh.built[e.Story]
		}
		if !ok {
			var err error
			if it, ok, err = r.show(ctx, sh, e); err != nil {
				return err
			}
		}
		e.Archived = e.Updated
		sh.entries[e.Story], sh.changed[e.Story] = e, true
		if ok {
			page.Entries, p.Stories = append(page.Entries, it.entry), append(p.Stories, e.Story)
		}
	}
	if len(page.Entries) == 0 {
		return nil
	}
	if err := page.into(&p); err != nil {
		return err
	}
	r.frozen = append(r.frozen, p)
	sh.pages++
	if sh.index != nil {
		sh.note(&p)
	}
	return nil
}

func (a *archived) into(p *store.ArchivePage) (err error) {
	a.Site.Zone = nil
	if p.Body, err = json.Marshal(a); err != nil {
		return fmt.Errorf("write archive page %d of topic %q: %w", p.N, p.Topic, err)
	}
	return nil
}

func (a *archived) from(p *store.ArchivePage) error {
	if err := json.Unmarshal(p.Body, a); err != nil {
		return fmt.Errorf("read archive page %d of topic %q: %w", p.N, p.Topic, err)
	}
	return nil
}

func (sh *shelf) note(p *store.ArchivePage) {
	for _, id := range p.Stories {
		if !slices.Contains(sh.index[id], p.N) {
			sh.index[id] = append(sh.index[id], p.N)
		}
	}
}

// takeBack puts notices in the place of what pages say of stories that were
// withdrawn: what was purged must not live on there.
func (r *round) takeBack(ctx context.Context) error {
	for _, slug := range r.slugs() {
		sh := r.shelves[slug]
		if err := r.rename(ctx, sh); err != nil {
			return err
		}
		if len(r.withdrawn) == 0 || sh.pages == 0 {
			continue
		}
		if err := r.look(ctx, sh); err != nil {
			return err
		}
		for id := range r.withdrawn {
			for _, n := range sh.index[id] {
				if err := r.purge(ctx, sh, id, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// look learns which pages have which stories. It is done once it is needed.
func (r *round) look(ctx context.Context, sh *shelf) error {
	if sh.index != nil {
		return nil
	}
	sh.index = map[store.StoryID][]int{}
	for n := 1; n <= sh.pages; n++ {
		p, err := r.page(ctx, sh.rule.Topic.Slug, n)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		sh.note(&p)
	}
	return nil
}

// page returns a page as this round leaves it.
func (r *round) page(ctx context.Context, topic string, n int) (store.ArchivePage, error) {
	for i := range r.frozen {
		if p := r.frozen[i]; p.Topic == topic && p.N == n {
			return p, nil
		}
	}
	return r.desk.Archive.ArchivePage(ctx, topic, n)
}

// purge takes what a page says of a story back, if that was withdrawn.
func (r *round) purge(ctx context.Context, sh *shelf, id store.StoryID, n int) error {
	s, err := r.story(ctx, id)
	if err != nil {
		return err
	}
	p, err := r.page(ctx, sh.rule.Topic.Slug, n)
	if errors.Is(err, store.ErrNotFound) {
		return nil // retention was there first
	}
	if err != nil {
		return err
	}
	var page archived
	if err := page.from(&p); err != nil {
		return err
	}
	for i := range page.Entries {
		e := &page.Entries[i]
		v := sh.rule.View(s, curate.Ruling{})
		if e.Story != id || v.Withdrawn.IsZero() || v.Lead == nil || !e.Withdrawn.IsZero() {
			continue
		}
		notice := store.Entry{
			Story: id, ID: e.ID, Lead: v.Lead.ID, Source: v.Lead.Source, Published: e.Published, Updated: e.Updated, Withdrawn: v.Withdrawn,
		}
		*e = sh.rule.Entry(r.desk.Site, notice, v, nil, curate.Ruling{})
		sh.redo, sh.handed = true, 0
	}
	if !sh.redo {
		return nil
	}
	if err := page.into(&p); err != nil {
		return err
	}
	r.frozen = append(slices.DeleteFunc(r.frozen, func(f store.ArchivePage) bool { return f.Topic == p.Topic && f.N == p.N }), p)
	return nil
}

// rename moves the pages of a topic that got another slug.
func (r *round) rename(ctx context.Context, sh *shelf) error {
	if sh.was == "" {
		return nil
	}
	for n := 1; n <= sh.pages; n++ {
		p, err := r.desk.Archive.ArchivePage(ctx, sh.was, n)
		switch {
		case errors.Is(err, store.ErrNotFound) && n < sh.pages:
			continue
		case errors.Is(err, store.ErrNotFound):
			p = store.ArchivePage{N: n, At: r.at.Now} // so that the count goes on
		case err != nil:
			return err
		}
		p.Topic = sh.rule.Topic.Slug
		r.frozen = append(r.frozen, p)
	}
	sh.was = ""
	return nil
}

// handPages offers the sink the pages that it was not offered yet. They are
// stored by now: what was published once stays so, whatever happens.
func (r *round) handPages(ctx context.Context) error {
	if r.desk.Sink == nil {
		return nil
	}
	var errs []error
	handed := false
	for _, slug := range r.slugs() {
		sh := r.shelves[slug]
		more, err := r.dropPages(ctx, sh)
		if err != nil {
			return err
		}
		handed = handed || more
		for sh.handed = max(sh.handed, sh.gone); sh.handed < sh.pages; {
			sh.handed++
			handed = true
			n := sh.handed
			errs = append(errs, r.desk.Sink.Page(ctx, sh.rule.Topic, n, sh.redo, func() (curate.Edition, error) { return r.desk.Page(ctx, slug, n) }))
		}
		sh.redo = false
	}
	if handed {
		errs = append(errs, r.desk.Sink.Flush(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return &sinkError{err}
	}
	return nil
}

// dropPages takes back from the sink the pages that retention took, which it looks
// for when the desk looks after the sources as well.
func (r *round) dropPages(ctx context.Context, sh *shelf) (dropped bool, err error) {
	if sh.asked.Equal(r.looked) {
		return false, nil
	}
	sh.asked = r.looked
	none := func() (curate.Edition, error) { return curate.Edition{}, store.ErrNotFound }
	for sh.gone < sh.pages {
		_, err := r.desk.Archive.ArchivePage(ctx, sh.rule.Topic.Slug, sh.gone+1)
		if !errors.Is(err, store.ErrNotFound) {
			return dropped, err
		}
		if err := r.desk.Sink.Page(ctx, sh.rule.Topic, sh.gone+1, true, none); err != nil {
			return dropped, &sinkError{err}
		}
		sh.gone++
		dropped = true
	}
	return dropped, nil
}

// Page returns the n-th page of a topic's archive, as far as it may still be
// shown: an outlet that became private since is left out. Updated is when the
// page was written.
func (d *Desk) Page(ctx context.Context, slug string, n int) (curate.Edition, error) {
	is := d.issue.Load()
	if is == nil || is.rules[slug] == nil || n < 1 {
		return curate.Edition{}, fmt.Errorf("archive page %d of topic %q: %w", n, slug, store.ErrNotFound)
	}
	p, err := d.Archive.ArchivePage(ctx, slug, n)
	if err != nil {
		return curate.Edition{}, err
	}
	var page archived
	if err := page.from(&p); err != nil {
		return curate.Edition{}, err
	}
	rule := is.rules[slug]
	ed := curate.Edition{Site: page.Site, Topic: rule.Topic, Page: n}
	ed.Site.URL, ed.Site.Zone = d.Site.URL, d.Site.Zone
	ed.Topic.Title, ed.Topic.About, ed.Topic.Lang = page.Title, page.About, page.Lang
	if n > 1 {
		ed.Archive = ed.Address(curate.ArchiveFile(n - 1))
	}
	for _, e := range page.Entries {
		if _, ok := rule.Outlets[e.Outlet.ID]; !ok {
			continue
		}
		e.Others = slices.DeleteFunc(e.Others, func(o curate.Other) bool {
			_, ok := rule.Outlets[o.Outlet.ID]
			return !ok
		})
		e.Page = curate.StoryPage(ed.Site, ed.Topic, e.Story)
		ed.Entries = append(ed.Entries, e)
	}
	ed.Collect()
	if ed.Updated.IsZero() {
		ed.Updated = p.At.Truncate(time.Second)
	}
	return ed, nil
}
