package websub

import (
	"time"

	"wiredesk/store"
)

// latePush is how long after an article appears its push may still come.
const latePush = 10 * time.Minute

// Missed reports whether a poll of a source whose hub pushes found an article
// that should have been pushed long before (FETCH-A32). r is what became of d,
// an article each.
func Missed(d *store.Delivery, r *store.Receipt) bool {
	if !d.Pushed {
		return false
	}
	for i, got := range r.Articles {
		if got.Verdict != store.New || i >= len(d.Articles) {
			continue
		}
		a := &d.Articles[i]
		if at := later(a.Published.At, a.Updated.At); d.At.Sub(at) > latePush {
			return true // a claim of nothing is long ago
		}
	}
	return false
}
