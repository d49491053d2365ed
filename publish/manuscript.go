package publish

import (
	"context"
	"fmt"

	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// Manuscript returns what the desk's page of a story shows: whole texts,
// private outlets, hidden, withdrawn and embargoed stories, and every topic.
func (d *Desk) Manuscript(ctx context.Context, id store.StoryID, choice site.Choice) (site.StoryData, error) {
	is := d.issue.Load()
	if is == nil {
		return site.StoryData{}, store.ErrNotFound
	}
	why, err := d.Explain(ctx, id)
	if err != nil {
		return site.StoryData{}, err
	}
	s := &why.Story
	rule, ruling := is.roster.Desk(), is.rulings.For(s.ID, "")
	v := rule.View(s, ruling)
	if v.Lead == nil { // its sources are no longer configured
		return site.StoryData{}, fmt.Errorf("story %s: %w", id, store.ErrNotFound)
	}
	e := curate.Show(store.Entry{Story: s.ID, ID: curate.EntryID(d.Site.Authority, s), Withdrawn: v.Withdrawn}, v)
	data := site.StoryData{Site: d.Site, ID: s.ID, Entry: rule.Entry(d.Site, e, v, nil, ruling), Decisions: why.Decisions}
	if lead := &v.Lead.Article; v.Withdrawn.IsZero() && lead.Body != "" {
		data.Entry.Content = lead.Body
	}
	for _, r := range why.Topics {
		data.Reasons = append(data.Reasons, site.Reason{Topic: r.Topic, Shown: r.Shown, Why: r.Why})
	}
	t := &telling{issue: is, rule: rule, view: v, whole: true}
	if err := d.tell(ctx, t, &data, choice); err != nil {
		return site.StoryData{}, err
	}
	data.Misses = d.nearMisses(ctx, rule, v)
	return data, nil
}

// nearMisses lists the stories that were nearly the same, shown or not.
func (d *Desk) nearMisses(ctx context.Context, rule *curate.Rule, v curate.View) []site.Miss {
	var list []site.Miss
	for _, m := range v.Members {
		if m.Fold.Rejected == 0 {
			continue
		}
		a, err := d.Archive.Article(ctx, m.Fold.Rejected)
		if err != nil || a.Story == v.Story.ID {
			continue // it was pruned or merged since
		}
		list = append(list, site.Miss{Story: a.Story, Title: a.Title, Outlet: rule.Outlets[a.Source].Name, Why: m.Fold.RejectReason})
	}
	return list
}
