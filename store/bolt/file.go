package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// tempSuffix marks files that are being made; a star stands for what makes
// their names unique.
const tempSuffix = ".*.new"

// create makes an empty file under another name and moves it to path when it
// is safely on disk: bbolt's own initialisation can be torn by a power failure
// (RELIABILITY-D6). It does nothing when the file exists.
func create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	temp, err := emptyFile(path)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	file, err := bbolt.Open(temp, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("create: %w", errors.Join(err, os.Remove(temp)))
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("create: %w", errors.Join(err, os.Remove(temp)))
	}
	if err := settle(temp, path); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return nil
}

func emptyFile(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+tempSuffix)
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// settle gives temp the name path and makes the directory remember it, unless
// another process was faster: its file is as good as ours.
func settle(temp, path string) error {
	err := os.Link(temp, path) // unlike a rename, never replaces
	if err != nil {
		if _, there := os.Stat(path); there != nil {
			return errors.Join(os.Rename(temp, path), syncDir(filepath.Dir(path))) // no hard links here
		}
	}
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// sweep removes what a crash may have left of create. The caller has the file
// open, so nobody still needs one.
func sweep(path string) {
	for _, name := range Unfinished(path) {
		_ = os.Remove(name) // it is in nobody's way
	}
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
