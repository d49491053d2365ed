package curate

import (
	"strings"

	"wiredesk/store/diff"
)

// Cut parts a word diff into the places where the text changed, each with at
// most twelve unchanged words on either side. Changes with no more than that
// between them stay together. A diff without a change has no such place.
func Cut(spans []diff.Span) [][]diff.Span {
	var out [][]diff.Span
	var open []diff.Span
	changed := false
	for i, s := range spans {
		if s.Op != diff.Equal {
			open, changed = append(open, s), true
			continue
		}
		last := i == len(spans)-1
		switch {
		case changed && !last && len(strings.Fields(s.Text)) <= 2*contextWords:
			open = append(open, s)
			continue
		case changed:
			out, changed = append(out, append(open, diff.Span{Op: diff.Equal, Text: opening(s.Text)})), false
		}
		open = nil
		if !last {
			open = []diff.Span{{Op: diff.Equal, Text: ending(s.Text)}}
		}
	}
	if changed {
		out = append(out, open)
	}
	return out
}

// opening returns the first words of s, ending the last ones.
func opening(s string) string {
	words := strings.Fields(s)
	if len(words) <= contextWords {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:contextWords], " ") + " …"
}

func ending(s string) string {
	words := strings.Fields(s)
	if len(words) <= contextWords {
		return strings.Join(words, " ") + " "
	}
	return "… " + strings.Join(words[len(words)-contextWords:], " ") + " "
}
