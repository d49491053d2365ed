package site

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wiredesk/publish/curate"
	"wiredesk/store/diff"
)

// A Version is one revision of one outlet's text.
type Version struct {
	ID     string // as addresses name it, "a5k0w2q4.2"
	Outlet curate.Outlet
	N      int
	At     time.Time // our clock
}

// A Choice is which versions a reader compares, as the address says it.
type Choice struct {
	From, To string // of Version.ID; empty: none
	Side     bool   // side by side, not in one text
}

// A Comparison is what one version says otherwise than another. Unless it is
// Whole, the text is cut to what may be shown of it.
type Comparison struct {
	From, To    Version
	Side, Whole bool
	Title, Text []diff.Span
}

// compareView is a comparison, and the form to choose another.
type compareView struct {
	Versions []versionView
	Path     string
	From, To versionView
	Side     bool
	Chosen   bool // the reader chose two versions
	Title    []passage
	Figures  []became
	Rows     []row
}

type versionView struct {
	ID, Label string
	Old, New  bool // chosen
}

// A row is a paragraph in both versions, or a run of those that are the same.
type row struct {
	Same     int // paragraphs in the run; 0: it changed
	Old, New passage
	Both     passage
}

// A became is a figure or a name that took the place of another.
type became struct{ From, To string }

// newCompare returns the form, and below it the comparison if there is one. A
// story that only ever had one text has neither.
func newCompare(d *StoryData, path string) *compareView {
	if len(d.Versions) < 2 {
		return nil
	}
	v := &compareView{Path: path}
	from, to := d.Versions[0].ID, d.Versions[len(d.Versions)-1].ID
	if c := d.Compare; c != nil {
		from, to = c.From.ID, c.To.ID
		v.Chosen, v.Side, v.Title = true, c.Side, oneDiff(c.Title)
		v.Figures = becoming(append(slices.Clone(c.Title), c.Text...))
		v.Rows = rows(c)
	}
	for _, ver := range d.Versions {
		w := versionView{ID: ver.ID, Old: ver.ID == from, New: ver.ID == to}
		w.Label = name(ver.Outlet) + ", version " + strconv.Itoa(ver.N) + ", " + newStamp(ver.At, d.Site).Short
		if w.Old {
			v.From = w
		}
		if w.New {
			v.To = w
		}
		v.Versions = append(v.Versions, w)
	}
	return v
}

// oneDiff marks a diff up whole, if anything changed.
func oneDiff(spans []diff.Span) []passage {
	if !slices.ContainsFunc(spans, func(s diff.Span) bool { return s.Op != diff.Equal }) {
		return nil
	}
	var p passage
	for _, s := range spans {
		p = append(p, marked(s))
	}
	return []passage{p}
}

// rows parts a comparison into paragraphs. Those that stayed the same are one
// row a run; where the text is cut there are none.
func rows(c *Comparison) []row {
	var out []row
	for _, p := range paragraphs(c) {
		r := row{Same: 1}
		for _, s := range p {
			m := marked(s)
			r.Both = append(r.Both, m)
			if s.Op != diff.Insert {
				r.Old = append(r.Old, m)
			}
			if s.Op != diff.Delete {
				r.New = append(r.New, m)
			}
			if s.Op != diff.Equal {
				r.Same = 0
			}
		}
		if n := len(out); r.Same == 1 && n > 0 && out[n-1].Same > 0 {
			out[n-1].Same++
			out[n-1].Both = append(append(out[n-1].Both, span{Text: "\n"}), r.Both...)
			continue
		}
		out = append(out, r)
	}
	return out
}

// paragraphs parts the spans where both versions begin a line.
func paragraphs(c *Comparison) [][]diff.Span {
	if !c.Whole {
		return curate.Cut(c.Text)
	}
	var out [][]diff.Span
	var open []diff.Span
	end := func() {
		if slices.ContainsFunc(open, func(s diff.Span) bool { return strings.TrimSpace(s.Text) != "" }) {
			out = append(out, open)
		}
		open = nil
	}
	for _, s := range c.Text {
		if s.Op != diff.Equal {
			open = append(open, s)
			continue
		}
		lines := strings.Split(s.Text, "\n")
		for i, line := range lines {
			if line != "" {
				open = append(open, diff.Span{Op: diff.Equal, Text: line})
			}
			if i < len(lines)-1 {
				end()
			}
		}
	}
	end()
	return out
}

// most is how many figures and names stand before a diff.
const most = 6

// becoming lists the figures that took the place of others, and then the names:
// the changes that an editor looks for first.
func becoming(spans []diff.Span) []became {
	var figures, names []became
	for i := 1; i < len(spans); i++ {
		if spans[i-1].Op != diff.Delete || spans[i].Op != diff.Insert {
			continue
		}
		b := became{strings.TrimSpace(spans[i-1].Text), strings.TrimSpace(spans[i].Text)}
		b.From, b.To = strings.TrimRight(b.From, ".,;:"), strings.TrimRight(b.To, ".,;:")
		switch {
		case b.From == b.To:
		case figure(b.From) && figure(b.To):
			figures = append(figures, b)
		case proper(b.From) && proper(b.To):
			names = append(names, b)
		}
	}
	all := slices.Concat(figures, names)
	seen := map[became]bool{}
	all = slices.DeleteFunc(all, func(b became) bool { was := seen[b]; seen[b] = true; return was })
	return all[:min(len(all), most)]
}

// proper reports whether every word of a short passage has a capital, as in a
// name. It is a guess: the first word of a sentence has one too.
func proper(s string) bool {
	list := strings.Fields(s)
	if len(list) == 0 || len(list) > 4 {
		return false
	}
	for _, w := range list {
		if r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "“‘\"'(")); !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}
