package publish

import (
	"context"
	"log/slog"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// A Desk turns the change feed into editions. Set the fields, Configure it,
// then call Run or Once; the reading methods may be called at any time.
type Desk struct {
	Archive Archive
	Site    curate.Site
	Sink    Sink // nil: editions are kept for Edition only
	Log     *slog.Logger
	Now     func() time.Time
}

// A Sink is where editions go. [Press] is the one that renders them.
type Sink interface {
	// Edition publishes a topic's edition, whether or not it differs from the last.
	Edition(ctx context.Context, e curate.Edition) error
	// Story publishes a story's page, or takes it back if there is none any more.
	Story(ctx context.Context, id store.StoryID, d site.StoryData, ok bool) error
	// Front publishes what speaks of all topics, and of the sources.
	Front(ctx context.Context, d site.FrontData, sources []store.Health) error
	// Flush is called when everything of a round was handed over.
	Flush(ctx context.Context) error
}

// A Summary says what one round of the desk did.
type Summary struct {
	Stories  int       // looked at
	Taken    int       // takings made
	Left     int       // takings ended
	Entries  int       // appeared, changed or went
	Editions []string  // slugs of the topics whose edition differs from the last
	Next     time.Time // when the desk has something to do by itself; zero: nothing
}

// Configure sets the topics and the outlets, now or while the desk runs. It is
// all or nothing: on an error everything stays as it was.
func (d *Desk) Configure(topics []curate.Topic, outlets []curate.Outlet) error { return nil }

// Run keeps the editions current until ctx ends. It returns what ended it.
func (d *Desk) Run(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }

// Once brings the editions up to date and returns. With settleNow it does not
// wait for copies: a one-shot run has gathered all there will be.
func (d *Desk) Once(ctx context.Context, settleNow bool) (Summary, error) { return Summary{}, nil }

// Topics returns the configured topics, by slug.
func (d *Desk) Topics() []curate.Topic { return nil }

// Edition returns a topic's current edition.
func (d *Desk) Edition(slug string) (curate.Edition, bool) { return curate.Edition{}, false }

// Front returns what the front page shows.
func (d *Desk) Front(ctx context.Context) site.FrontData { return site.FrontData{} }

// Story returns what the public page of a story shows. ErrNotFound: it has none.
func (d *Desk) Story(ctx context.Context, id store.StoryID) (site.StoryData, error) {
	return site.StoryData{}, store.ErrNotFound
}

// Search returns the newest public stories that match, at most limit, and how
// many there are. What is wrong with the query stands in the data's Problem.
func (d *Desk) Search(ctx context.Context, q string, limit int) (site.SearchData, error) {
	return site.SearchData{}, nil
}

// Explain returns what became of a story: why it was folded, and for each
// topic whether it took it and why.
func (d *Desk) Explain(ctx context.Context, id store.StoryID) (Explained, error) {
	return Explained{}, store.ErrNotFound
}
