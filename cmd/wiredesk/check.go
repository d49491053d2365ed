package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch/discover"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

func (p *program) checkCmd() *cobra.Command {
	var online bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Report every mistake in the configuration at once",
		Long: `Reads the configuration with all that it includes and reports every mistake,
each with file, line and column, the line itself, and what was probably meant.
Then it says what is worth knowing about a configuration without mistakes.
With --online it also asks each source once, and stores nothing.`,
		Example: `  wiredesk check
  wiredesk check -c new.yaml --online`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&online, "online", false, "ask each source once whether it is a feed")
	cmd.RunE = p.do(func(ctx context.Context, _ []string) error { return p.check(ctx, online) })
	return cmd
}

// checked is what `check --json` prints.
type checked struct {
	OK       bool              `json:"ok"`
	File     string            `json:"file"`
	Sources  int               `json:"sources"`
	Topics   int               `json:"topics"`
	Mistakes []*strict.Mistake `json:"mistakes"`
	Notes    []string          `json:"notes"`
	Failed   []failure         `json:"failed,omitempty"` // with --online
}

func (p *program) check(ctx context.Context, online bool) error {
	cfg, err := p.load()
	if cfg == nil {
		return err
	}
	c := checked{OK: err == nil, File: p.config, Sources: len(cfg.Sources), Topics: len(cfg.Topics), Mistakes: cfg.doc.Mistakes, Notes: cfg.notes()}
	if c.Mistakes == nil {
		c.Mistakes = strict.Mistakes{}
	}
	if err != nil {
		if p.json {
			return errors.Join(p.show(c, nil), exited(exitUsage))
		}
		return err
	}
	if online {
		if c.Failed, err = p.askAll(ctx, cfg); err != nil {
			return err
		}
	}
	err = p.show(c, func() {
		for _, f := range c.Failed {
			p.say("%s: %s: %s (%s)", f.Source, f.Code, f.Detail, f.Means)
		}
		p.say("%s: %s, %s, no mistakes", p.config, count(c.Sources, "source"), count(c.Topics, "topic"))
		for _, n := range c.Notes {
			p.say("note: %s", n)
		}
	})
	if err == nil && len(c.Failed) > 0 {
		return exited(exitPartial)
	}
	return err
}

// notes says what is no mistake, but may surprise.
func (c *config) notes() []string {
	notes := []string{}
	if c.Site.Contact == "" {
		notes = append(notes, "site.contact is empty: publishers cannot reach you, so the daemon asks no source more than once an hour")
	}
	if c.Site.Authority == "" {
		notes = append(notes, "site.authority is empty: entry ids are minted under an authority made at random and kept in the store; set one before people subscribe")
	}
	switch {
	case c.Site.URL == "":
		notes = append(notes, "site.url is empty: feeds cannot say where they are")
	case !c.doc.Has("site.url"):
		notes = append(notes, "site.url is empty: feeds say that they are at "+c.Site.URL+"; set it before others subscribe")
	}
	if c.Publish.Dir == "" && c.Publish.Listen == "" {
		notes = append(notes, "publish.dir and publish.listen are empty: nobody will see the topics")
	}
	if len(c.Sources) == 0 {
		notes = append(notes, "there are no sources: add one with wiredesk add https://a.newspaper.you.read")
	}
	return notes
}

// askAll asks each source once and returns those that are no feeds.
func (p *program) askAll(ctx context.Context, cfg *config) ([]failure, error) {
	client, err := p.web(cfg)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bar := p.progress()
	defer bar.clear()
	var bad []failure
	for i, s := range cfg.Sources {
		bar.show("%d of %d: %s", i, len(cfg.Sources), s.ID)
		if s.URL == "" || s.Disabled {
			continue
		}
		found, err := discover.Feeds(ctx, client, s.URL)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		f := failure{Source: s.ID}
		switch {
		case err != nil:
			f.Code, f.Detail = discover.Code(err), oneLine(err.Error())
			if f.Code == store.OK {
				f.Code = store.CodeNotFeed
			}
		case found[0].URL != s.URL:
			f.Code, f.Detail = store.CodeHTML, fmt.Sprintf("the feed is at %s", found[0].URL)
		default:
			continue
		}
		f.Means = f.Code.Sentence()
		bad = append(bad, f)
	}
	return bad, nil
}

// web returns a client that obeys cfg, for commands that store nothing.
func (p *program) web(cfg *config) (*web.Client, error) {
	return web.New(cfg.Fetch.Web(), p.quiet())
}
