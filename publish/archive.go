package publish

import (
	"context"

	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// An Archive is what the desk needs of the store.
type Archive interface {
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Wait(ctx context.Context, after uint64) error
	Story(ctx context.Context, id store.StoryID) (store.Story, error)
	Stories(ctx context.Context, after store.StoryID, limit int) ([]store.Story, error)
	Latest(ctx context.Context, before store.StoryID, limit int) ([]store.Story, error)
	Article(ctx context.Context, id store.ArticleID) (store.Article, error)
	Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error)
	Health(ctx context.Context) ([]store.Health, error)
	Decisions(ctx context.Context) ([]store.Decision, error)
	Desk(ctx context.Context, name string) (store.DeskState, error)
	ArchivePage(ctx context.Context, topic string, n int) (store.ArchivePage, error)
	Takings(ctx context.Context, topic string, rule uint64, limit int) ([]store.Taking, error)
	Commit(ctx context.Context, w store.DeskWork) error
}

// A Sink is where editions go. [Press] is the one that renders them. The same
// edition or page may come again; a sink that publishes it again must do so
// with the same bytes.
type Sink interface {
	// Edition publishes a topic's edition.
	Edition(ctx context.Context, e curate.Edition) error
	// Drop takes back all that was published of a topic that is gone.
	Drop(ctx context.Context, t curate.Topic) error
	// Story publishes the page of a story, if the sink keeps such pages. make
	// returns store.ErrNotFound for one that has no page any more.
	Story(ctx context.Context, id store.StoryID, make func() (site.StoryData, error)) error
	// Page publishes a page of a topic's archive, if the sink keeps such pages.
	// One that it has already it need not make, unless that was rewritten.
	Page(ctx context.Context, t curate.Topic, n int, rewritten bool, make func() (curate.Edition, error)) error
	// Front publishes what speaks of all topics, and of the sources.
	Front(ctx context.Context, d site.FrontData, sources []store.Health) error
	// Flush is called when everything of a round was handed over.
	Flush(ctx context.Context) error
}
