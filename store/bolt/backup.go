package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// ErrForeign reports a file that is none of wiredesk's and is not overwritten.
var ErrForeign = errors.New("what stands there is no backup of a store; name another file, or take it away")

// Backup writes a copy of the store as it is now to path: under another name at
// first, see [Unfinished], and under its own, in place of an earlier backup, when
// it is safely on disk and check, which may be nil, has looked at it. The store
// goes on meanwhile. It returns the copy's size.
func (d *DB) Backup(ctx context.Context, path string, check func(temp string) error) (int64, error) {
	n, err := d.backup(ctx, path, check)
	if err != nil {
		return 0, fmt.Errorf("back up %s to %s: %w", d.path, path, err)
	}
	return n, nil
}

func (d *DB) backup(ctx context.Context, path string, check func(temp string) error) (n int64, err error) {
	if !d.copying.TryLock() {
		return 0, errors.New("another copy of the store is being made; try again when it is done")
	}
	defer d.copying.Unlock()
	if err := d.Flush(ctx); err != nil {
		return 0, err
	}
	if err := d.mayReplace(path); err != nil {
		return 0, err
	}
	stats, err := d.Stats(ctx)
	if err != nil {
		return 0, err
	}
	if err := hasRoom(filepath.Dir(path), stats.File); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+tempSuffix)
	if err != nil {
		return 0, err
	}
	err = d.view(func(tx *bbolt.Tx) (err error) {
		n, err = tx.WriteTo(untilDone{ctx, f})
		return err
	})
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil && check != nil {
		err = check(f.Name())
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	return n, syncDir(filepath.Dir(path))
}

// Unfinished returns what a crash left of copies that were to be made at path,
// which may be a pattern, and those that are being made.
func Unfinished(path string) []string {
	left, _ := filepath.Glob(path + tempSuffix)
	return left
}

// mayReplace refuses to write over anything but an earlier backup.
func (d *DB) mayReplace(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return ErrForeign
	}
	if ours, err := os.Stat(d.path); err != nil || os.SameFile(ours, info) {
		return errors.Join(err, errors.New("that is the store itself"))
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if s := (salvage{file: f}); s.footings() == nil {
		return ErrForeign
	}
	return nil
}

// untilDone writes until ctx is done.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

func (u untilDone) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}
