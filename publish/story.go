package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// Story returns what the public page of a story shows: its current state, as
// far as outlets that are not private tell it. A story that no public topic
// took has none: [store.ErrNotFound]. choice names versions to compare.
func (d *Desk) Story(ctx context.Context, id store.StoryID, choice site.Choice) (site.StoryData, error) {
	is := d.issue.Load()
	if is == nil {
		return site.StoryData{}, store.ErrNotFound
	}
	s, err := d.find(ctx, id)
	if err != nil {
		return site.StoryData{}, err
	}
	rule, ruling := is.roster.Public(), is.rulings.For(s.ID, "")
	v := rule.View(&s, ruling)
	takers := is.takers(&s, d.Now().UTC())
	entry, given := is.given(s.ID)
	if v.Lead == nil || ruling.Hidden || v.Barred(d.Now()) || len(takers) == 0 && (!given || v.Withdrawn.IsZero()) {
		return site.StoryData{}, fmt.Errorf("story %s: %w", id, store.ErrNotFound)
	}
	e := curate.Show(store.Entry{Story: s.ID, ID: curate.EntryID(d.Site.Authority, &s), Withdrawn: v.Withdrawn}, v)
	now := rule.Entry(d.Site, e, v, nil, ruling)
	if given {
		now.Published, now.Updated, now.Note = entry.Published, entry.Updated, entry.Note
	}
	data := site.StoryData{Site: d.Site, ID: s.ID, Entry: now, Topics: takers}
	if !v.Withdrawn.IsZero() {
		return data, nil
	}
	t := &telling{issue: is, rule: rule, view: v}
	if err := d.tell(ctx, t, &data, choice); err != nil {
		return site.StoryData{}, err
	}
	data.Misses, err = d.misses(ctx, is, rule, v)
	return data, err
}

// StoryIn returns what the page of a story shows to the readers of a private
// topic: what the topic may see of it. Without a slug it is [Desk.Story].
func (d *Desk) StoryIn(ctx context.Context, slug string, id store.StoryID, choice site.Choice) (site.StoryData, error) {
	is := d.issue.Load()
	if slug == "" || is == nil || is.rules[slug] == nil {
		return d.Story(ctx, id, choice)
	}
	s, err := d.find(ctx, id)
	if err != nil {
		return site.StoryData{}, err
	}
	rule, ruling := is.rules[slug], is.rulings.For(s.ID, slug)
	v, why := rule.View(&s, ruling), d.reason(is, &s, slug)
	if v.Lead == nil || ruling.Hidden || v.Barred(d.Now()) || !why.Taken || !v.Withdrawn.IsZero() {
		return site.StoryData{}, fmt.Errorf("story %s in %s: %w", id, slug, store.ErrNotFound)
	}
	e := curate.Show(store.Entry{Story: s.ID, ID: curate.EntryID(d.Site.Authority, &s)}, v)
	data := site.StoryData{
		Site: d.Site, ID: s.ID, In: &rule.Topic, Entry: rule.Entry(d.Site, e, v, nil, ruling),
		Topics: []site.Taken{{Topic: rule.Topic, Why: because(why.Match), At: v.Seen}},
	}
	if curate.Appeared(why.Entry) {
		data.Entry.Published, data.Entry.Updated = why.Entry.Published, why.Entry.Updated
	}
	return data, d.tell(ctx, &telling{issue: is, rule: rule, view: v}, &data, choice)
}

// A telling is a story as it is told to somebody.
type telling struct {
	issue *issue
	rule  *curate.Rule
	view  curate.View
	whole bool // to the desk: whole texts, and every topic's decisions
	past  map[store.ArticleID][]store.Revision
}

// tell fills in the story's copies, what happened to them, and what the reader
// chose to compare.
func (d *Desk) tell(ctx context.Context, t *telling, data *site.StoryData, choice site.Choice) error {
	t.past = map[store.ArticleID][]store.Revision{}
	for _, m := range t.view.Members {
		revs, err := d.Archive.Revisions(ctx, m.ID)
		if err != nil {
			return fmt.Errorf("read revisions of %s: %w", m.ID, err)
		}
		t.past[m.ID] = revs
	}
	data.Copies = t.issue.copies(t.rule, t.view)
	if lead := t.view.Lead; lead != nil && lead.ID == t.view.Story.Lead && !t.view.Restricted {
		data.Leads = store.WhyLead(t.view.Story, t.rule.Rank)
	}
	data.Events = t.events()
	data.Versions = t.versions()
	data.Compare = t.compare(data.Versions, choice)
	return nil
}

