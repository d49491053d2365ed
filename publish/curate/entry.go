package curate

import (
	"cmp"
	"slices"
	"strings"

	"wiredesk/store"
)

// Entry returns one story as the topic shows it: e says which article in which
// revision, rev is that revision if it is not the article's latest. What comes
// back may be shown to anybody who may read the topic.
func (r *Rule) Entry(site Site, e store.Entry, v View, rev *store.Revision, ruling Ruling) Entry {
	m := v.Find(e.Lead)
	if _, ok := r.Outlets[e.Source]; ok && m == nil && !e.Withdrawn.IsZero() {
		m = v.Story.Find(e.Lead) // the notice is about it, whoever joined the story since
	}
	if m == nil {
		m = v.Lead
	}
	a := &m.Article
	t := textOf(a)
	if rev != nil {
		t = textOfRevision(rev)
	}
	outlet := r.Outlets[a.Source]
	out := Entry{
		ID: e.ID, Story: e.Story, Title: t.title, URL: t.url, Page: StoryPage(site, r.Topic, e.Story),
		Published: e.Published, Updated: e.Updated, Outlet: outlet, Language: a.Language,
		Note: ruling.Note, Pinned: ruling.Pinned, Withdrawn: e.Withdrawn, Seen: e.Seen,
	}
	class := a.Class
	if rev != nil {
		class = rev.Class
	}
	if class.Significant() {
		out.Class = class
	}
	if !e.Withdrawn.IsZero() {
		return out.notice(site, a)
	}
	if ruling.Title != "" {
		out.Title = ruling.Title
	}
	if out.Title == "" {
		out.Title = "Untitled story of " + outlet.Name
	}
	policy := Policy(outlet.Content, r.Topic.Content)
	out.Content, out.Summary = t.shown(policy)
	if len(out.Content) > maxText {
		out.Content = paragraphs(out.Summary)
	}
	out.Authors, out.Credit, out.Categories = t.authors, a.Credit, a.Categories
	out.Rights = cmp.Or(a.Rights, outlet.Rights)
	if policy != LinkOnly {
		out.Image, out.Enclosures = t.image, t.enclosures
	}
	out.Others = r.others(e, v, m)
	return out
}

// StoryPage returns the address of a story's page for the readers of a topic:
// those of a private one have pages of their own, behind its token.
func StoryPage(site Site, t Topic, id store.StoryID) string {
	page := "s/" + id.String() + "/"
	if t.Public() {
		return site.URL + "/" + page
	}
	return site.URL + t.Path(page)
}

// notice replaces all that an entry said by the fact that it was withdrawn.
// What the desk withdrew is not even named: its headline may be the reason.
func (e Entry) notice(site Site, a *store.Article) Entry {
	zone := site.Zone
	who := e.Outlet.Name
	if a.TakenBy != 0 {
		who = "the editors"
	}
	when := e.Withdrawn.UTC()
	if zone != nil {
		when = e.Withdrawn.In(zone)
	}
	if a.TakenBy != 0 || e.Title == "" {
		e.Title = "A story was withdrawn"
	} else {
		e.Title = "Withdrawn: " + e.Title
	}
	e.Summary = "This story was withdrawn by " + who + " on " + when.Format("2 January 2006 at 15:04 MST") + "."
	e.Content = paragraphs(e.Summary)
	e.Note, e.Pinned = Note{}, false
	return e
}

// others are the further outlets that the entry names.
func (r *Rule) others(e store.Entry, v View, lead *store.Member) []Other {
	var list []Other
	for i, id := range e.Others {
		m := v.Find(id)
		if m == nil || m.Source == lead.Source {
			continue
		}
		a := &m.Article
		list = append(list, Other{
			Outlet: r.Outlets[m.Source], Title: a.Title, URL: a.URL, Seen: a.Seen, Relation: relation(m, lead), Late: i >= e.Told,
		})
	}
	return list
}

// relation says in one word how a copy stands to the lead.
func relation(m, lead *store.Member) string {
	how := m.Relation
	if how == store.Original && m.ID != lead.ID {
		how = lead.Relation // the lead joined the first article, and stands to it as that to the lead
	}
	switch how {
	case store.Verbatim:
		return "verbatim"
	case store.Trimmed, store.Summary:
		return "trimmed"
	case store.Original, store.Same:
		return byLength(m.Article.Text, lead.Article.Text)
	}
	return "rewritten"
}

// byLength tells copies apart that were folded by their address alone.
func byLength(text, lead string) string {
	if strings.Join(strings.Fields(text), " ") == strings.Join(strings.Fields(lead), " ") {
		return "verbatim"
	}
	if countWords(text) < countWords(lead)*9/10 {
		return "trimmed"
	}
	return "rewritten"
}

// Collect completes an edition whose Entries are set.
func (ed *Edition) Collect() {
	seen := map[store.SourceID]bool{}
	add := func(o Outlet) {
		if o.ID != "" && !seen[o.ID] {
			seen[o.ID] = true
			ed.Outlets = append(ed.Outlets, o)
		}
	}
	for _, e := range ed.Entries {
		if e.Updated.After(ed.Updated) {
			ed.Updated = e.Updated
		}
		add(e.Outlet)
		for _, o := range e.Others {
			add(o.Outlet)
		}
	}
	slices.SortFunc(ed.Outlets, func(a, b Outlet) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}
