package publish

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"wiredesk/publish/bucket"
	"wiredesk/publish/curate"
	"wiredesk/publish/hub"
	"wiredesk/publish/render"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// A Press is the [Sink] that renders editions and pages, at the addresses
// that readers know, and hands the bytes to the server and to the export.
type Press struct {
	Pages  *site.Pages
	Site   *serve.Site                                  // nil: nothing is served
	Folder *serve.Folder                                // nil: nothing is exported
	Target *bucket.Bucket                               // a copy of the export elsewhere; nil: none
	Hub    *hub.Hub                                     // nil: nobody is told
	Health func(sources []store.Health) ([]byte, error) // writes the feed at HealthPath; nil: there is none
	Log    *slog.Logger

	blocked string // what was last said to stand in the way of the export

	shown map[string]map[store.StoryID]bool // stories of each public topic's last edition

	prepared render.Cache // the desk hands over one edition at a time

	news []hub.Document // feeds of this round
}

// HealthPath is where the operator can subscribe to how the sources do.
const HealthPath = "/sources/health.atom"

// An export keeps what is published, as far as it is not made on demand.
type export interface {
	Put(path string, f serve.File)
	Remove(path string)
	Has(path string) bool
	Clear(folder, except string)
}

// exports returns where the export goes.
func (p *Press) exports() (list []export) {
	if p.Folder != nil {
		list = append(list, p.Folder)
	}
	if p.Target != nil {
		list = append(list, p.Target)
	}
	return list
}

// formats are the feeds of a topic.
var formats = [...]struct {
	name, file, kind string
	render           func(*render.Feed) ([]byte, []render.Skipped, error)
}{
	{"atom", "feed.atom", render.TypeAtom, (*render.Feed).Atom},
	{"rss", "feed.rss", render.TypeRSS, (*render.Feed).RSS},
	{"json", "feed.json", render.TypeJSON, (*render.Feed).JSON},
}

// Edition renders every format of an edition. One that cannot be rendered is
// logged and leaves what readers have; the others are published.
func (p *Press) Edition(_ context.Context, e curate.Edition) error {
	p.note(e)
	p.vacate(e.Topic.Slug, e.Topic.Path(""))
	for i, d := range p.feeds(e) {
		f := formats[i]
		path := e.Topic.Path(f.file)
		if !wanted(e.Topic, f.name) {
			p.remove(path)
			continue
		}
		for _, s := range d.skipped {
			p.Log.Warn("entry left out of a feed", "topic", e.Topic.Slug, "format", f.name, "story", s.Story, "err", s.Err)
		}
		p.feed(f.file, f.kind, d.body, d.err, e, e.Updated)
	}
	p.changes(e)
	sources, err := render.Sources(e)
	p.put(e.Topic.Path("sources.opml"), render.TypeOPML, sources, err, e)
	if !wanted(e.Topic, "html") {
		p.remove(e.Topic.Path(""))
		return nil
	}
	page, err := p.Pages.Topic(e)
	p.put(e.Topic.Path(""), site.TypeHTML, page, err, e)
	return nil
}

// A rendered is what came of one format.
type rendered struct {
	body    []byte
	skipped []render.Skipped
	err     error
}

// feeds renders the formats that are wanted side by side: readers wait for the
// slowest, not for the sum.
func (p *Press) feeds(e curate.Edition) (out [len(formats)]rendered) {
	feed := p.prepared.Prepare(e)
	var wg sync.WaitGroup
	for i, f := range formats {
		if wanted(e.Topic, f.name) {
			wg.Go(func() { out[i].body, out[i].skipped, out[i].err = f.render(feed) })
		}
	}
	wg.Wait()
	return out
}

const changesFile = "changes.atom"

// changes renders what happened to an edition's stories, where it is asked for.
func (p *Press) changes(e curate.Edition) {
	if e.Changes == nil {
		p.remove(e.Topic.Path(changesFile))
		return
	}
	body, skipped, err := render.Changes(e)
	for _, s := range skipped {
		p.Log.Warn("change left out of a feed", "topic", e.Topic.Slug, "story", s.Story, "err", s.Err)
	}
	p.feed(changesFile, render.TypeAtom, body, err, e, e.Changes.Updated)
}