// find reads a story, or the one that took its members in.
func (d *Desk) find(ctx context.Context, id store.StoryID) (store.Story, error) {
	for range 5 {
		s, err := d.Archive.Story(ctx, id)
		if err != nil || len(s.Members) > 0 {
			return s, err
		}
		if s.Into == 0 {
			break
		}
		id = s.Into
	}
	return store.Story{}, fmt.Errorf("story %s: %w", id, store.ErrNotFound)
}

// takers returns the public topics that take a story now, and why.
func (is *issue) takers(s *store.Story, now time.Time) []site.Taken {
	doc := curate.Doc(s, is.roster.Outlets(), now)
	var list []site.Taken
	for _, slug := range is.index.MatchOnly(doc, func(slug string) []bool { return is.rules[slug].Allowed(s) }) {
		rule := is.rules[slug]
		ruling := is.rulings.For(s.ID, slug)
		v := rule.View(s, ruling)
		if !rule.Topic.Public() || ruling.Hidden || !rule.Takes(store.Entry{}, v) {
			continue
		}
		res := rule.Query.Match(only(doc, rule.Allowed(s)))
		list = append(list, site.Taken{Topic: rule.Topic, Why: because(res), At: v.Seen})
	}
	return list
}

// only returns a doc with the allowed members alone.
func only(d *query.Doc, allowed []bool) *query.Doc {
	out := &query.Doc{Now: d.Now}
	for i, ok := range allowed {
		if ok {
			out.Members = append(out.Members, d.Members[i])
		}
	}
	return out
}

// because says in plain words why a query matched.
func because(res query.Result) string {
	var parts []string
	for _, c := range res.Clauses {
		switch {
		case len(c.Hits) > 0:
			parts = append(parts, fmt.Sprintf("%s: “%s” in the %s", c.Text, c.Hits[0].Text, c.Hits[0].Field))
		case strings.HasPrefix(c.Text, "-") || strings.HasPrefix(c.Text, "NOT"):
			parts = append(parts, c.Text+": nowhere in it")
		case c.Text == "*":
			parts = append(parts, "the topic takes everything")
		default:
			parts = append(parts, c.Text)
		}
	}
	return strings.Join(parts, "; ")
}

// given returns a story as the public topic that shows it newest does.
func (is *issue) given(id store.StoryID) (best curate.Entry, ok bool) {
	for _, slug := range is.setup.slugs {
		ed := is.editions[slug]
		if !ed.Topic.Public() {
			continue
		}
		i := slices.IndexFunc(ed.Entries, func(e curate.Entry) bool { return e.Story == id })
		if i >= 0 && (!ok || ed.Entries[i].Updated.After(best.Updated)) {
			best, ok = ed.Entries[i], true
		}
	}
	return best, ok
}

// copies lists the articles that tell the story, the lead first, and how each
// differs from it.
func (is *issue) copies(rule *curate.Rule, v curate.View) []site.Copy {
	lead := &v.Lead.Article
	var list []site.Copy
	for _, m := range v.Members {
		a := &m.Article
		c := site.Copy{
			Article: a.ID, Outlet: rule.Outlets[a.Source], Title: a.Title, URL: a.URL, Credit: a.Credit, Seen: a.Seen,
			Claimed: a.Published.At, Lead: m == v.Lead, Relation: m.Relation,
		}
		if among(v, m.Fold.Against) {
			c.Why = m.Fold.Reason
		}
		if !c.Lead {
			c.Share, c.Cut, c.Added = compare(lead.Text, a.Text)
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b site.Copy) int {
		if a.Lead != b.Lead {
			return map[bool]int{true: -1, false: 1}[a.Lead]
		}
		return a.Seen.Compare(b.Seen)
	})
	return list
}

// among reports whether an article may be named on the page of v: the reason
// of a fold quotes it, and it may be a private source's or have been withdrawn.
func among(v curate.View, id store.ArticleID) bool {
	return id == 0 || slices.ContainsFunc(v.Members, func(m *store.Member) bool { return m.ID == id })
}

// compare counts what a copy cut from the lead's text and what it added.
func compare(lead, text string) (share float64, cut, added int) {
	all := len(strings.Fields(lead))
	if all == 0 || text == "" {
		return 0, 0, 0
	}
	for _, s := range diff.Words(lead, text) {
		switch n := len(strings.Fields(s.Text)); s.Op {
		case diff.Delete:
			cut += n
		case diff.Insert:
			added += n
		}
	}
	return float64(max(0, all-cut)) / float64(all), cut, added
}

