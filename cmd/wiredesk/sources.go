package main

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
)

func (p *program) sourcesCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "sources",
		Short: "List the sources and how they do",
		Long: `Lists the sources with their state: new ok slow moved blocked gone dead empty
unreadable churning clock paused; with the last error, since when, and when
they are asked next.`,
		Example: `  wiredesk sources
  wiredesk sources --json | jq 'select(.error)'`,
		Args: cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error {
			health, err := s.db.Health(ctx)
			if err != nil {
				return err
			}
			t := s.table("SOURCE", "STATE", "ERROR", "SINCE", "LAST", "NEXT", "ARTICLES", "MEANS")
			for _, h := range health {
				if h.Removed {
					continue
				}
				r := rowOf(h)
				if err := t.row(r, r.ID, r.State, cmp.Or(string(r.Error), "-"), h.Since, h.Last, h.Next, r.Articles, r.means()); err != nil {
					return err
				}
			}
			return t.flush()
		}),
	}
}

// sourceRow is a line of `sources --json`.
type sourceRow struct {
	ID       store.SourceID `json:"id"`
	URL      string         `json:"url"`
	Name     string         `json:"name,omitempty"`
	State    store.State    `json:"state"`
	Error    store.Code     `json:"error"`
	Detail   string         `json:"detail,omitempty"`
	Since    *time.Time     `json:"since"`
	Next     *time.Time     `json:"next"`
	Last     *time.Time     `json:"last"`
	Attempt  *time.Time     `json:"attempt"`
	Errors   int            `json:"errors"` // in a row
	Items    int            `json:"items"`  // in its last document
	Articles int            `json:"articles"`
	Newest   *time.Time     `json:"newest"`
	MovedTo  string         `json:"moved_to,omitempty"`
	Format   string         `json:"format,omitempty"`
	List     store.SourceID `json:"list,omitempty"` // that names it

	since time.Time
}

func rowOf(h store.Health) sourceRow {
	return sourceRow{
		ID: h.Source, URL: h.URL, Name: h.Name, State: h.State, Error: h.Code, Detail: h.Detail,
		Since: jsonTime(h.Since), Next: jsonTime(h.Next), Last: jsonTime(h.Last), Attempt: jsonTime(h.Attempt),
		Errors: h.Errors, Items: h.Items, Articles: h.Articles, Newest: jsonTime(h.Newest), MovedTo: h.MovedTo,
		Format: h.Self.Format, List: h.Of, since: h.Since,
	}
}

// means says in plain words what the state is about.
func (r sourceRow) means() string {
	switch {
	case r.State == store.StateMoved && r.Error == store.OK:
		return "the feed answers from another address, which may be its new one: " + r.MovedTo
	case r.Error == store.OK:
		return ""
	}
	return r.Error.Sentence()
}
