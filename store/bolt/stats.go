package bolt

import (
	"context"
	"os"
)

// Stats are the store's figures.
type Stats struct {
	Articles, Stories, Revisions, Changes, Sources int
	File                                           int64 // bytes on disk
	Free                                           int64 // of them bytes that hold nothing, as of the last write
	Used                                           int64 // of them bytes that hold something
}

// Stats returns the store's figures.
func (d *DB) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	err := d.read(ctx, func(b *batch) error {
		s.Articles, s.Stories = int(b.number(articleCount)), int(b.number(storyCount))
		s.Revisions, s.Changes = int(b.number(revisions)), int(b.number(lastChange))
		s.Used = b.tx.Size()
		return nil
	})
	if err != nil {
		return Stats{}, err
	}
	d.mu.Lock()
	for _, src := range d.index.sources {
		if !src.removed {
			s.Sources++
		}
	}
	d.mu.Unlock()
	d.file.RLock()
	s.Free = int64(d.bolt.Stats().FreeAlloc)
	d.file.RUnlock()
	s.Used -= s.Free
	info, err := os.Stat(d.path)
	if err != nil {
		return Stats{}, err
	}
	s.File = info.Size()
	return s, nil
}
