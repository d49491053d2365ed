package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"wiredesk/publish"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// newOffice returns the desk's pages of a newsroom. What is decided there runs
// through the same code as on the command line.
func (d *daemon) newOffice(cfg *config, r *newsroom) *publish.Office {
	p := &program{in: strings.NewReader(""), out: io.Discard, err: io.Discard, lender: d, clock: d.program.clock}
	s := &session{program: p, cfg: cfg, db: d.db, log: d.log, client: d.fetcher.Client}
	return &publish.Office{
		Desk: r.desk, Pages: r.press.Pages, Site: r.site, Guard: d.guard, Log: d.log,
		Decide: s.decide,
		Today:  func(ctx context.Context) (site.TodayData, error) { return s.today(ctx, r.desk) },
		Mistake: func(err error) string {
			var b bytes.Buffer
			(&program{err: &b}).tell(err)
			first, _, _ := strings.Cut(strings.TrimPrefix(b.String(), "wiredesk: "), "\n")
			return first
		},
	}
}

// recent is how many of the newest changes the desk's page looks through.
const recent = 5000

// today gathers what the operator's page shows.
func (s *session) today(ctx context.Context, desk *publish.Desk) (site.TodayData, error) {
	data := site.TodayData{At: s.now()}
	stats, err := s.db.Stats(ctx)
	if err != nil {
		return data, err
	}
	last := uint64(stats.Changes)
	changes, err := s.db.Changes(ctx, last-min(last, recent), 0)
	if errors.Is(err, store.ErrForgotten) {
		changes, err = s.db.Changes(ctx, 0, 0) // fewer are left
	}
	if err != nil {
		return data, err
	}
	if data.Problems, err = s.problems(ctx); err != nil {
		return data, err
	}
	if data.Waiting, data.Newest, err = s.waiting(ctx, changes); err != nil {
		return data, err
	}
	if data.Decisions, err = s.db.Decisions(ctx); err != nil {
		return data, err
	}
	if data.Facts, err = s.figures(ctx, desk, last); err != nil {
		return data, err
	}
	data.Tallies = s.lender.tally.charts(s.now())
	return data, nil
}

// problems are the doctor's complaints.
func (s *session) problems(ctx context.Context) ([]site.Problem, error) {
	list, err := s.complaints(ctx)
	var out []site.Problem
	for _, c := range list {
		p := site.Problem{About: c.About, What: oneLine(c.Problem), Next: oneLine(c.Next)}
		if c.Since != nil {
			p.Since = *c.Since
		}
		out = append(out, p)
	}
	return out, err
}

// newestStories is how many stories the desk's page lists.
const newestStories = 12

// waiting goes through the stories that changed of late, the newest first, for
// those that ask for a look, and for the newest.
func (s *session) waiting(ctx context.Context, changes []store.Change) (list []site.Waiting, newest []site.Filed, err error) {
	seen := map[store.StoryID]bool{}
	names := map[store.SourceID]string{}
	health, err := s.db.Health(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range health {
		names[h.Source] = h.Name
	}
	for _, c := range slices.Backward(changes) {
		if c.Story == 0 || seen[c.Story] {
			continue
		}
		seen[c.Story] = true
		st, err := s.db.Story(ctx, c.Story)
		if err != nil || len(st.Members) == 0 {
			continue // it was merged since
		}
		if w, ok := asks(&st, s.now()); ok {
			list = append(list, w)
		}
		if lead := st.Find(st.Lead); lead != nil && len(newest) < 4*newestStories {
			newest = append(newest, site.Filed{
				Story: st.ID, Title: lead.Article.Title, Outlet: cmp.Or(names[lead.Source], string(lead.Source)), Outlets: sources(&st), At: st.Seen,
			})
		}
	}
	slices.SortStableFunc(newest, func(a, b site.Filed) int { return b.At.Compare(a.At) })
	slices.SortStableFunc(list, func(a, b site.Waiting) int {
		return cmp.Or(map[bool]int{true: -1}[a.Grave]-map[bool]int{true: -1}[b.Grave], b.At.Compare(a.At))
	})
	return list, newest[:min(len(newest), newestStories)], nil
}

func sources(st *store.Story) int {
	all := map[store.SourceID]bool{}
	for _, m := range st.Members {
		all[m.Source] = true
	}
	return len(all)
}

// asks says whether a person should look at a story: a text of it was taken
// back while copies of it still stand, or it is kept back until its hour.
func asks(st *store.Story, now time.Time) (site.Waiting, bool) {
	w := site.Waiting{Story: st.ID}
	taken, standing := 0, 0
	for i := range st.Members {
		a := &st.Members[i].Article
		if w.Title == "" || st.Members[i].ID == st.Lead {
			w.Title = a.Title
		}
		switch {
		case !a.Withdrawn.IsZero() && a.TakenBy == 0:
			taken++
			w.At = a.Withdrawn
			w.Why = cmp.Or(a.Notice, "its source took it back")
		case a.Embargo.After(now):
			w.Why, w.At = cmp.Or(a.Notice, "kept back until its hour"), a.Embargo
			return w, true
		case a.Withdrawn.IsZero():
			standing++
		}
	}
	if taken == 0 || standing == 0 {
		return w, false
	}
	w.Why += "; " + count(standing, "copy") + " of it still standing"
	w.Grave = true
	return w, true
}

// figures are how things go, in a line.
func (s *session) figures(ctx context.Context, desk *publish.Desk, last uint64) ([]site.Figure, error) {
	health, err := s.db.Health(ctx)
	if err != nil {
		return nil, err
	}
	silent, followed, late := 0, 0, time.Duration(0)
	for _, h := range health {
		if h.Removed {
			continue
		}
		followed++
		if troubled(h) {
			silent++
		}
		if !h.Next.IsZero() {
			late = max(late, s.now().Sub(h.Next))
		}
	}
	stats, err := s.db.Stats(ctx)
	if err != nil {
		return nil, err
	}
	unread := last - min(last, desk.Bookmark())
	return []site.Figure{
		{Name: "Sources in trouble", Value: fmt.Sprintf("%d of %d", silent, followed), Bad: silent*10 > followed},
		{Name: "Polls late by", Value: late.Round(time.Second).String(), Bad: late > 10*time.Minute},
		{Name: "Changes not yet published", Value: fmt.Sprint(unread), Bad: unread > 1000},
		{Name: "Stories", Value: fmt.Sprint(stats.Stories), Note: "from " + count(stats.Articles, "article")},
		{Name: "Store", Value: size(stats.File), Note: size(stats.Free) + " of it free"},
		{Name: "Running for", Value: s.now().Sub(s.lender.started).Round(time.Second).String(), Note: "wiredesk " + version()},
	}, nil
}
