package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// ErrNoRoom reports that the disk has no room for a second file.
var ErrNoRoom = errors.New("the disk has no room for a copy of the store")

const (
	// wasteful is how much of a file may hold nothing before it is worth copying
	// the rest (RELIABILITY-D8).
	wasteful = 64 << 20
	// copied is how many bytes one transaction of a copy holds, fewLeft how many
	// writes are left to the moment in which everybody waits.
	copied  = 8 << 20
	fewLeft = 500
)

// Wasteful reports whether a file of these figures is worth compacting.
func (s Stats) Wasteful() bool { return s.Free > wasteful && s.Free > s.File/2 }

// Compact copies all that the file holds into a new one, which then takes its
// place; the old one is gone. Readers and writers go on meanwhile; they wait
// for as long as it takes to change files.
func (d *DB) Compact(ctx context.Context) error {
	if err := d.compact(ctx); err != nil {
		return fmt.Errorf("compact %s: %w", d.path, err)
	}
	return nil
}

func (d *DB) compact(ctx context.Context) (err error) {
	if !d.copying.TryLock() {
		return errors.New("another copy of the store is being made; try again when it is done")
	}
	defer d.copying.Unlock()
	stats, err := d.Stats(ctx)
	if err != nil {
		return err
	}
	if err := hasRoom(filepath.Dir(d.path), stats.File-stats.Free); err != nil {
		return err
	}
	temp, err := emptyFile(d.path)
	if err != nil {
		return err
	}
	fresh, err := openFile(Config{Path: temp, LockTimeout: 1, Scratch: true})
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	fresh.AllocSize = 1 << 20 // the file is to be as large as what it holds
	if err = d.copyInto(ctx, fresh); err == nil {
		err = d.exchange(fresh, temp)
	}
	if err != nil {
		return errors.Join(err, d.endTrail(), fresh.Close(), os.Remove(temp))
	}
	return syncDir(filepath.Dir(d.path))
}

// copyInto brings fresh up to date with the file, but for the last few writes:
// those that are committed meanwhile are followed.
func (d *DB) copyInto(ctx context.Context, fresh *bbolt.DB) error {
	tx, err := d.beginTrail()
	if err != nil {
		return err
	}
	err = errors.Join(copyAll(ctx, tx, fresh), tx.Rollback())
	for rounds := 0; err == nil && rounds < 10; rounds++ {
		writes := d.takeTrail()
		if len(writes) == 0 {
			break
		}
		if err = ctx.Err(); err == nil {
			err = fresh.Update(func(tx *bbolt.Tx) error { return apply(tx, writes) })
		}
		if len(writes) < fewLeft {
			break
		}
	}
	return errors.Join(err, fresh.Sync())
}

// beginTrail returns a View of the file, and from then on keeps every write
// that is not in it.
func (d *DB) beginTrail() (*bbolt.Tx, error) {
	d.write.Lock()
	defer d.write.Unlock()
	tx, err := d.bolt.Begin(false)
	if err != nil {
		return nil, closedError(err)
	}
	d.trail = &[]Write{}
	return tx, nil
}

func (d *DB) takeTrail() []Write {
	d.write.Lock()
	defer d.write.Unlock()
	writes := *d.trail
	*d.trail = nil
	return writes
}

func (d *DB) endTrail() error {
	d.write.Lock()
	defer d.write.Unlock()
	d.trail = nil
	return nil
}

// exchange lets fresh, which stands at temp, take the file's place. On an error
// nothing has changed.
func (d *DB) exchange(fresh *bbolt.DB, temp string) error {
	d.write.Lock()
	defer d.write.Unlock()
	writes := *d.trail
	if err := fresh.Update(func(tx *bbolt.Tx) error { return apply(tx, writes) }); err != nil {
		return err
	}
	if err := fresh.Sync(); err != nil {
		return err
	}
	if err := os.Rename(temp, d.path); err != nil {
		return err
	}
	fresh.NoSync, fresh.AllocSize = d.bolt.NoSync, d.bolt.AllocSize
	d.trail = nil
	d.file.Lock()
	defer d.file.Unlock()
	old := d.bolt
	d.bolt = fresh
	_ = old.Close() // whatever it says, nothing is written to that file any more
	return nil
}

// copyAll copies every bucket of a store into a new file, its pages filled.
func copyAll(ctx context.Context, from *bbolt.Tx, to *bbolt.DB) error {
	return from.ForEach(func(name []byte, b *bbolt.Bucket) error {
		c := b.Cursor()
		k, v := c.First()
		for first := true; first || k != nil; first = false {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := to.Update(func(tx *bbolt.Tx) error {
				dst, err := tx.CreateBucketIfNotExists(name)
				if err != nil {
					return err
				}
				dst.FillPercent = 0.9
				for n := 0; k != nil && n < copied; k, v = c.Next() {
					if err := dst.Put(bytes.Clone(k), v); err != nil {
						return err
					}
					n += len(k) + len(v)
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("bucket %s: %w", name, err)
			}
		}
		return nil
	})
}
