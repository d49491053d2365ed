package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/publish/render"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
)

const (
	// searchTime bounds one search: what it found by then is shown.
	searchTime = 700 * time.Millisecond
	// searches is how many are made at once: each takes a processor, and anybody
	// may ask.
	searches = 2
	// searchHits is how many hits an answer shows.
	searchHits = 50
	// searchAge is how long readers may keep an answer (PUBLISH-C10).
	searchAge = 5 * time.Minute
)

// Search returns the newest public stories that match, at most limit of them,
// or of those that are older than before. What is wrong with the query stands in
// the data's Problem.
//
// It looks at the newest stories first and ends when it has enough, or when ctx
// says that it took long enough: the data then tell how far back it came, and
// whoever wants more goes on from there.
func (d *Desk) Search(ctx context.Context, q string, before store.StoryID, limit int) (site.SearchData, error) {
	data := site.SearchData{Site: d.Site, Query: q, Before: before}
	is := d.issue.Load()
	if q == "" || is == nil {
		return data, nil
	}
	parsed, err := query.Parse(q)
	if mistake := (*query.Error)(nil); errors.As(err, &mistake) {
		data.Problem = mistake.Error() + "\n" + mistake.Caret(q)
		return data, nil
	}
	now := d.Now().UTC()
	for {
		list, err := d.Archive.Latest(ctx, cmp.Or(data.Older, before), scanPage)
		if errors.Is(err, context.DeadlineExceeded) && data.Older != 0 {
			return data, nil
		}
		if err != nil {
			return data, fmt.Errorf("search: %w", err)
		}
		for i := range list {
			s := &list[i]
			if e, ok := is.hit(d.Site, parsed, s, now); ok {
				data.Entries = append(data.Entries, e)
			}
			if data.Older, data.Back = s.ID, s.Seen; len(data.Entries) == limit {
				return data, nil
			}
		}
		if len(list) < scanPage {
			data.Older = 0
			return data, nil
		}
	}
}

// hit returns a public story that matches as readers are shown it.
func (is *issue) hit(at curate.Site, q *query.Query, s *store.Story, now time.Time) (curate.Entry, bool) {
	rule := is.roster.Public()
	ruling := is.rulings.For(s.ID, "")
	v := rule.View(s, ruling)
	if v.Lead == nil || !v.Withdrawn.IsZero() || ruling.Hidden || v.Barred(now) {
		return curate.Entry{}, false
	}
	if !q.Match(only(curate.Doc(s, is.roster.Outlets(), now), rule.Allowed(s))).OK || len(is.takers(s, now)) == 0 {
		return curate.Entry{}, false
	}
	e := rule.Entry(at, curate.Show(store.Entry{Story: s.ID, ID: curate.EntryID(at.Authority, s)}, v), v, nil, ruling)
	if given, ok := is.given(s.ID); ok { // one entry has one date, wherever it is shown
		e.Published, e.Updated = given.Published, given.Updated
	}
	return e, true
}

// search answers a query as a page, or as a feed to follow.
func (p *Press) search(ctx context.Context, d *Desk, asked url.Values) (*serve.File, error) {
	q, format := asked.Get("q"), asked.Get("format")
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	before, err := store.ParseStoryID(asked.Get("before"))
	if asked.Get("before") != "" && err != nil {
		return refuse("before: " + err.Error()), nil
	}
	data, err := d.Search(ctx, q, before, searchHits)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, serve.ErrBusy
	}
	if err != nil {
		return nil, err
	}
	switch format {
	case "":
		body, err := p.Pages.Search(data)
		return &serve.File{Type: site.TypeHTML, Body: body, NoIndex: true}, err
	case "atom":
		return p.searchFeed(data)
	}
	return refuse("format " + strconv.Quote(format) + ": write atom, or leave it out"), nil
}

func (p *Press) searchFeed(data site.SearchData) (*serve.File, error) {
	switch {
	case data.Query == "":
		return refuse("q is empty: write a query, as in /search?q=harbour&format=atom"), nil
	case data.Problem != "":
		return refuse("q: " + data.Problem), nil
	}
	body, skipped, err := render.Search(data.Site, data.Query, data.Entries)
	for _, s := range skipped {
		p.Log.Warn("entry left out of a search", "story", s.Story, "err", s.Err)
	}
	f := &serve.File{Type: render.TypeAtom, Body: body, NoIndex: true, MaxAge: searchAge}
	if data.Site.URL != "" {
		f.Self = data.Site.URL + "/search?q=" + url.QueryEscape(data.Query) + "&format=atom"
	}
	return f, err
}

// refuse tells a program what is wrong with its request.
func refuse(why string) *serve.File {
	return &serve.File{Type: "text/plain; charset=utf-8", Body: []byte(why + "\n"), Status: http.StatusBadRequest, NoIndex: true}
}
