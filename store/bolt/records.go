package bolt

import (
	"wiredesk/store"
)

// article reads an article without its text.
func (b *batch) article(id store.ArticleID) (a store.Article, ok bool) {
	ok = b.read("article", articleKey(id), &a)
	return a, ok
}

// addText reads an article's text.
func (b *batch) addText(a *store.Article) {
	t := b.text(a.ID, a.Revision)
	a.Summary, a.Body, a.Text = t.Summary, t.Body, t.Text
}

// text reads what a revision says.
func (b *batch) text(id store.ArticleID, n int) textDoc {
	v := b.get("text", revisionKey(id, n))
	if v == nil {
		return textDoc{}
	}
	t, err := b.d.unpackText(v)
	if err != nil {
		b.fail(err)
	}
	return t
}

// putMeta writes an article without its text, and nothing of its indexes.
func (b *batch) putMeta(a *store.Article) { b.save("article", articleKey(a.ID), a) }

// putArticle writes an article without its text, and files it; old is what it
// was, or has no ID.
func (p *plan) putArticle(a, old *store.Article) {
	p.save("article", articleKey(a.ID), a)
	p.file(a, old)
}

// putText writes what an article's latest revision says.
func (b *batch) putText(a *store.Article) {
	raw, err := b.d.packText(textDoc{a.Summary, a.Body, a.Text})
	if err != nil {
		b.fail(err)
		return
	}
	key := revisionKey(a.ID, a.Revision)
	if b.get("text", key) != nil {
		b.rewrote(docKey{a.ID, a.Revision})
	}
	b.put("text", key, raw)
}

// putRevision writes an article's latest revision.
func (b *batch) putRevision(a *store.Article, j store.Judgement) {
	key := revisionKey(a.ID, a.Revision)
	if b.get("revision", key) == nil {
		b.add(revisions, 1)
	}
	b.save("revision", key, store.Revision{
		Article: a.ID, N: a.Revision, At: a.Changed, Class: j.Class, Why: j.Why, Silent: j.Silent, Page: a.Page == store.PageRead,
		Title: a.Title, URL: a.URL, Published: a.Published, Updated: a.Updated, Bumped: a.Bumped, Hash: a.Hash,
		Enclosures: a.Enclosures, Authors: a.Authors, Image: a.Image, Story: a.Story,
	})
}
