package store

import (
	"fmt"
	"testing"
)

func TestTemplate(t *testing.T) {
	pairs := func(n int, edit func(i int, a *Article)) (list []Pair) {
		for i := range n {
			old := Article{Title: fmt.Sprint("Headline ", i), Text: fmt.Sprintf("Article %d says %s.", i, long(20, fmt.Sprint("w", i)))}
			in := old
			edit(i, &in)
			list = append(list, Pair{&old, &in})
		}
		return list
	}
	foot := func(_ int, a *Article) { a.Text += "\nFollow us on all channels" }
	for _, tt := range []struct {
		name  string
		pairs []Pair
		items int
		want  int
	}{
		{"a foot everywhere", pairs(20, foot), 20, 20},
		{"a foot goes", pairs(20, func(_ int, a *Article) { a.Text = a.Text[:len(a.Text)-4] + "." }), 20, 0},
		{"a name behind headlines", pairs(20, func(_ int, a *Article) { a.Title += " | The Herald" }), 20, 20},
		{"nine are too few", pairs(9, foot), 9, 0},
		{"ten of forty are too few", pairs(10, foot), 40, 0},
		{"ten of thirty", pairs(10, foot), 30, 10},
		{"everyone's own edit", pairs(20, func(i int, a *Article) { a.Text += fmt.Sprint(" And ", i) }), 20, 0},
		{"one with more than the foot", pairs(20, func(i int, a *Article) {
			if foot(i, a); i == 3 {
				a.Text += " and news"
			}
		}), 20, 19},
	} {
		n := 0
		for _, is := range Template(tt.pairs, tt.items) {
			if is {
				n++
			}
		}
		if n != tt.want {
			t.Errorf("%s: %d entries are furniture only, want %d", tt.name, n, tt.want)
		}
	}
}
