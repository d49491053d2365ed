package site

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"wiredesk/store"
)

// sourcesView fills sources.html.
type sourcesView struct {
	frame
	Verdict string
	Groups  []sourceGroup
}

type sourceGroup struct {
	Heading string
	Sources []sourceView
}

type sourceView struct {
	Name, Home, State, Sentence, Moved string
	Alarm                              bool
	Since, Newest                      stamp
	Articles                           string
}

// states puts each of a source's conditions into plain words.
var states = map[store.State]struct {
	word, sentence string
	bad            bool
}{
	store.StateNew:        {"not read yet", "it waits for its first poll", false},
	store.StateOK:         {"fine", "", false},
	store.StateSlow:       {"slow", "it answers, but late or not always", false},
	store.StateMoved:      {"moved", "it keeps sending us to another address", false},
	store.StateBlocked:    {"closed to us", "", true},
	store.StateGone:       {"gone", "", true},
	store.StateDead:       {"unreachable", "", true},
	store.StateEmpty:      {"empty", "its feed has nothing in it", true},
	store.StateUnreadable: {"unreadable", "", true},
	store.StateChurning:   {"restless", "its articles keep changing their names; we go by their addresses instead", false},
	store.StateClock:      {"wrong clock", "its times cannot be right; we go by ours", false},
	store.StatePaused:     {"paused", "the operator paused it", false},
}

// Sources renders /sources/: the troubled first. What every poll moves is not
// on it, so that the page stands still while nothing happens.
func (p *Pages) Sources(d SourcesData) ([]byte, error) {
	v := sourcesView{frame: newFrame(d.Site, "Sources")}
	v.Here = "sources"
	bad, fine, gone := sourceGroup{Heading: "In trouble"}, sourceGroup{Heading: "Read as usual"}, sourceGroup{Heading: "No longer followed"}
	list := slices.Clone(d.Sources)
	slices.SortStableFunc(list, func(a, b store.Health) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Source, b.Source))
	})
	for i := range list {
		s := newSource(&list[i], d)
		switch {
		case list[i].Removed:
			gone.Sources = append(gone.Sources, s)
		case s.Alarm:
			bad.Sources = append(bad.Sources, s)
		default:
			fine.Sources = append(fine.Sources, s)
		}
	}
	for _, g := range []sourceGroup{bad, fine, gone} {
		if len(g.Sources) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	followed := len(bad.Sources) + len(fine.Sources)
	switch n := len(bad.Sources); {
	case followed == 0:
		v.Verdict = "No source is followed yet."
	case n == 0:
		v.Verdict = "All is well with " + count(followed, "source", "sources") + "."
	default:
		v.Verdict = fmt.Sprintf("%d of %s bring nothing at the moment; the others are not held up by that.", n, count(followed, "source", "sources"))
	}
	return p.render("sources.html", &v)
}

func newSource(h *store.Health, d SourcesData) sourceView {
	st := states[h.State]
	v := sourceView{
		Name: cmp.Or(h.Name, string(h.Source)), Home: webURL(h.Home), State: st.word, Alarm: st.bad, Sentence: st.sentence,
		Since: newStamp(h.Since, d.Site), Newest: newStamp(h.Newest, d.Site), Articles: count(h.Articles, "article", "articles"),
	}
	if h.Code != store.OK {
		v.Sentence = strings.TrimSuffix(h.Code.Sentence(), ".")
	}
	if h.State == store.StateMoved {
		v.Moved = webURL(h.MovedTo)
	}
	if v.State == "" {
		v.State = string(h.State)
	}
	return v
}

// searchView fills search.html.
type searchView struct {
	frame
	listing
	Problem string
	Counts  string
	Older   string // address of what was found before; empty: that is all
}

// Search renders /search.
func (p *Pages) Search(d SearchData) ([]byte, error) {
	v := searchView{frame: newFrame(d.Site, "Search"), Problem: d.Problem}
	v.NoIndex, v.Query = true, d.Query
	if d.Query != "" {
		v.Title = d.Query + " – search"
	}
	if d.Query != "" && d.Problem == "" {
		v.Feeds = []feedLink{{
			Name: "Atom", Type: "application/atom+xml", Title: d.Query + " (Atom)",
			URL: v.Base + "/search?q=" + url.QueryEscape(d.Query) + "&format=atom",
		}}
	}
	for i := range d.Entries {
		v.add(newEntry(&d.Entries[i], d.Site, v.Base), "found")
	}
	if d.Query != "" && d.Problem == "" {
		v.counts(&d)
	}
	return p.render("search.html", &v)
}

// counts says how many were found, and how far back that goes.
func (v *searchView) counts(d *SearchData) {
	v.Counts = count(len(d.Entries), "story", "stories")
	if d.Before != 0 {
		v.Counts = count(len(d.Entries), "older story", "older stories")
	}
	if d.Older == 0 {
		return
	}
	zone := d.Site.Zone
	if zone == nil {
		zone = time.UTC
	}
	v.Counts += ", back to " + d.Back.In(zone).Format("2 January 2006")
	v.Older = v.Base + "/search?q=" + url.QueryEscape(d.Query) + "&before=" + d.Older.String()
}

// errorView fills error.html.
type errorView struct {
	frame
	Status  int
	Heading string
	Detail  string
}

// Error renders the body of an answer with an error status.
func (p *Pages) Error(d ErrorData) ([]byte, error) {
	v := errorView{Status: d.Status, Heading: http.StatusText(d.Status), Detail: d.Detail}
	switch d.Status {
	case http.StatusNotFound:
		v.Heading, v.Detail = "There is nothing at this address", cmp.Or(d.Detail, "The address may be misspelt, or what stood here was taken back.")
	case http.StatusInternalServerError:
		v.Heading, v.Detail = "Something went wrong here", cmp.Or(d.Detail, "It is our fault, and it was noted. Please try again in a moment.")
	}
	v.frame = newFrame(d.Site, v.Heading)
	v.NoIndex = true
	return p.render("error.html", &v)
}
