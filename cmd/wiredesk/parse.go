package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/fetch"
	"wiredesk/fetch/parse"
	"wiredesk/fetch/web"
)

func (p *program) parseCmd() *cobra.Command {
	var base string
	var headers []string
	cmd := &cobra.Command{
		Use:   "parse FILE|URL|-",
		Short: "Read one feed and print it as JSON",
		Long: `Reads one feed of any kind and prints what wiredesk understands of it, with what
it had to repair or leave out under "warnings". Nothing is stored.`,
		Example: `  wiredesk parse https://example.org/feed.xml
  wiredesk parse feed.xml --url https://example.org/feed.xml --header 'Content-Type: text/xml; charset=latin1'`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&base, "url", "", "the `URL` that the document came from: base of relative links")
	cmd.Flags().StringArrayVar(&headers, "header", nil, "a field of the answer it came with, as `'Name: value'`; may be repeated")
	cmd.RunE = p.do(func(ctx context.Context, args []string) error {
		o := parse.Options{URL: base, Header: http.Header{}}
		for _, h := range headers {
			name, value, ok := strings.Cut(h, ":")
			if !ok {
				return wrong("--header %q: write it as 'Name: value'", h)
			}
			o.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
		raw, err := p.readFeed(ctx, args[0], &o)
		if err != nil {
			return err
		}
		doc, err := parse.Parse(raw, o)
		if err != nil {
			return fmt.Errorf("parse %s: %w", args[0], err)
		}
		if doc.Items == nil {
			doc.Items = []parse.Item{}
		}
		if doc.Warnings == nil {
			doc.Warnings = []string{}
		}
		enc := json.NewEncoder(p.out)
		enc.SetEscapeHTML(false)
		if !p.json {
			enc.SetIndent("", "  ")
		}
		return enc.Encode(doc)
	})
	return cmd
}

// maxFeed is how much of a local file is read: more than any feed may have.
const maxFeed = 64 << 20

// readFeed returns the bytes of a file, of standard input or of an address. Of
// an address it also sets what the answer says.
func (p *program) readFeed(ctx context.Context, name string, o *parse.Options) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(p.in, maxFeed))
	}
	if !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://") {
		f, err := os.Open(p.abs(name))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, maxFeed))
	}
	c := fetch.Defaults()
	c.Agent = agent(c.UserAgent, "")
	c.AllowNetworks = typed(name)
	client, err := web.New(c.Web(), p.quiet())
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bar := p.progress()
	defer bar.clear()
	bar.show("reading %s", name)
	res, err := client.Get(ctx, web.Request{URL: name, Accept: web.Feeds})
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", name, err)
	}
	if o.URL == "" {
		o.URL = res.URL
	}
	for k, v := range res.Header {
		if _, given := o.Header[k]; !given {
			o.Header[k] = v
		}
	}
	return res.Body, nil
}

// typed allows this machine's own addresses where somebody typed one: the
// address guard is against what strangers' documents lead to.
func typed(address string) []netip.Prefix {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	return nil
}
