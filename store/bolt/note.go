package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A Trouble is why writing to the file fails, and since when.
type Trouble struct {
	Since time.Time
	Err   error
}

// Trouble returns what keeps the store from writing at the moment, or nil.
func (d *DB) Trouble() *Trouble { return d.trouble.Load() }

// troubled notes how a write went, and tells when that turned.
func (d *DB) troubled(err error) {
	was := d.trouble.Load()
	switch {
	case err == nil && was == nil, err != nil && was != nil:
		return
	case err == nil:
		d.trouble.Store(nil)
	default:
		d.trouble.Store(&Trouble{time.Now().UTC(), err}) // told to people; nothing is decided by it
	}
	if d.onTrouble != nil {
		d.onTrouble(err)
	}
}

func notePath(path string) string { return path + ".open" }

// putNote leaves a note that the file is open. It is safely on disk before
// anything is written to the file.
func putNote(path string) error {
	f, err := os.OpenFile(notePath(path), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("note that it is open: %w", err)
	}
	_, err = fmt.Fprintln(f, os.Getpid())
	return errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(path)))
}

// Unclean reports whether the file was not closed when it was last open: its
// owner was killed, or the power failed. Whoever has it open is no concern of
// the caller's: opening it will say so.
func Unclean(path string) bool {
	_, err := os.Stat(notePath(path))
	return err == nil
}

// Replace lets the file with take the place of the store at path, which nobody
// may have open. What was there stays under the name aside.
func Replace(path, with, aside string) error {
	if err := replace(path, with, aside); err != nil {
		return fmt.Errorf("put %s in place of %s: %w", with, path, err)
	}
	return nil
}

func replace(path, with, aside string) error {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	default:
		defer f.Close()
		if err := alone(f); err != nil {
			return err
		}
		if err := os.Link(path, aside); err != nil {
			if err := os.Rename(path, aside); err != nil { // no hard links here
				return err
			}
		}
	}
	if err := os.Rename(with, path); err != nil {
		return err
	}
	if err := os.Remove(notePath(path)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}
