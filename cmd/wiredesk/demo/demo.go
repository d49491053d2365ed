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
	"errors"
	"io"
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
	Force(ctx context.Context, now time.Time, ids []store.SourceID) error
}

// Run runs the demo until its scenes are played and o.For is over, or ctx is
// done. It returns [ErrMismatch] if the daemon did not do its work.
func Run(ctx context.Context, o Options) error {
	return errors.New("demo: not yet built")
}
