package site

import (
	"strings"

	"wiredesk/publish/curate"
	"wiredesk/store/diff"
)

// A passage is one place where a text changed, with the words around it.
type passage []span

// A span is a stretch of a passage. Sign is "+", "−" or "". Space follows it and
// is not part of the change.
type span struct{ Sign, Text, Space string }

// passages cuts a word diff down to what changed.
func passages(spans []diff.Span) []passage {
	var out []passage
	for _, place := range curate.Cut(spans) {
		var p passage
		for _, s := range place {
			p = append(p, marked(s))
		}
		out = append(out, p)
	}
	return out
}

// marked gives what came or went its sign.
func marked(s diff.Span) span {
	if s.Op == diff.Equal {
		return span{Text: s.Text}
	}
	words := strings.TrimRight(s.Text, " \t\n")
	sign := "+"
	if s.Op == diff.Delete {
		sign = "−"
	}
	return span{Sign: sign, Text: words, Space: s.Text[len(words):]}
}
