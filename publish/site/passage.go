package site

import (
	"strings"

	"wiredesk/store/diff"
)

// A passage is one place where a text changed, with the words around it.
type passage []span

// A span is a stretch of a passage. Sign is "+", "−" or "". Space follows it and
// is not part of the change.
type span struct{ Sign, Text, Space string }

// marked returns a span that came or went.
func marked(sign, text string) span {
	words := strings.TrimRight(text, " \t\n")
	return span{Sign: sign, Text: words, Space: text[len(words):]}
}

// context is how many unchanged words are shown on each side of a change.
const context = 12

// passages cuts a word diff down to what changed. Changes with little between
// them stay together.
func passages(spans []diff.Span) []passage {
	var out []passage
	var open passage
	changed := false
	for i, s := range spans {
		switch s.Op {
		case diff.Delete:
			open, changed = append(open, marked("−", s.Text)), true
		case diff.Insert:
			open, changed = append(open, marked("+", s.Text)), true
		case diff.Equal:
			words := strings.Fields(s.Text)
			last := i == len(spans)-1
			switch {
			case changed && !last && len(words) <= 2*context:
				open = append(open, span{Text: s.Text})
			case changed:
				open = append(open, span{Text: head(words)})
				out, open, changed = append(out, open), nil, false
				if !last {
					open = passage{{Text: tail(words)}}
				}
			default:
				open = passage{{Text: tail(words)}}
			}
		}
	}
	if changed {
		out = append(out, open)
	}
	return out
}

// head returns the first words after a change, tail the last before one.
func head(words []string) string {
	if len(words) <= context {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:context], " ") + " …"
}

func tail(words []string) string {
	if len(words) <= context {
		return strings.Join(words, " ") + " "
	}
	return "… " + strings.Join(words[len(words)-context:], " ") + " "
}
