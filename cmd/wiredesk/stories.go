package main

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/store"
)

func (p *program) storiesCmd() *cobra.Command {
	var topic, since string
	cmd := &cobra.Command{
		Use:   "stories [QUERY]",
		Short: "List stories, oldest first",
		Long: `Lists stored stories, those that match a query in the language of the topics,
those that a topic took, or those that changed lately.`,
		Example: `  wiredesk stories 'syria -football' --since 2d
  wiredesk stories --topic syria --json`,
	}
	cmd.Flags().StringVar(&topic, "topic", "", "only what the topic `SLUG` took")
	cmd.Flags().StringVar(&since, "since", "", "only what changed within this `DURATION`, as in 36h or 7d")
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, args []string) error {
		f, err := s.filter(ctx, strings.Join(args, " "), topic, since)
		if err != nil {
			return err
		}
		lead, err := s.leads(ctx, topic)
		if err != nil {
			return err
		}
		t := s.table("STORY", "SEEN", "CHANGED", "ARTICLES", "SOURCE", "TITLE")
		err = s.eachStory(ctx, f, func(st store.Story) error {
			st.Lead = cmp.Or(lead(st), st.Lead)
			r := storyOf(st)
			return t.row(r, r.ID, st.Seen, st.Changed, r.Articles, r.Source, r.Title)
		})
		return errors.Join(err, t.flush())
	})
	return cmd
}

func (p *program) searchCmd() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Find the newest stories that match a query",
		Example: `  wiredesk search '"islamic state" title:hajin'
  wiredesk search 'outlets:>=3 age:<48h' -n 50`,
		Args: cobra.MinimumNArgs(1),
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 20, "print at most `N`")
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, args []string) error {
		f, err := s.filter(ctx, strings.Join(args, " "), "", "")
		if err != nil {
			return err
		}
		t, left := s.table("STORY", "SEEN", "ARTICLES", "SOURCE", "TITLE", "URL"), limit
		err = s.walk(ctx, f, s.db.Latest, func(st store.Story) (bool, error) {
			if left--; left < 0 {
				return false, nil
			}
			r := storyOf(st)
			return left > 0, t.row(r, r.ID, r.seen, r.Articles, r.Source, r.Title, r.URL)
		})
		return errors.Join(err, t.flush())
	})
	return cmd
}

// leads returns which article stands for a story in a topic; 0: as everywhere.
func (s *session) leads(ctx context.Context, topic string) (func(store.Story) store.ArticleID, error) {
	if topic == "" {
		return func(store.Story) store.ArticleID { return 0 }, nil
	}
	health, err := s.db.Health(ctx)
	if err != nil {
		return nil, err
	}
	decisions, err := s.db.Decisions(ctx)
	if err != nil {
		return nil, err
	}
	var rule *curate.Rule
	for _, t := range s.cfg.deskTopics() {
		if t.Slug == topic {
			if rule, err = curate.NewRule(t, curate.NewRoster(s.cfg.outlets(health))); err != nil {
				return nil, err
			}
		}
	}
	rulings := curate.NewRulings(decisions)
	return func(st store.Story) store.ArticleID {
		if v := rule.View(&st, rulings.For(st.ID, topic)); v.Lead != nil {
			return v.Lead.ID
		}
		return 0
	}, nil
}

// storyRow is a line of `stories --json`.
type storyRow struct {
	ID       string         `json:"id"`
	Title    string         `json:"title"`
	URL      string         `json:"url"`
	Source   store.SourceID `json:"source"` // of the lead
	Lead     string         `json:"lead"`
	Articles int            `json:"articles"`
	Sources  []string       `json:"sources"`
	Seen     *time.Time     `json:"seen"`
	Changed  *time.Time     `json:"changed"`
	Updated  *time.Time     `json:"updated"` // last significant change
	Members  []string       `json:"members"`

	seen time.Time
}

