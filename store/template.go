package store

import (
	"strings"

	"wiredesk/store/diff"
)

// A Pair is an article as it is stored and as it came.
type Pair struct{ Old, In *Article }

// A mass change is a new template when it is as large as this (DATES-B7).
const (
	templateEntries = 10
	templatePercent = 30
)

// Template finds the articles that differ only by what a source's template
// puts into all of them: the same words came or went in at least ten entries
// and 30 % of the items of a document. Such articles are no revisions.
func Template(pairs []Pair, items int) []bool {
	is := make([]bool, len(pairs))
	if len(pairs) < templateEntries {
		return is
	}
	marks := make([]string, len(pairs))
	count := map[string]int{}
	for i, p := range pairs {
		marks[i] = furniture(p.Old.Title, p.In.Title) + furniture(p.Old.Text, p.In.Text)
		count[marks[i]]++
	}
	for i, m := range marks {
		n := count[m]
		is[i] = m != "" && n >= templateEntries && n*100 > templatePercent*items
	}
	return is
}

// furniture writes down what went and what came between two texts.
func furniture(old, in string) string {
	var b strings.Builder
	for _, s := range diff.Words(old, in) {
		if s.Op != diff.Equal {
			b.WriteByte("=-+"[s.Op])
			b.WriteString(squeezed(s.Text))
		}
	}
	return b.String()
}
