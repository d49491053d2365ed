package bolt

import (
	"context"
	"fmt"
	"maps"
	"time"

	"wiredesk/store"
)

// flushEvery is how long bookkeeping waits at most for its commit. A crash
// repeats the polls of that time and nothing else.
const flushEvery = 4 * time.Second

// keepFlushing commits bookkeeping in groups until the store is closed. While
// there is none it sleeps without a timer: an idle store does nothing.
func (d *DB) keepFlushing() {
	for {
		select {
		case <-d.done:
			return
		case <-d.dirty:
		}
		wait := time.NewTimer(flushEvery)
		select {
		case <-d.done:
			wait.Stop()
			return
		case <-wait.C:
		}
		// After an error it is still pending, and tried again: a full disk may
		// have room later. Close tells of the last error.
		_ = d.Flush(context.Background())
	}
}

// dirtied tells the flusher that bookkeeping began to wait. The caller holds
// d.mu.
func (d *DB) dirtied() {
	if d.pending {
		return
	}
	d.pending = true
	select {
	case d.dirty <- struct{}{}:
	default:
	}
}

// Flush commits the bookkeeping that waits.
func (d *DB) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.write.Lock()
	defer d.write.Unlock()
	w := d.takeWaiting()
	if w.empty() {
		return nil
	}
	b, err := d.plan(func(b *batch) error {
		w.put(b)
		return nil
	})
	if err == nil {
		err = d.commit(b.writes(), 0)
	}
	if err != nil {
		d.putBack(w)
		return fmt.Errorf("flush: %w", err)
	}
	d.forget(w)
	return nil
}

// waiting is the bookkeeping that one flush writes.
type waiting struct {
	polls map[store.SourceID]poll
	docs  map[store.SourceID]*sourceDoc
	pages map[store.ArticleID]pageDoc
	holds map[string]int64
}

func (w *waiting) empty() bool { return len(w.polls)+len(w.pages)+len(w.holds) == 0 }

func (w *waiting) put(b *batch) {
	for id, p := range w.polls {
		b.save("poll", []byte(id), p)
	}
	for id, doc := range w.docs {
		b.save("source", []byte(id), doc)
	}
	for id, doc := range w.pages {
		b.putPage(id, doc)
	}
	for name, t := range w.holds {
		b.put("hold", []byte(name), u64(uint64(t)))
	}
}

// takeWaiting takes a copy of all that waits and marks it as written.
func (d *DB) takeWaiting() waiting {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending = false
	ix := &d.index
	w := waiting{
		polls: make(map[store.SourceID]poll, len(ix.dirty)), docs: map[store.SourceID]*sourceDoc{},
		pages: maps.Clone(ix.pageDocs), holds: ix.holds,
	}
	for id := range ix.dirty {
		s := ix.sources[id]
		w.polls[id] = s.poll
		if s.doc != nil {
			s.doc.Source, s.doc.Removed = s.Source, s.removed
			w.docs[id] = s.doc
		}
	}
	ix.dirty, ix.holds = map[store.SourceID]bool{}, map[string]int64{}
	return w
}

// putBack marks what could not be written as waiting again.
func (d *DB) putBack(w waiting) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := range w.polls {
		d.index.dirty[id] = true
	}
	for name, t := range w.holds {
		d.index.holds[name] = max(t, d.index.holds[name])
	}
	d.dirtied()
}

// forget lets go of what the file has now, unless it changed meanwhile.
func (d *DB) forget(w waiting) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, doc := range w.docs {
		if s := d.index.sources[id]; s.doc == doc {
			s.doc = nil
		}
	}
	for id, doc := range w.pages {
		if d.index.pageDocs[id] == doc {
			delete(d.index.pageDocs, id)
		}
	}
}
