package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"wiredesk/store"
	"wiredesk/store/bolt"
)

const (
	chores      = 10 * time.Second // between two looks at what is to be done
	pruneEvery  = time.Hour
	firstPrune  = 5 * time.Minute // after the start
	tryAgain    = 10 * time.Minute
	clockRest   = 24 * time.Hour // retention rests for so long after the clock was set
	clockJump   = time.Hour      // by this much, or more
	littleRoom  = 256 << 20      // bytes left on the disk
	fewFiles    = 64             // descriptors left
	tardy       = 15 * time.Minute
	troubleLine = 300 // runes
)

// A ward is what the daemon knows of its own troubles: what does not work at
// the moment, and since when. It says so in the log when that turns.
type ward struct {
	mu       sync.Mutex
	troubles map[string]complaint
	jumped   time.Time // real time, when the clock was last set by much
}

// note keeps what is wrong about a thing; err nil: nothing any more. It reports
// whether that is news.
func (w *ward) note(about string, err error, next string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	was, ill := w.troubles[about]
	if err == nil {
		delete(w.troubles, about)
		return ill
	}
	if w.troubles == nil {
		w.troubles = map[string]complaint{}
	}
	c := complaint{About: about, Problem: cutLine(err.Error()), Next: next, Since: jsonTime(now)}
	if ill {
		c.Since = was.Since
	}
	w.troubles[about] = c
	return !ill
}

func cutLine(s string) string {
	if r := []rune(oneLine(s)); len(r) > troubleLine {
		return string(r[:troubleLine]) + "…"
	}
	return oneLine(s)
}

// ailments returns what of the daemon does not work at the moment, the longest
// first.
func (d *daemon) ailments(health []store.Health) []complaint {
	d.ward.mu.Lock()
	list := slices.AppendSeq([]complaint{}, maps.Values(d.ward.troubles))
	d.ward.mu.Unlock()
	if late := lag(health, d.program.now()); late > tardy {
		since := d.program.now().Add(-late)
		list = append(list, complaint{"schedule", fmt.Sprintf("polls are late, by %v at most", late.Truncate(time.Second)), "see what takes so long: wiredesk sources", &since})
	}
	slices.SortFunc(list, func(a, b complaint) int { return cmp.Or(a.Since.Compare(*b.Since), strings.Compare(a.About, b.About)) })
	return list
}

// ails notes what is wrong about a part of the daemon, and logs it when it
// begins and when it is over.
func (d *daemon) ails(about string, err error, next string) {
	if !d.ward.note(about, err, next, d.program.now()) {
		return
	}
	if err != nil {
		d.log.Error("degraded", "about", about, "err", err, "next", next)
	} else {
		d.log.Info("recovered", "about", about)
	}
}

// storeAils is called by the store when writing fails, and when it works again.
func (d *daemon) storeAils(err error) {
	d.ails("store", err, cmp.Or(d.program.remedy(err), "wiredesk status says when it works again; nothing stored was lost"))
}

// keepHouse forgets, compacts and backs up when it is time, until ctx is done.
func (d *daemon) keepHouse(ctx context.Context) {
	pruned := d.program.now().Add(firstPrune - pruneEvery)
	var again time.Time // no backup before
	tick := time.NewTicker(chores)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, cfg := d.program.now(), d.cfg.Load()
		d.lookAround(cfg)
		if cfg.Keep.forgets() && (now.Sub(pruned) >= pruneEvery || now.Before(pruned.Add(-pruneEvery))) {
			pruned = now
			d.prune(ctx, cfg)
		}
		if stats, err := d.db.Stats(ctx); err == nil && stats.Wasteful() && d.writable() {
			d.compact(ctx, stats)
		}
		if _, newest := cfg.series().list(); cfg.Keep.Backups > 0 && now.Sub(newest) >= cfg.Keep.BackupEvery && !now.Before(again) {
			if d.backUp(ctx, cfg); d.ward.has("backup") {
				again = now.Add(tryAgain)
			}
		}
	}
}

func (w *ward) has(about string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ill := w.troubles[about]
	return ill
}

// clockSet notes that the clock was set: what looks old may not be
// (RELIABILITY-D10).
func (d *daemon) clockSet(by time.Duration) {
	if by.Abs() < clockJump {
		return
	}
	d.ward.mu.Lock()
	d.ward.jumped = time.Now()
	d.ward.mu.Unlock()
	d.ails("clock", fmt.Errorf("the clock was set by %v; nothing is forgotten for a day", by), "if the new time is right: wiredesk prune --trust-clock")
}

func (d *daemon) prune(ctx context.Context, cfg *config) {
	d.ward.mu.Lock()
	resting := !d.ward.jumped.IsZero() && time.Since(d.ward.jumped) < clockRest
	d.ward.mu.Unlock()
	if resting {
		return
	}
	d.ails("clock", nil, "")
	done, err := d.db.Prune(ctx, cfg.limits(), d.program.now(), false)
	if interrupted(err) {
		return
	}
	d.ails("retention", err, d.program.remedy(err))
	if done.Articles+done.Revisions+done.Changes+done.Pages > 0 {
		d.log.Info("forgot", "stories", done.Stories, "articles", done.Articles, "revisions", done.Revisions, "changes", done.Changes, "pages", done.Pages, "beyond", done.Left)
	}
}

func (d *daemon) compact(ctx context.Context, before bolt.Stats) {
	start := time.Now()
	err := d.db.Compact(ctx)
	if interrupted(err) {
		return
	}
	d.ails("compaction", err, d.program.remedy(err))
	if stats, e := d.db.Stats(ctx); err == nil && e == nil {
		d.log.Info("compacted", "bytes", stats.File, "before", before.File, "took", time.Since(start).Round(time.Millisecond))
	}
}

func (d *daemon) backUp(ctx context.Context, cfg *config) {
	path, err := cfg.series().next(ctx, d.program, d.db, cfg.Keep.Backups)
	if interrupted(err) {
		return
	}
	d.ails("backup", err, "see that keep.backup_dir can be written to and has room")
	if err == nil {
		d.log.Info("backed up", "file", path)
	}
}

func (d *daemon) writable() bool { return d.db.Trouble() == nil }

// lookAround looks at what the machine has left for us.
func (d *daemon) lookAround(cfg *config) {
	dir := filepath.Dir(cfg.Store.Path)
	room, err := bolt.Room(dir)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err == nil && room < littleRoom:
		d.ails("disk", fmt.Errorf("%s are left at %s", size(room), dir), "free some space, or let the keep section forget")
	default:
		d.ails("disk", err, "see that the disk is there")
	}
	left, err := filesLeft()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err == nil && left < fewFiles:
		d.ails("files", fmt.Errorf("%d more files and connections can be open at once", left), "raise the limit: LimitNOFILE= of the unit, or ulimit -n")
	default:
		d.ails("files", err, "raise the limit: LimitNOFILE= of the unit, or ulimit -n")
	}
}

// filesLeft returns how many more descriptors we may open.
func filesLeft() (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	open, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		return 0, errors.ErrUnsupported
	}
	return int(min(limit.Cur, 1<<30)) - len(open), err
}

// passing reports an error that may be over by itself: the disk is full or went
// away, or too many files are open.
func passing(err error) bool {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EFBIG} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
