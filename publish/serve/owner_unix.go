//go:build unix

package serve

import (
	"io/fs"
	"os"
	"syscall"
)

// owned reports whether a folder belongs to the user we run as.
func owned(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}
