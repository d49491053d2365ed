package fetch

import (
	"context"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/parse"
	"wiredesk/fetch/schedule"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

// How much of a source's archive is read (FETCH-A30). Some archives have no end,
// and some run in a circle.
const (
	archiveDaily = 10  // documents a day
	archiveTotal = 20  // documents for one gap, or for a new subscription
	archiveTries = 3   // for one document
	archiveAsked = 200 // addresses remembered, so that none is asked for twice
	// pageMoves is after how long a page of a feed is another document.
	pageMoves = 14 * 24 * time.Hour
)

// older returns the address of the document before this one, if it is at the
// source's own host: a feed sends us to nobody else.
func (e *errand) older(doc *parse.Document, res *web.Response) string {
	address := first(doc.Feed.Prev, doc.Feed.Next)
	host := web.Host(address)
	if doc.Feed.Complete || len(address) > 2048 || web.CheckURL(address) != nil || host != web.Host(res.URL) && host != web.Host(e.p.URL) {
		return ""
	}
	return address
}

// wantsArchive reports whether a document leaves something out that only the
// archive has: everything before a new subscription, or what came and went since
// the last poll, if nothing in the document is known.
func (e *errand) wantsArchive(same bool, d *store.Delivery) bool {
	if e.job.LastOK.IsZero() {
		return true
	}
	known := func(k uint64) bool { return slices.Contains(e.job.Known, k) }
	return same && len(e.job.Known) > 0 && len(d.Known) > 0 && !slices.ContainsFunc(d.Known, known)
}

// startArchive begins to read an archive at address, unless that was read or one
// is being read. It returns nil where nothing changes. What an archive's address
// holds never changes; a page's does, as the feed moves on: another gap may need
// the same address again.
func startArchive(b store.Backfill, address string, paged bool, now time.Time) *store.Backfill {
	if paged {
		b.Asked = slices.DeleteFunc(slices.Clone(b.Asked), func(a store.Asked) bool { return now.Sub(a.At) > pageMoves })
	}
	if b.Next != "" || asked(b, address) {
		return nil
	}
	b.Next, b.Left, b.Errors = address, archiveTotal, 0
	b.Due = archiveTurn(b, now)
	return &b
}

func asked(b store.Backfill, address string) bool {
	hash := xxhash.Sum64String(address)
	return slices.ContainsFunc(b.Asked, func(a store.Asked) bool { return a.Hash == hash })
}

// archiveTurn returns when one more document may be asked for.
func archiveTurn(b store.Backfill, now time.Time) time.Time {
	if n := len(b.Asked); n >= archiveDaily {
		if at := b.Asked[n-archiveDaily].At.Add(24 * time.Hour); at.After(now) {
			return at
		}
	}
	return now
}

// nextArchive notes that b.Next was asked for, and goes on to address; empty:
// that was the last.
func nextArchive(b store.Backfill, address string, now time.Time) store.Backfill {
	b.Asked = append(slices.Clone(b.Asked), store.Asked{Hash: xxhash.Sum64String(b.Next), At: now})
	if n := len(b.Asked); n > archiveAsked {
		b.Asked = b.Asked[n-archiveAsked:]
	}
	b.Left--
	b.Next, b.Errors, b.Due = "", 0, time.Time{}
	if address != "" && b.Left > 0 && !asked(b, address) {
		b.Next, b.Due = address, archiveTurn(b, now)
	}
	return b
}

// failedArchive asks again later, or gives up what will not get better.
func failedArchive(b store.Backfill, code store.Code, retryAfter, now time.Time) store.Backfill {
	b.Errors++
	at := schedule.RetryPage(code, b.Errors, retryAfter, now)
	if at.IsZero() || b.Errors >= archiveTries {
		return nextArchive(b, "", now)
	}
	b.Due = at
	return b
}

// archive reads one older document of a feed. What it brings is old: its pages
// are not read.
func (e *errand) archive(ctx context.Context) store.Delivery {
	r := web.Request{URL: e.job.URL, Accept: web.Feeds}
	e.p.own(&r)
	res, err := e.get(ctx, r)
	if err != nil {
		return e.failed(webFailure(err))
	}
	leave, err := e.begin(ctx)
	if err != nil {
		return e.failed(webFailure(err))
	}
	defer leave()
	zone := e.p.location(e.job.Zone)
	doc, err := parse.Parse(res.Body, parse.Options{URL: res.URL, Header: res.Header, Zone: zone, Lang: e.p.Lang, Known: e.job.Known})
	if err != nil {
		return e.failed(readFailure(err, res))
	}
	d := e.delivery(res, 0)
	rd := reader{feed: e.p, links: e.s.Links(), doc: doc, zone: zone, at: d.At, forbidden: func(string) bool { return true }}
	for i := range doc.Items {
		if k := doc.Items[i].Fingerprint; k == 0 || !slices.Contains(e.job.Known, k) {
			d.Articles = append(d.Articles, rd.article(&doc.Items[i]))
		}
	}
	older := e.older(doc, res)
	if len(d.Articles) == 0 {
		older = "" // it says nothing that the feed itself does not
	}
	b := nextArchive(e.job.Backfill, older, d.At)
	d.Backfill = &b
	return d
}
