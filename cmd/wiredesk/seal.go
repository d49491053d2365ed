package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/publish/serve"
)

// sealFor is how long a seal holds at most: what a page shows may depend on the
// hour.
const sealFor = time.Hour

// republish is press for rounds that mostly bring nothing: while nothing moved
// of all that the export depends on, it is left as it lies. It is made anew at
// least hourly.
func (s *session) republish(ctx context.Context) (files int, err error) {
	name := "export " + s.cfg.Publish.Dir
	seal, whole := s.seal(ctx)
	if whole && len(s.cfg.Publish.Hubs) == 0 { // a hub may be waiting to hear of the last edition
		if is, err := s.db.Sealed(ctx, name, seal); is || err != nil {
			return 0, err
		}
	}
	files, next, err := s.press(ctx, s.cfg.Publish.Dir, true, true)
	if err != nil {
		return files, err
	}
	if seal, whole = s.seal(ctx); !whole || !next.IsZero() && next.Before(s.now().Truncate(sealFor).Add(sealFor)) {
		return files, nil
	}
	return files, s.db.Seal(ctx, name, seal)
}

// seal returns a digest of what the export depends on besides the change feed:
// this program, its configuration and theme, the sources' state, the hour, and
// the files as they lie there. It is not whole if that cannot be told.
func (s *session) seal(ctx context.Context) (digest uint64, whole bool) {
	h := xxhash.New()
	export, ok := uint64(0), true
	if dir := s.cfg.Publish.Dir; dir != "" {
		export, ok = serve.Look(dir)
	}
	health, err := s.db.Health(ctx)
	if !ok || err != nil {
		return 0, false
	}
	for i := range health { // these move with every poll and stand on no page
		k := &health[i]
		k.Next, k.Last, k.Attempt = time.Time{}, time.Time{}, time.Time{}
	}
	_, _ = fmt.Fprintln(h, export, s.cfg.doc.Digest(), s.now().Truncate(sealFor).Unix(), version(), s.cfg.Publish.Dir)
	if err := json.NewEncoder(h).Encode(health); err != nil {
		return 0, false
	}
	whole = lookAtProgram(h) && lookAtTheme(h, s.cfg.Publish.Theme)
	return h.Sum64(), whole
}

// lookAtProgram adds which build this is.
func lookAtProgram(h hash.Hash) bool {
	path, err := os.Executable()
	if err != nil {
		return false
	}
	info, err := os.Stat(path)
	if err == nil {
		_, _ = fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
	}
	return err == nil
}

// lookAtTheme adds the files of a theme, by size and time.
func lookAtTheme(h hash.Hash, dir string) bool {
	if dir == "" {
		return true
	}
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil {
			_, _ = fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	}) == nil
}
