package serve

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Look returns a digest of the export at dir as it lies there: which files are
// its own, how long they are and when they were written. It opens no file but
// the manifest. ok is false if one is missing or there is no export.
func Look(dir string) (digest uint64, ok bool) {
	raw, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return 0, false
	}
	h := xxhash.New()
	_, _ = h.Write(raw)
	for name := range strings.Lines(string(raw)) {
		if name = strings.TrimSuffix(name, "\n"); !validName(name) {
			return 0, false
		}
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || !info.Mode().IsRegular() {
			return 0, false
		}
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(info.Size())))
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(info.ModTime().UnixNano())))
	}
	return h.Sum64(), true
}
