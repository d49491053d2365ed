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
func (e *errand) page(ctx context.Context) store.Delivery {
	bond := e.s.bond(e.p, e.job.URL, web.Pages)
	r := web.Request{URL: e.job.URL, Accept: web.Pages, ValidFor: e.job.FinalURL, Robots: true}
	e.p.own(&r)
	if e.job.Validators.For == bond {
		r.Validators = e.job.Validators
	}
	res, err := e.get(ctx, r)
	if err != nil {
		return e.failed(webFailure(err))
	}
	d := e.delivery(res, bond)
	if !res.NotModified {
		a, fail := e.complete(ctx, res)
		if fail != nil {
			return e.failed(fail)
		}
		d.Articles = []store.Article{a}
	}
	if e.p.Watch {
		d.Next = schedule.WatchPage(e.job.Article.Seen, d.At)
	}
	return d
}

// complete returns the job's article with the text of its page.
func (e *errand) complete(ctx context.Context, res *web.Response) (store.Article, *failure) {
	leave, err := e.begin(ctx)
	if err != nil {
		return store.Article{}, webFailure(err)
	}
	defer leave()
	a := e.job.Article
	page, err := fulltext.Read(res.Body, res.Header.Get("Content-Type"), fulltext.Options{
		URL: res.URL, Selectors: fulltext.Selectors(e.p.Selectors), Zone: e.p.location(e.job.Zone),
		Lang: first(e.p.Lang, a.Language), Now: e.f.now(),
	})
	switch {
	case err != nil:
		return a, &failure{code: store.CodeNotFeed, detail: "the page could not be read: " + oneLine(err), status: res.Status, wire: res.Wire}
	case page.Wall:
		return a, &failure{code: store.CodeWall, status: res.Status, wire: res.Wire}
	}
	finish(&a, &page, res.URL, e.s.Links())
	return a, nil
}

// finish gives a the page's text, unless the text it has is better, and what
// else the feed did not say. The feed's own headline stays: it is what the
// source shows to feed readers.
func finish(a *store.Article, page *fulltext.Page, address string, links clean.Rules) {
	if a.Title == "" {
		a.Title = page.Title
	}
	if better(page.Text, a.Text, a.Page == store.PageRead) {
		a.Body, a.Text = page.Body, page.Text
		a.Language = clean.Language(first(a.Language, page.Language), a.Text)
		a.Related = page.Related
	}
	if page.Canonical != "" && web.Host(page.Canonical) == web.Host(address) {
		a.Canonical = links.Canonical(page.Canonical)
	}
	a.Claimed = first(page.Claimed, a.Claimed)
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
	a.Page = store.PageRead
	a.Hash = clean.Hash(a)
}

// better reports whether a page's text may replace the text at hand. Instead of
// what the feed gave it must not be shorter, or it is a teaser, a menu or an
// error in disguise. A page that is read again may have lost a paragraph.
func better(page, old string, again bool) bool {
	n, had := words(page), words(old)
	if again {
		had /= 2
	}
	return n > 0 && n >= had
}
