package render

import (
	"strings"
	"testing"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/render/rendertest"
	"wiredesk/store/diff"
)

// quay is an edition whose stories changed in every way.
func quay() curate.Edition {
	e := harbour()
	change := func(n string, kind string, at time.Duration, o curate.Outlet) curate.Change {
		return curate.Change{
			ID: "tag:desk.example,2026:story/s1a/revision/a9." + n, Story: 42, Kind: kind, At: noon.Add(at), Title: "Crane falls at pier 4",
			URL: "https://meridian.example/2026/crane?x=1&y=2", Page: "https://desk.example/s/s1a/", Outlet: o, Language: "en",
		}
	}
	correction := change("4", curate.ChangeCorrection, 3*time.Hour, meridian)
	correction.Title = "CORRECTED: Crane falls at pier 4"
	correction.Why, correction.Passages = `the source says so: "Correction"`, curate.Cut(diff.Words(
		"The crane, built in 1998, weighs 11,500 tonnes and stood at pier 4 since the port was rebuilt by its owners after the war. Nobody was hurt.",
		"The crane, built in 1998, weighs 12,000 tonnes and stood at pier 4 since the port was rebuilt by its owners after the war. Nobody was <badly> hurt."))
	edit := change("3", curate.ChangeEdit, 2*time.Hour, herald)
	edit.Why, edit.Silent, edit.More = "the headline changed", true, 4
	edit.Headline = diff.Words("Crane falls at pier 3", "Crane falls at pier 4")
	minor := change("2", curate.ChangeMinor, time.Hour, secret)
	minor.Why = "only 1 word changed"
	gone := curate.Change{
		ID: "tag:desk.example,2026:story/s3c/withdrawn/1772452800", Story: 44, Kind: curate.ChangeWithdrawal, At: noon, Title: "Withdrawn: Mayor resigns",
		Page: "https://desk.example/s/s3c/", Outlet: herald, Why: "This story was withdrawn by Herald on 2 March 2026 at 13:00 CET.",
	}
	e.Changes = &curate.Changes{
		List: []curate.Change{minor, correction, gone, edit},
		Gone: []curate.Tombstone{{ID: "tag:desk.example,2026:story/s3c/revision/a7.2", When: noon, Comment: curate.WithdrawnComment}},
	}
	e.Changes.Collect(noon)
	return e
}

func TestChangesGolden(t *testing.T) {
	got, skipped, err := Changes(quay())
	if err != nil || len(skipped) > 0 {
		t.Fatalf("Changes: %v, skipped %v", err, skipped)
	}
	golden(t, "changes.atom", got)
	for _, err := range rendertest.Inspect("atom", got, 4) {
		if !strings.Contains(err.Error(), "no author or source") { // an entry of ours is copied from no feed
			t.Error(err)
		}
	}
	e := quay()
	e.Changes = &curate.Changes{Updated: noon}
	got, _, err = Changes(e)
	if err != nil || !strings.Contains(string(got), "<updated>2026-03-02T12:00:00Z</updated>") {
		t.Errorf("without a change: %v\n%s", err, got)
	}
}

func TestMarked(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want, plain string }{
		{"a word replaced", "seven people died", "nine people died", "<del>[−seven]</del> <ins>[+nine]</ins> people died", ". [−seven] [+nine] people died"},
		{"a word added", "the port", "the old port", "the <ins>[+old]</ins> port", ". the [+old] port"},
		{"markup is text", "a b", "a <b>", "a <del>[−b]</del> <ins>[+&lt;b&gt;]</ins>", ". a [−b] [+<b>]"},
		{"no spaces", "港口关闭", "港口开放", "港口<del>[−关闭]</del> <ins>[+开放]</ins>", ". 港口 [−关闭] [+开放]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spans := diff.Words(tt.old, tt.new)
			if got := marked(spans); got != tt.want {
				t.Errorf("marked(%v) = %s, want %s", spans, got, tt.want)
			}
			c := &curate.Change{Passages: [][]diff.Span{spans}}
			if got := plainChange(c); got != tt.plain {
				t.Errorf("plainChange(%v) = %s, want %s", spans, got, tt.plain)
			}
		})
	}
}

// Tombstones, of stories and of revisions, are for machines: they stand in the
// changes feed. The topic's own feeds have the notice, which people see.
func TestTombstones(t *testing.T) {
	e := quay()
	e.Entries = []curate.Entry{withdrawn()}
	e.Gone = []curate.Tombstone{
		{ID: withdrawn().ID, When: noon, Comment: curate.WithdrawnComment},
		{ID: "tag:desk.example,2026:story/s0", When: noon.Add(-10 * 24 * time.Hour), Comment: curate.WithdrawnComment},
		{ID: "no uri", When: noon},
	}
	e.Changes.Gone = []curate.Tombstone{{ID: "tag:desk.example,2026:story/s0/revision/a1.2", When: noon, Comment: curate.WithdrawnComment}}
	got, _, err := Changes(e)
	if err != nil || strings.Count(string(got), "<at:deleted-entry") != 3 {
		t.Errorf("want 3 tombstones: %v\n%s", err, got)
	}
	for _, f := range formats {
		got, _, err := f.render(e)
		if err != nil || strings.Contains(string(got), "deleted-entry") || !strings.Contains(string(got), "withdrawn") || strings.Contains(string(got), "The text that was wrong") {
			t.Errorf("%s: want a notice in the story's place: %v\n%s", f.name, err, got)
		}
	}
}
