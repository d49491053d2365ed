package fetch

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"wiredesk/fetch/parse"
	"wiredesk/store"
)

// A Push is a document that a hub sent. Its bytes are as they came, signed and
// all; At is when the request began to arrive.
type Push struct {
	store.Subscription
	Header http.Header
	Body   []byte
	At     time.Time
}

// Push reads what a hub sent, within the limits of a poll, and hands it to the
// archive. It may add to the source and change what the source said, as a poll
// may; what it leaves out is as it was. What is wrong with the document is
// logged, not returned: the error is the archive's, and the hub may try again.
func (f *Fetcher) Push(ctx context.Context, p Push) (store.Delivery, store.Receipt, error) {
	s := f.settings.Load()
	job := store.Job{Kind: store.PushJob, Source: p.Source, URL: p.Topic}
	e := &errand{f: f, s: s, p: s.find(job), job: job, start: p.At}
	if e.p == nil {
		return store.Delivery{}, store.Receipt{}, nil // it went; the hub will hear of it
	}
	d, why := e.push(ctx, p)
	if why != nil {
		f.Log.Warn("a push could not be read", "source", p.Source, "code", why.code, "detail", why.detail)
		return store.Delivery{}, store.Receipt{}, nil
	}
	r, err := f.Archive.Ingest(ctx, d)
	if err != nil {
		return d, r, fmt.Errorf("ingest %s of %s: %w", d.Kind, d.Source, err)
	}
	f.report(d, r)
	return d, r, nil
}

// push reads the document. A panic costs this push and nothing else, see run.
func (e *errand) push(ctx context.Context, p Push) (d store.Delivery, why *failure) {
	defer func() {
		if r := recover(); r != nil {
			e.f.Log.Error("reading a push went wrong; please report it", "source", p.Source, "panic", r)
			why = &failure{code: store.CodeHostile, detail: "reading it went wrong"}
		}
	}()
	leave, err := e.begin(ctx)
	if err != nil {
		return d, webFailure(err)
	}
	defer leave()
	raw, err := e.f.Client.Decode(ctx, p.Body, p.Header.Get("Content-Encoding"))
	if err != nil {
		return d, webFailure(err)
	}
	doc, err := parse.Parse(raw, parse.Options{URL: p.Topic, Header: p.Header, Zone: e.p.zone, Lang: e.p.Lang})
	switch {
	case err != nil:
		return d, &failure{code: store.CodeNotFeed, detail: oneLine(err)}
	case slices.Contains(doc.Warnings, cutWarning):
		return d, &failure{code: store.CodeCut, detail: "the document has no end"}
	}
	if !itsOwn(&p.Subscription, &doc.Feed) {
		return d, &failure{code: store.CodeNotFeed, detail: "it is another feed's: " + doc.Feed.Title}
	}
	d = store.Delivery{
		Kind: store.PushJob, Source: p.Source, Start: p.At, At: p.At, Status: http.StatusOK, Bytes: int64(len(p.Body)),
		Items: len(doc.Items), Deleted: doc.Deleted,
	}
	r := reader{feed: e.p, links: e.s.Links(), doc: doc, zone: e.p.zone, at: d.At, forbidden: e.f.Client.Forbidden}
	for i := range doc.Items {
		d.Articles = append(d.Articles, r.article(&doc.Items[i]))
	}
	return d, nil
}

// itsOwn reports whether a pushed document is of the feed that was subscribed to.
// By its address, its id or its title: each of them may differ between what is
// polled and what is pushed.
func itsOwn(sub *store.Subscription, f *parse.Feed) bool {
	same := func(a, b string) bool { return a != "" && a == b }
	return same(f.Self, sub.Topic) || same(f.ID, sub.ID) || same(f.Title, sub.Title)
}
