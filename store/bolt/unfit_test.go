package bolt

import (
	"errors"
	"testing"

	"wiredesk/store"
)

// A fault of ours with one delivery is no damage to the file: whoever hears that
// the file is damaged goes and repairs what is whole.
func TestFaultsOfOursAreNoDamage(t *testing.T) {
	d := newStore(t)
	_, err := d.change(t.Context(), func(*batch) error {
		var none *store.Story
		none.Lead = 1
		return nil
	}, func() {})
	if !errors.Is(err, store.ErrUnfit) || errors.Is(err, ErrDamaged) {
		t.Errorf("a plan that panics: %v, want %v", err, store.ErrUnfit)
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Errorf("Verify afterwards: %v", err)
	}
}
