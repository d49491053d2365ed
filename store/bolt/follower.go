package bolt

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"wiredesk/store"
)

// Followers returns whom our hub tells of topics.
func (d *DB) Followers(ctx context.Context) ([]store.Follower, error) {
	var list []store.Follower
	err := d.read(ctx, func(b *batch) error {
		b.scan("follower", nil, func(_, v []byte) bool {
			var f store.Follower
			b.decode("follower", v, &f)
			list = append(list, f)
			return true
		})
		return nil
	})
	return list, err
}

// PutFollowers keeps followers as they are now, in one commit.
func (d *DB) PutFollowers(ctx context.Context, list []store.Follower) error {
	_, err := d.change(ctx, func(b *batch) error {
		for _, f := range list {
			sum := sha256.Sum256([]byte(f.Topic + "\x00" + f.Callback))
			if f.Gone {
				b.remove("follower", sum[:16])
				continue
			}
			for _, t := range []*time.Time{&f.Until, &f.Due, &f.Failing} {
				*t = plainTime(*t)
			}
			b.save("follower", sum[:16], f)
		}
		return nil
	}, func() {})
	if err != nil {
		return fmt.Errorf("keep %d followers: %w", len(list), err)
	}
	return nil
}
