package bolt

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"wiredesk/store"
)

// sourceDoc is what is kept of a source beside its bookkeeping. It changes
// only with what the source sends.
type sourceDoc struct {
	Source     store.Source     `cbor:"1,keyasint,omitzero"`
	Validators store.Validators `cbor:"2,keyasint,omitzero"`
	FinalURL   string           `cbor:"3,keyasint,omitempty"`
	BodyHash   uint64           `cbor:"4,keyasint,omitempty"`
	Known      []uint64         `cbor:"5,keyasint,omitempty"`
	Hints      store.Hints      `cbor:"6,keyasint,omitzero"`
	Feed       store.FeedInfo   `cbor:"7,keyasint,omitzero"`
	Sighting   store.Sighting   `cbor:"8,keyasint,omitzero"`
	SeenTimes  []int64          `cbor:"9,keyasint,omitempty"` // of the last articles, oldest first
	Removed    bool             `cbor:"10,keyasint,omitempty"`
	Backfill   store.Backfill   `cbor:"11,keyasint,omitzero"`
}

// poll is a source's bookkeeping. Times are unix nanoseconds, 0: never.
type poll struct {
	Start    int64       `cbor:"1,keyasint,omitempty"`
	Attempt  int64       `cbor:"2,keyasint,omitempty"`
	Next     int64       `cbor:"3,keyasint,omitempty"`
	LastOK   int64       `cbor:"4,keyasint,omitempty"`
	LastFull int64       `cbor:"5,keyasint,omitempty"`
	FailedAt int64       `cbor:"6,keyasint,omitempty"` // first failure in a row
	Errors   int         `cbor:"7,keyasint,omitempty"` // in a row
	Code     store.Code  `cbor:"8,keyasint,omitempty"`
	Detail   string      `cbor:"9,keyasint,omitempty"`
	State    store.State `cbor:"10,keyasint,omitempty"`
	Since    int64       `cbor:"11,keyasint,omitempty"` // of State
	Items    int         `cbor:"13,keyasint,omitempty"`
	Articles int         `cbor:"14,keyasint,omitempty"`
	Newest   int64       `cbor:"15,keyasint,omitempty"`
	Churned  int         `cbor:"16,keyasint,omitempty"` // articles of the last document that came under another id
	Day      int64       `cbor:"18,keyasint,omitempty"` // UTC, since 1970, that Today counts in
	Today    int         `cbor:"19,keyasint,omitempty"` // new articles
	Hold     int64       `cbor:"20,keyasint,omitempty"` // never before, forced or not
	Stopped  bool        `cbor:"12,keyasint,omitempty"`
	Ahead    bool        `cbor:"17,keyasint,omitempty"` // its newest article claims to be from the future
}

// seenTimes is how many times of first sight a source keeps.
const seenTimes = 20

func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNano(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// Configure makes the store know exactly these sources. One that is new is due
// at once; one that moved to another URL starts over; one that went keeps what
// it brought. Only what differs is written.
func (d *DB) Configure(ctx context.Context, now time.Time, sources []store.Source) error {
	wanted := make(map[store.SourceID]store.Source, len(sources))
	for _, s := range sources {
		if s.ID == "" {
			return fmt.Errorf("configure: a source without a name: %s", s.URL)
		}
		if _, twice := wanted[s.ID]; twice {
			return fmt.Errorf("configure: two sources are named %q", s.ID)
		}
		wanted[s.ID] = s
	}
	d.wantListed(wanted)
	var changed []configured
	_, err := d.change(ctx, func(b *batch) error {
		changed = d.configure(b, wanted)
		changed = append(changed, d.unconfigure(b, wanted)...)
		b.dropHolds(now)
		return nil
	}, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, c := range changed {
			d.index.configure(c)
		}
		d.index.adopt(wanted)
	})
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	return nil
}

// configured is a source's new place in the index.
type configured struct {
	store.Source
	removed bool
	reset   bool // it starts over
	poll    poll
	archive store.Backfill
}

