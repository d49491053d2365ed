package publish

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// choiceOf reads which versions an address asks to compare.
func choiceOf(q url.Values) site.Choice {
	return site.Choice{From: q.Get("from"), To: q.Get("to"), Side: q.Get("view") == "side"}
}

// maxVersions is how many versions a page offers, the newest.
const maxVersions = 200

func versionID(r *store.Revision) string { return r.Article.String() + "." + strconv.Itoa(r.N) }

// versions lists the revisions of all copies, oldest first.
func (t *telling) versions() []site.Version {
	var list []site.Version
	for _, m := range t.view.Members {
		for i := range t.past[m.ID] {
			r := &t.past[m.ID][i]
			list = append(list, site.Version{ID: versionID(r), Outlet: t.rule.Outlets[m.Source], N: r.N, At: r.At})
		}
	}
	slices.SortStableFunc(list, func(a, b site.Version) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return list[max(0, len(list)-maxVersions):]
}

// policy is how much of an outlet's text the reader may see.
func (t *telling) policy(o curate.Outlet) string {
	if t.whole {
		return curate.Full
	}
	return curate.Policy(o.Content, "")
}

// maxCompared is how many places the public sees in which two texts of outlets
// that allow an excerpt differ: else enough comparisons would give the text.
const maxCompared = 12

// compare returns what one version says otherwise than the other, nil where the
// address names none that there are.
func (t *telling) compare(list []site.Version, c site.Choice) *site.Comparison {
	from, old := t.version(list, c.From)
	to, now := t.version(list, c.To)
	if old == nil || now == nil {
		return nil
	}
	policy := t.policy(from.Outlet)
	if other := t.policy(to.Outlet); policy == curate.Full {
		policy = other
	} else if other == curate.LinkOnly {
		policy = other
	}
	out := &site.Comparison{
		From: from, To: to, Side: c.Side, Whole: policy == curate.Full,
		Title: diff.Words(old.Title, now.Title), Text: curate.Passages(diff.Words(old.Text, now.Text), policy),
	}
	if !out.Whole {
		out.Text = out.Text[:min(len(out.Text), 3*maxCompared)]
	}
	return out
}

// version finds a version of the story, and its text.
func (t *telling) version(list []site.Version, id string) (site.Version, *store.Revision) {
	i := slices.IndexFunc(list, func(v site.Version) bool { return v.ID == id })
	if i < 0 {
		return site.Version{}, nil
	}
	for _, revs := range t.past {
		for k := range revs {
			if versionID(&revs[k]) == id {
				return list[i], &revs[k]
			}
		}
	}
	return site.Version{}, nil
}
