package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	// searchTime bounds one search, which reads every stored story.
	searchTime = 5 * time.Second
	// searches is how many are made at once: each takes a processor, and anybody
	// may ask.
	searches = 2
	// searchHits is how many hits an answer shows.
	searchHits = 50
	// searchAge is how long readers may keep an answer (PUBLISH-C10).
	searchAge = 5 * time.Minute
)

// Search returns the newest public stories that match, at most limit, and how
// many there are. What is wrong with the query stands in the data's Problem.
//
// It reads every stored story: bound it with ctx.
func (d *Desk) Search(ctx context.Context, q string, limit int) (site.SearchData, error) {
	data := site.SearchData{Site: d.Site, Query: q}
	is := d.issue.Load()
	if q == "" || is == nil {
		return data, nil
	}
	parsed, err := query.Parse(q)
	if mistake := (*query.Error)(nil); errors.As(err, &mistake) {
		data.Problem = mistake.Error() + "\n" + mistake.Caret(q)
		return data, nil
	}
	rule, now := is.roster.Public(), d.Now().UTC()
	for after := store.StoryID(0); ; {
		list, err := d.Archive.Stories(ctx, after, scanPage)
		if err != nil {
			return data, fmt.Errorf("search: %w", err)
		}
		for i := range list {
			s := &list[i]
			after = s.ID
			ruling := is.rulings.For(s.ID, "")
			v := rule.View(s, ruling)
			if v.Lead == nil || !v.Withdrawn.IsZero() || ruling.Hidden || v.Barred(now) {
				continue
			}
			if !parsed.Match(only(curate.Doc(s, is.roster.Outlets(), now), rule.Allowed(s))).OK || len(is.takers(s, now)) == 0 {
				continue
			}
			data.Total++
			e := curate.Show(store.Entry{Story: s.ID, ID: curate.EntryID(d.Site.Authority, s)}, v)
			data.Entries = newest(append(data.Entries, rule.Entry(d.Site, e, v, nil, ruling)), limit)
		}
		if len(list) < scanPage {
			break
		}
	}
	data.Entries = sorted(data.Entries, limit)
	for i := range data.Entries {
		e := &data.Entries[i]
		if given, ok := is.given(e.Story); ok { // one entry has one date, wherever it is shown
			e.Published, e.Updated = given.Published, given.Updated
		}
	}
	return data, nil
}

// newest keeps a growing list of hits short.
func newest(list []curate.Entry, limit int) []curate.Entry {
	if len(list) < 4*limit {
		return list
	}
	return sorted(list, limit)
}

func sorted(list []curate.Entry, limit int) []curate.Entry {
	slices.SortFunc(list, func(a, b curate.Entry) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(b.Story, a.Story)) })
	return list[:min(limit, len(list))]
}

// search answers a query as a page, or as a feed to follow.
func (p *Press) search(ctx context.Context, d *Desk, asked url.Values) (*serve.File, error) {
	q, format := asked.Get("q"), asked.Get("format")
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	data, err := d.Search(ctx, q, searchHits)
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
