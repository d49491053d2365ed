package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/publish/site"
	"wiredesk/store"
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
			if v.Lead == nil || !v.Withdrawn.IsZero() || ruling.Hidden {
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
