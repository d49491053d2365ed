package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/publish"
	"wiredesk/store"
)

func (p *program) explainCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "explain URL|ID",
		Short: "Say why an article is where it is",
		Long: `Tells the whole story of one article or story: when it was fetched, what it was
judged, why it was folded or stands apart, and for each topic whether it took
the story and why.`,
		Example: `  wiredesk explain https://example.org/news/1
  wiredesk explain s5k0w2q1 --json`,
		Args: cobra.ExactArgs(1),
		RunE: p.onStore(func(ctx context.Context, s *session, args []string) error {
			id, err := s.storyFor(ctx, args[0])
			if err != nil {
				return err
			}
			desk, err := s.current(ctx)
			if err != nil {
				return err
			}
			e, err := desk.Explain(ctx, id)
			if err != nil {
				return fmt.Errorf("explain %s: %w", args[0], err)
			}
			v := explained(e)
			return s.show(v, func() { s.sayExplained(v) })
		}),
	}
}

// current returns a desk that knows all that happened: the daemon's, or one
// that has caught up.
func (s *session) current(ctx context.Context) (*publish.Desk, error) {
	if s.lender != nil {
		return s.lender.desk.Load(), nil
	}
	desk, err := s.desk(ctx, nil)
	if err != nil {
		return nil, err
	}
	_, err = desk.Once(ctx, false)
	return desk, err
}

// storyFor returns the story that an ID or address belongs to.
func (s *session) storyFor(ctx context.Context, name string) (store.StoryID, error) {
	if id, err := store.ParseStoryID(name); err == nil {
		return id, nil
	}
	id, err := s.find(ctx, name)
	if err != nil {
		return 0, err
	}
	a, err := s.db.Article(ctx, id)
	if err != nil {
		return 0, fmt.Errorf("article %s: %w", id, err)
	}
	return a.Story, nil
}

// explanation is what `explain --json` prints.
type explanation struct {
	Story     string        `json:"story"`
	Title     string        `json:"title"`
	Lead      string        `json:"lead"`
	WhyLead   string        `json:"why_lead,omitempty"`
	Seen      *time.Time    `json:"seen"`
	Updated   *time.Time    `json:"updated"`
	Articles  []articleWhy  `json:"articles"`
	Topics    []topicWhy    `json:"topics"`
	Decisions []decisionRow `json:"decisions"`
}

type articleWhy struct {
	articleRow
	Verdict      string          `json:"verdict"`
	Relation     string          `json:"relation"`
	Rule         string          `json:"rule,omitempty"`
	Reason       string          `json:"reason,omitempty"`
	Against      string          `json:"against,omitempty"`
	Share        float64         `json:"share,omitempty"`
	Other        float64         `json:"other,omitempty"`
	Words        int             `json:"words,omitempty"`
	Figures      float64         `json:"figures,omitempty"`
	Left         int             `json:"left_out,omitempty"` // words of page furniture
	First        string          `json:"first_words,omitempty"`
	Rejected     string          `json:"rejected,omitempty"`
	RejectReason string          `json:"reject_reason,omitempty"`
	RejectShare  float64         `json:"reject_share,omitempty"`
	RejectOther  float64         `json:"reject_other,omitempty"`
	RejectWords  int             `json:"reject_words,omitempty"`
	Evidence     []string        `json:"evidence,omitempty"`
	Revisions    []revisionShown `json:"revision_list"`
	seen         time.Time
}

type topicWhy struct {
	Topic   string      `json:"topic"`
	Taken   bool        `json:"taken"`
	Shown   bool        `json:"shown"`
	Why     string      `json:"why"`
	Due     *time.Time  `json:"due,omitempty"`
	Clauses []clauseWhy `json:"clauses,omitempty"`
}

type clauseWhy struct {
	Clause string   `json:"clause"`
	OK     bool     `json:"ok"`
	Where  []string `json:"where,omitempty"`
}

