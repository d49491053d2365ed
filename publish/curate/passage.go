package curate

import (
	"strings"

	"wiredesk/store/diff"
)

const (
	contextWords = 12  // unchanged words shown on either side of a change
	changeWords  = 60  // most words shown of one change
	allWords     = 300 // most words of all changes together: a rewritten text is not shown by its diffs
)

// Passages returns what may be shown of a word diff: everything under the full
// policy, nothing under link, else the changed passages, each at most 60 words
// of it and all together 300, with at most 12 words of context on either side.
func Passages(spans []diff.Span, policy string) []diff.Span {
	switch policy {
	case Full:
		return spans
	case LinkOnly:
		return nil
	}
	var list []diff.Span
	left := allWords
	for i, s := range spans {
		switch {
		case s.Op != diff.Equal && left <= 0:
			return list
		case s.Op != diff.Equal:
			s.Text = head(s.Text, min(changeWords, left))
			left -= countWords(s.Text)
		case len(spans) == 1:
			return nil
		case i == 0:
			s.Text = tail(s.Text, contextWords)
		case i == len(spans)-1:
			s.Text = head(s.Text, contextWords)
		default:
			s.Text = both(s.Text)
		}
		list = append(list, s)
	}
	return list
}

// head returns the first n words of s, with its leading space.
func head(s string, n int) string {
	count, end := scan(s, n)
	if count < n || strings.TrimSpace(s[end:]) == "" {
		return s
	}
	return strings.TrimRight(s[:end], " \n") + " … "
}

// tail returns the last n words of s, with its trailing space.
func tail(s string, n int) string {
	total := countWords(s)
	if total <= n {
		return s
	}
	_, start := scan(s, total-n)
	return "… " + s[start:]
}

// both returns both ends of what stands between two changes.
func both(s string) string {
	if countWords(s) <= 2*contextWords {
		return s
	}
	return strings.TrimSuffix(head(s, contextWords), " … ") + " " + tail(s, contextWords)
}
