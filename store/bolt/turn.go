package bolt

import (
	"context"
	"slices"

	"wiredesk/store"
)

// One commit takes so many deliveries along that wait for their turn, and stops
// taking more at so many articles, or when one delivery's share of work is done:
// most of a commit's cost is the same for one delivery and for many.
const (
	maxTurns    = 16
	maxTogether = 1000
)

// A turn is a delivery that waits to be planned and written. Telling stories
// apart is dear, so that it is planned once, when nobody else writes.
type turn struct {
	ctx      context.Context
	source   store.SourceID
	articles int
	plan     func(b *batch) error // may run twice
	after    func()               // brings the memory up to date
	done     bool                 // guarded by d.write, as is err
	err      error
}

// inTurn is [DB.change] for a turn. Whoever comes first writes for those who
// wait: nothing is answered for before its commit.
func (d *DB) inTurn(t *turn) error {
	d.mu.Lock()
	d.turns = append(d.turns, t)
	d.mu.Unlock()
	d.write.Lock()
	defer d.write.Unlock()
	if !t.done {
		d.together(d.takeTurns(t))
	}
	return t.err
}

// takeTurns takes a turn, and others that wait, from the queue. What a source
// delivers is planned by what is known of it after its last commit: only one of
// its deliveries is in a group.
func (d *DB) takeTurns(first *turn) []*turn {
	d.mu.Lock()
	defer d.mu.Unlock()
	group, articles := []*turn{first}, first.articles
	d.turns = slices.DeleteFunc(d.turns, func(t *turn) bool {
		switch {
		case t == first:
			return true
		case len(group) == maxTurns || articles+t.articles > maxTogether:
			return false
		case slices.ContainsFunc(group, func(o *turn) bool { return o.source == t.source }):
			return false
		}
		group, articles = append(group, t), articles+t.articles
		return true
	})
	return group
}

// together plans and commits a group of turns. If one of them cannot be
// planned, each is done by itself. The caller holds d.write.
func (d *DB) together(group []*turn) {
	work := 0
	b, err := d.plan(func(b *batch) error {
		for i, t := range group {
			if work >= d.maxWork {
				d.waitOn(group[i:])
				group = group[:i]
				return nil
			}
			if t.err = t.ctx.Err(); t.err != nil {
				continue
			}
			b.work = 0
			b.forgetMarks()
			if err := t.plan(b); err != nil {
				return err
			}
			work += b.work
		}
		return nil
	})
	if err != nil && len(group) > 1 {
		for _, t := range group {
			d.together([]*turn{t})
		}
		return
	}
	if err == nil {
		err = d.finish(context.Background(), b, func() {
			for _, t := range group {
				if t.err == nil {
					t.after()
				}
			}
		})
	}
	for _, t := range group {
		if t.done = true; t.err == nil {
			t.err = err
		}
	}
}

// waitOn puts turns back at the head of the queue.
func (d *DB) waitOn(turns []*turn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turns = slices.Concat(turns, d.turns)
}

// forgetMarks has texts compared anew: what is furniture in them depends on
// whom a delivery is compared with.
func (b *batch) forgetMarks() {
	if b.like != nil {
		clear(b.like.docs)
	}
}
