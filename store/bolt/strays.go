package bolt

import (
	"bytes"
	"context"
	"encoding/binary"

	"wiredesk/store"
)

// strays adds what is found beside the tree of a damaged file, where the branch
// that led to it is gone: articles, stories and what revisions say tell by
// themselves what they are. The tree's own come first, then the newer.
func (d *DB) strays(ctx context.Context, s *salvage, r *Repaired) error {
	ours := map[string]bool{} // by bucket and key
	var found []Write
	flush := func() error {
		_, err := d.changeFirst(ctx, func(b *batch) error {
			for _, w := range found {
				name := w.Bucket + string(w.Key)
				if old := b.get(w.Bucket, w.Key); old == nil || ours[name] && newer(w.Bucket, w.Value, old) {
					b.put(w.Bucket, w.Key, w.Value)
					ours[name] = true
				}
			}
			return nil
		}, func() {})
		found = found[:0]
		return err
	}
	var err error
	s.strays(func(k, v []byte) {
		if bucket := d.tells(k, v); bucket != "" && err == nil {
			found = append(found, Write{bucket, bytes.Clone(k), bytes.Clone(v)})
		}
		if len(found) > 10*scanned {
			err = flush()
		}
	})
	if err != nil {
		return err
	}
	err = flush()
	r.Records += len(ours)
	return err
}

// tells returns the bucket that a record is of, if that can be told.
func (d *DB) tells(k, v []byte) string {
	var a store.Article
	var s store.Story
	var r store.Revision
	switch len(k) {
	case 8:
		if decMode.Unmarshal(v, &a) == nil && uint64(a.ID) == tail(k) && a.Source != "" && a.Key != "" {
			return "article"
		}
		if decMode.Unmarshal(v, &s) == nil && uint64(s.ID) == tail(k) && len(s.Members) > 0 {
			return "story"
		}
	case 12:
		if decMode.Unmarshal(v, &r) == nil && uint64(r.Article) == tail(k[:8]) && r.N == int(binary.BigEndian.Uint32(k[8:])) {
			return "revision"
		}
		if len(v) > 0 && v[0] <= zipped {
			if _, err := d.unpackText(v); err == nil {
				return "text"
			}
		}
	}
	return ""
}

// newer reports whether a is a later version of a record than b.
func newer(bucket string, a, b []byte) bool {
	switch bucket {
	case "article":
		var x, y store.Article
		return decMode.Unmarshal(a, &x) == nil && (decMode.Unmarshal(b, &y) != nil || x.Revision > y.Revision)
	case "story":
		var x, y store.Story
		return decMode.Unmarshal(a, &x) == nil && (decMode.Unmarshal(b, &y) != nil || x.Changed.After(y.Changed))
	}
	return false
}
