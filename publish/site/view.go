package site

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// frame is what the layout shows around every page.
type frame struct {
	Base      string // path of the site's root without the final slash, for links
	Name      string // of the site
	Lang      string
	Zone      string // name of the zone that times are in
	Title     string // of the page
	About     string // description for search engines and previews
	Canonical string // where the page's matter really is; empty: here
	NoIndex   bool
	Feeds     []feedLink
	Query     string // of the search field
	Here      string // "front", "sources" or "desk": the navigation's current page
	Blogroll  string
	DeskURL   string // empty: there is no desk
}

type feedLink struct{ Name, Type, URL, Title string }

// newFrame returns the frame of a page with the given title.
func newFrame(s curate.Site, title string) frame {
	f := frame{Name: s.Title, Lang: s.Language, Title: title, Zone: zone(s).String()}
	if f.Name == "" {
		f.Name = "wiredesk"
	}
	if f.Lang == "" {
		f.Lang = "en"
	}
	if f.Zone == "Local" {
		f.Zone = ""
	}
	if u, err := url.Parse(s.URL); err == nil {
		f.Base = strings.TrimSuffix(u.EscapedPath(), "/")
	}
	f.Blogroll = f.Base + "/opml.xml"
	if s.Desk {
		f.DeskURL = f.Base + "/desk/"
	}
	return f
}

func zone(s curate.Site) *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// A stamp is a time as pages write it. The zero stamp is shown as nothing.
type stamp struct {
	ISO   string // for machines
	Clock string // 15:04
	Day   string // Monday, 2 March 2026
	Full  string // 2 March 2026, 15:04 CET
	Short string // 2 Mar, 15:04
	Date  string // 2 Mar 2026
}

func newStamp(t time.Time, s curate.Site) stamp {
	if t.IsZero() {
		return stamp{}
	}
	t = t.In(zone(s))
	return stamp{
		ISO: t.Format(time.RFC3339), Clock: t.Format("15:04"), Day: t.Format("Monday, 2 January 2006"),
		Full: t.Format("2 January 2006, 15:04 MST"), Short: t.Format("2 Jan, 15:04"), Date: t.Format("2 Jan 2006"),
	}
}

// entryView is a story in a list, or at the head of its own page.
type entryView struct {
	Title, URL, Page       string
	Outlet, Home           string
	Credit, Byline, Rights string
	Lang                   string
	At                     stamp  // when it was last told anew: what the list is ordered by
	First                  stamp  // when it first appeared; zero where that is At
	After                  string // how long after First it was told anew
	Flag                   string
	Alarm                  bool // the flag is a correction or a withdrawal
	Pinned                 bool
	Summary                string
	content                string
	Image                  store.Image
	Note, NoteBy           string
	Outlets                int
	Others                 string // the other outlets in a line
	Gone                   bool
}

func newEntry(e *curate.Entry, s curate.Site, base string) entryView {
	v := entryView{
		Title: e.Title, URL: webURL(e.URL), Page: base + "/s/" + e.Story.String() + "/",
		Outlet: e.Outlet.Name, Home: webURL(e.Outlet.Home), Credit: e.Credit, Byline: byline(e), Rights: e.Rights,
		Lang: e.Language, Pinned: e.Pinned, Summary: e.Summary, Image: picture(e.Image),
		Note: e.Note.Text, NoteBy: e.Note.By, Outlets: 1 + len(e.Others), Others: others(e.Others),
		At: newStamp(e.Published, s),
	}
	if page, ok := strings.CutPrefix(e.Page, s.URL+"/"); ok {
		v.Page = base + "/" + page
	}
	if v.Lang == s.Language {
		v.Lang = ""
	}
	if v.Outlet == "" {
		v.Outlet = string(e.Outlet.ID)
	}
	if e.Updated.After(e.Published) {
		v.At, v.First, v.Flag = newStamp(e.Updated, s), newStamp(e.Published, s), "Updated"
		v.After = lag(e.Updated.Sub(e.Published))
		if v.First.Full == v.At.Full {
			v.First = stamp{} // the same minute tells nothing
		}
	}
	if e.Class == store.Correction {
		v.Flag, v.Alarm = "Corrected", true
	}
	if !e.Withdrawn.IsZero() {
		v.At, v.Flag, v.Alarm, v.Gone = newStamp(e.Withdrawn, s), "Withdrawn", true, true
		v.URL, v.Summary, v.Image, v.Others, v.Outlets = "", "", store.Image{}, "", 1
		return v
	}
	v.content = e.Content
	return v
}

// Content is the text, sanitized once more where a template shows it: lists
// show none.
func (v entryView) Content() template.HTML {
	return template.HTML(safe.HTML(v.content)) //nolint:gosec // sanitized on this very line
}

// byline names the authors, unless they only repeat the outlet.
func byline(e *curate.Entry) string {
	var names []string
	for _, a := range e.Authors {
		if a.Name != "" && a.Name != e.Outlet.Name && len(names) < 3 {
			names = append(names, a.Name)
		}
	}
	return strings.Join(names, ", ")
}

// others lists a few outlets, each with what it made of the text.
func others(list []curate.Other) string {
	var names []string
	for i, o := range list {
		if i == 2 && len(list) > 3 {
			names = append(names, "+"+strconv.Itoa(len(list)-2))
			break
		}
		name := o.Outlet.Name
		if o.Relation != "" && o.Relation != "verbatim" && o.Relation != "same" {
			name += " (" + o.Relation + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func picture(i store.Image) store.Image {
	i.URL = webURL(i.URL)
	if i.URL == "" {
		return store.Image{}
	}
	return i
}

// webURL returns an address that a reader's browser may follow, or "".
func webURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return s
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// count writes a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
