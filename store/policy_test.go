package store

import (
	"testing"
	"time"
)

func TestJudgeBy(t *testing.T) {
	old := Article{Title: "Port closed", Text: "The port is closed.", Hash: 1, Revision: 1, Seen: noon, Changed: noon, Bumped: noon}
	now := noon.Add(40 * 24 * time.Hour)
	dated := func(a Article, t time.Time) Article { a.Updated.At = t; return a }
	edited, corrected := old, old
	edited.Hash, edited.Text = 2, "The port is open again after the storm of last week, and ships came in."
	corrected.Hash, corrected.Text = 3, "Correction: the port is not closed.\nThe port is open."
	for _, tt := range []struct {
		name    string
		in      Article
		policy  string
		verdict Verdict
		class   Class
		bumped  time.Time
	}{
		{"new date", dated(old, now.Add(-time.Hour)), UpdatesNormal, Unchanged, NoClass, noon},
		{"new date, ignored", dated(old, now.Add(-time.Hour)), UpdatesIgnore, Unchanged, NoClass, noon},
		{"new date, always", dated(old, now.Add(-time.Hour)), UpdatesAlways, Revised, Edit, now.Add(-time.Hour)},
		{"a date of the same day, always", dated(old, noon.Add(3*time.Hour)), UpdatesAlways, Unchanged, NoClass, noon},
		{"a date from the future, always", dated(old, now.Add(48*time.Hour)), UpdatesAlways, Unchanged, NoClass, noon},
		{"nothing new, always", old, UpdatesAlways, Unchanged, NoClass, noon},
		{"new text", edited, UpdatesNormal, Revised, Edit, now},
		{"new text, no policy", edited, "", Revised, Edit, now},
		{"new text, ignored", edited, UpdatesIgnore, Revised, Minor, noon},
		{"correction, ignored", corrected, UpdatesIgnore, Revised, Correction, now},
	} {
		j := JudgeBy(tt.policy, &old, &tt.in, now)
		if j.Verdict != tt.verdict || j.Class != tt.class || !j.Bumped.Equal(tt.bumped) {
			t.Errorf("%s: %v %v bumped %v, want %v %v %v", tt.name, j.Verdict, j.Class, j.Bumped, tt.verdict, tt.class, tt.bumped)
		}
	}
	if j := JudgeBy(UpdatesAlways, nil, &old, now); j.Verdict != New {
		t.Errorf("first sight is %v", j.Verdict)
	}
}