// feed publishes one feed of an edition, of which hubs are told with the
// round's end.
func (p *Press) feed(file, kind string, body []byte, err error, e curate.Edition, updated time.Time) {
	f := serve.File{Type: kind, Body: body, Modified: updated, MaxAge: e.MaxAge, Private: !e.Topic.Public(), NoIndex: true}
	if e.Site.URL != "" {
		f.Self, f.Hubs = e.Address(file), e.Hubs
	}
	p.file(e.Topic.Path(file), f, err)
	if err == nil && f.Self != "" && p.Hub != nil {
		p.news = append(p.news, hub.Document{
			Topic: f.Self, Name: e.Topic.Slug + "/" + file, Type: kind, Link: f.Link(), Body: body, Private: !e.Topic.Public(),
		})
	}
}

// vacate takes back what the export has of a topic at another address: a token
// that was set or changed is to close the former one, which only the export
// still knows.
func (p *Press) vacate(slug, address string) {
	for _, x := range p.exports() {
		x.Clear("/t/"+slug+"/", address)
	}
}

// put publishes one document of an edition that is no feed.
func (p *Press) put(path, kind string, body []byte, err error, e curate.Edition) {
	private := !e.Topic.Public() // then nobody shall find it, should its address get about
	p.file(path, serve.File{Type: kind, Body: body, Modified: e.Updated, MaxAge: e.MaxAge, Private: private, NoIndex: private}, err)
}

func (p *Press) file(path string, f serve.File, err error) {
	if err != nil {
		p.Log.Error("cannot render; readers keep what they have", "path", serve.Masked(path), "err", err)
		return
	}
	if p.Site != nil {
		p.Site.Put(path, f)
	}
	for _, x := range p.exports() {
		x.Put(path, f)
	}
}

func (p *Press) remove(path string) {
	if p.Site != nil {
		p.Site.Remove(path)
	}
	p.unexport(path)
}

func (p *Press) unexport(path string) {
	for _, x := range p.exports() {
		x.Remove(path)
	}
}

// exported reports whether any export, or every one, has a path.
func (p *Press) exported(path string) (any, all bool) {
	all = true
	for _, x := range p.exports() {
		has := x.Has(path)
		any, all = any || has, all && has
	}
	return any, all
}

// note remembers which stories an edition shows.
func (p *Press) note(e curate.Edition) {
	if p.shown == nil {
		p.shown = map[string]map[store.StoryID]bool{}
	}
	ids := map[store.StoryID]bool{}
	if e.Topic.Public() {
		for i := range e.Entries {
			ids[e.Entries[i].Story] = true
		}
	}
	p.shown[e.Topic.Slug] = ids
}

// Drop takes back all that was published of a topic that is gone.
func (p *Press) Drop(_ context.Context, t curate.Topic) error {
	p.prepared.Drop(t.Slug)
	for _, file := range []string{"", "sources.opml", "feed.atom", "feed.rss", "feed.json", changesFile} {
		p.remove(t.Path(file))
	}
	delete(p.shown, t.Slug)
	p.vacate(t.Slug, "")
	return nil
}

// Story renders the page of a story for the export; the server makes it on
// demand. A page is written when an edition leads there, and kept current from
// then on: of a whole archive most stories never are in an edition.
func (p *Press) Story(_ context.Context, id store.StoryID, make func() (site.StoryData, error)) error {
	if len(p.exports()) == 0 {
		return nil
	}
	path := storyPath(id)
	if there, _ := p.exported(path); !there && !p.leads(id) {
		return nil
	}
	data, err := make()
	if errors.Is(err, store.ErrNotFound) {
		p.unexport(path)
		return nil
	}
	if err != nil {
		return fmt.Errorf("page of story %s: %w", id, err)
	}
	body, err := p.Pages.Story(data)
	if err != nil {
		p.Log.Error("cannot render; readers keep what they have", "path", serve.Masked(path), "err", err)
		return nil
	}
	for _, x := range p.exports() {
		x.Put(path, storyFile(data, body))
	}
	return nil
}

