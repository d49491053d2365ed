package bolt

import (
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/store"
)

// Spread keeps the sources that fell due while nobody polled from being asked
// all at once (FETCH-A11): each gets a place of its own within the coming
// interval, or within its own last wait if that is shorter. The places stand
// still on the clock, so that starting again and again neither polls more often
// nor puts a source off for ever. A source that was never asked is due at once.
func (d *DB) Spread(now time.Time, interval time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := now.UnixNano()
	for _, s := range d.index.sources {
		k := &s.poll
		if s.feed == nil || s.feed.lease != 0 || k.Attempt == 0 || k.Next >= at {
			continue
		}
		k.Next = place(s.ID, at, min(int64(interval), k.Next-k.Attempt))
		d.index.move(s.feed, k.Next)
	}
}

// place returns the first time from at on that is the source's own within every
// period.
func place(id store.SourceID, at, period int64) int64 {
	if period <= 0 {
		return at
	}
	phase := int64(xxhash.Sum64String(string(id)) % uint64(period))
	return at + ((phase-at)%period+period)%period
}
