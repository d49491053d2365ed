package render

import (
	"html"
	"slices"
	"strings"
	"time"
)

// content puts together what a reader sees of an entry: the editor's note, the
// picture, the text, who wrote it, who else has it, and the way to its history.
// Most readers show no atom:source, so all of it is visible text (USERS).
func content(e *entry, body string, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	var b strings.Builder
	if e.note.Text != "" {
		b.WriteString("<p><strong>Editor’s note:</strong> " + html.EscapeString(e.note.Text))
		if e.note.By != "" {
			b.WriteString(" <em>— " + html.EscapeString(e.note.By) + "</em>")
		}
		b.WriteString("</p>\n")
	}
	if !e.withdrawn.IsZero() {
		b.WriteString("<p><strong>This story was withdrawn</strong> on " + stamp(e.withdrawn, zone) + ".</p>\n")
	}
	picture(&b, e, body)
	if body != "" {
		b.WriteString(body + "\n")
	}
	attribution(&b, e, zone)
	alsoReported(&b, e, zone)
	if e.page != "" && e.withdrawn.IsZero() {
		b.WriteString(`<p><a href="` + html.EscapeString(e.page) + `">How this story changed, and who else has it</a></p>` + "\n")
	}
	return b.String()
}

// picture shows the entry's image where the text does not do so itself.
func picture(b *strings.Builder, e *entry, body string) {
	src := html.EscapeString(e.image.URL)
	if src == "" || strings.Contains(body, src) {
		return
	}
	b.WriteString(`<figure><img src="` + src + `" alt="` + html.EscapeString(e.image.Caption) + `">`)
	caption := strings.Join(nonEmpty(e.image.Caption, e.image.Credit), " · ")
	if caption != "" {
		b.WriteString("<figcaption>" + html.EscapeString(caption) + "</figcaption>")
	}
	b.WriteString("</figure>\n")
}

// attribution names the lead's outlet, authors, agency and time.
func attribution(b *strings.Builder, e *entry, zone *time.Location) {
	parts := []string{anchor(e.link, e.outlet.name)}
	for _, a := range e.authors {
		if a.Name != e.outlet.name {
			parts = append(parts, html.EscapeString(a.Name))
		}
	}
	if e.credit != "" {
		parts = append(parts, html.EscapeString(e.credit))
	}
	parts = append(parts, stamp(e.published, zone))
	if e.updated.After(e.published) && e.withdrawn.IsZero() {
		parts = append(parts, "updated "+stamp(e.updated, zone))
	}
	if e.rights != "" {
		parts = append(parts, html.EscapeString(e.rights))
	}
	b.WriteString("<p>Source: " + strings.Join(parts, " · ") + "</p>\n")
}

// alsoReported lists the further outlets, each with link, time and how its
// text stands to the lead's.
func alsoReported(b *strings.Builder, e *entry, zone *time.Location) {
	if !slices.ContainsFunc(e.others, func(o other) bool { return !o.late }) {
		return
	}
	b.WriteString("<p>Also reported by:</p>\n<ul>\n")
	for _, o := range e.others {
		if o.late {
			continue
		}
		b.WriteString("<li>" + anchor(o.link, o.outlet.name))
		if o.title != "" && o.title != e.title {
			b.WriteString(": " + html.EscapeString(o.title))
		}
		var facts []string
		if o.relation != "" {
			facts = append(facts, html.EscapeString(o.relation))
		}
		if !o.seen.IsZero() {
			facts = append(facts, stamp(o.seen, zone))
		}
		if len(facts) > 0 {
			b.WriteString(" (" + strings.Join(facts, ", ") + ")")
		}
		b.WriteString("</li>\n")
	}
	b.WriteString("</ul>\n")
}

func anchor(href, text string) string {
	text = html.EscapeString(firstOf(text, href))
	if href == "" {
		return text
	}
	return `<a href="` + html.EscapeString(href) + `">` + text + `</a>`
}

// stamp writes a time as people read it, in the site's zone.
func stamp(t time.Time, zone *time.Location) string {
	return html.EscapeString(t.In(zone).Format("2 January 2006, 15:04 MST"))
}

func nonEmpty(list ...string) []string {
	out := list[:0]
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
