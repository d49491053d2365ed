package curate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"wiredesk/publish/query"
	"wiredesk/store"
)

// A Roster is all configured sources. What comes from another is shown
// nowhere, since nobody can tell whether it was private.
type Roster struct {
	byID    map[store.SourceID]Outlet
	public  map[store.SourceID]Outlet // the same where none is private: there may be very many
	private string                    // IDs of the private ones, for the rules' hashes
}

// NewRoster returns the roster of outlets.
func NewRoster(outlets []Outlet) *Roster {
	byID := make(map[store.SourceID]Outlet, len(outlets))
	for _, o := range outlets {
		byID[o.ID] = o
	}
	return newRoster(byID)
}

func newRoster(byID map[store.SourceID]Outlet) *Roster {
	r := &Roster{byID: byID, public: byID}
	var private []string
	for id, o := range byID {
		if o.Private {
			private = append(private, fmt.Sprintf("%q ", id))
		}
	}
	if len(private) == 0 {
		return r
	}
	slices.Sort(private)
	r.private, r.public = strings.Join(private, ""), maps.Clone(byID)
	maps.DeleteFunc(r.public, func(_ store.SourceID, o Outlet) bool { return o.Private })
	return r
}

// With returns the roster with every outlet as complete returns it, the same
// roster if that changes none.
func (r *Roster) With(complete func(Outlet) Outlet) *Roster {
	changed := map[store.SourceID]Outlet{}
	for id, o := range r.byID {
		if is := complete(o); !is.same(o) {
			changed[id] = is
		}
	}
	if len(changed) == 0 {
		return r
	}
	byID := maps.Clone(r.byID)
	maps.Copy(byID, changed)
	return newRoster(byID)
}

// Same reports whether two rosters say the same of the same outlets.
func (r *Roster) Same(other *Roster) bool {
	return r == other || maps.EqualFunc(r.byID, other.byID, Outlet.same)
}

// Outlets returns the outlets by ID. The map is shared and must not be changed.
func (r *Roster) Outlets() map[store.SourceID]Outlet { return r.byID }

// Public returns the rule of the pages that belong to no topic: it takes every
// story and shows all outlets but the private ones.
func (r *Roster) Public() *Rule { return &Rule{Outlets: r.public} }

// Desk returns the rule of the desk's own pages: it shows all outlets.
func (r *Roster) Desk() *Rule { return &Rule{Outlets: r.byID} }

// A Rule is a topic that is ready to judge stories.
type Rule struct {
	Topic   Topic
	Query   *query.Query
	Outlets map[store.SourceID]Outlet // that it may show: of its from:, none private in a public topic
	Hash    uint64                    // of all that decides what the topic takes
}

// NewRule prepares a topic.
func NewRule(t Topic, roster *Roster) (*Rule, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	q, err := t.query()
	if err != nil {
		return nil, fmt.Errorf("match: %w", err)
	}
	for _, from := range t.From {
		if _, ok := roster.byID[store.SourceID(from)]; !ok && !strings.HasPrefix(from, "tag:") {
			return nil, fmt.Errorf("from: there is no source %q", from)
		}
	}
	return (&Rule{Topic: t, Query: q}).With(roster), nil
}

// With returns the rule on another roster.
func (r *Rule) With(roster *Roster) *Rule {
	out := &Rule{Topic: r.Topic, Query: r.Query, Outlets: roster.byID}
	if r.Topic.Public() {
		out.Outlets = roster.public
	}
	if len(r.Topic.From) > 0 {
		all := out.Outlets
		out.Outlets = map[store.SourceID]Outlet{}
		for id, o := range all {
			if r.Topic.takesFrom(o) {
				out.Outlets[id] = o
			}
		}
	}
	out.Hash = out.hash(roster)
	return out
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
func (r *Rule) hash(roster *Roster) uint64 {
	h := xxhash.New()
	_, _ = fmt.Fprintf(h, "1 %s %d %v %s\n", r.Query, r.Topic.MinOutlets, r.Topic.Public(), roster.private)
	from, tags, names := len(r.Topic.From) > 0, r.Query.Uses("tag"), r.Query.Uses("source")
	if !from && !tags && !names {
		return h.Sum64()
	}
	for _, id := range slices.Sorted(maps.Keys(r.Outlets)) {
		o := r.Outlets[id]
		if from {
			_, _ = fmt.Fprintf(h, "%q\n", o.ID)
		}
		if tags && len(o.Tags) > 0 {
			_, _ = fmt.Fprintf(h, "%q %q\n", o.ID, o.Tags)
		}
		if names && o.Name != string(o.ID) {
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
