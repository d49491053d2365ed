package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Mistake is one thing wrong with a configuration, and where.
type Mistake struct {
	File    string `json:"file"` // as the operator named it, or relative to that
	Line    int    `json:"line"` // 1 is the first; 0: the file as a whole
	Column  int    `json:"column"`
	Text    string `json:"text,omitempty"` // the line itself
	Message string `json:"message"`

	order int // of the file
}

// Error gives the place and the message on one line.
func (m *Mistake) Error() string {
	if m.Line == 0 {
		return fmt.Sprintf("%s: %s", m.File, m.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
}

// Show gives the message, then the line with a caret below the place.
func (m *Mistake) Show() string {
	if m.Line == 0 || strings.TrimSpace(m.Text) == "" {
		return m.Error() + "\n"
	}
	number := fmt.Sprintf("%5d", m.Line)
	return fmt.Sprintf("%s\n%s | %s\n%s | %s^\n", m.Error(), number, m.Text, strings.Repeat(" ", len(number)), indent(m.Text, m.Column-1))
}

// indent returns white space as wide as the first n characters of line.
func indent(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n--; n < 0 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Mistakes are all that is wrong with a configuration, in the files' order.
type Mistakes []*Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns m as an error, nil if there are none.
func (m Mistakes) Err() error {
	if len(m) == 0 {
		return nil
	}
	return m
}

// Blame notes a mistake in the value at path, or in the nearest section above
// it that a file has.
func (d *Doc) Blame(path, format string, args ...any) { d.BlameAt(path, 0, format, args...) }

// BlameKey notes a mistake in the key at path.
func (d *Doc) BlameKey(path, format string, args ...any) {
	s, ok := d.spots[path]
	if !ok {
		d.Blame(path, format, args...)
		return
	}
	d.blame(s.file, s.key, format, args...)
	d.sort()
}

// BlameAt is Blame with the caret below the column-th character of the value,
// where 1 is the first. 0 and values that the file writes in another way, by
// escapes or ${…}, put it below the value's start.
func (d *Doc) BlameAt(path string, column int, format string, args ...any) {
	for p := path; ; p = p[:strings.LastIndexByte(p, '.')] {
		s, ok := d.spots[p]
		if ok {
			n := s.value
			if p != path || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
				n, column = s.key, 0
			}
			d.blame(s.file, n, format, args...)
			d.Mistakes[len(d.Mistakes)-1].Column += s.file.inside(n, column)
			break
		}
		if !strings.Contains(p, ".") {
			d.Mistakes = append(d.Mistakes, &Mistake{File: d.files[0].name, Message: fmt.Sprintf(format, args...)})
			break
		}
	}
	d.sort()
}

// Check notes the mistakes that a section's own Check found. Joined errors are
// parted; one that begins with a key, as in "rank: …", goes to that key's value,
// any other to the section at path. Keys that the section inherits are noted
// only where it sets them itself: their mistake stands elsewhere.
func (d *Doc) Check(path string, err error, inherited ...string) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			d.Check(path, one, inherited...)
		}
		return
	}
	key, _, _ := strings.Cut(err.Error(), ":")
	at := join(path, key)
	switch {
	case d.Has(at):
		if !d.blamed(at) {
			d.Blame(at, "%v", err)
		}
	case slices.Contains(inherited, key):
	default:
		d.BlameKey(path, "%v", err)
	}
}

// blamed reports whether the value at path has a mistake already:
// what became of it says nothing more.
func (d *Doc) blamed(path string) bool {
	s := d.spots[path]
	return slices.ContainsFunc(d.Mistakes, func(m *Mistake) bool {
		return m.order == s.file.order && m.Line == s.value.Line && m.Column == s.value.Column
	})
}

// Where returns "file:line" of a path's key, and "" if no file sets it.
func (d *Doc) Where(path string) string {
	s, ok := d.spots[path]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.file.name, s.key.Line)
}

func (d *Doc) blame(f *file, n *yaml.Node, format string, args ...any) {
	d.Mistakes = append(d.Mistakes, &Mistake{
		File: f.name, Line: n.Line, Column: n.Column, Text: f.line(n.Line), Message: fmt.Sprintf(format, args...), order: f.order,
	})
}

func (d *Doc) sort() { slices.SortStableFunc(d.Mistakes, d.before) }

func (d *Doc) before(a, b *Mistake) int {
	return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// where says where the spot is, as seen from file from.
func (s spot) where(from *file) string {
	if s.file == from {
		return fmt.Sprintf("line %d", s.key.Line)
	}
	return fmt.Sprintf("%s:%d", s.file.name, s.key.Line)
}

// line returns the n-th line of the file.
func (f *file) line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	return f.lines[n-1]
}

// inside returns how far the column-th character of scalar n stands from n.
func (f *file) inside(n *yaml.Node, column int) int {
	if column < 2 && n.Style == 0 {
		return 0
	}
	line := []rune(f.line(n.Line))
	start := n.Column - 1
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		start++
	}
	value := []rune(n.Value)
	if column == 0 || start+len(value) > len(line) || string(line[start:start+len(value)]) != n.Value || column > len(value)+1 {
		return 0
	}
	return start - (n.Column - 1) + column - 1
}
