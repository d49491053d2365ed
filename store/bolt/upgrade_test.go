package bolt

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"wiredesk/store"
)

// testdata/first.db.gz was written by the first version that was ever run for
// long: two outlets with two stories, one of them revised, and a decision.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wiredesk.db")
	unzip(t, "testdata/first.db.gz", path)
	if _, err := Check(t.Context(), path, Pages); err != nil {
		t.Fatal(err)
	}
	d := open1(t, path, nil) // verified when the test ends
	s, err := d.Stats(t.Context())
	if err != nil || s.Articles != 4 || s.Stories != 2 || s.Revisions != 5 {
		t.Errorf("%+v, %v; want 4 articles with 5 revisions in 2 stories", s, err)
	}
	if list, err := d.Decisions(t.Context()); err != nil || len(list) != 1 || list[0].Verb != store.Pin {
		t.Errorf("decisions %+v, %v; want the pin", list, err)
	}
	st, err := d.Desk(t.Context(), "desk")
	if err != nil || len(st.Entries) != 2 || st.Bookmark == 0 {
		t.Errorf("the desk kept %+v, %v; want its two entries and its place", st, err)
	}
	configure(t, d, "post", "gazette")
	later := polled("post", 365*24*60, item("3", "3", "Bakery wins a prize", "A bakery in the old town won the prize for the best rye bread of the country this year."))
	if r := ingest(t, d, later); r.Count(store.New) != 1 {
		t.Errorf("a poll after the upgrade brought %+v", r)
	}
	if _, err := Check(t.Context(), d.path, Opens); err == nil {
		t.Error("a store that is open was looked at")
	}
}

func unzip(t *testing.T, from, to string) {
	t.Helper()
	f, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