// configure plans what the sources of the configuration need.
func (d *DB) configure(b *batch, wanted map[store.SourceID]store.Source) (changed []configured) {
	for id, s := range wanted {
		if d.configuredAs(s) {
			continue
		}
		doc, p, known := d.kept(b, id)
		c := configured{Source: s, reset: !known || doc.Source.URL != s.URL}
		if c.reset {
			doc = sourceDoc{Feed: doc.Feed, SeenTimes: doc.SeenTimes}
			p = poll{Articles: p.Articles, Newest: p.Newest}
		}
		if s.List { // what its sources take from it may be another now: read it anew
			doc.Validators, doc.BodyHash = store.Validators{}, 0
		}
		doc.Source, doc.Removed, c.poll, c.archive = s, false, p, doc.Backfill
		b.save("source", []byte(id), doc)
		b.save("poll", []byte(id), p)
		changed = append(changed, c)
	}
	return changed
}

// configuredAs reports whether a source is configured like this already.
func (d *DB) configuredAs(s store.Source) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.index.sources[s.ID]
	return known != nil && !known.removed && reflect.DeepEqual(known.Source, s)
}

// unconfigure plans what the sources that went need.
func (d *DB) unconfigure(b *batch, wanted map[store.SourceID]store.Source) (changed []configured) {
	for _, id := range d.sourceIDs() {
		if _, ok := wanted[id]; ok {
			continue
		}
		if doc, _, _ := d.kept(b, id); !doc.Removed {
			doc.Removed = true
			b.save("source", []byte(id), doc)
			changed = append(changed, configured{Source: doc.Source, removed: true})
		}
	}
	return changed
}

func (d *DB) sourceIDs() []store.SourceID {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := make([]store.SourceID, 0, len(d.index.sources))
	for id := range d.index.sources {
		ids = append(ids, id)
	}
	return ids
}

// kept returns what is known of a source, bookkeeping that was not written yet
// included.
func (d *DB) kept(b *batch, id store.SourceID) (doc sourceDoc, p poll, known bool) {
	d.mu.Lock()
	s := d.index.sources[id]
	if s == nil {
		d.mu.Unlock()
		doc.Source.ID = id
		return doc, p, false
	}
	conf, removed, p, pending := s.Source, s.removed, s.poll, s.doc != nil
	if pending {
		doc = *s.doc
	}
	d.mu.Unlock()
	if !pending {
		b.read("source", []byte(id), &doc)
	}
	doc.Source, doc.Removed = conf, removed
	return doc, p, true
}

// configure puts a source where its configuration wants it.
func (ix *index) configure(c configured) {
	s := ix.sources[c.ID]
	if s == nil {
		s = &source{}
		ix.sources[c.ID] = s
	}
	s.Source, s.removed = c.Source, c.removed
	if c.reset {
		s.poll, s.doc = c.poll, nil
	}
	ix.schedule(s, c.reset)
	ix.setArchive(s, c.archive, c.reset)
}

// adopt holds sources by the caller's strings: those of the file would be kept
// beside them, for very many sources.
func (ix *index) adopt(wanted map[store.SourceID]store.Source) {
	for id, s := range wanted {
		known := ix.sources[id]
		known.Source = s
		ix.sources[s.ID] = known
		for _, j := range []*job{known.feed, known.archive} {
			if j != nil {
				j.source = s.ID
			}
		}
	}
}

// schedule gives a source the job that it should have. A new URL needs a new
// one: it may be at another host.
func (ix *index) schedule(s *source, moved bool) {
	if s.feed != nil && (moved || !s.polled()) {
		ix.drop(s.feed)
		s.feed = nil
	}
	if s.feed == nil && s.polled() {
		s.feed = &job{source: s.ID, due: s.poll.Next}
		ix.add(s.feed, s.URL)
	}
}

// polled reports whether the source's feed is to be fetched at all.
func (s *source) polled() bool { return !s.removed && !s.Paused && !s.poll.Stopped && s.URL != "" }

// dropHolds forgets the holds of hosts that are over.
func (b *batch) dropHolds(now time.Time) {
	b.scan("hold", nil, func(k, v []byte) bool {
		if int64(tail(v)) < now.UnixNano() {
			b.remove("hold", k)
		}
		return true
	})
}