func storyOf(st store.Story) storyRow {
	r := storyRow{
		ID: st.ID.String(), Lead: articleID(st.Lead), Articles: len(st.Members), Seen: jsonTime(st.Seen),
		Changed: jsonTime(st.Changed), Updated: jsonTime(st.Bumped), seen: st.Seen,
	}
	for _, m := range st.Members {
		r.Sources = append(r.Sources, string(m.Source))
		r.Members = append(r.Members, m.ID.String())
	}
	if lead := st.Find(st.Lead); lead != nil {
		r.Title, r.URL, r.Source = lead.Article.Title, lead.Article.URL, lead.Source
	}
	slices.Sort(r.Sources)
	r.Sources = slices.Compact(r.Sources)
	return r
}

// filter chooses stories. Its zero value takes all.
type filter struct {
	query *query.Query
	taken map[store.StoryID]bool
	since time.Time
	now   time.Time
}

func (s *session) filter(ctx context.Context, q, topic, since string) (filter, error) {
	f := filter{now: s.now()}
	if q != "" {
		parsed, err := query.Parse(q)
		if bad := (*query.Error)(nil); errors.As(err, &bad) {
			return f, wrong("query: %s\n%s", bad.Msg, bad.Caret(q))
		}
		f.query = parsed
	}
	if topic != "" {
		taken, err := s.taken(ctx, topic)
		if err != nil {
			return f, err
		}
		f.taken = taken
	}
	if since != "" {
		d, err := strict.Duration(since)
		if err != nil {
			return f, wrong("--since: %w", err)
		}
		f.since = s.now().Add(-d)
	}
	return f, nil
}

// eachStory calls fn with every story that passes f, oldest first.
func (s *session) eachStory(ctx context.Context, f filter, fn func(store.Story) error) error {
	return s.walk(ctx, f, s.db.Stories, func(st store.Story) (bool, error) { return true, fn(st) })
}

// walk calls fn with the stories that pass f, in the order in which next gives
// those beyond one, until it returns false.
func (s *session) walk(ctx context.Context, f filter, next func(context.Context, store.StoryID, int) ([]store.Story, error),
	fn func(store.Story) (bool, error),
) error {
	bar := s.progress()
	defer bar.clear()
	outlets := map[store.SourceID]curate.Outlet{}
	health, err := s.db.Health(ctx)
	if err != nil {
		return err
	}
	for _, o := range s.cfg.outlets(health) {
		outlets[o.ID] = o
	}
	var after store.StoryID
	for seen := 0; ; {
		list, err := next(ctx, after, page)
		if err != nil {
			return err
		}
		for _, st := range list {
			if f.match(st, outlets) {
				if more, err := fn(st); !more || err != nil {
					return err
				}
			}
		}
		if len(list) < page {
			return nil
		}
		after, seen = list[len(list)-1].ID, seen+len(list)
		bar.show("%d stories read", seen)
	}
}

func (f filter) match(st store.Story, outlets map[store.SourceID]curate.Outlet) bool {
	if f.taken != nil && !f.taken[st.ID] || st.Changed.Before(f.since) && st.Seen.Before(f.since) {
		return false
	}
	return f.query == nil || f.query.Match(docOf(st, outlets, f.now)).OK
}

// docOf returns a story as queries see it, private sources included: whoever
// may type commands here may read everything.
func docOf(st store.Story, outlets map[store.SourceID]curate.Outlet, now time.Time) *query.Doc {
	d := &query.Doc{Now: now}
	for _, m := range st.Members {
		a, o := m.Article, outlets[m.Source]
		intro, body, _ := strings.Cut(a.Text, "\n")
		member := query.Member{
			Title: a.Title, Intro: intro, Body: body, Credit: a.Credit, Source: string(m.Source), Outlet: o.Name,
			Tags: o.Tags, Lang: a.Language, URL: a.URL, Seen: a.Seen,
		}
		for _, p := range a.Authors {
			member.Author = strings.TrimSpace(member.Author + " " + p.Name)
		}
		for _, c := range a.Categories {
			member.Categories = append(member.Categories, c.Term, c.Label)
		}
		if u, err := url.Parse(a.URL); err == nil {
			member.Site = u.Hostname()
		}
		d.Members = append(d.Members, member)
	}
	return d
}
