package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (p *program) manCmd(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the manual pages into a folder",
		Example: `  wiredesk man /usr/local/share/man/man1`,
		Args:    cobra.ExactArgs(1),
		RunE: p.do(func(_ context.Context, args []string) error {
			dir := p.abs(args[0])
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			n := 0
			for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
				if c.Name() == "help" {
					continue
				}
				name := strings.ReplaceAll(c.CommandPath(), " ", "-")
				if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(manual(name, c)), 0o644); err != nil {
					return err
				}
				n++
			}
			return p.show(map[string]any{"dir": dir, "pages": n}, func() { p.say("%s: %s", dir, count(n, "page")) })
		}),
	}
}

// manual writes one command as a page for man(1).
func manual(name string, c *cobra.Command) string {
	var b strings.Builder
	section := func(title string) { fmt.Fprintf(&b, ".SH %s\n", title) }
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"wiredesk %s\" \"\"\n", strings.ToUpper(name), version())
	section("NAME")
	fmt.Fprintf(&b, "%s \\- %s\n", roff(name), roff(c.Short))
	section("SYNOPSIS")
	fmt.Fprintf(&b, ".B %s\n", roff(c.UseLine()))
	if c.Long != "" {
		section("DESCRIPTION")
		fmt.Fprintf(&b, ".nf\n%s\n.fi\n", roff(c.Long))
	}
	if subs := c.Commands(); len(subs) > 0 {
		section("COMMANDS")
		for _, sub := range subs {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(sub.Use), roff(sub.Short))
		}
	}
	section("OPTIONS")
	option := func(f *pflag.Flag) {
		short := ""
		if f.Shorthand != "" {
			short = "-" + f.Shorthand + ", "
		}
		value, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(short+"--"+f.Name+" "+value)), roff(usage))
	}
	c.NonInheritedFlags().VisitAll(option)
	c.InheritedFlags().VisitAll(option)
	if c.Example != "" {
		section("EXAMPLES")
		fmt.Fprintf(&b, ".nf\n%s\n.fi\n", roff(c.Example))
	}
	section("EXIT STATUS")
	b.WriteString("0 done; 1 failed; 2 wrong usage or configuration; 3 done, but some sources failed.\n")
	return b.String()
}

// roff escapes what troff would read as its own.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
