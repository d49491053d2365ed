package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store/bolt"
)

// stampFormat is how times stand in the names of files.
const stampFormat = "20060102T150405Z"

func (p *program) backupCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE|-",
		Short: "Copy the store to a file, or to standard output",
		Long: `Copies the store as it is now, while the daemon goes on. The copy is checked
before it gets its name, and takes the place of an earlier backup of that name.
The daemon makes backups by itself: see keep.backups in config.yaml.`,
		Example: `  wiredesk backup /backup/wiredesk.db
  wiredesk backup - | zstd | ssh vault 'cat > wiredesk.db.zst'`,
		Args: cobra.ExactArgs(1),
		RunE: p.onStore(func(ctx context.Context, s *session, args []string) error {
			if args[0] == "-" {
				return s.backupTo(ctx, s.out)
			}
			path := s.abs(args[0])
			n, err := s.backup(ctx, path)
			if err != nil {
				return err
			}
			return s.show(map[string]any{"path": path, "bytes": n}, func() { s.say("backed up to %s: %s, checked", path, size(n)) })
		}),
	}
}

// backup writes a copy of the store to path, and sees that it is whole.
func (s *session) backup(ctx context.Context, path string) (int64, error) {
	return s.program.backup(ctx, s.db, path)
}

func (p *program) backup(ctx context.Context, db *bolt.DB, path string) (int64, error) {
	return db.Backup(ctx, path, func(temp string) error {
		_, err := p.inspect(ctx, temp, bolt.Records)
		return err
	})
}

// backupTo streams a copy. It is a file first, so that a reader who dawdles
// keeps nothing in the store from being used again.
func (s *session) backupTo(ctx context.Context, w io.Writer) error {
	temp := s.cfg.Store.Path + ".stream." + s.now().Format(stampFormat)
	if _, err := s.backup(ctx, temp); err != nil {
		return err
	}
	f, err := os.Open(temp)
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close(), os.Remove(temp))
}

// A series is the backups that the daemon makes of one store.
type series struct {
	dir, base string
}

func (c *config) series() series {
	return series{c.Keep.BackupDir, strings.TrimSuffix(filepath.Base(c.Store.Path), ".db")}
}

// list returns the backups, oldest first, and when the newest was made.
func (s series) list() (paths []string, newest time.Time) {
	all, _ := filepath.Glob(filepath.Join(s.dir, s.base+"-*.db"))
	for _, path := range all {
		if at, ok := s.made(path); ok && path == s.path(at) {
			paths = append(paths, path)
			newest = at
		}
	}
	return paths, newest
}

func (s series) path(at time.Time) string {
	return filepath.Join(s.dir, s.base+"-"+at.Format(stampFormat)+".db")
}

// made returns when a file of the series, or what is left of one, was begun.
func (s series) made(path string) (time.Time, bool) {
	stamp, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), s.base+"-"), ".")
	at, err := time.Parse(stampFormat, stamp)
	return at, err == nil
}

// sweep removes backups that a crash cut short: each is as large as the store.
func (s series) sweep() {
	for _, path := range bolt.Unfinished(filepath.Join(s.dir, s.base+"-*.db")) {
		if _, ours := s.made(path); ours {
			_ = os.Remove(path) // it is in nobody's way
		}
	}
}

// next makes a backup and removes the oldest beyond n. It touches no file but
// those of its own names.
func (s series) next(ctx context.Context, p *program, db *bolt.DB, n int) (path string, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return "", fmt.Errorf("keep.backup_dir: %w", err)
	}
	s.sweep()
	path = s.path(p.now().UTC())
	if _, err := p.backup(ctx, db, path); err != nil {
		return "", err
	}
	paths, _ := s.list()
	for _, old := range paths[:max(len(paths)-n, 0)] {
		err = errors.Join(err, os.Remove(old))
	}
	return path, err
}

func (p *program) restoreCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the store's place",
		Long: `Checks a backup, and puts a copy of it in the place of the store. What was there
is kept beside it under another name. The daemon must be stopped first.`,
		Example: `  wiredesk restore backups/wiredesk-20261122T190000Z.db`,
		Args:    cobra.ExactArgs(1),
		RunE:    p.do(func(ctx context.Context, args []string) error { return p.restore(ctx, p.abs(args[0])) }),
	}
}

func (p *program) restore(ctx context.Context, from string) (err error) {
	cfg, err := p.stopped(ctx)
	if err != nil {
		return err
	}
	path := cfg.Store.Path
	if sameFile(from, path) {
		return wrong("%s is the store itself", from)
	}
	stats, err := p.inspect(ctx, from, bolt.Records)
	if err != nil {
		return fmt.Errorf("the store is as it was: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("store.path: %w", err)
	}
	temp := path + ".restored"
	if err := copyFile(from, temp); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	aside := path + ".before-" + p.now().Format(stampFormat)
	if err := bolt.Replace(path, temp, aside); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if _, err := os.Stat(aside); err != nil {
		aside = "" // there was none
	}
	return p.show(map[string]any{"path": path, "from": from, "aside": aside, "articles": stats.Articles, "stories": stats.Stories}, func() {
		p.say("%s now holds what %s held: %s, %s", path, from, count(stats.Articles, "article"), count(stats.Stories, "story"))
		if aside != "" {
			p.say("what was there before is kept as %s", aside)
		}
	})
}

// stopped loads the configuration, and refuses while a daemon runs on it.
func (p *program) stopped(ctx context.Context) (*config, error) {
	if p.lender != nil {
		return nil, errors.New("stop the daemon first")
	}
	cfg, err := p.load()
	if cfg == nil {
		return nil, err
	}
	if who, err := p.whoIs(ctx, cfg); err == nil {
		return nil, fmt.Errorf("a daemon runs on %s as process %d; stop it first", cfg.Store.Path, who.PID)
	} else if !errors.Is(err, errNoDaemon) {
		return nil, err
	}
	return cfg, err
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}
