package bolt

import (
	"fmt"
	"testing"
	"time"

	"wiredesk/store"
)

// A year of polls, with retention and compaction as a daemon does them: the
// file, the index and the change feed stay as large as what is kept.
func TestYearsAreBounded(t *testing.T) {
	d := newStore(t, "one", "two")
	d.bolt.NoSync = true // no power fails here
	limits := Limits{Age: 30 * 24 * time.Hour, Revisions: 4}
	var largest, after90 int64
	for day := range 365 {
		for n, source := range []store.SourceID{"one", "two"} {
			var list []store.Article
			for i := day; i > day-3 && i >= 0; i-- {
				list = append(list, item(fmt.Sprint(i), fmt.Sprint(source, i), fmt.Sprint("Report ", i, " after ", day-i), lorem(300, fmt.Sprint(source, i, "x", day-i, "y"))))
			}
			ingest(t, d, polled(source, day*24*60+n, list...))
		}
		if _, err := d.Prune(t.Context(), limits, minutes(day*24*60+3), false); err != nil {
			t.Fatal(err)
		}
		s, err := d.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if day == 90 {
			after90 = s.Used
		}
		largest = max(largest, s.Used)
	}
	if err := d.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, _ := d.Stats(t.Context())
	if s.Articles > 2*34 || largest > 2*after90 || s.File > 2*after90+2<<20 {
		t.Errorf("after a year %d articles, at most %d bytes, %d now; after three months it was %d", s.Articles, largest, s.File, after90)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.index.pages)+len(d.index.pageDocs)+len(d.index.leased) > 0 || d.index.sources["one"] == nil || d.likeness.index.Len() > 4*34 {
		t.Errorf("the memory keeps %d pages and %d texts", len(d.index.pages), d.likeness.index.Len())
	}
}
