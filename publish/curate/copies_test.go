package curate

import (
	"testing"

	"wiredesk/store"
)

// What an edition says of a copy, beside the text that it leads with.
func TestRelation(t *testing.T) {
	const whole = "The crane fell into the basin at dawn and nobody was hurt, the port police said."
	const short = "The crane fell into the basin at dawn."
	const other = "Nobody was hurt when a crane of sixty metres collapsed on the pier this morning, say police."
	for _, tt := range []struct {
		name       string
		copied, by store.Relation // of the copy, and of the lead
		text       string
		want       string
	}{
		{"the same words", store.Verbatim, store.Original, whole, "verbatim"},
		{"cut", store.Trimmed, store.Original, short, "trimmed"},
		{"summed up", store.Summary, store.Original, short, "trimmed"},
		{"told anew", store.Rewritten, store.Original, other, "rewritten"},
		{"one address, the same text but for spaces", store.Same, store.Original, "  " + whole + "\n", "verbatim"},
		{"one address, less text", store.Same, store.Original, short, "trimmed"},
		{"one address, as much text", store.Same, store.Original, other, "rewritten"},
		{"the first article, of which the lead is a copy", store.Original, store.Verbatim, whole, "verbatim"},
		{"the first article, which the lead rewrites", store.Original, store.Rewritten, whole, "rewritten"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lead := &store.Member{ID: 1, Relation: tt.by, Article: store.Article{Text: whole}}
			m := &store.Member{ID: 2, Relation: tt.copied, Article: store.Article{Text: tt.text}}
			if got := relation(m, lead); got != tt.want {
				t.Errorf("relation = %q, want %q", got, tt.want)
			}
		})
	}
}

// A topic that wants several outlets waits for them, counts an outlet once and
// only those that it may show, and keeps what readers have when one leaves.
func TestMinOutlets(t *testing.T) {
	for _, tt := range []struct {
		name  string
		from  []store.SourceID
		entry store.Entry
		want  bool
	}{
		{"too few", []store.SourceID{"a"}, store.Entry{}, false},
		{"enough", []store.SourceID{"a", "b"}, store.Entry{}, true},
		{"twice the same", []store.SourceID{"a", "a"}, store.Entry{}, false},
		{"one that it may not show", []store.SourceID{"a", "private"}, store.Entry{}, false},
		{"readers have it", []store.SourceID{"a"}, store.Entry{Published: morning}, true},
		{"readers had it", []store.SourceID{"a"}, store.Entry{Published: morning, Gone: morning}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Rule{Topic: Topic{MinOutlets: 2}, Outlets: map[store.SourceID]Outlet{"a": {}, "b": {}}}
			s := &store.Story{Lead: 1}
			for i, source := range tt.from {
				id := store.ArticleID(i + 1)
				s.Members = append(s.Members, store.Member{ID: id, Source: source, Article: store.Article{ID: id, Source: source, Seen: morning}})
			}
			if got := r.Takes(tt.entry, r.View(s, Ruling{})); got != tt.want {
				t.Errorf("Takes = %v, want %v", got, tt.want)
			}
		})
	}
}
