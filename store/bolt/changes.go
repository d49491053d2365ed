package bolt

import (
	"context"
	"fmt"

	"wiredesk/store"
)

// Changes returns the changes after a number, in order; at most limit of them
// unless that is 0. Whoever stayed away for so long that retention took away
// what comes next is told so by [store.ErrForgotten]; after 0 comes the first
// that there is.
func (d *DB) Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error) {
	var list []store.Change
	err := d.read(ctx, func(b *batch) error {
		b.from("change", u64(after+1), func(_, v []byte) bool {
			var c store.Change
			b.decode("change", v, &c)
			if after > 0 && len(list) == 0 && c.Seq > after+1 {
				b.fail(fmt.Errorf("change %d: %w; the first that there is is %d", after+1, store.ErrForgotten, c.Seq))
				return false
			}
			list = append(list, c)
			return limit == 0 || len(list) < limit
		})
		return nil
	})
	return list, err
}

// Wait returns nil when there is a change after a number, at once or when it
// is committed; else the context's error, or [ErrClosed].
func (d *DB) Wait(ctx context.Context, after uint64) error {
	for {
		d.mu.Lock()
		there, wake := d.seq > after, d.wake
		d.mu.Unlock()
		if there {
			return ctx.Err()
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		case <-d.done:
			return ErrClosed
		}
	}
}

// announce wakes whoever waits for changes. The caller has committed them.
func (d *DB) announce(seq uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if seq > d.seq {
		d.seq = seq
		close(d.wake)
		d.wake = make(chan struct{})
	}
}
