package main

import (
	"context"
	"encoding/json"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
)

func (p *program) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: `  wiredesk version --json`,
		Args:    cobra.NoArgs,
		RunE: p.do(func(context.Context, []string) error {
			v := map[string]string{"version": version(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
			return p.show(v, func() { p.say("wiredesk %s (%s, %s)", v["version"], v["go"], v["platform"]) })
		}),
	}
}

func (p *program) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration",
		Long: `Prints a JSON Schema (draft 2020-12) of the configuration, with every key
explained. Editors that know it complete keys and mark mistakes while you type:
write this as the first line of config.yaml:

  # yaml-language-server: $schema=wiredesk.schema.json`,
		Example: `  wiredesk schema >wiredesk.schema.json`,
		Args:    cobra.NoArgs,
		RunE: p.do(func(context.Context, []string) error {
			enc := json.NewEncoder(p.out)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			return enc.Encode(schema())
		}),
	}
}

// schema returns the JSON Schema of the configuration.
func schema() map[string]any { return strict.Schema(defaults(), "wiredesk configuration") }

func (p *program) completionCmd(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "Print the completions for a shell",
		Example:   `  wiredesk completion bash >/etc/bash_completion.d/wiredesk`,
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(cmd.ValidArgs, args[0]) {
				return wrong("name one shell: %s", strings.Join(cmd.ValidArgs, ", "))
			}
			return nil
		},
		RunE: p.do(func(_ context.Context, args []string) error {
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.out, true)
			case "zsh":
				return root.GenZshCompletion(p.out)
			case "fish":
				return root.GenFishCompletion(p.out, true)
			}
			return root.GenPowerShellCompletionWithDesc(p.out)
		}),
	}
}
