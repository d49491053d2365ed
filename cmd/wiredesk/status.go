package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
)

func (p *program) statusCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say what wiredesk is doing",
		Long: `Says whether a daemon runs, what the store holds, how the sources do, and what
is wrong with the configuration if the daemon had to refuse it.`,
		Example: `  wiredesk status
  wiredesk status --json`,
		Args: cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error { return s.status(ctx) }),
	}
}

// status is what `status --json` prints.
type status struct {
	Daemon  *identity           `json:"daemon"` // null: none runs
	Config  string              `json:"config"`
	Refused *refused            `json:"refused,omitempty"` // the changed configuration that was not taken
	Ails    []complaint         `json:"degraded"`          // what of the daemon does not work at the moment
	Lag     int                 `json:"lag_seconds"`       // of the most overdue poll
	Store   storeStatus         `json:"store"`
	Sources map[store.State]int `json:"sources"` // how many are in which state
	Trouble []sourceRow         `json:"trouble"`
	Topics  int                 `json:"topics"`
	Next    *time.Time          `json:"next"` // poll
	Notes   []string            `json:"notes"`
}

type refused struct {
	At       time.Time `json:"at"`
	Mistakes []string  `json:"mistakes"`
}

type storeStatus struct {
	Path      string `json:"path"`
	Bytes     int64  `json:"bytes"`
	Free      int64  `json:"free"`
	Articles  int    `json:"articles"`
	Stories   int    `json:"stories"`
	Revisions int    `json:"revisions"`
	Changes   int    `json:"changes"`
}

func (s *session) status(ctx context.Context) error {
	stats, err := s.db.Stats(ctx)
	if err != nil {
		return err
	}
	health, err := s.db.Health(ctx)
	if err != nil {
		return err
	}
	st := status{
		Config:  s.cfg.path,
		Store:   storeStatus{s.cfg.Store.Path, stats.File, stats.Free, stats.Articles, stats.Stories, stats.Revisions, stats.Changes},
		Sources: map[store.State]int{}, Topics: len(s.cfg.Topics), Ails: []complaint{}, Trouble: []sourceRow{}, Notes: s.cfg.notes(),
	}
	if d := s.lender; d != nil {
		st.Daemon = &identity{os.Getpid(), version(), s.cfg.path, d.started}
		if bad := d.bad.Load(); bad != nil {
			st.Refused = &refused{bad.At, bad.mistakes()}
		}
		st.Ails = d.ailments(health)
		st.Lag = int(lag(health, s.now()).Seconds())
	}
	var next time.Time
	for _, h := range health {
		if h.Removed {
			continue
		}
		st.Sources[h.State]++
		if troubled(h) {
			st.Trouble = append(st.Trouble, rowOf(h))
		}
		if !h.Next.IsZero() && (next.IsZero() || h.Next.Before(next)) {
			next = h.Next
		}
	}
	st.Next = jsonTime(next)
	return s.show(st, func() { s.sayStatus(st, next) })
}

func troubled(h store.Health) bool {
	return h.State != store.StateOK && h.State != store.StateNew && h.State != store.StatePaused && h.State != store.StateSlow || h.Code != store.OK
}

func (s *session) sayStatus(st status, next time.Time) {
	if st.Daemon == nil {
		s.say("daemon    none runs; start one with: wiredesk run")
	} else {
		s.say("daemon    process %d since %s, wiredesk %s", st.Daemon.PID, when(st.Daemon.Started), st.Daemon.Version)
	}
	s.say("config    %s", st.Config)
	s.say("store     %s: %s, %d stories, %d revisions, %s", st.Store.Path, count(st.Store.Articles, "article"), st.Store.Stories, st.Store.Revisions, size(st.Store.Bytes))
	s.say("sources   %s", states(st.Sources))
	s.say("topics    %d", st.Topics)
	if !next.IsZero() {
		s.say("next poll %s", when(next))
	}
	if st.Refused != nil {
		s.say("the configuration changed at %s and was refused; the old one is in force:", when(st.Refused.At))
		for _, m := range st.Refused.Mistakes {
			s.say("  %s", m)
		}
	}
	for _, c := range st.Ails {
		s.say("degraded: %s since %s: %s; %s", c.About, when(*c.Since), c.Problem, c.Next)
	}
	for _, r := range st.Trouble {
		s.say("%s: %s since %s: %s", r.ID, r.State, when(r.since), oneLine(r.means()))
	}
	for _, n := range st.Notes {
		s.say("note: %s", n)
	}
}

func states(n map[store.State]int) string {
	var all []string
	for state, k := range n {
		all = append(all, fmt.Sprintf("%d %s", k, state))
	}
	if len(all) == 0 {
		return "none"
	}
	sort.Strings(all)
	return strings.Join(all, ", ")
}

// size writes a number of bytes for people.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", (n+1023)>>10)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
