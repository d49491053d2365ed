package site

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// storyView fills story.html.
type storyView struct {
	frame
	Entry  entryView
	State  string
	Facts  []fact
	Copies []copyView
	Events []eventView
	Topics []takenView
	Misses []missView
	ID     string

	Compare *compareView
	Desk    *deskView // nil: the public page
	AtDesk  string    // address of the desk's page; empty: there is no desk
}

// A fact answers one question an editor has, above the fold.
type fact struct {
	Name, Value string
	Alarm       bool
	At          stamp
}

type copyView struct {
	Outlet, Home, Title, URL, Credit string
	Seen                             stamp
	Lead                             bool
	Relation, Lag, Kept, Why         string
	Leads                            string // why it stands for the story
	Overrides                        []override
}

type eventView struct {
	At       stamp
	Day      string // set where it is another than the event's before
	Claimed  stamp  // zero where it agrees with At
	Kind     string
	Alarm    bool
	Outlet   string
	What     string
	Silent   bool
	Figures  []became
	Title    []passage
	Passages []passage
}

type takenView struct {
	Title, URL, Why string
	At              stamp
	Overrides       []override
}

type missView struct {
	Title, URL, Outlet, Why string
	Overrides               []override
}

// apart is how far a claimed time may be from ours before it is shown too.
const apart = 10 * time.Minute

// Story renders /s/ID/.
func (p *Pages) Story(d StoryData) ([]byte, error) {
	v := storyView{frame: newFrame(d.Site, d.Entry.Title), State: d.State, ID: d.ID.String()}
	v.NoIndex = true
	v.Canonical = webURL(d.Entry.URL)
	v.About = d.Entry.Summary
	v.Entry = newEntry(&d.Entry, d.Site, v.Base)
	if src := html.EscapeString(v.Entry.Image.URL); strings.Contains(string(v.Entry.Content()), src) {
		v.Entry.Image = store.Image{} // the text shows it
	}
	if v.State == "" {
		v.State = state(&d)
	}
	v.Facts = facts(&d)
	v.Copies = copies(&d)
	v.Events = events(&d)
	v.Topics, v.Misses = taken(&d, v.Base), misses(&d, v.Base)
	v.Desk = newDesk(&d, v.Base)
	path := v.Base + "/s/" + v.ID + "/"
	if d.Site.Desk {
		v.AtDesk = v.Base + "/desk/s/" + v.ID + "/"
	}
	if d.In != nil {
		path = v.Base + d.In.Path("s/"+v.ID+"/")
	}
	if v.Desk != nil {
		path, v.Here, v.Canonical = v.AtDesk, "desk", ""
	}
	v.Compare = newCompare(&d, path)
	return p.render("story.html", &v)
}

// taken lists the public topics that show the story.
func taken(d *StoryData, base string) []takenView {
	var list []takenView
	o, id := overrider{story: d.ID}, d.ID.String()
	for _, t := range d.Topics {
		if t.Topic.Public() || d.In != nil {
			list = append(list, takenView{
				Title: title(t.Topic), URL: base + t.Topic.Path(""), Why: t.Why, At: newStamp(t.At, d.Site),
				Overrides: []override{o.to("Hide it there", store.Hide, id+" --topic "+t.Topic.Slug)},
			})
		}
	}
	return list
}

// misses lists the stories that were nearly the same.
func misses(d *StoryData, base string) []missView {
	var list []missView
	o, pages := overrider{d.Signed, d.ID}, base+"/s/"
	if d.Signed.Name != "" {
		pages = base + "/desk/s/"
	}
	for _, m := range d.Misses {
		v := missView{Title: m.Title, Outlet: m.Outlet, Why: m.Why}
		if m.Story != 0 {
			other := m.Story.String()
			v.URL = pages + other + "/"
			v.Overrides = []override{o.to("Merge the two", store.Merge, d.ID.String()+" "+other, field{"other", other})}
		}
		list = append(list, v)
	}
	return list
}

// state words the story in one sentence.
func state(d *StoryData) string {
	if !d.Entry.Withdrawn.IsZero() {
		return "Withdrawn: it no longer stands in any topic."
	}
	s := name(d.Entry.Outlet) + "’s text"
	if n := outlets(d.Copies); n > 1 {
		s += ", printed by " + count(n, "outlet", "outlets")
	} else {
		s += ", printed by nobody else so far"
	}
	edits, corrections := changes(d.Events)
	switch {
	case edits+corrections == 0:
		s += ", unchanged"
	case corrections == 0:
		s += ", changed " + times(edits)
	case edits == 0:
		s += ", corrected " + times(corrections)
	default:
		s += ", changed " + times(edits) + " and corrected " + times(corrections)
	}
	if b := latest(d.Events); b != "" {
		s += "; " + b
	}
	return s + "."
}

// latest names what the last change put in place of what, where that is a
// figure: the change an editor most wants to see.
func latest(list []Event) string {
	for _, e := range slices.Backward(list) {
		if len(e.Title)+len(e.Text) == 0 {
			continue
		}
		for _, b := range becoming(append(slices.Clone(e.Title), e.Text...)) {
			if figure(b.From) && figure(b.To) {
				return b.From + " became " + b.To
			}
		}
		return ""
	}
	return ""
}

// figure reports whether a passage is short and has a digit in it.
func figure(s string) bool { return len(s) <= 30 && strings.ContainsAny(s, "0123456789") }

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// outlets counts the different outlets among the copies.
func outlets(list []Copy) int {
	seen := map[string]bool{}
	for _, c := range list {
		seen[name(c.Outlet)] = true
	}
	return len(seen)
}

