package bolt

import (
	"fmt"
	"syscall"
)

// hasRoom returns an error if the disk that dir is on has no room for so many
// bytes, and some to spare.
func hasRoom(dir string, n int64) error {
	free, err := Room(dir)
	if want := n + n/10; err == nil && free < want {
		return fmt.Errorf("%w: it needs %d MiB at %s, where %d MiB are free", ErrNoRoom, want>>20, dir, free>>20)
	}
	return nil // who cannot tell finds out
}

// Room returns how many bytes may still be written to the disk that dir is on.
func Room(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("room at %s: %w", dir, err)
	}
	return int64(s.Bavail) * s.Bsize, nil
}
