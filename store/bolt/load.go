package bolt

import (
	"encoding/binary"

	"wiredesk/store"
)

// load builds the index from the file.
func (d *DB) load() error {
	d.index = newIndex()
	_, err := d.plan(func(b *batch) error {
		d.loadHolds(b)
		b.scan("source", nil, func(k, v []byte) bool {
			var doc sourceDoc
			s := &source{}
			b.decode("source", v, &doc)
			b.read("poll", k, &s.poll)
			s.Source, s.removed = doc.Source, doc.Removed
			d.index.sources[store.SourceID(k)] = s
			d.index.schedule(s, false)
			d.index.setArchive(s, doc.Backfill, false)
			return true
		})
		pages := map[store.ArticleID]pageDoc{}
		b.scan("page", nil, func(k, v []byte) bool {
			var doc pageDoc
			b.decode("page", v, &doc)
			pages[store.ArticleID(tail(k))] = doc
			return true
		})
		d.index.setPages(pages)
		return nil
	})
	return err
}

func (d *DB) loadHolds(b *batch) {
	b.scan("hold", nil, func(k, v []byte) bool {
		if len(v) == 8 {
			d.index.host(string(k)).hold = int64(binary.BigEndian.Uint64(v))
		}
		return true
	})
}
