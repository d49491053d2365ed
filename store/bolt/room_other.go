//go:build !linux

package bolt

import "errors"

func hasRoom(string, int64) error { return nil } // who cannot tell finds out

// Room returns how many bytes may still be written to the disk that dir is on.
func Room(string) (int64, error) { return 0, errors.ErrUnsupported }
