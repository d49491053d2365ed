package main

import (
	"context"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/publish/curate"
	"wiredesk/store"
)

// bookmark is the name under which the desk keeps its place.
const bookmark = "desk"

func (p *program) topicsCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "topics",
		Short: "List the topics",
		Example: `  wiredesk topics
  wiredesk topics --json`,
		Args: cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error {
			desk, err := s.db.Desk(ctx, bookmark)
			if err != nil {
				return err
			}
			live := map[string]int{}
			for _, e := range desk.Entries {
				if e.Gone.IsZero() {
					live[e.Topic]++
				}
			}
			t := s.table("TOPIC", "TITLE", "STORIES", "PAGE", "MATCH")
			for _, tp := range s.cfg.Topics {
				taken, err := s.db.Takings(ctx, tp.Slug, desk.Rules[tp.Slug], 0)
				if err != nil {
					return err
				}
				r := topicRow{tp.Slug, tp.Title, tp.Match, s.cfg.Site.URL + tp.Path(""), len(taken), live[tp.Slug]}
				if err := t.row(r, r.ID, r.Title, r.Stories, r.URL, r.Match); err != nil {
					return err
				}
			}
			return t.flush()
		}),
	}
}

// topicRow is a line of `topics --json`.
type topicRow struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Match   string `json:"match"`
	URL     string `json:"url"`
	Stories int    `json:"stories"` // taken
	Entries int    `json:"entries"` // that readers were given and that still hold
}

// topic returns a configured topic.
func (s *session) topic(slug string) (curate.Topic, error) {
	var known []string
	for _, t := range s.cfg.Topics {
		if t.Slug == slug {
			return t, nil
		}
		known = append(known, t.Slug)
	}
	return curate.Topic{}, wrong("there is no topic %q; %s", slug, strict.Suggest(slug, known))
}

// taken returns the stories that a topic took by its present rule.
func (s *session) taken(ctx context.Context, slug string) (map[store.StoryID]bool, error) {
	if _, err := s.topic(slug); err != nil {
		return nil, err
	}
	desk, err := s.db.Desk(ctx, bookmark)
	if err != nil {
		return nil, err
	}
	takings, err := s.db.Takings(ctx, slug, desk.Rules[slug], 0)
	if err != nil {
		return nil, err
	}
	set := make(map[store.StoryID]bool, len(takings))
	for _, t := range takings {
		set[t.Story] = true
	}
	return set, nil
}
