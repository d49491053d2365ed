//go:build unix

package bolt

import (
	"errors"
	"os"
	"syscall"
)

// alone takes the lock that bbolt takes, until f is closed.
func alone(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}
