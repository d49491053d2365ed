package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/publish"
	"wiredesk/publish/bucket"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
)

func (p *program) publishCmd() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "publish",
		Short: "Write the editions that changed",
		Long: `Matches stored stories with the topics and writes the feeds and pages that
changed below publish.dir, and to the bucket publish.target. A topic that was
edited applies to the past as well.
Files that would hold the same bytes are left alone.`,
		Example: `  wiredesk publish
  wiredesk publish --out /srv/www/news`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&out, "out", "", "write below `DIR` instead of publish.dir")
	cmd.RunE = p.onStore(func(ctx context.Context, s *session, _ []string) error {
		dir := s.cfg.Publish.Dir
		if out != "" {
			dir = s.abs(out)
		}
		if dir == "" && s.cfg.Publish.Bucket.Target == "" {
			return wrong("there is nowhere to write to: set publish.dir or publish.target, or name a folder with --out")
		}
		files, _, err := s.press(ctx, dir, s.lender == nil, out == "" && s.lender == nil)
		if err != nil {
			return err
		}
		where := cmp.Or(dir, s.cfg.Publish.Bucket.Target)
		return s.show(published{where, files}, func() { s.say("%s: %s changed", where, count(files, "file")) })
	})
	return cmd
}

// published is what `publish --json` prints.
type published struct {
	Dir   string `json:"dir"`
	Files int    `json:"files"` // written or removed
}

// An export is a press that counts the files it changes.
type export struct {
	*publish.Press
	files int
}

// Flush writes what differs.
func (e *export) Flush(ctx context.Context) error {
	if e.Folder != nil {
		n, err := e.Folder.Flush(ctx)
		e.files += n
		if err != nil {
			return err
		}
	}
	return e.Press.Flush(ctx)
}

// press brings the editions up to date and writes them below dir, if it is not
// empty, and to the configured bucket if that is asked for. With settle it does
// not wait for further copies. It returns how many files and objects changed,
// and when there is more to do though nothing new comes.
func (s *session) press(ctx context.Context, dir string, settle, copied bool) (files int, next time.Time, err error) {
	press, closing, err := s.newPress(dir)
	if err != nil {
		return 0, next, err
	}
	defer func() { err = errors.Join(err, closing()) }()
	if !copied {
		press.Target = nil
	}
	sink := &export{Press: press}
	if press.Hub, err = s.pinger(ctx); err != nil {
		return 0, next, err
	}
	desk, err := s.desk(ctx, sink)
	if err != nil {
		return 0, next, err
	}
	bar := s.progress()
	defer bar.clear()
	bar.show("publishing %s", count(len(s.cfg.Topics), "topic"))
	lookAhead(ctx, press)
	sum, err := desk.Once(ctx, settle)
	if press.Target != nil {
		bar.show("copying to %s", s.cfg.Publish.Bucket.Target)
		n, late := press.Target.Flush(ctx)
		sink.files, err = sink.files+n, errors.Join(err, late)
	}
	if err == nil {
		err = s.ping(ctx, press.Hub)
	}
	return sink.files, sum.Next, err
}

// ending is how long the last of an export may take when its writer is told to
// stop. What is left is written after the next start.
const ending = 2 * time.Second

// lookingAhead is how long a desk waits to hear what its bucket holds.
const lookingAhead = 3 * time.Second

// lookAhead lets a press know what its bucket holds, if that can be known soon:
// which pages of old stories stand there and have to follow their stories.
func lookAhead(ctx context.Context, press *publish.Press) {
	if press.Target == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookingAhead)
	defer cancel()
	if err := press.Target.Look(ctx); err != nil {
		press.Log.Warn("pages of old stories in the bucket may stay as they are this time", "err", err)
	}
}

// newPress returns a press that writes below dir, if that is not empty, and
// the function that ends it.
func (s *session) newPress(dir string) (*publish.Press, func() error, error) {
	pages, err := site.New(s.cfg.Publish.Theme)
	if err != nil {
		return nil, nil, err
	}
	authority := s.cfg.curate(s.db).Authority
	press := &publish.Press{Pages: pages, Log: s.log, Health: func(sources []store.Health) ([]byte, error) {
		return s.cfg.healthFeed(sources, authority)
	}}
	if c := s.cfg.Publish.Bucket; c.Target != "" {
		if press.Target, err = bucket.New(c, s.log); err != nil {
			return nil, nil, err
		}
	}
	if dir == "" {
		return press, func() error { return nil }, nil
	}
	folder, err := serve.OpenFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	folder.Compress(s.cfg.Publish.Compress)
	press.Folder = folder
	return press, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), ending)
		defer cancel()
		_, err := folder.Flush(ctx)
		return errors.Join(err, folder.Close())
	}, nil
}
