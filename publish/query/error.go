package query

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// An Error says what is wrong with a query and where.
type Error struct {
	Col  int    // of the offending character, counted from 1
	Msg  string // what is wrong
	Hint string // what to write instead; may be empty
}

func (e *Error) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("column %d: %s", e.Col, e.Msg)
	}
	return fmt.Sprintf("column %d: %s; %s", e.Col, e.Msg, e.Hint)
}

// Caret returns the line of the query that holds the mistake, and below it one
// with a caret that points at it.
func (e *Error) Caret(src string) string {
	at, col := len(src), 1
	for i := range src {
		if col == e.Col {
			at = i
			break
		}
		col++
	}
	start := strings.LastIndexByte(src[:at], '\n') + 1
	line, _, _ := strings.Cut(src[start:], "\n")
	var b strings.Builder
	b.WriteString(line + "\n")
	for _, r := range src[start:at] {
		switch k := width.LookupRune(r).Kind(); {
		case r == '\t':
			b.WriteByte('\t')
		case k == width.EastAsianWide || k == width.EastAsianFullwidth:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	b.WriteByte('^')
	return b.String()
}

// fail returns an error at byte offset at of src.
func fail(src string, at int, hint, format string, args ...any) *Error {
	at = min(at, len(src))
	return &Error{Col: utf8.RuneCountInString(src[:at]) + 1, Msg: fmt.Sprintf(format, args...), Hint: hint}
}
