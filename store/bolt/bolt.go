// Package bolt keeps wiredesk's store in one bbolt file.
package bolt

import (
	"context"
	"errors"
	"time"

	"wiredesk/store"
)

var (
	// ErrLocked reports that another process has the file open.
	ErrLocked = errors.New("another process has it open")
	// ErrNewer reports that a newer wiredesk wrote the file.
	ErrNewer = errors.New("a newer wiredesk wrote it")
	// ErrDamaged reports that the file cannot be read as a store.
	ErrDamaged = errors.New("damaged")
)

// Config is the store section of config.yaml.
type Config struct {
	Path        string        `yaml:"path" desc:"file that holds everything wiredesk remembers"`
	LockTimeout time.Duration `yaml:"lock_timeout" desc:"how long to wait for another process to let go of the file"`
}

// Check reports what is wrong with the configuration.
func (c Config) Check() error {
	if c.Path == "" {
		return errors.New("path: name the file that holds the store, as in wiredesk.db")
	}
	if c.LockTimeout < 0 {
		return errors.New("lock_timeout: cannot be negative")
	}
	return nil
}

// A DB is an open store.
type DB struct{}

// Stats are the store's figures.
type Stats struct {
	Articles, Stories, Revisions, Changes, Sources int
	File, Free                                     int64 // bytes
}

var errTodo = errors.New("not built yet")

func Open(c Config, now time.Time) (*DB, error) { return nil, errTodo }
func (d *DB) Close() error                      { return errTodo }
func (d *DB) Authority() string                 { return "" }
func (d *DB) Configure(ctx context.Context, now time.Time, sources []store.Source) error {
	return errTodo
}
func (d *DB) Claim(ctx context.Context, now time.Time, n int) (visits []store.Visit, next time.Time, err error) {
	return nil, time.Time{}, errTodo
}
func (d *DB) Release(v store.Visit) {}
func (d *DB) Ingest(ctx context.Context, del store.Delivery) (store.Receipt, error) {
	return store.Receipt{}, errTodo
}
func (d *DB) Flush(ctx context.Context) error { return errTodo }
func (d *DB) Force(ctx context.Context, now time.Time, ids []store.SourceID) error {
	return errTodo
}
func (d *DB) Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error) {
	return nil, errTodo
}
func (d *DB) Wait(ctx context.Context, after uint64) error { return errTodo }
func (d *DB) Story(ctx context.Context, id store.StoryID) (store.Story, error) {
	return store.Story{}, errTodo
}
func (d *DB) Stories(ctx context.Context, after store.StoryID, limit int) ([]store.Story, error) {
	return nil, errTodo
}
func (d *DB) Article(ctx context.Context, id store.ArticleID) (store.Article, error) {
	return store.Article{}, errTodo
}
func (d *DB) Articles(ctx context.Context, source store.SourceID, after store.ArticleID, limit int) ([]store.Article, error) {
	return nil, errTodo
}
func (d *DB) FindURL(ctx context.Context, canonical string) ([]store.ArticleID, error) {
	return nil, errTodo
}
func (d *DB) Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error) {
	return nil, errTodo
}
func (d *DB) Health(ctx context.Context) ([]store.Health, error) { return nil, errTodo }
func (d *DB) Decide(ctx context.Context, dec store.Decision) (store.Decision, error) {
	return store.Decision{}, errTodo
}
func (d *DB) Decisions(ctx context.Context) ([]store.Decision, error)   { return nil, errTodo }
func (d *DB) Commit(ctx context.Context, w store.DeskWork) error        { return errTodo }
func (d *DB) Desk(ctx context.Context, name string) (store.DeskState, error) {
	return store.DeskState{}, errTodo
}
func (d *DB) Takings(ctx context.Context, topic string, rule uint64, limit int) ([]store.Taking, error) {
	return nil, errTodo
}
func (d *DB) Stats(ctx context.Context) (Stats, error) { return Stats{}, errTodo }
func (d *DB) Verify(ctx context.Context) error         { return errTodo }
