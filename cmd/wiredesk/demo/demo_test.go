package demo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"wiredesk/cmd/wiredesk/demo"
	"wiredesk/fetch"
	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
	"wiredesk/publish/signin"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// settings is the part of the configuration that the demo writes.
type settings struct {
	Version int
	Site    struct{ Title, URL, Contact, Language, Zone string }
	Store   bolt.Config
	Fetch   fetch.Config
	Default fetch.Inherited `yaml:"defaults"`
	Publish publish.Config
	Desk    struct{ Users map[string]signin.User }
	Topics  map[string]curate.Topic
	Sources map[string]fetch.Source
}

// daemon wires store, fetch and publish as `wiredesk run` does, without its
// reload, socket and signals. A testscript of cmd/wiredesk runs the real one.
func daemon(ctx context.Context, config string, log io.Writer, ready chan<- demo.Running) error {
	raw, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	c := settings{Fetch: fetch.Defaults()}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil {
		return err
	}
	return c.run(ctx, slog.New(slog.NewTextHandler(log, nil)), ready)
}

func (c *settings) run(ctx context.Context, log *slog.Logger, ready chan<- demo.Running) error {
	db, err := bolt.Open(c.Store, time.Now().UTC())
	if err != nil {
		return err
	}
	defer db.Close()
	sources, known, outlets := c.sources()
	if err := db.Configure(ctx, time.Now().UTC(), known); err != nil {
		return err
	}
	f := &fetch.Fetcher{Archive: db, Log: log}
	if err := f.Configure(c.Fetch, sources); err != nil {
		return err
	}
	pages, err := site.New("")
	if err != nil {
		return err
	}
	folder, err := serve.OpenFolder(c.Publish.Dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	press := &publish.Press{Pages: pages, Folder: folder, Log: log}
	desk := &publish.Desk{
		Archive: db, Sink: press, Log: log, Now: time.Now,
		Site: curate.Site{Title: c.Site.Title, URL: c.Site.URL, Authority: db.Authority(), Language: c.Site.Language, Zone: time.UTC},
	}
	press.Site = serve.New(serve.Config{Render: press.OnDemand(desk), Log: log})
	if err := desk.Configure(c.topics(), outlets); err != nil {
		return err
	}
	return c.serve(ctx, press.Site, db, f, desk, ready)
}

func (c *settings) serve(ctx context.Context, pages http.Handler, db *bolt.DB, f *fetch.Fetcher, desk *publish.Desk, ready chan<- demo.Running) error {
	l, err := net.Listen("tcp", c.Publish.Listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: pages, ReadHeaderTimeout: time.Second}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer server.Close()
	wg.Go(func() { server.Serve(l) })
	wg.Go(func() { f.Run(ctx) })
	wg.Go(func() { desk.Run(ctx) })
	ready <- demo.Running{URL: "http://" + l.Addr().String() + "/", Archive: db}
	<-ctx.Done()
	return nil
}

func (c *settings) sources() ([]fetch.Source, []store.Source, []curate.Outlet) {
	var sources []fetch.Source
	var known []store.Source
	var outlets []curate.Outlet
	for name, s := range c.Sources {
		s.ID = store.SourceID(name)
		s.Read, s.Content, s.Zone, s.Lang = c.Default.Read, c.Default.Content, c.Default.Zone, c.Default.Lang
		sources = append(sources, s)
		known = append(known, store.Source{ID: s.ID, URL: s.URL, Name: s.Name, Rank: s.Rank, Tags: s.Tags, LowTrust: s.Trust == "low"})
		outlets = append(outlets, curate.Outlet{ID: s.ID, Name: s.Name, Feed: s.URL, Rank: s.Rank, Tags: s.Tags, Content: s.Content})
	}
	return sources, known, outlets
}

func (c *settings) topics() (list []curate.Topic) {
	for slug, t := range c.Topics {
		t.Slug, t.Formats = slug, []string{"atom", "rss", "json", "html"}
		list = append(list, t)
	}
	return list
}

// The whole demo, with a store, a desk and HTTP, as fast as it goes.
func TestDemoSeesWhatTheOutletsDid(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	var stdout, stderr bytes.Buffer
	err := demo.Run(t.Context(), demo.Options{For: time.Millisecond, Out: out, Stdout: &stdout, Stderr: &stderr, Daemon: daemon})
	if err != nil {
		t.Errorf("Run: %v\n%s", err, stderr.String())
	}
	lines := strings.Split(strings.TrimRight(stdout.String(), "\n"), "\n")
	if !strings.Contains(lines[0], "http://127.0.0.1:") {
		t.Errorf("the first line names no page: %q", lines[0])
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
		}
	}
	if _, err := os.Stat(filepath.Join(out, "index.html")); err != nil {
		t.Errorf("the export: %v", err)
	}
	if strings.Contains(stdout.String(), "until text folding lands") {
		t.Error("the store does not fold two equal texts under two addresses")
	}
	t.Logf("it said:\n%s", stdout.String())
}

// forgetful is a store that lost every article's latest revision.
type forgetful struct{ demo.Archive }

func (f forgetful) Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error) {
	list, err := f.Archive.Revisions(ctx, id)
	return list[:min(len(list), 1)], err
}

func TestDemoFailsWhenTheStoreIsWrong(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // a demo that failed keeps its store
	wrong := func(ctx context.Context, config string, log io.Writer, ready chan<- demo.Running) error {
		honest := make(chan demo.Running, 1)
		go func() {
			select {
			case r := <-honest:
				ready <- demo.Running{URL: r.URL, Archive: forgetful{r.Archive}}
			case <-ctx.Done():
			}
		}()
		return daemon(ctx, config, log, honest)
	}
	var stderr bytes.Buffer
	err := demo.Run(t.Context(), demo.Options{For: time.Millisecond, Stdout: io.Discard, Stderr: &stderr, Daemon: wrong})
	if !errors.Is(err, demo.ErrMismatch) || !strings.Contains(stderr.String(), "revisions [], not [edit edit correction]") {
		t.Errorf("Run: %v, want %v; it said:\n%s", err, demo.ErrMismatch, stderr.String())
	}
}

func TestDemoEndsWhenTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	quit := func(ctx context.Context, config string, log io.Writer, ready chan<- demo.Running) error {
		cancel()
		<-ctx.Done()
		return nil
	}
	if err := demo.Run(ctx, demo.Options{Stdout: &stdout, Stderr: &stderr, Daemon: quit}); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestDemoTellsWhyTheDaemonFailed(t *testing.T) {
	broken := errors.New("no store today")
	fail := func(context.Context, string, io.Writer, chan<- demo.Running) error {
		return fmt.Errorf("open: %w", broken)
	}
	err := demo.Run(t.Context(), demo.Options{Stdout: io.Discard, Stderr: io.Discard, Daemon: fail})
	if !errors.Is(err, broken) {
		t.Errorf("Run: %v, want %v", err, broken)
	}
}
