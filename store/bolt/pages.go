package bolt

import (
	"time"

	"wiredesk/store"
)

// A pageDoc is a page that is due, and how reading it went so far. Times are
// unix nanoseconds, 0: never.
type pageDoc struct {
	URL        string           `cbor:"1,keyasint,omitempty"`
	Source     store.SourceID   `cbor:"2,keyasint,omitempty"`
	Due        int64            `cbor:"3,keyasint,omitempty"`
	Errors     int              `cbor:"4,keyasint,omitempty"` // in a row
	FailedAt   int64            `cbor:"5,keyasint,omitempty"`
	Attempt    int64            `cbor:"6,keyasint,omitempty"`
	LastOK     int64            `cbor:"7,keyasint,omitempty"`
	Validators store.Validators `cbor:"8,keyasint,omitzero"`
	FinalURL   string           `cbor:"9,keyasint,omitempty"`
	BodyHash   uint64           `cbor:"10,keyasint,omitempty"`
}

// keptPage returns what is known of the page behind an article, bookkeeping
// that was not written yet included.
func (d *DB) keptPage(b *batch, id store.ArticleID) (doc pageDoc) {
	d.mu.Lock()
	doc, pending := d.index.pageDocs[id]
	d.mu.Unlock()
	if !pending {
		b.read("page", articleKey(id), &doc)
	}
	return doc
}

// wantPage makes the page behind a due.
func (p *plan) wantPage(a *store.Article) {
	due := p.del.Pages
	if due.IsZero() {
		due = p.at
	}
	doc := p.d.keptPage(p.batch, a.ID)
	doc.URL, doc.Source, doc.Due = a.URL, a.Source, nano(due)
	p.pages[a.ID] = doc
}

// page takes what reading a page brought.
func (p *plan) page() {
	del := p.del
	old, ok := p.article(del.Article)
	if !ok {
		p.pages[del.Article] = pageDoc{}
		return
	}
	p.addText(&old)
	switch {
	case !del.Failed() && len(del.Articles) > 0:
		p.receipt.Articles = []store.Receipted{p.readPage(&old, del.Articles[0])}
	case old.Page == store.PageWanted && del.Next.IsZero():
		p.complete(&old, old, store.PageFailed)
	}
	p.pages[del.Article] = p.nextPage(&old)
}

// nextPage returns the page's bookkeeping after a read, empty if it is never
// to be read again.
func (p *plan) nextPage(a *store.Article) pageDoc {
	del := p.del
	if del.Next.IsZero() {
		return pageDoc{}
	}
	doc := p.d.keptPage(p.batch, a.ID)
	if doc.URL == "" {
		doc.URL, doc.Source = a.URL, a.Source
	}
	doc.Due, doc.Attempt = nano(del.Next), nano(del.At)
	if del.Failed() {
		doc.failed(del.At)
		return doc
	}
	doc.Errors, doc.FailedAt, doc.LastOK = 0, 0, nano(del.At)
	doc.Validators, doc.FinalURL, doc.BodyHash = del.Validators, del.FinalURL, del.BodyHash
	return doc
}

// putPage writes a page's bookkeeping, or removes it when it is empty.
func (b *batch) putPage(id store.ArticleID, doc pageDoc) {
	if doc.URL == "" {
		b.remove("page", articleKey(id))
		return
	}
	b.save("page", articleKey(id), doc)
}

func (doc *pageDoc) failed(at time.Time) {
	if doc.Errors++; doc.Errors == 1 {
		doc.FailedAt = nano(at)
	}
}

// setPages brings the index up to date with the pages that a delivery made due
// or saw done.
func (ix *index) setPages(pages map[store.ArticleID]pageDoc) {
	for id, doc := range pages {
		j := ix.pages[id]
		switch {
		case doc.URL == "" && j != nil:
			ix.drop(j)
			delete(ix.pages, id)
		case doc.URL == "":
		case j != nil:
			ix.move(j, doc.Due)
		default:
			j = &job{kind: store.PageJob, source: doc.Source, article: id, url: doc.URL, due: doc.Due}
			ix.pages[id] = j
			ix.add(j, doc.URL)
		}
	}
}