func explained(e publish.Explained) explanation {
	row := storyOf(e.Story)
	v := explanation{
		Story: row.ID, Title: row.Title, Lead: row.Lead, WhyLead: e.WhyLead, Seen: row.Seen, Updated: row.Updated,
		Topics: []topicWhy{}, Decisions: []decisionRow{},
	}
	for _, m := range e.Story.Members {
		w := articleWhy{
			articleRow: articleOf(m.Article), Verdict: m.Verdict.String(), Relation: m.Relation.String(),
			Rule: m.Fold.Rule, Reason: m.Fold.Reason, Against: articleID(m.Fold.Against), Share: m.Fold.Share, Other: m.Fold.Other, Words: m.Fold.Words,
			Figures: m.Fold.Figures, Left: m.Fold.Left, First: m.Fold.First,
			RejectShare: m.Fold.RejectShare, RejectOther: m.Fold.RejectOther, RejectWords: m.Fold.RejectWords,
			Rejected: articleID(m.Fold.Rejected), RejectReason: m.Fold.RejectReason, seen: m.Article.Seen,
		}
		for _, c := range []store.Claim{m.Article.Published, m.Article.Updated} {
			if c.From != "" {
				w.Evidence = append(w.Evidence, c.From)
			}
		}
		w.Evidence = append(w.Evidence, remarks(&m, &e.Story)...)
		for _, r := range e.Revisions[m.ID] {
			w.Revisions = append(w.Revisions, revisionShown{N: r.N, At: jsonTime(r.At), Class: r.Class.String(), Why: r.Why, Silent: r.Silent, Page: r.Page, Title: r.Title, at: r.At})
		}
		v.Articles = append(v.Articles, w)
	}
	for _, d := range e.Decisions {
		v.Decisions = append(v.Decisions, decisionOf(d))
	}
	for _, t := range e.Topics {
		w := topicWhy{Topic: t.Topic.Slug, Taken: t.Taken, Shown: t.Shown, Why: t.Why, Due: jsonTime(t.Due)}
		for _, c := range t.Match.Clauses {
			clause := clauseWhy{Clause: c.Text, OK: c.OK}
			for _, h := range c.Hits {
				where := fmt.Sprintf("%s in %s: %s", h.Term, h.Field, h.Text)
				if !slices.Contains(clause.Where, where) { // each member has it
					clause.Where = append(clause.Where, where)
				}
			}
			w.Clauses = append(w.Clauses, clause)
		}
		v.Topics = append(v.Topics, w)
	}
	return v
}

// remarks says what else there is to know of a member: what editors were told,
// and which of its claims were not believed.
func remarks(m *store.Member, s *store.Story) (list []string) {
	a := &m.Article
	if a.Notice != "" {
		list = append(list, a.Notice)
	}
	if a.Claimed != "" {
		list = append(list, fmt.Sprintf("gives %s, on another site, as its address: that counts for nothing", a.Claimed))
	}
	if early := a.Published.At; !early.IsZero() && a.Seen.After(s.Seen) && early.Before(s.Seen) {
		list = append(list, fmt.Sprintf("dates itself %s, before the story was first seen: dates that are claimed decide nothing", when(early)))
	}
	if m.Relation == store.Contains {
		list = append(list, "holds the story among other matter: it never leads, and brings nothing new to it")
	}
	if m.Roundup {
		list = append(list, "carries several stories: nothing is folded with it")
	}
	return list
}

func (s *session) sayExplained(v explanation) {
	s.say("story %s: %s", v.Story, v.Title)
	if v.WhyLead != "" {
		s.say("led by %s: %s", v.Lead, v.WhyLead)
	}
	for _, a := range v.Articles {
		s.say("\n%s of %s: %s", a.ID, a.Source, oneLine(a.Title))
		s.say("  %s", a.URL)
		s.say("  first seen %s, judged %s in its story, %s; page: %s", when(a.seen), a.Verdict, a.Relation, a.Page)
		if a.Reason != "" {
			s.say("  folded (%s): %s", a.Rule, oneLine(a.Reason))
			if a.First != "" {
				s.say("    beginning with: %s", oneLine(a.First))
			}
		}
		if a.RejectReason != "" {
			s.say("  not folded with %s: %s", a.Rejected, oneLine(a.RejectReason))
		}
		for _, e := range a.Evidence {
			s.say("  %s", oneLine(e))
		}
		for _, r := range a.Revisions[min(1, len(a.Revisions)):] {
			s.say("  revision %d at %s: %s %s", r.N, when(r.at), r.Class, oneLine(r.Why))
		}
	}
	s.say("")
	for _, t := range v.Topics {
		what := "left by"
		switch {
		case t.Shown:
			what = "shown in"
		case t.Taken:
			what = "taken by"
		}
		s.say("%s %s: %s", what, t.Topic, oneLine(t.Why))
		for _, c := range t.Clauses {
			mark := "no "
			if c.OK {
				mark = "yes"
			}
			s.say("  %s  %s", mark, c.Clause)
			for _, w := range c.Where {
				s.say("       %s", clip(oneLine(w), 100))
			}
		}
	}
	for _, d := range v.Decisions {
		s.say("decision %d at %s: %s by %s", d.Seq, when(*d.At), d.Verb, d.By)
	}
}
