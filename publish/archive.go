package publish

import (
	"context"

	"wiredesk/store"
)

// An Archive is what the desk needs of the store.
type Archive interface {
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Wait(ctx context.Context, after uint64) error
	Story(ctx context.Context, id store.StoryID) (store.Story, error)
	Stories(ctx context.Context, after store.StoryID, limit int) ([]store.Story, error)
	Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error)
	Health(ctx context.Context) ([]store.Health, error)
	Decisions(ctx context.Context) ([]store.Decision, error)
	Desk(ctx context.Context, name string) (store.DeskState, error)
	Takings(ctx context.Context, topic string, rule uint64, limit int) ([]store.Taking, error)
	Commit(ctx context.Context, w store.DeskWork) error
}
