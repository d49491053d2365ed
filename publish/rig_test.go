package publish_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// A rig is a desk over a real store, with a clock that the test moves.
type rig struct {
	*testing.T
	db      *bolt.DB
	path    string
	now     time.Time
	desk    *publish.Desk
	out     *outbox
	outlets []curate.Outlet
	sources []store.Source
}

// An outbox keeps what the desk published last.
type outbox struct {
	editions map[string]curate.Edition
	pages    map[store.StoryID]site.StoryData
	full     atomic.Bool // the disk is
}

func (o *outbox) Edition(_ context.Context, e curate.Edition) error {
	o.editions[e.Topic.Slug] = e
	return nil
}

func (o *outbox) Drop(_ context.Context, t curate.Topic) error {
	delete(o.editions, t.Slug)
	return nil
}

func (o *outbox) Story(_ context.Context, id store.StoryID, make func() (site.StoryData, error)) error {
	d, err := make()
	if err != nil {
		delete(o.pages, id)
		return nil
	}
	o.pages[id] = d
	return nil
}

func (o *outbox) Page(context.Context, curate.Topic, int, bool, func() (curate.Edition, error)) error {
	return nil
}

func (o *outbox) Front(context.Context, site.FrontData, []store.Health) error { return nil }

func (o *outbox) Flush(context.Context) error {
	if o.full.Load() {
		return errors.New("disk full")
	}
	return nil
}

var dawn = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

func newRig(t *testing.T, sources ...string) *rig {
	t.Helper()
	r := &rig{T: t, now: dawn, path: filepath.Join(t.TempDir(), "store.db")}
	for _, s := range sources {
		r.source(curate.Outlet{ID: store.SourceID(s), Name: strings.ToUpper(s), Content: curate.Full})
	}
	r.open()
	return r
}

func (r *rig) source(o curate.Outlet) {
	r.outlets = append(r.outlets, o)
	r.sources = append(r.sources, store.Source{
		ID: o.ID, URL: "https://" + string(o.ID) + ".example/feed", Name: o.Name, Rank: o.Rank, Tags: o.Tags, Private: o.Private,
	})
}

func (r *rig) open() {
	r.Helper()
	db, err := bolt.Open(bolt.Config{Path: r.path}, r.now)
	if err != nil {
		r.Fatal(err)
	}
	r.db = db
	r.Cleanup(func() { _ = db.Close() })
	if err := db.Configure(r.Context(), r.now, r.sources); err != nil {
		r.Fatal(err)
	}
}

// hire puts a new desk to work, as after a restart.
func (r *rig) hire(topics ...curate.Topic) {
	r.Helper()
	r.out = &outbox{editions: map[string]curate.Edition{}, pages: map[store.StoryID]site.StoryData{}}
	r.desk = &publish.Desk{
		Archive: r.db, Site: curate.Site{Title: "Test", URL: "https://wire.example", Authority: "wire.example"}, Sink: r.out,
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return r.now },
	}
	if err := r.desk.Configure(topics, r.outlets); err != nil {
		r.Fatal(err)
	}
}

// article makes the n-th article of a source.
func article(source string, n int, title, text string) store.Article {
	link := fmt.Sprintf("https://%s.example/%d", source, n)
	return store.Article{
		Source: store.SourceID(source), Key: "id:" + link, GUID: link, URL: link, Canonical: link, Title: title,
		Body: "<p>" + text + "</p>", Text: text, Language: "en", Hash: xxhash.Sum64String(title + text + link), FeedHash: xxhash.Sum64String(title + text + link),
		Words: len(strings.Fields(text)),
	}
}

// shared makes an article that stands at the address of another.
func shared(source string, at store.Article) store.Article {
	a := at
	a.Source, a.Key = store.SourceID(source), "id:"+source+at.GUID
	return a
}

// deliver stores what one poll of a source brought.
func (r *rig) deliver(source string, articles ...store.Article) store.Receipt {
	r.Helper()
	rec, err := r.db.Ingest(r.Context(), store.Delivery{
		Kind: store.FeedJob, Source: store.SourceID(source), Start: r.now, At: r.now, Status: 200, Items: len(articles),
		Articles: articles, Next: r.now.Add(time.Hour), Full: true,
	})
	if err != nil {
		r.Fatal(err)
	}
	return rec
}

// round moves the clock and lets the desk work.
func (r *rig) round(after time.Duration) publish.Summary {
	r.Helper()
	r.now = r.now.Add(after)
	sum, err := r.desk.Once(r.Context(), false)
	if err != nil {
		r.Fatal(err)
	}
	return sum
}

func (r *rig) titles(slug string) string {
	var list []string
	for _, e := range r.out.editions[slug].Entries {
		list = append(list, e.Title)
	}
	return strings.Join(list, "|")
}

// words are n different words about a subject.
func words(subject string, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%d", subject, i)
	}
	return strings.Join(list, " ") + "."
}

func topic(slug, match string) curate.Topic {
	t := curate.Defaults()
	t.Slug, t.Match = slug, match
	return t
}
