package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"wiredesk/store"
)

// Repaired says what repairing a file brought.
type Repaired struct {
	Bad      int // pages of the damaged file that could not be read
	Records  int // that could
	Lost     int // records of them that nothing could be made of
	Articles int
	Stories  int
}

// Repair writes what can be read of a damaged file to a new one, and makes it a
// store again: what names what is lost is mended, or goes. The damaged file is
// only read.
func Repair(ctx context.Context, from, to string, now time.Time) (Repaired, error) {
	r, err := repair(ctx, from, to, now)
	if err != nil {
		return r, fmt.Errorf("repair %s: %w", from, err)
	}
	return r, nil
}

func repair(ctx context.Context, from, to string, now time.Time) (r Repaired, err error) {
	f, err := os.Open(from)
	if err != nil {
		return r, err
	}
	defer f.Close()
	if err := alone(f); err != nil {
		return r, err
	}
	info, err := f.Stat()
	if err != nil {
		return r, err
	}
	s := &salvage{file: f, size: info.Size()}
	root := s.choose(&r)
	if err := create(to); err != nil {
		return r, err
	}
	file, err := openFile(Config{Path: to, LockTimeout: time.Second, Scratch: true})
	if err != nil {
		return r, err
	}
	d := newDB(file, to, nil)
	if d.pack, d.unpack, err = packers(); err != nil {
		return r, errors.Join(err, file.Close())
	}
	defer d.unpack.Close()
	if err = d.makeBuckets(); err == nil {
		err = pour(ctx, file, s, root)
	}
	if err == nil && s.bad > 0 {
		err = d.strays(ctx, s, &r)
	}
	if err == nil && r.Records == 0 {
		err = fmt.Errorf("%w: nothing in it can be read; restore a backup", ErrDamaged)
	}
	if v, e := d.version(); err == nil && e == nil && v > schema && v < schema+1000 {
		err = ErrNewer
	}
	if err == nil {
		err = d.mend(ctx, now, &r)
	}
	return r, errors.Join(err, file.Sync(), file.Close())
}

// choose returns the root below which least is broken: the last commit's, unless
// the one before is in better order.
func (s *salvage) choose(r *Repaired) (root uint64) {
	list := s.footings()
	if list == nil {
		list = s.roots()
	}
	for i, f := range list[:min(2, len(list))] {
		n := 0
		s.records(f.root, func(string, []byte, []byte) { n++ })
		if i == 0 || s.bad < r.Bad {
			root, r.Bad, r.Records = f.root, s.bad, n
		}
	}
	return root
}

// pour copies the records that can be read, a few thousand at a time.
func pour(ctx context.Context, to *bbolt.DB, s *salvage, root uint64) (err error) {
	var writes []Write
	put := func() {
		if err == nil {
			err = errors.Join(ctx.Err(), to.Update(func(tx *bbolt.Tx) error { return apply(tx, writes) }))
		}
		writes = writes[:0]
	}
	s.records(root, func(bucket string, k, v []byte) {
		if len(k) > bbolt.MaxKeySize || !slices.Contains(buckets, bucket) {
			return
		}
		if writes = append(writes, Write{bucket, k, v}); len(writes) >= scanned {
			put()
		}
	})
	put()
	return err
}

// mend makes a store of records of which some are missing.
func (d *DB) mend(ctx context.Context, now time.Time, r *Repaired) error {
	d.index = newIndex()
	m := &mender{lost: &r.Lost}
	for _, step := range []struct {
		bucket string
		do     func(b *batch, k, v []byte)
	}{
		{"article", m.article},
		{"story", m.story},
		{"article", m.housed},
		{"key", clearing("key")},
		{"source_of", clearing("source_of")},
		{"url", clearing("url")},
		{"content", clearing("content")},
		{"article", m.filed},
		{"revision", m.revision},
		{"text", m.text},
		{"sketch", m.sketch},
		{"source", m.source},
		{"poll", m.poll},
		{"page", m.page},
		{"websub", decodable[store.Subscription](m, "websub")},
		{"decision", m.decision},
		{"rule", decodable[store.TopicRule](m, "rule")},
		{"entry", decodable[store.Entry](m, "entry")},
		{"taking", m.taking},
		{"bookmark", m.bookmark},
		{"hold", m.hold},
		{"archive", decodable[store.ArchivePage](m, "archive")},
		{"follower", decodable[store.Follower](m, "follower")},
		{"later", m.later},
		{"change", m.change},
	} {
		if err := d.eachStep(ctx, step.bucket, step.do); err != nil {
			return fmt.Errorf("bucket %s: %w", step.bucket, err)
		}
	}
	if err := m.dropChanges(ctx, d); err != nil {
		return err
	}
	_, err := d.change(ctx, func(b *batch) error {
		m.count(b, now)
		return nil
	}, func() {})
	r.Articles, r.Stories = m.articles, m.stories
	return err
}

// eachStep calls f with every record of a bucket, and commits what it wrote
// every thousand of them.
func (d *DB) eachStep(ctx context.Context, bucket string, f func(b *batch, k, v []byte)) error {
	var after []byte
	for more := true; more; {
		_, err := d.changeFirst(ctx, func(b *batch) error {
			n := 0
			more = false
			b.from(bucket, after, func(k, v []byte) bool {
				if n++; n > scanned {
					after, more = append([]byte(nil), k...), true
					return false
				}
				f(b, k, v)
				return true
			})
			return nil
		}, func() {})
		if err != nil {
			return err
		}
	}
	return nil
}