// events is the story's timeline by our clock.
func (t *telling) events() []site.Event {
	var list []site.Event
	for _, m := range t.view.Members {
		outlet, revs := t.rule.Outlets[m.Source], t.past[m.ID]
		list = append(list, arrival(m, outlet))
		for i := 1; i < len(revs); i++ {
			list = append(list, t.revised(&revs[i-1], &revs[i], outlet))
		}
	}
	story := t.view.Story
	for i := range story.Members {
		m := &story.Members[i]
		if outlet, ok := t.rule.Outlets[m.Source]; ok && !m.Article.Withdrawn.IsZero() && m.Article.Notice != "" {
			kind := site.EventWithdrawn
			if m.Article.Held() {
				kind = site.EventHeld
			}
			list = append(list, site.Event{At: m.Article.Withdrawn, Kind: kind, Outlet: outlet, Article: m.ID, What: m.Article.Notice})
		}
	}
	for _, dec := range t.issue.rulings.Of(story.ID) {
		rule := t.issue.rules[dec.Topic]
		if t.whole || dec.Topic == "" || rule != nil && rule.Topic.Public() {
			list = append(list, site.Event{At: dec.At, Kind: site.EventDesk, What: deed(dec)})
		}
	}
	slices.SortStableFunc(list, func(a, b site.Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Article, b.Article), cmp.Compare(a.N, b.N))
	})
	for i := 1; i < len(list); i++ {
		if list[i].Kind == site.EventSeen { // only one was the first
			list[i].Kind = site.EventCopy
		}
	}
	return list
}

func arrival(m *store.Member, outlet curate.Outlet) site.Event {
	e := site.Event{At: m.Article.Seen, Claimed: m.Article.Published.At, Kind: site.EventSeen, Outlet: outlet, Article: m.ID, N: 1}
	switch m.Verdict {
	case store.Copy:
		e.Kind = site.EventCopy
	case store.Update:
		e.Kind = site.EventUpdate
	}
	return e
}

// revised describes a revision, with as much of the change as the outlet's
// content policy lets anybody read.
func (t *telling) revised(old, rev *store.Revision, outlet curate.Outlet) site.Event {
	e := site.Event{
		At: rev.At, Claimed: rev.Updated.At, Outlet: outlet, Article: rev.Article, N: rev.N, What: rev.Why, Silent: rev.Silent,
		Kind: site.EventMinor,
	}
	switch rev.Class {
	case store.Edit:
		e.Kind = site.EventEdit
	case store.Correction:
		e.Kind = site.EventCorrection
	}
	if old.Title != rev.Title {
		e.Title = diff.Words(old.Title, rev.Title)
	}
	if policy := t.policy(outlet); old.Text != rev.Text && policy != curate.LinkOnly {
		e.Text = curate.Passages(diff.Words(old.Text, rev.Text), policy)
	}
	return e
}

// deed says what a person decided. Who it was is the desk's own business.
func deed(dec store.Decision) string {
	what := map[store.Verb]string{
		store.Pin: "pinned", store.Hide: "hidden", store.Note: "note added", store.SetLead: "lead chosen",
		store.SetTitle: "headline changed", store.Merge: "merged with another story", store.Split: "split", store.Withdraw: "withdrawn",
	}[dec.Verb]
	if dec.Topic != "" {
		what += " in " + dec.Topic
	}
	return what
}

// misses lists the stories that were nearly the same, as far as they have a
// public page.
func (d *Desk) misses(ctx context.Context, is *issue, rule *curate.Rule, v curate.View) ([]site.Miss, error) {
	var list []site.Miss
	for _, m := range v.Members {
		if m.Fold.Rejected == 0 {
			continue
		}
		a, err := d.Archive.Article(ctx, m.Fold.Rejected)
		if err != nil {
			continue // it was pruned since; a near miss is no matter
		}
		outlet, ok := rule.Outlets[a.Source]
		if !ok || !a.Withdrawn.IsZero() || a.Embargo.After(d.Now()) || a.Story == v.Story.ID {
			continue
		}
		s, err := d.Archive.Story(ctx, a.Story)
		if err != nil || len(is.takers(&s, d.Now().UTC())) == 0 {
			continue // hidden at the desk, or never shown: its headline is not for readers either
		}
		list = append(list, site.Miss{Story: a.Story, Title: a.Title, Outlet: outlet.Name, Why: m.Fold.RejectReason})
	}
	return list, nil
}
