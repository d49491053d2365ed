package main

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/publish"
	"wiredesk/publish/curate"
)

func (p *program) replayCmd() *cobra.Command {
	var topic string
	var files []string
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Say what other rules would change, before they are live",
		Long: `Applies the rules of another configuration to the stored stories and says what
would change in each topic's edition: which stories it would gain and lose, and
why. Nothing is published and nothing is stored.

With --config NEW it compares the editions under the present configuration with
those under NEW. Without, it compares what readers have with what the present
configuration file makes of it: what the next publish or reload will change.`,
		Example: `  wiredesk replay --config new.yaml
  wiredesk replay --topic syria --json`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&topic, "topic", "", "only this topic `SLUG`")
	// Beside this command's --config, the one that all commands have is -c.
	cmd.Flags().StringArrayVar(&files, "config", nil, "try the rules of the configuration `NEW`")
	cmd.Flags().StringVarP(&p.config, "base", "c", "config.yaml", "the configuration `FILE` that is live")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		next := ""
		switch len(files) {
		case 0:
		case 1:
			next = files[0]
		case 2: // wiredesk --config LIVE replay --config NEW
			p.config, next = files[0], files[1]
		default:
			return wrong("--config: name one file")
		}
		return p.onStore(func(ctx context.Context, s *session, _ []string) error { return s.replay(ctx, topic, next) })(cmd, args)
	}
	return cmd
}

// replayRow is a line of `replay --json`: what would become of one topic.
type replayRow struct {
	Topic     string    `json:"topic"`
	Before    int       `json:"before"` // stories in the edition
	After     int       `json:"after"`
	Gained    []turnRow `json:"gained"`
	Lost      []turnRow `json:"lost"`
	Changed   []turnRow `json:"changed"`
	Reordered bool      `json:"reordered"`
	Gone      bool      `json:"gone,omitempty"`
}

type turnRow struct {
	Story  string `json:"story"`
	Title  string `json:"title"`
	Source string `json:"source"`
	Why    string `json:"why"`
}

func (s *session) replay(ctx context.Context, topic, next string) error {
	other := *s
	prog := *s.program
	other.program = &prog
	if next != "" {
		prog.config = next
	}
	cfg, err := prog.load()
	if err != nil {
		return err
	}
	other.cfg = cfg
	then, err := other.rehearse(ctx)
	if err != nil {
		return err
	}
	before, err := s.standing(ctx, then, next != "")
	if err != nil {
		return err
	}
	list, err := then.Replay(ctx, before)
	if err != nil {
		return err
	}
	if topic != "" {
		known := slices.Collect(maps.Keys(before))
		for _, r := range list {
			known = append(known, r.Topic)
		}
		if !slices.Contains(known, topic) {
			return wrong("there is no topic %q; %s", topic, strict.Suggest(topic, known))
		}
		list = slices.DeleteFunc(list, func(r publish.Replay) bool { return r.Topic != topic })
	}
	return s.showReplay(list)
}

// standing returns what the editions to compare with have.
func (s *session) standing(ctx context.Context, then *publish.Desk, rules bool) (map[string][]curate.Entry, error) {
	switch {
	case s.lender != nil:
		return s.lender.desk.Load().Standing(), nil
	case !rules:
		return then.Given(ctx)
	}
	now, err := s.rehearse(ctx)
	if err != nil {
		return nil, err
	}
	return now.Standing(), nil
}

// rehearse returns a desk that has applied the session's configuration to all
// that is stored, without anybody being told.
func (s *session) rehearse(ctx context.Context) (*publish.Desk, error) {
	desk, err := s.desk(ctx, nil)
	if err != nil {
		return nil, err
	}
	desk.Archive = publish.Rehearsal(s.db)
	bar := s.progress()
	defer bar.clear()
	bar.show("trying %s", count(len(s.cfg.Topics), "topic"))
	_, err = desk.Once(ctx, s.lender == nil) // as publish or the daemon would
	return desk, err
}

func (s *session) showReplay(list []publish.Replay) error {
	if !s.json {
		s.sayReplay(list)
		return nil
	}
	for _, r := range list {
		err := s.show(replayRow{
			Topic: r.Topic, Before: r.Before, After: r.After, Reordered: r.Reordered, Gone: r.Gone,
			Gained: turnRows(r.Gained), Lost: turnRows(r.Lost), Changed: turnRows(r.Changed),
		}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

func turnRows(list []publish.Turn) []turnRow {
	out := make([]turnRow, 0, len(list))
	for _, t := range list {
		out = append(out, turnRow{t.Story.String(), t.Title, t.Outlet, t.Why})
	}
	return out
}

func (s *session) sayReplay(list []publish.Replay) {
	same := 0
	for _, r := range list {
		if r.Same() {
			same++
			continue
		}
		s.say("%s: %d gained, %d lost, %d changed; has %s, would have %d", r.Topic,
			len(r.Gained), len(r.Lost), len(r.Changed), count(r.Before, "story"), r.After)
		if r.Gone {
			s.say("  the topic is no longer configured")
		}
		for _, part := range []struct {
			mark  string
			turns []publish.Turn
		}{{"+", r.Gained}, {"-", r.Lost}, {"~", r.Changed}} {
			for _, t := range part.turns {
				s.say("  %s %s  %s (%s)", part.mark, t.Story, clip(oneLine(t.Title), 70), t.Outlet)
				s.say("      %s", oneLine(t.Why))
			}
		}
		if r.Reordered {
			s.say("  those that stay would stand in another order")
		}
	}
	if same > 0 {
		s.say("no change: %s", count(same, "topic"))
	}
}
