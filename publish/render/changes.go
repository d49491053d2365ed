package render

import (
	"html"
	"strconv"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// Changes renders what happened to the stories of e as an Atom feed, one entry
// a revision (/t/SLUG/changes.atom). It is nil where e has no such feed.
func Changes(e curate.Edition) ([]byte, []Skipped, error) {
	if e.Changes == nil {
		return nil, nil, nil
	}
	f := newFeed(&e)
	f.subtitle = "What outlets changed in the stories of “" + f.title + "” after they had printed them"
	f.title += ": changes"
	f.file, f.archive = "changes.atom", ""
	if e.ID == "" {
		f.id = tagURI(e.Site.Authority, "topic/"+e.Topic.Slug+"/changes")
	} else {
		f.id = strings.TrimSuffix(f.id, "/") + "/changes"
	}
	f.bury(e.Gone)
	f.bury(e.Changes.Gone)
	for i := range e.Changes.List {
		f.add(prepareChange(&e, &e.Changes.List[i]), nil)
	}
	f.updated = later(e.Changes.Updated.UTC(), f.updated)
	return f.write("atom", writeAtom, checkAtom)
}

// kinds names each kind of change as readers are told of it.
var kinds = map[string]string{
	curate.ChangeMinor: "Minor edit", curate.ChangeEdit: "Edit", curate.ChangeCorrection: "Correction", curate.ChangeWithdrawal: "Withdrawal",
}

// prepareChange cleans one change. A withdrawal has its own title and says no
// more than that.
func prepareChange(e *curate.Edition, c *curate.Change) entry {
	kind := kinds[c.Kind]
	out := entry{
		story: c.Story, id: c.ID, title: clip(line(c.Title), maxTitle), link: webURL(c.URL), page: address(c.Page),
		published: c.At.UTC(), updated: c.At.UTC(), language: languageTag(c.Language),
		categories: []store.Category{{Term: c.Kind, Label: kind}},
		outlet:     cleanOutlet(c.Outlet, firstOf(hostOf(c.URL), "wiredesk")), own: true,
	}
	out.link = firstOf(out.link, out.page)
	out.authors = cleanPeople(nil, firstOf(out.outlet.name, e.Site.Title))
	why := line(c.Why)
	if c.Kind == curate.ChangeWithdrawal {
		out.summary = clip(firstOf(why, out.title), maxSummary)
		out.content = "<p>" + html.EscapeString(out.summary) + "</p>\n"
		return out
	}
	if c.Kind != curate.ChangeCorrection || !strings.HasPrefix(strings.ToLower(out.title), "correct") { // as in CORRECTED:
		out.title = kind + ": " + out.title
	}
	if c.Silent {
		why = strings.Join(nonEmpty(why, "the outlet’s own date did not move"), "; ")
	}
	out.summary = clip(line(out.outlet.name+": "+why+plainChange(c)), maxSummary)
	out.content = publishable(changed(c, &out, kind, why, e.Site.Zone), out.link) + "\n"
	return out
}

// changed is what a reader sees of a change: who did what when, and the words.
func changed(c *curate.Change, e *entry, kind, why string, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	var b strings.Builder
	b.WriteString("<p><strong>" + kind + "</strong> by " + anchor(e.link, e.outlet.name) +
		", seen " + stamp(e.updated, zone) + ": " + html.EscapeString(why) + ".</p>\n")
	if len(c.Headline) > 0 {
		b.WriteString("<p>Headline: " + marked(c.Headline) + "</p>\n")
	}
	for _, p := range c.Passages {
		b.WriteString("<blockquote><p>" + marked(p) + "</p></blockquote>\n")
	}
	switch {
	case c.More == 1:
		b.WriteString("<p>And in one more place.</p>\n")
	case c.More > 1:
		b.WriteString("<p>And in " + strconv.Itoa(c.More) + " more places.</p>\n")
	}
	if e.page != "" {
		b.WriteString(`<p><a href="` + html.EscapeString(e.page) + `">How this story changed, and who else has it</a></p>`)
	}
	return b.String()
}

// marked writes a word diff. The signs stand inside the marks because not every
// reader strikes a deletion through, in brackets because figures have signs of
// their own; white space stands outside, where it parts the words whatever
// becomes of the marks.
func marked(spans []diff.Span) string {
	var b strings.Builder
	for _, s := range spans {
		text := strings.TrimRight(s.Text, " \t\n")
		space := s.Text[len(text):]
		lead := text[:len(text)-len(strings.TrimLeft(text, " \t\n"))]
		text = html.EscapeString(text[len(lead):])
		switch {
		case s.Op == diff.Equal || text == "":
			b.WriteString(lead + text + space)
			continue
		case s.Op == diff.Delete:
			b.WriteString(lead + "<del>[−" + text + "]</del>")
		case s.Op == diff.Insert:
			b.WriteString(lead + "<ins>[+" + text + "]</ins>")
		}
		b.WriteString(firstOf(space, " "))
	}
	return strings.TrimSpace(b.String())
}

// plainChange is the first thing that changed, for readers that show no HTML.
func plainChange(c *curate.Change) string {
	spans := c.Headline
	if len(spans) == 0 && len(c.Passages) > 0 {
		spans = c.Passages[0]
	}
	var b strings.Builder
	for _, s := range spans {
		text := strings.Join(strings.Fields(s.Text), " ")
		switch {
		case text == "":
		case s.Op == diff.Delete:
			b.WriteString(" [−" + text + "]")
		case s.Op == diff.Insert:
			b.WriteString(" [+" + text + "]")
		default:
			b.WriteString(" " + text)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "." + b.String()
}
