package curate

import (
	"strings"
	"testing"

	"wiredesk/store/diff"
)

// Under the excerpt policy the diffs of a text that was rewritten do not add up
// to the text.
func TestPassagesAddUp(t *testing.T) {
	var spans []diff.Span
	for range 50 {
		spans = append(spans, diff.Span{Op: diff.Equal, Text: "and so on "}, diff.Span{Op: diff.Insert, Text: strings.Repeat("new ", 40)})
	}
	changed := 0
	for _, s := range Passages(spans, Excerpt) {
		if s.Op != diff.Equal {
			changed += strings.Count(s.Text, "new")
		}
	}
	if changed == 0 || changed > allWords {
		t.Errorf("%d changed words are shown, want at most %d", changed, allWords)
	}
	if got := len(Passages(spans, Full)); got != len(spans) {
		t.Errorf("under full %d spans are shown of %d", got, len(spans))
	}
}
