package curate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"wiredesk/publish/query"
	"wiredesk/store"
)

// A Rule is a topic that is ready to judge stories.
type Rule struct {
	Topic   Topic
	Query   *query.Query
	Outlets map[store.SourceID]Outlet // that it may show: of its from:, none private in a public topic
	Hash    uint64                    // of all that decides what the topic takes
}

// NewRule prepares a topic. outlets are all configured sources: what comes
// from another is shown nowhere, since nobody can tell whether it was private.
func NewRule(t Topic, outlets []Outlet) (*Rule, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	q, err := t.query()
	if err != nil {
		return nil, fmt.Errorf("match: %w", err)
	}
	r := &Rule{Topic: t, Query: q, Outlets: map[store.SourceID]Outlet{}}
	for _, from := range t.From {
		known := func(o Outlet) bool { return string(o.ID) == from }
		if !strings.HasPrefix(from, "tag:") && !slices.ContainsFunc(outlets, known) {
			return nil, fmt.Errorf("from: there is no source %q", from)
		}
	}
	for _, o := range outlets {
		if t.takesFrom(o) && (!o.Private || !t.Public()) {
			r.Outlets[o.ID] = o
		}
	}
	r.Hash = r.hash(outlets)
	return r, nil
}

// Public reports whether anybody may read the topic. Only a topic whose
// address holds a token may show private sources.
func (t Topic) Public() bool { return t.Token == "" }

// takesFrom reports whether the topic's from: names the outlet.
func (t Topic) takesFrom(o Outlet) bool {
	return len(t.From) == 0 || slices.ContainsFunc(t.From, func(from string) bool {
		tag, ok := strings.CutPrefix(from, "tag:")
		return ok && slices.Contains(o.Tags, tag) || !ok && from == string(o.ID)
	})
}

// hash covers the query, and of the outlets what the query or from: asks for.
// That a public outlet was added changes no rule that does not name it, so
// that the topic need not look at every stored story again.
func (r *Rule) hash(outlets []Outlet) uint64 {
	h := xxhash.New()
	_, _ = fmt.Fprintf(h, "1 %s %d %v\n", r.Query, r.Topic.MinOutlets, r.Topic.Public())
	for _, o := range slices.SortedFunc(slices.Values(outlets), func(a, b Outlet) int { return strings.Compare(string(a.ID), string(b.ID)) }) {
		_, in := r.Outlets[o.ID]
		if len(r.Topic.From) > 0 && in || o.Private {
			_, _ = fmt.Fprintf(h, "%q %v\n", o.ID, in)
		}
		if r.Query.Uses("tag") && in && len(o.Tags) > 0 {
			_, _ = fmt.Fprintf(h, "%q %q\n", o.ID, o.Tags)
		}
		if r.Query.Uses("source") && in {
			_, _ = fmt.Fprintf(h, "%q is %q\n", o.ID, o.Name)
		}
	}
	return h.Sum64()
}

// Allowed says of each member of a story whether the topic may show it: its
// own sources only, and nothing that was taken back.
func (r *Rule) Allowed(s *store.Story) []bool {
	list := make([]bool, len(s.Members))
	for i := range s.Members {
		_, ok := r.Outlets[s.Members[i].Source]
		list[i] = ok && s.Members[i].Article.Withdrawn.IsZero()
	}
	return list
}
