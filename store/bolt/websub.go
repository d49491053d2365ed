package bolt

import (
	"context"
	"fmt"
	"time"

	"wiredesk/store"
)

// Subscriptions returns all subscriptions at hubs.
func (d *DB) Subscriptions(ctx context.Context) ([]store.Subscription, error) {
	var list []store.Subscription
	err := d.read(ctx, func(b *batch) error {
		b.scan("websub", nil, func(_, v []byte) bool {
			var s store.Subscription
			b.decode("websub", v, &s)
			list = append(list, s)
			return true
		})
		return nil
	})
	return list, err
}

// PutSubscription keeps a source's subscription; one without a topic is
// forgotten.
func (d *DB) PutSubscription(ctx context.Context, s store.Subscription) error {
	for _, t := range []*time.Time{&s.Active.Until, &s.Pending.Until, &s.Due, &s.Denied, &s.Pushed, &s.Missed} {
		*t = plainTime(*t)
	}
	_, err := d.change(ctx, func(b *batch) error {
		if s.Topic == "" {
			b.remove("websub", []byte(s.Source))
			return nil
		}
		b.save("websub", []byte(s.Source), s)
		return nil
	}, func() {})
	if err != nil {
		return fmt.Errorf("keep subscription of %s: %w", s.Source, err)
	}
	return nil
}

// pushed reports whether a source's hub tells of what is new.
func (b *batch) pushed(id store.SourceID, now time.Time) bool {
	var s store.Subscription
	return b.read("websub", []byte(id), &s) && s.Trusted(now)
}
