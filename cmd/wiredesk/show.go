package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
	"wiredesk/store/diff"
)

func (p *program) showCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID|URL",
		Short: "Print a story or an article with its text and revisions",
		Long: `Prints a story (s…) with its members and the lead's text, or an article (a…) with
its text and every revision, each with the words that changed: [-gone-] {+new+}.`,
		Example: `  wiredesk show s5k0w2q1
  wiredesk show a5k0w2q4 --json`,
		Args: cobra.ExactArgs(1),
		RunE: p.onStore(func(ctx context.Context, s *session, args []string) error {
			if id, err := store.ParseStoryID(args[0]); err == nil {
				return s.showStory(ctx, id)
			}
			id, err := s.find(ctx, args[0])
			if err != nil {
				return err
			}
			return s.showArticle(ctx, id)
		}),
	}
}

// find returns the article that an ID or an address stands for.
func (s *session) find(ctx context.Context, name string) (store.ArticleID, error) {
	if id, err := store.ParseArticleID(name); err == nil {
		return id, nil
	}
	u, err := url.Parse(name)
	if err != nil || u.Host == "" {
		return 0, wrong("%q is neither an id, as in a5k0w2q1 or s5k0w2q1, nor an address", name)
	}
	ids, err := s.db.FindURL(ctx, s.cfg.Fetch.Links().Canonical(name))
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, fmt.Errorf("article at %s: %w", name, store.ErrNotFound)
	}
	for _, id := range ids { // several sources may list one address, each in its own way
		if a, err := s.db.Article(ctx, id); err == nil && a.URL == name {
			return id, nil
		}
	}
	return ids[0], nil
}

// storyShown is what `show STORY --json` prints.
type storyShown struct {
	storyRow
	Text    string        `json:"text"`
	Members []memberShown `json:"members"` // in place of their IDs
}

type memberShown struct {
	articleRow
	Joined   *time.Time `json:"joined"`
	Verdict  string     `json:"verdict"`
	Relation string     `json:"relation"`
	Rule     string     `json:"rule,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Share    float64    `json:"share,omitempty"`
}

func (s *session) showStory(ctx context.Context, id store.StoryID) error {
	st, err := s.db.Story(ctx, id)
	if err != nil {
		return fmt.Errorf("story %s: %w", id, err)
	}
	v := storyShown{storyRow: storyOf(st)}
	for _, m := range st.Members {
		if m.ID == st.Lead {
			v.Text = m.Article.Text
		}
		v.Members = append(v.Members, memberShown{
			articleRow: articleOf(m.Article), Joined: jsonTime(m.Joined), Verdict: m.Verdict.String(),
			Relation: m.Relation.String(), Rule: m.Fold.Rule, Reason: m.Fold.Reason, Share: m.Fold.Share,
		})
	}
	return s.show(v, func() {
		s.say("%s\n%s\n", v.Title, v.URL)
		s.say("story %s, seen %s, changed %s, updated %s", v.ID, when(st.Seen), when(st.Changed), when(st.Bumped))
		for _, m := range v.Members {
			s.say("  %s %s, %s: %s", m.ID, m.Source, m.Relation, oneLine(m.Title))
			if m.Reason != "" {
				s.say("    folded: %s", oneLine(m.Reason))
			}
		}
		s.say("\n%s", v.Text)
	})
}

// articleShown is what `show ARTICLE --json` prints.
type articleShown struct {
	articleRow
	Authors   []store.Person  `json:"authors,omitempty"`
	Summary   string          `json:"summary_html,omitempty"`
	Body      string          `json:"content_html,omitempty"`
	Text      string          `json:"text"`
	Evidence  []string        `json:"evidence,omitempty"` // for the claimed times
	Revisions []revisionShown `json:"revision_list"`
}

type revisionShown struct {
	N      int        `json:"n"`
	At     *time.Time `json:"at"`
	Class  string     `json:"class,omitempty"`
	Why    string     `json:"why,omitempty"`
	Silent bool       `json:"silent,omitempty"`
	Page   bool       `json:"page,omitempty"`
	Title  string     `json:"title"`
	Diff   string     `json:"diff,omitempty"` // of title and text, with the revision before

	at time.Time
}

func (s *session) showArticle(ctx context.Context, id store.ArticleID) error {
	a, err := s.db.Article(ctx, id)
	if err != nil {
		return fmt.Errorf("article %s: %w", id, err)
	}
	revisions, err := s.db.Revisions(ctx, id)
	if err != nil {
		return err
	}
	v := articleShown{articleRow: articleOf(a), Authors: a.Authors, Summary: a.Summary, Body: a.Body, Text: a.Text}
	for _, c := range []store.Claim{a.Published, a.Updated} {
		if c.From != "" {
			v.Evidence = append(v.Evidence, c.From)
		}
	}
	for i, r := range revisions {
		shown := revisionShown{N: r.N, At: jsonTime(r.At), Class: r.Class.String(), Why: r.Why, Silent: r.Silent, Page: r.Page, Title: r.Title, at: r.At}
		if i > 0 {
			was := revisions[i-1]
			shown.Diff = marked(diff.Words(was.Title+"\n"+was.Text, r.Title+"\n"+r.Text))
		}
		v.Revisions = append(v.Revisions, shown)
	}
	return s.show(v, func() {
		s.say("%s\n%s\n", v.Title, v.URL)
		s.say("article %s of %s in story %s, seen %s, changed %s, page %s", v.ID, v.Source, v.Story, when(a.Seen), when(a.Changed), v.Page)
		for _, r := range v.Revisions {
			s.say("  revision %d at %s %s %s", r.N, when(r.at), r.Class, oneLine(r.Why))
			if r.Diff != "" {
				s.say("    %s", r.Diff)
			}
		}
		s.say("\n%s", v.Text)
	})
}

// marked writes a diff in one line, with at most a few words around changes.
func marked(spans []diff.Span) string {
	var b strings.Builder
	for _, sp := range spans {
		text := oneLine(sp.Text)
		switch {
		case text == "":
			continue
		case sp.Op == diff.Delete:
			text = "[-" + text + "-]"
		case sp.Op == diff.Insert:
			text = "{+" + text + "+}"
		default:
			text = around(text, b.Len() == 0)
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	return b.String()
}

// around keeps six words on either side of unchanged text.
func around(text string, first bool) string {
	const words = 6
	w := strings.Fields(text)
	if len(w) <= 2*words {
		return text
	}
	head, tail := strings.Join(w[:words], " ")+" ", " "+strings.Join(w[len(w)-words:], " ")
	if first {
		head = ""
	}
	return head + "…" + tail
}
