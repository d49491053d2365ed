package main

import (
	"context"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/publish"
	"wiredesk/store"
)

func (p *program) deskCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "desk",
		Short: "Decide by hand: pin, hide, note, lead, title, merge, split, withdraw",
		Long: `What is decided here wins over every rule, survives restarts and is undone by
"desk undo". Each decision keeps who, when and why.`,
		Example: `  wiredesk desk pin s5k0w2q1 --topic syria --why "the story of the day"
  wiredesk desk list`,
	}
	for _, v := range verbs() {
		cmd.AddCommand(p.verbCmd(v))
	}
	cmd.AddCommand(p.decisionsCmd(), p.survivorsCmd())
	return cmd
}

// A verb is one way to decide. Set fills in what the arguments say.
type verb struct {
	name  store.Verb
	use   string
	short string
	args  int
	topic bool // may be for one topic only
	set   func(context.Context, *session, *store.Decision, []string) error
}

func verbs() []verb {
	story := func(ctx context.Context, s *session, d *store.Decision, args []string) (err error) {
		d.Story, err = s.storyFor(ctx, args[0])
		return err
	}
	text := func(ctx context.Context, s *session, d *store.Decision, args []string) error {
		if d.Text = strings.TrimSpace(args[1]); d.Text == "" {
			return wrong("the text is empty")
		}
		return story(ctx, s, d, args)
	}
	article := func(ctx context.Context, s *session, d *store.Decision, args []string) (err error) {
		if d.Article, err = s.find(ctx, args[len(args)-1]); err != nil {
			return err
		}
		d.Story, err = s.storyFor(ctx, args[0])
		return err
	}
	return []verb{
		{store.Pin, "pin STORY", "Keep a story on top", 1, true, story},
		{store.Hide, "hide STORY", "Take a story out of a topic, or of all", 1, true, story},
		{store.Note, "note STORY TEXT", "Show a line of yours above a story", 2, true, text},
		{store.SetTitle, "title STORY TEXT", "Give a story a headline of yours", 2, false, text},
		{store.SetLead, "lead STORY ARTICLE", "Let a member stand for its story", 2, false, article},
		{store.Split, "split ARTICLE", "Make a member a story of its own", 1, false, article},
		{store.Merge, "merge STORY OTHER", "Let another story join a story", 2, false, func(ctx context.Context, s *session, d *store.Decision, args []string) (err error) {
			if d.Other, err = s.storyFor(ctx, args[1]); err != nil {
				return err
			}
			return story(ctx, s, d, args)
		}},
		{store.Withdraw, "withdraw STORY|ARTICLE", "Take a story or an article back, and tell readers", 1, false, func(ctx context.Context, s *session, d *store.Decision, args []string) error {
			if strings.HasPrefix(args[0], "s") {
				return story(ctx, s, d, args)
			}
			return article(ctx, s, d, args)
		}},
		{store.Undo, "undo NUMBER", "Undo a decision", 1, false, func(_ context.Context, _ *session, d *store.Decision, args []string) (err error) {
			if d.Undoes, err = strconv.ParseUint(args[0], 10, 64); err != nil {
				return wrong("%q is not the number of a decision; see wiredesk desk list", args[0])
			}
			return nil
		}},
	}
}

func (p *program) verbCmd(v verb) *cobra.Command {
	var o publish.Order
	cmd := &cobra.Command{Use: v.use, Short: v.short, Args: cobra.ExactArgs(v.args), Example: "  wiredesk desk " + example(v)}
	cmd.Flags().StringVar(&o.By, "by", "", "who decides, if not you: `NAME`")
	cmd.Flags().StringVar(&o.Why, "why", "", "the reason, kept with the decision")
	if v.topic {
		cmd.Flags().StringVar(&o.Topic, "topic", "", "only in the topic `SLUG`")
	}
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, args []string) error {
		o.Verb, o.Args = v.name, args
		if o.By == "" {
			if u, err := user.Current(); err == nil {
				o.By = u.Username
			}
		}
		done, err := s.decide(ctx, o)
		if err != nil {
			return err
		}
		return s.show(decisionOf(done), func() {
			s.say("decision %d: %s; undo it with: wiredesk desk undo %d", done.Seq, done.Verb, done.Seq)
			if done.Verb == store.Withdraw {
				s.say("its text is erased from the store; undone, it comes back when its source sends it again; backups from before still have it")
			}
			if s.lender == nil {
				s.say("readers see it after: wiredesk publish")
			}
		})
	})
	return cmd
}

// decide carries out what somebody decided, at the command line or at the desk.
func (s *session) decide(ctx context.Context, o publish.Order) (store.Decision, error) {
	i := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == o.Verb })
	if i < 0 || len(o.Args) != verbs()[i].args {
		return store.Decision{}, wrong("%q is nothing that the desk decides", o.Verb)
	}
	if o.Topic != "" {
		if _, err := s.topic(o.Topic); err != nil {
			return store.Decision{}, err
		}
	}
	d := store.Decision{Verb: o.Verb, At: s.now(), Topic: o.Topic, By: o.By, Why: o.Why}
	if err := verbs()[i].set(ctx, s, &d, o.Args); err != nil {
		return store.Decision{}, err
	}
	return s.db.Decide(ctx, d)
}

func example(v verb) string {
	return strings.NewReplacer("STORY|ARTICLE", "s5k0w2q1", "STORY", "s5k0w2q1", "OTHER", "s5k0w2q7", "ARTICLE", "a5k0w2q4", "TEXT", `"what it says"`, "NUMBER", "7").Replace(v.use)
}

func (p *program) decisionsCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the decisions",
		Example: `  wiredesk desk list --json`,
		Args:    cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error {
			list, err := s.db.Decisions(ctx)
			if err != nil {
				return err
			}
			t := s.table("SEQ", "AT", "VERB", "STORY", "TOPIC", "TEXT", "BY", "WHY", "UNDONE")
			for _, d := range list {
				r := decisionOf(d)
				if err := t.row(r, r.Seq, d.At, r.Verb, r.Story, r.Topic, r.Text, r.By, r.Why, r.Undone); err != nil {
					return err
				}
			}
			return t.flush()
		}),
	}
}

// decisionRow is a line of `desk list --json`.
type decisionRow struct {
	Seq     uint64     `json:"seq"`
	At      *time.Time `json:"at"`
	Verb    store.Verb `json:"verb"`
	Story   string     `json:"story,omitempty"`
	Other   string     `json:"other,omitempty"`
	Article string     `json:"article,omitempty"`
	Topic   string     `json:"topic,omitempty"`
	Text    string     `json:"text,omitempty"`
	By      string     `json:"by,omitempty"`
	Why     string     `json:"why,omitempty"`
	Undoes  uint64     `json:"undoes,omitempty"`
	Undone  bool       `json:"undone,omitempty"`
}

func decisionOf(d store.Decision) decisionRow {
	return decisionRow{
		d.Seq, jsonTime(d.At), d.Verb, storyID(d.Story), storyID(d.Other), articleID(d.Article),
		d.Topic, d.Text, d.By, d.Why, d.Undoes, d.Undone,
	}
}