func changes(list []Event) (edits, corrections int) {
	for _, e := range list {
		switch e.Kind {
		case EventEdit, EventMinor:
			edits++
		case EventCorrection:
			corrections++
		}
	}
	return edits, corrections
}

func name(o curate.Outlet) string {
	if o.Name != "" {
		return o.Name
	}
	return string(o.ID)
}

// facts answers, above the fold: who had it first, who printed it, did it
// change, was it corrected.
func facts(d *StoryData) []fact {
	var out []fact
	if first := earliest(d.Copies); first != nil {
		out = append(out, fact{Name: "First", Value: name(first.Outlet), At: newStamp(first.Seen, d.Site)})
	}
	out = append(out, fact{Name: "Printed by", Value: count(max(outlets(d.Copies), 1), "outlet", "outlets")})
	edits, corrections := changes(d.Events)
	changed := fact{Name: "Changed", Value: "never"}
	if n := edits + corrections; n > 0 {
		changed = fact{Name: "Changed", Value: times(n), At: newStamp(last(d.Events, EventEdit, EventMinor, EventCorrection), d.Site)}
	}
	corrected := fact{Name: "Corrected", Value: "no"}
	if corrections > 0 {
		corrected = fact{Name: "Corrected", Value: "yes", Alarm: true, At: newStamp(last(d.Events, EventCorrection), d.Site)}
	}
	out = append(out, changed, corrected)
	if !d.Entry.Withdrawn.IsZero() {
		out = append(out, fact{Name: "Withdrawn", Value: "yes", Alarm: true, At: newStamp(d.Entry.Withdrawn, d.Site)})
	}
	return out
}

func earliest(list []Copy) *Copy {
	var first *Copy
	for i := range list {
		if c := &list[i]; first == nil || c.Seen.Before(first.Seen) {
			first = c
		}
	}
	return first
}

// last returns when an event of one of the kinds last happened.
func last(list []Event, kinds ...EventKind) time.Time {
	var t time.Time
	for _, e := range list {
		for _, k := range kinds {
			if e.Kind == k && e.At.After(t) {
				t = e.At
			}
		}
	}
	return t
}

func copies(d *StoryData) []copyView {
	first := earliest(d.Copies)
	var out []copyView
	for i := range d.Copies {
		c := &d.Copies[i]
		v := copyView{
			Outlet: name(c.Outlet), Home: webURL(c.Outlet.Home), Title: c.Title, URL: webURL(c.URL), Credit: c.Credit,
			Seen: newStamp(c.Seen, d.Site), Lead: c.Lead, Why: c.Why, Relation: relation(c), Kept: kept(c),
		}
		if c != first {
			v.Lag = lag(c.Seen.Sub(first.Seen))
		}
		if c.Lead && len(d.Copies) > 1 {
			v.Leads = d.Leads
		}
		if c.Article != 0 && len(d.Copies) > 1 {
			v.Overrides = overrides(overrider{d.Signed, d.ID}, c)
		}
		out = append(out, v)
	}
	return out
}

// overrides are the ways to give a copy another place.
func overrides(o overrider, c *Copy) []override {
	id := c.Article.String()
	list := []override{o.to("Split it off", store.Split, id, field{"article", id})}
	if !c.Lead {
		list = append(list, o.to("Let it lead", store.SetLead, o.story.String()+" "+id, field{"article", id}))
	}
	if o.signed.Name != "" {
		list = append(list, o.to("Withdraw it", store.Withdraw, id, field{"article", id}))
	}
	return list
}

// relation says what the outlet made of the text.
func relation(c *Copy) string {
	switch c.Relation {
	case store.Original:
		return "the story’s first text"
	case store.Same:
		return "the same article, by another way"
	case store.Contains:
		return "quotes it whole"
	case store.ByHand:
		return "put here at the desk"
	}
	return c.Relation.String()
}

// kept says how much of the lead's text stands in the copy.
func kept(c *Copy) string {
	if c.Share == 0 || c.Lead {
		return ""
	}
	s := fmt.Sprintf("%.0f %% kept", c.Share*100)
	if c.Cut > 0 {
		s += ", " + count(c.Cut, "word", "words") + " cut"
	}
	if c.Added > 0 {
		s += ", " + count(c.Added, "word", "words") + " added"
	}
	return s
}

// lag words how much later an outlet was.
func lag(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "at the same time"
	case d < time.Hour:
		return fmt.Sprintf("%d min later", int(d.Minutes()))
	case d < 48*time.Hour && int(d.Minutes())%60 == 0:
		return fmt.Sprintf("%d h later", int(d.Hours()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min later", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days later", int(d.Hours())/24)
}

// sentenceCase raises the first letter, which is one of ours.
func sentenceCase(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func events(d *StoryData) []eventView {
	var out []eventView
	day := ""
	for i := range d.Events {
		e := &d.Events[i]
		v := eventView{
			At: newStamp(e.At, d.Site), Kind: sentenceCase(string(e.Kind)), Outlet: name(e.Outlet), What: e.What, Silent: e.Silent,
			Alarm: e.Kind == EventCorrection || e.Kind == EventWithdrawn,
			Title: passages(e.Title), Passages: passages(e.Text),
			Figures: becoming(append(slices.Clone(e.Title), e.Text...)),
		}
		if v.At.Day != day {
			day, v.Day = v.At.Day, v.At.Day
		}
		if far := e.At.Sub(e.Claimed).Abs(); !e.Claimed.IsZero() && far > apart {
			v.Claimed = newStamp(e.Claimed, d.Site)
		}
		out = append(out, v)
	}
	return out
}
