// Package demo is a newsroom in a box. It runs outlets on loopback that print
// each other's wire stories, edit, correct, withdraw, fail and move, and shows
// what the real daemon makes of them, one sentence at a time.
//
// Every sentence is read from the daemon's own store: nothing is announced
// before it has been seen there. The outlets keep the truth, so that at the
// end the store can be compared with it. Nothing leaves this machine.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wiredesk/store"
)

// ErrMismatch reports that the store does not hold what the outlets published.
var ErrMismatch = errors.New("the store and the outlets disagree")

// Options say how to run the demo.
type Options struct {
	For    time.Duration // end after about this long; 0: run until ctx is done
	Out    string        // folder that keeps the static export; empty: none
	Stdout io.Writer     // sentences and the summary
	Stderr io.Writer     // what is wrong

	// Daemon runs the daemon that `wiredesk run` runs, on the configuration
	// file config, until ctx is done; it returns nil when it was told to stop.
	// It logs to log and writes nowhere else. Once its pages can be opened it
	// sends to ready, once; ready never blocks.
	Daemon func(ctx context.Context, config string, log io.Writer, ready chan<- Running) error
}

// Running is a daemon that serves.
type Running struct {
	URL     string  // of its front page, as in http://127.0.0.1:8080/
	Archive Archive // its open store; valid until Daemon returns
}

// An Archive is what the demo needs of the daemon's store: to read what became
// of the outlets' articles, and to ask for a second round.
type Archive interface {
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Article(ctx context.Context, id store.ArticleID) (store.Article, error) // with text
	Story(ctx context.Context, id store.StoryID) (store.Story, error)       // members with text
	Stories(ctx context.Context, after store.StoryID, limit int) ([]store.Story, error)
	Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error)
	Health(ctx context.Context) ([]store.Health, error)
	Desk(ctx context.Context, name string) (store.DeskState, error)
	Force(ctx context.Context, now time.Time, ids []store.SourceID) error
}

// Run runs the demo until its scenes are played and o.For is over, or ctx is
// done. It returns [ErrMismatch] if the daemon did not do its work.
func Run(ctx context.Context, o Options) error {
	dir, err := os.MkdirTemp("", "wiredesk-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	err = o.run(ctx, dir)
	if errors.Is(err, ErrMismatch) {
		fmt.Fprintf(o.Stderr, "wiredesk demo: store and log are kept in %s\n", dir)
		return err
	}
	return errors.Join(err, os.RemoveAll(dir))
}

func (o Options) run(ctx context.Context, dir string) error {
	n, listeners, err := newNewsroom(time.Now().UTC())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel(nil)
	wg.Go(func() { n.serve(ctx, listeners) })

	password := rand.Text()[:16]
	export, config, err := o.files(dir, password, n.order)
	if err != nil {
		return err
	}
	log, err := newLog(filepath.Join(dir, "daemon.log"))
	if err != nil {
		return err
	}
	defer log.file.Close()
	ready := make(chan Running, 1)
	stopped := make(chan struct{})
	daemon, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer func() { stop(); <-stopped }()
	go func() {
		defer close(stopped)
		if err := o.Daemon(daemon, config, log, ready); err != nil {
			cancel(fmt.Errorf("run the demo's daemon: %w", err))
		}
	}()
	select {
	case <-ctx.Done():
		return failure(ctx)
	case <-stopped:
		return errors.Join(failure(ctx), errors.New("run the demo's daemon: it stopped at once"))
	case r := <-ready:
		s := &script{n: n, w: newWitness(r.Archive), d: desk{r.URL, export, password}}
		return errors.Join(o.show(ctx, s, config), failure(ctx))
	}
}

// files writes the daemon's configuration and returns where the export goes.
func (o Options) files(dir, password string, feeds []*feed) (export, config string, err error) {
	export, config = filepath.Join(dir, "public"), filepath.Join(dir, "config.yaml")
	if o.Out != "" {
		if export, err = filepath.Abs(o.Out); err != nil {
			return "", "", fmt.Errorf("find the folder %s: %w", o.Out, err)
		}
	}
	address, err := freeAddress()
	if err != nil {
		return "", "", err
	}
	return export, config, writeConfig(config, filepath.Join(dir, "wiredesk.db"), export, address, password, feeds)
}

// failure is why ctx ended, unless somebody just asked it to.
func failure(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// show plays the scenes and sums up. Without a time limit it then goes on
// quietly, so that the pages can be looked at.
func (o Options) show(ctx context.Context, s *script, config string) error {
	fmt.Fprintf(o.Stdout, "wiredesk demo, a newsroom in a box: open %s\n", s.d.url)
	fmt.Fprintf(o.Stdout, "decide yourself at %sdesk/ as demo, %s\n", s.d.url, s.d.password)
	begun := time.Now()
	t, err := s.perform(ctx, o.Stdout, beat(o.For, len(s.scenes())))
	if err != nil || ctx.Err() != nil {
		return err
	}
	fmt.Fprintln(o.Stdout)
	t.print(o.Stdout, s.text)
	o.next(s, config)
	for _, fault := range t.faults {
		fmt.Fprintf(o.Stderr, "wiredesk demo: %s\n", fault)
	}
	if o.For == 0 {
		<-ctx.Done()
	} else {
		pause(ctx, o.For-time.Since(begun))
	}
	if len(t.faults) > 0 {
		return fmt.Errorf("compare %d articles with what was printed: %d faults: %w", t.articles, len(t.faults), ErrMismatch)
	}
	return nil
}

// perform plays the scenes, has a second round made, and counts.
func (s *script) perform(ctx context.Context, out io.Writer, beat time.Duration) (*tally, error) {
	t := &tally{}
	if err := s.play(ctx, out, beat, t); err != nil || ctx.Err() != nil {
		return t, err
	}
	if err := s.secondRound(ctx, t); err != nil || ctx.Err() != nil {
		return t, err
	}
	if err := s.compare(ctx, t); err != nil {
		return t, err
	}
	return t, s.editions(t)
}

// next says three things to type.
func (o Options) next(s *script, config string) {
	lines := []string{
		"wiredesk demo                       the same until Ctrl-C, to look around",
		"wiredesk add https://example.org/   put that site's feed into config.yaml",
		"wiredesk run                        your own desk",
	}
	if o.For == 0 {
		lines = []string{
			"wiredesk -c " + config + " sources",
			"wiredesk -c " + config + " explain " + s.ferryID().String(),
			"wiredesk -c " + config + " changes --follow",
		}
	}
	fmt.Fprintln(o.Stdout, "\nType next:")
	for _, line := range lines {
		fmt.Fprintln(o.Stdout, "  "+line)
	}
	if o.For == 0 {
		fmt.Fprintf(o.Stdout, "\nThe desk goes on until Ctrl-C: %s\n", s.d.url)
	}
}
