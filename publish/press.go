package publish

import (
	"context"
	"log/slog"
	"net/url"

	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// A Press is the [Sink] that renders editions and pages, at the addresses of
// DESIGN, section 8, and hands the bytes to the server and to the export.
type Press struct {
	Pages  *site.Pages
	Site   *serve.Site   // nil: nothing is served
	Folder *serve.Folder // nil: nothing is exported
	Log    *slog.Logger
}

// Edition renders every format of an edition.
func (p *Press) Edition(ctx context.Context, e curate.Edition) error { return nil }

// Story renders the page of a story for the export; the server makes it on demand.
func (p *Press) Story(ctx context.Context, id store.StoryID, d site.StoryData, ok bool) error {
	return nil
}

// Front renders the front page, the list of topics and the sources' health.
func (p *Press) Front(ctx context.Context, d site.FrontData, sources []store.Health) error {
	return nil
}

// Flush writes the export.
func (p *Press) Flush(ctx context.Context) error { return nil }

// OnDemand returns the pages that are not kept: stories and search. It is the
// Render of [serve.Config].
func (p *Press) OnDemand(d *Desk) func(ctx context.Context, path string, query url.Values) (*serve.File, error) {
	return func(context.Context, string, url.Values) (*serve.File, error) { return nil, nil }
}
