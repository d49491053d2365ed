package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		want           []Span
		changed        int
	}{
		{"both empty", "", "", nil, 0},
		{"same", "one two", "one two", []Span{{Equal, "one two"}}, 0},
		{"white space only", "one  two\n", "one two", []Span{{Equal, "one two"}}, 0},
		{"first version", "", "one two", []Span{{Insert, "one two"}}, 2},
		{"all gone", "one two", "", []Span{{Delete, "one two"}}, 2},
		{"a word replaced", "seven people died", "nine people died", []Span{{Delete, "seven "}, {Insert, "nine "}, {Equal, "people died"}}, 1},
		{"a word added", "the port closed", "the old port closed", []Span{{Equal, "the "}, {Insert, "old "}, {Equal, "port closed"}}, 1},
		{"two places", "a b c d e", "a x c d", []Span{{Equal, "a "}, {Delete, "b "}, {Insert, "x "}, {Equal, "c d"}, {Delete, "e"}}, 2},
		{"no spaces", "港口关闭", "港口开放", []Span{{Equal, "港口"}, {Delete, "关闭"}, {Insert, "开放"}}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Words(tt.old, tt.new)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("Words(%q, %q) (-want +got):\n%s", tt.old, tt.new, d)
			}
			if n := Changed(got); n != tt.changed {
				t.Errorf("Changed(%v) = %d, want %d", got, n, tt.changed)
			}
		})
	}
}

func FuzzWords(f *testing.F) {
	f.Add("the quick brown fox", "the slow brown dog")
	f.Add("a b a b a b", "b a b a")
	f.Add(strings.Repeat("x y ", 3000), strings.Repeat("z ", 3000))
	f.Fuzz(func(t *testing.T, old, new string) {
		spans := Words(old, new)
		var before, after strings.Builder
		for i, s := range spans {
			if s.Text == "" {
				t.Errorf("span %d is empty", i)
			}
			if s.Op != Insert {
				before.WriteString(s.Text + " ")
			}
			if s.Op != Delete {
				after.WriteString(s.Text + " ")
			}
		}
		if got := squeeze(before.String()); got != squeeze(old) {
			t.Errorf("equal and deleted spans give %q, want %q", got, old)
		}
		if got := squeeze(after.String()); got != squeeze(new) {
			t.Errorf("equal and inserted spans give %q, want %q", got, new)
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
