package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch/discover"
)

func (p *program) addCmd() *cobra.Command {
	var tags []string
	var all bool
	cmd := &cobra.Command{
		Use:   "add URL...",
		Short: "Find the feeds at an address and add one to the configuration",
		Long: `Looks for feeds at each URL: the address itself, those that the page names, and
well-known places. Shows what it found and adds the first of them to the
sources, with the file's comments kept. Begins a file if there is none.`,
		Example: `  wiredesk add https://www.theguardian.com/world
  wiredesk add https://example.org/feed.xml --tag wire --tag english`,
		Args: cobra.MinimumNArgs(1),
	}
	cmd.Flags().StringArrayVar(&tags, "tag", nil, "give the source this `TAG`; may be repeated")
	cmd.Flags().BoolVar(&all, "all", false, "add every feed found, not only the first")
	cmd.RunE = p.do(func(ctx context.Context, args []string) error { return p.add(ctx, args, tags, all) })
	return cmd
}

func (p *program) add(ctx context.Context, urls, tags []string, all bool) error {
	cfg, begun, err := p.loadOrBegin()
	if err != nil {
		return err
	}
	var chosen []addition
	for _, u := range urls {
		if !strings.Contains(u, "://") {
			u = "https://" + u
		}
		found, err := p.find(ctx, cfg, u)
		if err != nil {
			return err
		}
		for i, f := range found {
			if i == 0 || all {
				chosen = append(chosen, addition{URL: f.URL, Name: f.Title, Tags: tags})
			} else {
				p.say("also there: %s (%s, %s); add it by its address", f.URL, oneLine(f.Title), count(f.Items, "item"))
			}
		}
	}
	return p.addTo(cfg, begun, chosen)
}

// find returns the feeds at an address.
func (p *program) find(ctx context.Context, cfg *config, address string) ([]discover.Found, error) {
	client, err := p.web(cfg)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bar := p.progress()
	defer bar.clear()
	bar.show("looking for feeds at %s", address)
	return discover.Feeds(ctx, client, address)
}

// tellAdded prints what was added of n sources.
func (p *program) tellAdded(added []addition, n int) error {
	t := p.table("SOURCE", "URL", "NAME", "TAGS")
	for _, a := range added {
		if err := t.row(a, a.ID, a.URL, a.Name, strings.Join(a.Tags, " ")); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	p.say("added %s to %s; %d were there already", count(len(added), "source"), p.config, n-len(added))
	return nil
}

// beginning is the configuration that add begins with.
const beginning = `# wiredesk's configuration. Every key is explained by: wiredesk schema
version: 1

site:
  title: My desk
  # contact: you@example.org   # lets publishers reach you; needed to poll more than hourly

topics:
  all:
    title: Everything
    match: "*"
`

// loadOrBegin reads the configuration, and begins one where there is none, but
// writes nothing yet.
func (p *program) loadOrBegin() (cfg *config, begun bool, err error) {
	cfg, err = p.load()
	if !errors.Is(err, fs.ErrNotExist) {
		return cfg, false, err
	}
	path := p.abs(p.config)
	cfg, err = load(strict.Input{Path: path, Name: p.config, Env: os.LookupEnv, Changed: map[string][]byte{path: []byte(beginning)}})
	return cfg, true, err
}

// addTo adds sources to the configuration, which is written first if it was
// only begun.
func (p *program) addTo(cfg *config, begun bool, chosen []addition) error {
	if begun {
		if err := os.WriteFile(p.abs(p.config), []byte(beginning), 0o644); err != nil {
			return err
		}
		p.say("began %s", p.config)
	}
	added, err := p.addSources(cfg, chosen)
	if err != nil {
		return err
	}
	return p.tellAdded(added, len(chosen))
}

func (p *program) removeCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "remove SOURCE...",
		Short: "Take sources out of the configuration",
		Long: `Takes sources out of the configuration, with the file's comments kept. What they
brought stays in the store.`,
		Example: `  wiredesk remove guardian-world`,
		Args:    cobra.MinimumNArgs(1),
		RunE: p.do(func(_ context.Context, args []string) error {
			for _, id := range args {
				if err := p.remove(id); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

func (p *program) remove(id string) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	if _, err := (&session{program: p, cfg: cfg}).named([]string{id}); err != nil {
		return err
	}
	where := cfg.doc.Where("sources." + id)
	if err := p.change(cfg, []string{id}, false, func(d *strict.Doc) (string, []byte, error) { return d.Remove("sources." + id) }); err != nil {
		return err
	}
	return p.show(map[string]string{"removed": id, "was": where}, func() { p.say("removed %s, which was at %s", id, where) })
}
