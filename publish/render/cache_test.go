package render

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// With a cache or without, an edition has the same bytes, whatever changed
// since the last one.
func TestCacheChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Cache
		e := harbour()
		for range rapid.IntRange(1, 10).Draw(t, "editions") {
			e.Entries = append([]curate.Entry(nil), e.Entries...)
			vary(t, &e)
			want, _, err := Prepare(e).Atom()
			if err != nil {
				t.Fatal(err)
			}
			if got, _, err := c.Prepare(e).Atom(); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("with a cache: %v\n%s\nwithout:\n%s", err, got, want)
			}
		}
		c.Drop(e.Topic.Slug)
		if c.size != 0 || len(c.topics) != 0 {
			t.Fatalf("after Drop: %d bytes of %d topics", c.size, len(c.topics))
		}
	})
}

// vary changes one thing about an edition.
func vary(t *rapid.T, e *curate.Edition) {
	i := rapid.IntRange(0, len(e.Entries)-1).Draw(t, "entry")
	en := &e.Entries[i]
	switch rapid.IntRange(0, 8).Draw(t, "what") {
	case 0:
		en.Title += "!"
	case 1:
		en.Updated = en.Updated.Add(time.Minute)
	case 2:
		en.Others = append(append([]curate.Other(nil), en.Others...), curate.Other{Outlet: post, Title: "Too", Seen: noon})
	case 3:
		e.Site.Zone = time.FixedZone("EET", 7200)
	case 4:
		e.Site.Title += "?"
	case 5:
		fresh := folded()
		fresh.ID, fresh.Story = fmt.Sprintf("tag:desk.example,2026:story/n%d", len(e.Entries)), store.StoryID(1000+len(e.Entries))
		e.Entries = append(e.Entries, fresh)
	case 6:
		e.Entries = append(e.Entries, *en) // one too many
	case 7:
		en.Content += "<p>And more.</p>"
	case 8:
		en.Withdrawn = noon.Add(time.Hour)
	}
}
