package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/fetch/discover"
	"wiredesk/fetch/web"
	"wiredesk/publish/curate"
	"wiredesk/publish/render"
	"wiredesk/store"
)

func (p *program) importCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE|URL|-",
		Short: "Add the feeds of an OPML list to the configuration",
		Long: `Adds every feed of an OPML list that is not there yet to the sources, with the
file's comments kept. Folders become tags.`,
		Example: `  wiredesk import subscriptions.opml
  wiredesk import https://example.org/blogroll.opml`,
		Args: cobra.ExactArgs(1),
		RunE: p.do(func(ctx context.Context, args []string) error {
			cfg, begun, err := p.loadOrBegin()
			if err != nil {
				return err
			}
			raw, err := p.read(ctx, cfg, args[0])
			if err != nil {
				return err
			}
			outlines, err := discover.OPML(bytes.NewReader(raw))
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			var add []addition
			for _, o := range outlines {
				add = append(add, addition{URL: o.URL, Name: o.Title, Tags: o.Tags})
			}
			return p.addTo(cfg, begun, add)
		}),
	}
}

// read returns the bytes of a file, of an address or of standard input.
func (p *program) read(ctx context.Context, cfg *config, name string) ([]byte, error) {
	switch {
	case name == "-":
		return io.ReadAll(io.LimitReader(p.in, maxOrder))
	case !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://"):
		return os.ReadFile(p.abs(name))
	}
	client, err := p.web(cfg)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	res, err := client.Get(ctx, web.Request{URL: name})
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", name, err)
	}
	return res.Body, nil
}

func (p *program) exportCmd() *cobra.Command {
	var topic string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the sources as an OPML list",
		Long: `Prints the configured sources, or those that a topic draws on, as OPML 2.0 that
feed readers and "wiredesk import" can read, tags as categories. Private sources are in it: the
list is for you. The list for readers is published as sources.opml.`,
		Example: `  wiredesk export >sources.opml
  wiredesk export --topic syria`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&topic, "topic", "", "only the sources of the topic `SLUG`")
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, _ []string) error { return s.export(ctx, topic) })
	return cmd
}

func (s *session) export(ctx context.Context, topic string) error {
	health, err := s.db.Health(ctx)
	if err != nil {
		return err
	}
	e := curate.Edition{Site: s.cfg.curate(s.db), Topic: curate.Topic{Title: s.cfg.Site.Title}}
	if topic != "" {
		if e.Topic, err = s.topic(topic); err != nil {
			return err
		}
	}
	for i, o := range s.cfg.outlets(health) {
		if draws(e.Topic, o) {
			o.Private, o.Feed = false, s.cfg.Sources[i].URL
			e.Outlets = append(e.Outlets, o)
		}
	}
	if s.json {
		t := s.table()
		for _, o := range e.Outlets {
			if err := t.row(addition{string(o.ID), o.Feed, o.Name, o.Tags}); err != nil {
				return err
			}
		}
		return nil
	}
	out, err := render.Subscriptions(e)
	if err != nil {
		return err
	}
	_, err = s.out.Write(out)
	return err
}

// draws reports whether a topic takes stories from an outlet at all.
func draws(t curate.Topic, o curate.Outlet) bool {
	if len(t.From) == 0 {
		return true
	}
	return slices.ContainsFunc(t.From, func(from string) bool {
		tag, isTag := strings.CutPrefix(from, "tag:")
		return isTag && slices.Contains(o.Tags, tag) || store.SourceID(from) == o.ID
	})
}
