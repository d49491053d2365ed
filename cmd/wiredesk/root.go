package main

import (
	"context"

	"github.com/spf13/cobra"
)

// command builds the whole command line. It is built anew for each command, so
// that a daemon can run several at once.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "wiredesk",
		Short: "Fetch feeds, fold the copies of one story, republish topics",
		Long: `Wiredesk polls feeds, remembers every revision of every article, folds the
copies that several outlets print of one wire story, and republishes topics as
Atom, RSS, JSON Feed and pages.

See what it does, without a network:    wiredesk demo
Begin with a newspaper of yours:        wiredesk add https://www.theguardian.com
Run it:                                 wiredesk run`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	f := root.PersistentFlags()
	f.StringVarP(&p.config, "config", "c", "config.yaml", "the configuration `FILE`")
	f.BoolVar(&p.json, "json", false, "print JSON: one object a line for lists, else one object")
	f.StringVar(&p.logFormat, "log-format", "text", "write the log as `text|json`")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "log more")
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		if p.logFormat != "text" && p.logFormat != "json" {
			return wrong("--log-format is text or json, not %q", p.logFormat)
		}
		return nil
	}
	root.AddGroup(
		&cobra.Group{ID: "work", Title: "Work:"},
		&cobra.Group{ID: "config", Title: "Configuration:"},
		&cobra.Group{ID: "look", Title: "Look:"},
		&cobra.Group{ID: "store", Title: "Look after the store:"},
		&cobra.Group{ID: "desk", Title: "Decide:"},
		&cobra.Group{ID: "tools", Title: "Tools, without a configuration:"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("work", p.runCmd(), p.fetchCmd(), p.publishCmd())
	add("config", p.passwordCmd(), p.checkCmd(), p.addCmd(), p.removeCmd(), p.importCmd(), p.exportCmd())
	add("look", p.statusCmd(), p.doctorCmd(), p.sourcesCmd(), p.topicsCmd(), p.storiesCmd(), p.searchCmd(), p.articlesCmd(),
		p.changesCmd(), p.showCmd(), p.explainCmd(), p.replayCmd())
	add("store", p.backupCmd(), p.restoreCmd(), p.verifyCmd(), p.pruneCmd(), p.compactCmd(), p.repairCmd())
	add("desk", p.deskCmd())
	add("tools", p.demoCmd(), p.parseCmd(), p.foldCmd(), p.schemaCmd(), p.completionCmd(root), p.manCmd(root), p.versionCmd())
	root.AddCommand(p.inspectCmd())
	root.SetHelpCommandGroupID("tools")
	return root
}

// do makes a command's function of one that needs no store.
func (p *program) do(fn func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		p.begun = true
		return fn(cmd.Context(), args)
	}
}

// onStore makes a command's function of one that works on the store.
func (p *program) onStore(fn func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return p.withStore(cmd.Context(), func(ctx context.Context, s *session) error { return fn(ctx, s, args) })
	}
}
