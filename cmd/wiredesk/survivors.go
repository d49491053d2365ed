package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
)

// survivorsCmd lists what an editor has to chase after a kill: the copies that
// no notice binds, for nobody but their own outlets can take them back.
func (p *program) survivorsCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "survivors [STORY]",
		Short: "List the copies of killed, held or withdrawn articles that still stand",
		Long: `A kill or hold binds what its own source sent and what others carry under the
agency's credit. This lists the other copies, by outlet: of one story, or of all.`,
		Example: `  wiredesk desk survivors
  wiredesk desk survivors s5k0w2q1 --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: p.onStore(func(ctx context.Context, s *session, args []string) error {
			t := s.table("STORY", "OUTLET", "ARTICLE", "SEEN", "CREDIT", "COPY", "TITLE", "URL", "BECAUSE")
			list := func(st store.Story) error {
				for _, r := range survivors(&st) {
					if err := t.row(r, r.Story, r.Source, r.Article, r.seen, r.Credit, r.Relation, r.Title, r.URL, r.Because); err != nil {
						return err
					}
				}
				return nil
			}
			var err error
			if len(args) == 1 {
				err = s.survivorsOf(ctx, args[0], list)
			} else {
				err = s.eachStory(ctx, filter{}, list)
			}
			if err != nil {
				return err
			}
			return t.flush()
		}),
	}
}

// survivorRow is a line of `desk survivors --json`.
type survivorRow struct {
	Story    string         `json:"story"`
	Source   store.SourceID `json:"source"`
	Article  string         `json:"article"`
	Title    string         `json:"title"`
	URL      string         `json:"url,omitempty"`
	Seen     *time.Time     `json:"seen"`
	Credit   string         `json:"credit,omitempty"`
	Relation string         `json:"relation"` // to the text that it was folded with
	Because  string         `json:"because"`  // what was taken back, and by whom

	seen time.Time
}

func (s *session) survivorsOf(ctx context.Context, arg string, list func(store.Story) error) error {
	id, err := s.storyFor(ctx, arg)
	if err != nil {
		return err
	}
	st, err := s.db.Story(ctx, id)
	if err != nil {
		return err
	}
	return list(st)
}

// survivors returns the members that stand though others were taken back.
func survivors(st *store.Story) (list []survivorRow) {
	because := ""
	for i := range st.Members {
		if a := &st.Members[i].Article; !a.Withdrawn.IsZero() && because == "" {
			because = takenBack(a)
		}
	}
	if because == "" {
		return nil
	}
	for i := range st.Members {
		m := &st.Members[i]
		a := &m.Article
		if !a.Withdrawn.IsZero() {
			continue
		}
		list = append(list, survivorRow{
			Story: st.ID.String(), Source: a.Source, Article: a.ID.String(), Title: a.Title, URL: a.URL,
			Seen: jsonTime(a.Seen), Credit: a.Credit, Relation: m.Relation.String(), Because: because, seen: a.Seen,
		})
	}
	return list
}

// takenBack says why an article is not shown.
func takenBack(a *store.Article) string {
	switch {
	case a.Notice != "":
		return a.Notice
	case a.TakenBy != 0:
		return fmt.Sprintf("%q of %s was withdrawn by decision %d", a.Title, a.Source, a.TakenBy)
	}
	return fmt.Sprintf("%s withdrew %q", a.Source, a.Title)
}
