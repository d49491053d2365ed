package main

import (
	"context"
	"errors"
	"log"
	"log/slog"

	"github.com/spf13/cobra"

	"wiredesk/store/bolt"
)

func (p *program) runCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Poll, fold, publish and serve until stopped",
		Long: `Runs the daemon: polls sources when they are due, folds what they bring into
stories, keeps the topics' editions current and serves them.

SIGHUP or a changed configuration file reloads it, all or nothing: with a
mistake in it the old configuration stays, and the log and "wiredesk status"
say what is wrong. SIGTERM and SIGINT stop it within ten seconds. While it
runs, other commands are answered by it.

A store that cannot be read ends it with exit code 4: starting it again does not
help, wiredesk repair or wiredesk restore does.`,
		Example: `  wiredesk run
  wiredesk run -c /etc/wiredesk/config.yaml --log-format json`,
		Args: cobra.NoArgs,
		RunE: p.do(func(ctx context.Context, _ []string) error {
			if p.lender != nil {
				return errors.New("a daemon runs already")
			}
			l := p.logger(slog.LevelInfo)
			// What net/http says of strangers' connections matters to whoever looks for it.
			log.SetOutput(slog.NewLogLogger(l.Handler(), slog.LevelDebug).Writer())
			log.SetFlags(0)
			err := p.runDaemon(ctx, l, nil)
			if errors.Is(err, bolt.ErrDamaged) || errors.Is(err, bolt.ErrNewer) {
				return brokenStore{err}
			}
			return err
		}),
	}
}
