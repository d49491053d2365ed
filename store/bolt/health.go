package bolt

import (
	"cmp"
	"context"
	"slices"

	"wiredesk/store"
)

// kept is the source's bookkeeping as package store judges it.
func (p *plan) kept() store.Kept { return p.poll.kept(&p.doc) }

func (k *poll) kept(doc *sourceDoc) store.Kept {
	return store.Kept{
		Paused: doc.Source.Paused, Stopped: k.Stopped, Attempt: fromNano(k.Attempt), OK: fromNano(k.LastOK),
		FailedAt: fromNano(k.FailedAt), Errors: k.Errors, Code: k.Code, Items: k.Items, Articles: k.Articles,
		Churned: k.Churned, Ahead: k.Ahead, Redirects: doc.Sighting.Count,
	}
}

// Health returns how every source does, those that are no longer configured
// last, each in the order of its ID.
func (d *DB) Health(ctx context.Context) ([]store.Health, error) {
	var list []store.Health
	err := d.read(ctx, func(b *batch) error {
		for _, id := range d.sourceIDs() {
			doc, k, known := d.kept(b, id)
			if known {
				list = append(list, health(&doc, &k))
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b store.Health) int {
		if a.Removed != b.Removed {
			if b.Removed {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Source, b.Source)
	})
	return list, err
}

func health(doc *sourceDoc, k *poll) store.Health {
	h := store.Health{
		Source: doc.Source.ID, URL: doc.Source.URL, Name: cmp.Or(doc.Source.Name, doc.Feed.Title, string(doc.Source.ID)),
		Home: doc.Feed.URL, Self: doc.Feed, State: k.kept(doc).State(), Code: k.Code, Detail: k.Detail,
		Next: fromNano(k.Next), Last: fromNano(k.LastOK), Attempt: fromNano(k.Attempt), Errors: k.Errors,
		Items: k.Items, Articles: k.Articles, Newest: fromNano(k.Newest), Removed: doc.Removed,
		Of: doc.Source.Of, Tags: doc.Source.Tags,
	}
	if h.State == k.State {
		h.Since = fromNano(k.Since)
	}
	if doc.Source.Paused || doc.Removed || k.Stopped {
		h.Next = fromNano(0)
	}
	if doc.Sighting.Count > 0 {
		h.MovedTo = doc.Sighting.URL
	}
	return h
}
