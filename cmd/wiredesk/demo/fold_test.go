package demo

import (
	"testing"
	"time"

	"wiredesk/store"
	"wiredesk/store/safe"
	"wiredesk/store/sketch"
)

// The store's own rules for folding by text must see in the demo's texts what
// the truth says: the demo is to show them, whichever store it runs on.
func TestTextFoldsAsTheTruthSays(t *testing.T) {
	n := testNewsroom(t)
	playAll(n)
	var before []store.NearDoc
	stories := map[string]store.StoryID{}
	for i, it := range n.printed {
		if it.origin != nil {
			continue // has its address in common, not only its text
		}
		in := store.NearDoc{
			Article: store.ArticleID(i + 1), Source: it.feed.id, Title: it.title, Outlet: it.feed.name,
			Seen: time.Date(2026, 11, 22, 16, 0, i, 0, time.UTC), Doc: sketch.NewDoc(safe.Text(it.html()), 7),
		}
		near := store.FoldText(&in, before, func(uint64, store.SourceID, store.SourceID) bool { return false })
		want, copied := stories[it.text]
		switch {
		case it.hostile && near.Story != 0 && near.Relation != store.Contains:
			t.Errorf("the hostile copy joins as %v: %s", near.Relation, near.Fold.Reason)
		case !it.hostile && near.Story != want:
			t.Errorf("%q of %s joins story %d, want %d (folded: %q, turned down: %q)",
				it.title, it.feed.name, near.Story, want, near.Fold.Reason, near.Fold.RejectReason)
		}
		if in.Story = near.Story; in.Story == 0 {
			in.Story = store.StoryID(i + 1)
		}
		if !copied {
			stories[it.text] = in.Story
		}
		before = append(before, in)
	}
}
