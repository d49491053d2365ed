package publish

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
	"wiredesk/store"
)

const (
	// makers is how many pages are made on demand at once: each takes a
	// processor, and anybody may ask.
	makers = 4
	// patience is how long a reader waits for his turn. Nobody waits to search.
	patience = 2 * time.Second
)

// OnDemand returns the pages that are not kept: stories, archives and search.
// It is the Render of [serve.Config].
func (p *Press) OnDemand(d *Desk) serve.Renderer {
	searching, making := make(chan struct{}, searches), make(chan struct{}, makers)
	return func(ctx context.Context, path string, query url.Values) (*serve.File, error) {
		slug, page, archive := d.archivePath(path)
		topic, id, story := d.storyPathed(path)
		switch {
		case path == "/search":
			return queue(ctx, searching, 0, func() (*serve.File, error) { return p.search(ctx, d, query) })
		case archive:
			return queue(ctx, making, patience, func() (*serve.File, error) { return p.demandPage(ctx, d, slug, page) })
		case story:
			return queue(ctx, making, patience, func() (*serve.File, error) { return p.demandStory(ctx, d, topic, id, query) })
		}
		return nil, nil
	}
}

// queue makes a page when it is its turn, if that comes in time. A page that is
// not there is nil.
func queue(ctx context.Context, line chan struct{}, patience time.Duration, make func() (*serve.File, error)) (*serve.File, error) {
	select {
	case line <- struct{}{}:
	default:
		wait := time.NewTimer(patience)
		defer wait.Stop()
		select {
		case line <- struct{}{}:
		case <-wait.C:
			return nil, serve.ErrBusy
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	defer func() { <-line }()
	f, err := make()
	switch {
	case errors.Is(err, store.ErrForgotten):
		return nil, serve.ErrGone
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	}
	return f, err
}

// demandStory makes a story's page: the public one, or that of a private topic.
func (p *Press) demandStory(ctx context.Context, d *Desk, slug string, id store.StoryID, asked url.Values) (*serve.File, error) {
	data, err := d.StoryIn(ctx, slug, id, choiceOf(asked))
	if err != nil {
		return nil, err
	}
	body, err := p.Pages.Story(data)
	if err != nil {
		return nil, err
	}
	f := storyFile(data, body)
	return &f, nil
}

func (p *Press) demandPage(ctx context.Context, d *Desk, slug string, n int) (*serve.File, error) {
	ed, err := d.Page(ctx, slug, n)
	if err != nil {
		return nil, err
	}
	return p.archivePage(ed)
}

// storyPathed says which story a path is the page of, and for the readers of
// which private topic; "" stands for the public.
func (d *Desk) storyPathed(path string) (slug string, id store.StoryID, ok bool) {
	at := strings.LastIndex(strings.TrimSuffix(path, "/"), "/") + 1
	id, err := store.ParseStoryID(strings.TrimSuffix(path[at:], "/"))
	if err != nil {
		return "", 0, false
	}
	if path == storyPath(id) {
		return "", id, true
	}
	rest, _ := strings.CutPrefix(path, "/t/")
	slug, _, _ = strings.Cut(rest, "/")
	is := d.issue.Load()
	if is == nil || is.rules[slug] == nil {
		return "", 0, false
	}
	t := is.rules[slug].Topic
	return slug, id, !t.Public() && path == t.Path("s/"+id.String()+"/")
}

// archivePath says of which topic a path is an archive page, and which one. Who
// does not know a topic's token gets nothing.
func (d *Desk) archivePath(path string) (slug string, n int, ok bool) {
	rest, ok := strings.CutPrefix(path, "/t/")
	if !ok {
		return "", 0, false
	}
	slug, _, _ = strings.Cut(rest, "/")
	is := d.issue.Load()
	if is == nil || is.rules[slug] == nil {
		return "", 0, false
	}
	t := is.rules[slug].Topic
	name, ok := strings.CutPrefix(path, t.Path("archive/"))
	if !ok {
		return "", 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(name, ".atom"))
	return slug, n, err == nil && path == t.Path(curate.ArchiveFile(n))
}
