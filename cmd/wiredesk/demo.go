package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/demo"
	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

func (p *program) demoCmd() *cobra.Command {
	var length, out string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch a newsroom in a box; needs no network",
		Long: `Runs outlets on this machine that print each other's wire stories, edit, correct
and withdraw them, fail and move, and shows what the daemon makes of it. The
first line says which page to open. At the end the store is compared with what
the outlets published; a difference is exit code 1.`,
		Example: `  wiredesk demo
  wiredesk demo --for 20s --out export`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&length, "for", "", "end by itself after this `DURATION`")
	cmd.Flags().StringVar(&out, "out", "", "keep the static export in `DIR`")
	cmd.RunE = p.do(func(ctx context.Context, _ []string) error {
		o := demo.Options{Stdout: p.out, Stderr: p.err, Daemon: p.demoDaemon}
		var err error
		if length != "" {
			if o.For, err = strict.Duration(length); err != nil {
				return wrong("--for: %w", err)
			}
		}
		if out != "" {
			o.Out = p.abs(out)
		}
		return demo.Run(ctx, o)
	})
	return cmd
}

// demoDaemon runs the daemon as `wiredesk run` does, for the demo.
func (p *program) demoDaemon(ctx context.Context, config string, log io.Writer, ready chan<- demo.Running) error {
	inner := &program{in: p.in, out: log, err: log, dir: p.dir, config: config, logFormat: "text", begun: true}
	err := inner.runDaemon(ctx, inner.logger(slog.LevelInfo), func(d *daemon, url string) {
		select {
		case ready <- demo.Running{URL: url, Archive: waking{d.db, d.fetcher}}:
		case <-time.After(time.Second): // nobody waits for it
		}
	})
	if interrupted(err) {
		return nil
	}
	return err
}

// waking is the daemon's store for the demo: forced polls begin at once.
type waking struct {
	*bolt.DB
	fetcher *fetch.Fetcher
}

func (w waking) Force(ctx context.Context, now time.Time, ids []store.SourceID) error {
	defer w.fetcher.Wake()
	return w.DB.Force(ctx, now, ids)
}