// Page renders an archive page for the export; the server makes it on demand.
func (p *Press) Page(_ context.Context, t curate.Topic, n int, rewritten bool, make func() (curate.Edition, error)) error {
	path := t.Path(curate.ArchiveFile(n))
	if _, all := p.exported(path); all && !rewritten {
		return nil
	}
	ed, err := make()
	if errors.Is(err, store.ErrNotFound) {
		p.unexport(path)
		return nil
	}
	if err != nil {
		return fmt.Errorf("archive page %d of topic %q: %w", n, t.Slug, err)
	}
	f, err := p.archivePage(ed)
	if err != nil {
		p.Log.Error("cannot render; readers keep what they have", "path", serve.Masked(path), "err", err)
		return nil
	}
	for _, x := range p.exports() {
		x.Put(path, *f)
	}
	return nil
}

func (p *Press) archivePage(e curate.Edition) (*serve.File, error) {
	body, skipped, err := render.Prepare(e).Atom()
	for _, s := range skipped {
		p.Log.Warn("entry left out of an archive page", "topic", e.Topic.Slug, "page", e.Page, "story", s.Story, "err", s.Err)
	}
	f := &serve.File{Type: render.TypeAtom, Body: body, Modified: e.Updated, Forever: true, NoIndex: true, Private: !e.Topic.Public()}
	if e.Site.URL != "" {
		f.Self = e.Address(curate.ArchiveFile(e.Page))
	}
	return f, err
}

// leads reports whether an edition leads to a story's page.
func (p *Press) leads(id store.StoryID) bool {
	for _, ids := range p.shown {
		if ids[id] {
			return true
		}
	}
	return false
}

func storyPath(id store.StoryID) string { return "/s/" + id.String() + "/" }

func storyFile(d site.StoryData, body []byte) serve.File {
	return serve.File{Type: site.TypeHTML, Body: body, Modified: d.Entry.Updated, NoIndex: true, Private: d.In != nil}
}

// Front renders the front page, the list of topics and the sources' health.
func (p *Press) Front(_ context.Context, d site.FrontData, sources []store.Health) error {
	var updated time.Time
	for _, e := range d.Editions {
		if e.Updated.After(updated) {
			updated = e.Updated
		}
	}
	front := func(path, kind string, body []byte, err error) {
		p.file(path, serve.File{Type: kind, Body: body, Modified: updated}, err)
	}
	page, err := p.Pages.Front(d)
	front("/", site.TypeHTML, page, err)
	list, err := render.Topics(d.Site, d.Editions)
	front("/opml.xml", render.TypeOPML, list, err)
	health, err := p.Pages.Sources(site.SourcesData{Site: d.Site, Sources: sources})
	front("/sources/", site.TypeHTML, health, err)
	help, err := p.Pages.Help(d.Site)
	front("/help/", site.TypeHTML, help, err)
	if p.Health != nil {
		feed, err := p.Health(sources)
		p.file(HealthPath, serve.File{Type: render.TypeAtom, Body: feed, NoIndex: true}, err)
	}
	front("/style.css", site.TypeCSS, p.Pages.Style(), nil)
	return nil
}

// Flush writes the export, and tells the hub of what is now there to be read. The
// bucket follows in its own time: nobody waits for a service elsewhere.
func (p *Press) Flush(ctx context.Context) error {
	if p.Target != nil {
		p.Target.Wake()
	}
	if err := p.export(ctx); err != nil {
		return err
	}
	if p.Hub != nil {
		p.Hub.Publish(p.news)
	}
	p.news = nil
	return nil
}

// export writes the export. What stands in the way of single files is logged once
// and holds up nothing else: it is tried again with every flush.
func (p *Press) export(ctx context.Context) error {
	if p.Folder == nil {
		return nil
	}
	n, err := p.Folder.Flush(ctx)
	if n > 0 {
		p.Log.Info("exported", "files", n)
	}
	if err != nil && !inTheWay(err) {
		return err
	}
	if said := fmt.Sprint(err); said != p.blocked {
		p.blocked = said
		if err != nil {
			p.Log.Error("left out of the export; take away what stands there", "err", err)
		}
	}
	return nil
}

// inTheWay reports whether all that failed is files that the export must not
// touch.
func inTheWay(err error) bool {
	all, ok := err.(interface{ Unwrap() []error })
	return ok && !slices.ContainsFunc(all.Unwrap(), func(err error) bool {
		return !errors.Is(err, serve.ErrForeign) && !errors.Is(err, serve.ErrSymlink)
	})
}
