package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/store"
)

// page is how many records are read at once: lists begin to print at once.
const page = 500

func (p *program) articlesCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "articles [SOURCE]",
		Short: "List every stored article",
		Long:  `Lists the articles of all sources, or of one, in the order in which they were stored.`,
		Example: `  wiredesk articles bbc-world
  wiredesk articles --json | jq -r .url`,
		Args: cobra.MaximumNArgs(1),
		RunE: p.onStore(func(ctx context.Context, s *session, args []string) error {
			var source store.SourceID
			if len(args) == 1 {
				source = store.SourceID(args[0])
				if err := s.stored(ctx, args[0]); err != nil {
					return err
				}
			}
			t := s.table("ARTICLE", "SOURCE", "SEEN", "REVISIONS", "STORY", "TITLE")
			var after store.ArticleID
			for {
				list, err := s.db.Articles(ctx, source, after, page)
				if err != nil {
					return err
				}
				for _, a := range list {
					r := articleOf(a)
					if err := t.row(r, r.ID, r.Source, a.Seen, r.Revisions, r.Story, a.Title); err != nil {
						return err
					}
				}
				if len(list) < page {
					return t.flush()
				}
				after = list[len(list)-1].ID
			}
		}),
	}
}

// stored fails if the store never had a source of that name. One that is
// configured no more will do.
func (s *session) stored(ctx context.Context, name string) error {
	health, err := s.db.Health(ctx)
	if err != nil {
		return err
	}
	known := make([]string, 0, len(health))
	for _, h := range health {
		known = append(known, string(h.Source))
	}
	if !slices.Contains(known, name) {
		return wrong("there is no source %q; %s", name, strict.Suggest(name, known))
	}
	return nil
}

// articleRow is a line of `articles --json`.
type articleRow struct {
	ID        string         `json:"id"`
	Source    store.SourceID `json:"source"`
	Key       string         `json:"key"`
	GUID      string         `json:"guid,omitempty"`
	URL       string         `json:"url"`
	Title     string         `json:"title"`
	Seen      *time.Time     `json:"seen"`
	Changed   *time.Time     `json:"changed"`
	Revisions int            `json:"revisions"`
	Story     string         `json:"story"`

	Published *time.Time `json:"published,omitempty"` // claimed
	Updated   *time.Time `json:"updated,omitempty"`   // claimed
	Class     string     `json:"class,omitempty"`     // of the latest revision
	Language  string     `json:"language,omitempty"`
	Credit    string     `json:"credit,omitempty"`
	Page      string     `json:"page"`
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	Held      *time.Time `json:"held,omitempty"` // taken back until its agency or source releases it
}

func articleOf(a store.Article) articleRow {
	changed := a.Changed
	if changed.IsZero() {
		changed = a.Seen
	}
	r := articleRow{
		ID: a.ID.String(), Source: a.Source, Key: a.Key, GUID: a.GUID, URL: a.URL, Title: a.Title,
		Seen: jsonTime(a.Seen), Changed: jsonTime(changed), Revisions: a.Revision, Story: storyID(a.Story),
		Published: jsonTime(a.Published.At), Updated: jsonTime(a.Updated.At), Class: a.Class.String(),
		Language: a.Language, Credit: a.Credit, Page: a.Page.String(), Withdrawn: jsonTime(a.Withdrawn),
	}
	if a.Held() {
		r.Held, r.Withdrawn = r.Withdrawn, nil
	}
	return r
}
