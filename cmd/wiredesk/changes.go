package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
)

func (p *program) changesCmd() *cobra.Command {
	var topic string
	var after uint64
	var follow bool
	cmd := &cobra.Command{
		Use:   "changes",
		Short: "Print the change feed",
		Long: `Prints the change feed: what was new, revised, folded or decided, numbered in
the order of the commits. Whoever resumes with --after and the last number
misses nothing and sees nothing twice.`,
		Example: `  wiredesk changes --after 1200
  wiredesk changes --follow --json --topic syria`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&topic, "topic", "", "only changes of stories that the topic `SLUG` took")
	cmd.Flags().Uint64Var(&after, "after", 0, "begin after change number `N`")
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on as changes come")
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, _ []string) error { return s.changes(ctx, topic, after, follow) })
	return cmd
}

// changeRow is a line of `changes --json`.
type changeRow struct {
	Seq      uint64         `json:"seq"`
	At       *time.Time     `json:"at"`
	Kind     string         `json:"kind"`
	Source   store.SourceID `json:"source,omitempty"`
	Article  string         `json:"article,omitempty"`
	Story    string         `json:"story,omitempty"`
	OldStory string         `json:"old_story,omitempty"`
	Verdict  string         `json:"verdict,omitempty"`
	Class    string         `json:"class,omitempty"`
	Revision int            `json:"revision,omitempty"`
}

func changeOf(c store.Change) changeRow {
	r := changeRow{
		Seq: c.Seq, At: jsonTime(c.At), Kind: c.Kind.String(), Source: c.Source, Article: articleID(c.Article),
		Story: storyID(c.Story), OldStory: storyID(c.OldStory), Class: c.Class.String(), Revision: c.Revision,
	}
	if c.Kind == store.ArticleChange {
		r.Verdict = c.Verdict.String()
	}
	return r
}

func (s *session) changes(ctx context.Context, topic string, after uint64, follow bool) error {
	t := s.table("SEQ", "AT", "KIND", "VERDICT", "CLASS", "SOURCE", "ARTICLE", "STORY")
	for {
		var taken map[store.StoryID]bool
		list, err := s.db.Changes(ctx, after, page)
		if err == nil && topic != "" {
			taken, err = s.taken(ctx, topic)
		}
		if err != nil {
			return err
		}
		for _, c := range list {
			after = c.Seq
			if topic != "" && !taken[c.Story] {
				continue
			}
			r := changeOf(c)
			if err := t.row(r, c.Seq, c.At, r.Kind, r.Verdict, r.Class, r.Source, r.Article, r.Story); err != nil {
				return err
			}
		}
		if len(list) == page {
			continue
		}
		if err := t.flush(); err != nil || !follow {
			return err
		}
		if err := s.db.Wait(ctx, after); err != nil {
			if interrupted(err) {
				return nil
			}
			return err
		}
	}
}
