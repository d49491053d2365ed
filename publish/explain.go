package publish

import (
	"context"
	"fmt"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/store"
)

// Explained is the whole story of a story, for the operator: private sources
// and hidden stories included.
type Explained struct {
	WhyLead   string // why the lead stands for the story, in plain words
	Story     store.Story
	Revisions map[store.ArticleID][]store.Revision // without text
	Decisions []store.Decision                     // about it, undone ones included
	Topics    []Reason                             // every configured topic, by slug
}

// A Reason says why a topic shows a story, or does not.
type Reason struct {
	Topic   curate.Topic
	Taken   bool              // the topic's rule takes it
	Shown   bool              // it stands in the topic's current edition
	Why     string            // one sentence in plain words
	Match   query.Result      // which clause matched where, which failed
	Members []store.ArticleID // that Match and the edition were given, in the order of Match's members
	Entry   store.Entry       // what readers were last given; zero: nothing
	Due     time.Time         // when it appears or moves by itself; zero: it does not
}

// Explain returns what became of a story: why it was folded, and for each
// topic whether it took it and why.
func (d *Desk) Explain(ctx context.Context, id store.StoryID) (Explained, error) {
	s, err := d.find(ctx, id)
	if err != nil {
		return Explained{}, err
	}
	out := Explained{Story: s, Revisions: map[store.ArticleID][]store.Revision{}}
	for _, m := range s.Members {
		revs, err := d.Archive.Revisions(ctx, m.ID)
		if err != nil {
			return Explained{}, fmt.Errorf("read revisions of %s: %w", m.ID, err)
		}
		for i := range revs {
			revs[i].Summary, revs[i].Body, revs[i].Text = "", "", ""
		}
		out.Revisions[m.ID] = revs
	}
	all, err := d.Archive.Decisions(ctx)
	if err != nil {
		return Explained{}, fmt.Errorf("read the desk's decisions: %w", err)
	}
	for _, dec := range all {
		if dec.Story == s.ID || dec.Other == s.ID {
			out.Decisions = append(out.Decisions, dec)
		}
	}
	is := d.issue.Load()
	if is == nil {
		return out, nil
	}
	out.WhyLead = store.WhyLead(&s, is.roster.Desk().Rank)
	for _, slug := range is.setup.slugs {
		out.Topics = append(out.Topics, d.reason(is, &s, slug))
	}
	return out, nil
}

// reason judges a story for one topic as a round would, and says why.
func (d *Desk) reason(is *issue, s *store.Story, slug string) Reason {
	rule, now := is.rules[slug], d.Now().UTC()
	ruling := is.rulings.For(s.ID, slug)
	allowed := rule.Allowed(s)
	v := rule.View(s, ruling)
	r := Reason{Topic: rule.Topic, Match: rule.Query.Match(only(curate.Doc(s, is.roster.Outlets(), now), allowed))}
	for i, ok := range allowed {
		if ok {
			r.Members = append(r.Members, s.Members[i].ID)
		}
	}
	r.Entry, r.Due = d.kept(slug, s.ID)
	for _, e := range is.editions[slug].Entries {
		r.Shown = r.Shown || e.Story == s.ID
	}
	r.Taken = len(r.Members) > 0 && r.Match.OK && rule.Takes(r.Entry, v)
	r.Why = why(r, v, rule, ruling)
	return r
}

// kept returns what the desk remembers of a story in a topic.
func (d *Desk) kept(slug string, id store.StoryID) (store.Entry, time.Time) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.memory == nil || d.memory.shelves[slug] == nil {
		return store.Entry{}, time.Time{}
	}
	return d.memory.shelves[slug].entries[id], d.memory.due[id]
}

// why puts the reason in one sentence.
func why(r Reason, v curate.View, rule *curate.Rule, ruling curate.Ruling) string {
	switch {
	case !v.Withdrawn.IsZero():
		return "left: the story was withdrawn" + barred(v)
	case v.Held:
		return "left for now: the story is held" + barred(v)
	case len(r.Members) == 0:
		return "left: none of its sources may appear in the topic"
	case !r.Match.OK:
		return "left: " + failed(r.Match)
	case !r.Taken:
		return fmt.Sprintf("left: carried by %d of the %d outlets that min_outlets asks for", v.Outlets, rule.Topic.MinOutlets)
	case ruling.Hidden:
		return "taken, but hidden at the desk"
	case r.Shown && ruling.Pinned:
		return "taken and pinned: " + because(r.Match)
	case r.Shown:
		return "taken: " + because(r.Match)
	case !curate.Appeared(r.Entry) && v.Lead != nil && r.Due.Equal(v.Lead.Article.Embargo) && !r.Due.IsZero():
		return "taken, and " + v.Lead.Article.Notice
	case !curate.Appeared(r.Entry):
		return "taken, and waiting for copies to gather: " + because(r.Match)
	case r.Entry.Held:
		return "taken, but kept from the edition: backlog of a source that joined the topic later"
	}
	return "taken, but outside the edition's limit, max_age or per_source: " + because(r.Match)
}

// barred says which notice to editors took the story back, if one did.
func barred(v curate.View) string {
	if v.Lead == nil || v.Lead.Article.Notice == "" {
		return ""
	}
	return ": " + v.Lead.Article.Notice
}

// failed says which clauses failed.
func failed(res query.Result) string {
	var parts []string
	for _, c := range res.Clauses {
		switch {
		case c.OK:
		case len(c.Hits) > 0:
			parts = append(parts, fmt.Sprintf("%s failed: “%s” stands in the %s", c.Text, c.Hits[0].Text, c.Hits[0].Field))
		default:
			parts = append(parts, c.Text+" is not in it")
		}
	}
	return strings.Join(parts, "; ")
}
