package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// secondRound asks every feed once more and returns how many files the desk
// had published before, and the bytes of those that changed. Nothing changed
// at the outlets, so nothing may change at the desk.
func (s *script) secondRound(ctx context.Context, t *tally) error {
	if err := s.caughtUp(ctx, t); err != nil {
		return err
	}
	before, err := s.quiet(ctx)
	if err != nil {
		return err
	}
	t.files = len(before)
	seq := s.w.after
	asked := make(map[*feed]int64, len(s.n.order))
	for _, f := range s.n.order {
		asked[f] = f.asked.Load()
	}
	if err := s.w.archive.Force(ctx, time.Now(), nil); err != nil {
		return fmt.Errorf("start a second round: %w", err)
	}
	answered := func() (bool, error) {
		for f, n := range asked {
			if f.asked.Load() == n {
				return false, nil
			}
		}
		return true, nil
	}
	if ok, err := s.w.until(ctx, patience, answered); err != nil {
		return err
	} else if !ok && ctx.Err() == nil {
		t.fault("a second round did not ask every feed")
	}
	after, err := s.quiet(ctx)
	if err != nil {
		return err
	}
	if t.changedBytes = before.changed(after); t.changedBytes > 0 {
		t.fault("a second round over unchanged feeds changed %d bytes of the export", t.changedBytes)
	}
	if s.w.after != seq {
		t.fault("a second round over unchanged feeds wrote %d changes", s.w.after-seq)
	}
	return nil
}

// caughtUp waits until the desk has published the last story that was printed
// and all that changed. It keeps its place only when the export is written.
func (s *script) caughtUp(ctx context.Context, t *tally) error {
	last := s.n.printed[len(s.n.printed)-1]
	ok, err := s.w.until(ctx, patience, func() (bool, error) {
		si, ok, err := s.w.find(ctx, last)
		if !ok {
			return false, err
		}
		state, err := s.w.archive.Desk(ctx, deskName)
		return state.Bookmark >= s.w.after && slices.ContainsFunc(state.Entries, func(e store.Entry) bool {
			return e.Topic == everything && e.Story == si.story.ID && curate.Shows(e)
		}), err
	})
	if err == nil && !ok && ctx.Err() == nil {
		t.fault("the desk did not publish %q within %v", last.title, patience)
	}
	return err
}

// quiet waits until the desk has nothing more to write and returns its export.
func (s *script) quiet(ctx context.Context) (snapshot, error) {
	last, err := s.d.snapshot()
	if err != nil {
		return nil, err
	}
	same := 0
	_, err = s.w.until(ctx, patience, func() (bool, error) {
		now, err := s.d.snapshot()
		if err != nil {
			return false, err
		}
		if same++; last.changed(now) > 0 || len(now) == 0 {
			same = 0
		}
		last = now
		return same >= quietLooks, nil
	})
	return last, err
}

// editions reads what subscribers get.
func (s *script) editions(t *tally) error {
	n, errorEntries, unreadable, err := s.d.editions()
	if err != nil {
		return err
	}
	t.editions, t.errorEntries = n, errorEntries
	if n == 0 {
		t.fault("the desk published no edition")
	}
	if errorEntries > 0 {
		t.fault("%d entries of the editions are an outlet's error page", errorEntries)
	}
	t.faults = append(t.faults, unreadable...)
	return nil
}

// print writes the summary: five lines.
func (t *tally) print(w io.Writer, text bool) {
	fmt.Fprintf(w, "articles in    %d from %d feeds of %s\n", t.articles, t.feeds, count(t.outlets, "outlet"))
	if text {
		fmt.Fprintf(w, "stories out    %d in %s, each read back\n", t.stories, count(t.editions, "edition"))
	} else {
		fmt.Fprintf(w, "stories out    %d in %s; %d reprints apart until text folding lands\n", t.stories, count(t.editions, "edition"), t.apart)
	}
	fmt.Fprintf(w, "copies folded  %d, %d of them wrongly\n", t.copies, t.wrong)
	fmt.Fprintf(w, "revisions      %s, %s, %d minor; %d withdrawn\n",
		count(t.classes[store.Edit], "edit"), count(t.classes[store.Correction], "correction"), t.classes[store.Minor], t.withdrawn)
	fmt.Fprintf(w, "outages        %d, error entries %d; round two changed %d bytes of %d files\n",
		t.outages, t.errorEntries, t.changedBytes, t.files)
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
