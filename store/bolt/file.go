package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// place gives temp the name path, unless something has that name by now, and
// makes the directory remember it.
func place(temp, path string) error {
	err := os.Link(temp, path) // unlike a rename, never replaces
	switch {
	case errors.Is(err, os.ErrExist):
		return os.Remove(temp) // another process was faster: its file is as good
	case err != nil: // a file system without hard links
		err = os.Rename(temp, path)
	default:
		err = os.Remove(temp)
	}
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
