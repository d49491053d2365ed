package fetch

import (
	"context"

	"wiredesk/fetch/clean"
	"wiredesk/fetch/fulltext"
	"wiredesk/fetch/schedule"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

// page reads the page behind an article and delivers the article completed. A
// page that can not be had, or says less than the feed did, leaves the article
// as the feed gave it.
func (f *Fetcher) page(ctx context.Context, s *settings, p *feed, job store.Job) store.Delivery {
	start := f.now()
	bond := s.bond(p, job.URL, web.Pages)
	r := web.Request{URL: job.URL, Accept: web.Pages, ValidFor: job.FinalURL, Robots: true}
	if web.Host(job.URL) == web.Host(p.URL) {
		r.Header = p.header
	}
	if job.Validators.For == bond {
		r.Validators = job.Validators
	}
	res, err := f.get(ctx, r)
	if err != nil {
		return f.failed(s, p, job, start, webFailure(err))
	}
	d := store.Delivery{
		Kind: store.PageJob, Source: job.Source, Article: job.Article.ID, Start: start, At: f.now(), Status: res.Status, Bytes: res.Wire,
		Validators: res.Validators, FinalURL: res.URL, Full: !res.Conditional,
	}
	d.Validators.For = bond
	if res.NotModified {
		keepValidators(&d.Validators, job.Validators)
	} else {
		a, fail := f.complete(ctx, p, job, res)
		if fail != nil {
			return f.failed(s, p, job, start, fail)
		}
		d.Articles = []store.Article{a}
	}
	if p.Watch {
		d.Next = schedule.WatchPage(job.Article.Seen, d.At)
	}
	return d
}

// complete returns the job's article with the text of its page.
func (f *Fetcher) complete(ctx context.Context, p *feed, job store.Job, res *web.Response) (store.Article, *failure) {
	leave, err := f.cpu.enter(ctx, len(res.Body))
	if err != nil {
		return store.Article{}, webFailure(err)
	}
	defer leave()
	a := job.Article
	page, err := fulltext.Read(res.Body, res.Header.Get("Content-Type"), fulltext.Options{
		URL: res.URL, Selectors: fulltext.Selectors(p.Selectors), Zone: p.location(job.Zone), Lang: first(p.Lang, a.Language), Now: f.now(),
	})
	switch {
	case err != nil:
		return a, &failure{code: store.CodeNotFeed, detail: "the page could not be read: " + oneLine(err), status: res.Status, wire: res.Wire}
	case page.Wall:
		return a, &failure{code: store.CodeWall, status: res.Status, wire: res.Wire}
	}
	finish(&a, &page, res.URL)
	return a, nil
}

// finish gives a the page's text, unless the text it has is better, and what
// else the feed did not say. The feed's own headline stays: it is what the
// source shows to feed readers.
func finish(a *store.Article, page *fulltext.Page, address string) {
	a.Page = store.PageFailed
	if a.Title == "" {
		a.Title = page.Title
	}
	if better(page.Text, a.Text) {
		a.Page, a.Body, a.Text = store.PageRead, page.Body, page.Text
		a.Language = clean.Language(first(a.Language, page.Language), a.Text)
		a.Related = page.Related
	}
	if page.Canonical != "" && web.Host(page.Canonical) == web.Host(address) {
		a.Canonical = clean.Canonical(page.Canonical)
	}
	a.Credit = first(page.Credit, clean.Credit(first(page.Byline, names(a.Authors)), a.Text), a.Credit)
	if len(a.Authors) == 0 && page.Byline != "" {
		a.Authors = []store.Person{{Name: page.Byline}}
	}
	if a.Image.URL == "" {
		a.Image = page.Image
	}
	if a.Published.At.IsZero() || a.Published.Day && !page.Published.Day && !page.Published.At.IsZero() {
		a.Published = page.Published
	}
	if page.Updated.At.After(a.Updated.At) {
		a.Updated = page.Updated
	}
	a.Hash = clean.Hash(a)
}

// better reports whether a page's text may replace what the feed gave: it must
// not be shorter, or it is a teaser, a menu or an error in disguise.
func better(page, feed string) bool {
	n := words(page)
	return n > 0 && n >= words(feed)
}
