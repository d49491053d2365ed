package curate

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"wiredesk/publish/query"
	"wiredesk/store"
)

// A View is a story as one topic may see it: members of other topics' sources
// do not exist for it.
type View struct {
	Story      *store.Story
	Members    []*store.Member // that may be shown, in the order they joined
	Lead       *store.Member   // stands for them; nil when there are none
	Seen       time.Time       // when the first of them was seen
	Outlets    int             // how many sources they are from
	Restricted bool            // the story has members that the topic may not show
	Withdrawn  time.Time       // when the last of them was taken back for good; zero: some are live or held
	Held       bool            // all that is not taken back for good is held
	Told       bool            // Restricted only: Lead was significantly revised since the topic's readers were last given it
}

// View returns what the topic may see of a story.
func (r *Rule) View(s *store.Story, ruling Ruling) View {
	v := View{Story: s}
	var taken []*store.Member
	for i := range s.Members {
		m := &s.Members[i]
		switch _, ok := r.Outlets[m.Source]; {
		case !ok:
			v.Restricted = true
		case !m.Article.Withdrawn.IsZero():
			taken = append(taken, m)
		default:
			v.Members = append(v.Members, m)
		}
	}
	if len(v.Members) == 0 && len(taken) > 0 {
		v.Members = taken
		v.Held = slices.ContainsFunc(taken, func(m *store.Member) bool { return m.Article.Held() })
		for _, m := range taken {
			if m.Article.Withdrawn.After(v.Withdrawn) && !v.Held {
				v.Withdrawn = m.Article.Withdrawn
			}
		}
	}
	seen := map[store.SourceID]bool{}
	for _, m := range v.Members {
		seen[m.Source] = true
		if v.Seen.IsZero() || m.Article.Seen.Before(v.Seen) {
			v.Seen = m.Article.Seen
		}
	}
	v.Outlets = len(seen)
	v.Lead = r.lead(&v, ruling)
	return v
}

// Embargoed reports whether what stands for the members must not be shown yet.
func (v *View) Embargoed(now time.Time) bool {
	return v.Lead != nil && v.Lead.Article.Embargo.After(now)
}

// Barred reports whether the story must not be shown now, though it may be
// later: it is under embargo, or held.
func (v *View) Barred(now time.Time) bool { return v.Held || v.Embargoed(now) }

// Find returns the member that may be shown with article id, or nil.
func (v *View) Find(id store.ArticleID) *store.Member {
	i := slices.IndexFunc(v.Members, func(m *store.Member) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return v.Members[i]
}

// lead picks who stands for the members: who the desk chose, else the story's
// own lead, else whoever would lead if the others did not exist.
func (r *Rule) lead(v *View, ruling Ruling) *store.Member {
	if m := v.Find(ruling.Lead); m != nil {
		return m
	}
	if m := v.Find(v.Story.Lead); m != nil {
		return m
	}
	if len(v.Members) == 0 {
		return nil
	}
	own := *v.Story
	own.Lead, own.Chosen, own.Members = 0, 0, nil
	for _, m := range v.Members {
		own.Members = append(own.Members, *m)
	}
	if m := v.Find(store.Lead(&own, r.Rank)); m != nil {
		return m
	}
	return v.Members[0]
}

// Rank returns what the choice of a lead wants to know of a source.
func (r *Rule) Rank(id store.SourceID) store.Source {
	o := r.Outlets[id]
	return store.Source{ID: id, Name: o.Name, Rank: o.Rank, Tags: o.Tags, Private: o.Private, LowTrust: o.LowTrust}
}

// Doc returns a story as queries see it, all members included. outlets gives
// names and tags; what is not configured has none.
func Doc(s *store.Story, outlets map[store.SourceID]Outlet, now time.Time) *query.Doc {
	d := &query.Doc{Now: now, Members: make([]query.Member, len(s.Members))}
	for i := range s.Members {
		a := &s.Members[i].Article
		o := outlets[a.Source]
		intro, body := query.Paragraphs(a.Text)
		d.Members[i] = query.Member{
			Title: a.Title, Intro: intro, Body: body, Author: names(a.Authors), Credit: a.Credit, Categories: terms(a.Categories),
			Source: string(a.Source), Outlet: o.Name, Tags: o.Tags, Lang: a.Language, URL: a.URL, Site: host(a.URL), Seen: a.Seen,
		}
	}
	return d
}

func names(list []store.Person) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}

func terms(list []store.Category) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Term)
		if c.Label != "" && c.Label != c.Term {
			out = append(out, c.Label)
		}
	}
	return out
}

func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
