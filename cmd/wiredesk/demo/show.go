package demo

import (
	"context"
	"fmt"
	"io"
	"time"
)

const (
	// patience is how long a scene may take to show in the store.
	patience = time.Minute
	// quietLooks is how often in a row the export must look the same.
	quietLooks = 20
	// deskName is the name under which the daemon's desk keeps its state.
	deskName = "desk"
	// overhead is what start and second round take of the time of a run.
	overhead = 5 * time.Second
	// slowest is the pace of the sentences when there is time enough.
	slowest = time.Second
)

// play shows the scenes, at most one sentence per beat.
func (s *script) play(ctx context.Context, out io.Writer, beat time.Duration, t *tally) error {
	for _, sc := range s.scenes() {
		next := time.Now().Add(beat)
		if sc.act != nil {
			sc.act(time.Now().UTC())
		}
		var r report
		seen, err := s.w.until(ctx, patience, func() (bool, error) {
			r = sc.seen(ctx)
			return r.line != "", r.err
		})
		if err != nil {
			return fmt.Errorf("look for %s: %w", sc.name, err)
		}
		if ctx.Err() != nil {
			return nil
		}
		if !seen {
			r.line = "not seen in the store: " + sc.name
			t.fault("not seen in the store within %v: %s", patience, sc.name)
		}
		fmt.Fprintf(out, "%s  %s\n", time.Now().Format("15:04:05"), r.line)
		if !pause(ctx, time.Until(next)) {
			return nil
		}
	}
	return nil
}

// beat is the time between two sentences in a run of about total.
func beat(total time.Duration, scenes int) time.Duration {
	if total == 0 {
		return slowest
	}
	return min(slowest, max(0, total-overhead)/time.Duration(scenes))
}
