package bolt

import (
	"wiredesk/store"
	"wiredesk/store/sketch"
)

// maxReady bounds the memory of the texts that are kept ready, twice over.
const maxReady = 5 << 20

// docs keeps the texts that articles were lately compared with ready for the
// next comparison: a wire story is compared with every copy of it. What was not
// asked for since the last time it was full is forgotten.
type docs struct {
	young, old map[docKey]*sketch.Doc
	size       int // of young, in bytes
}

type docKey struct {
	id       store.ArticleID
	revision int
}

func (d *docs) get(k docKey) *sketch.Doc {
	if doc := d.young[k]; doc != nil {
		return doc
	}
	doc := d.old[k]
	if doc != nil {
		d.put(k, doc)
	}
	return doc
}

func (d *docs) put(k docKey, doc *sketch.Doc) {
	if d.young == nil || d.size > maxReady {
		d.young, d.old, d.size = map[docKey]*sketch.Doc{}, d.young, 0
	}
	d.young[k] = doc
	d.size += doc.Bytes()
}

func (d *docs) drop(k docKey) {
	delete(d.young, k)
	delete(d.old, k)
}

// ready returns an article's text ready for comparison. It is read only if it
// is not kept. The caller holds the lock of the likeness.
func (b *batch) ready(a *store.Article) *sketch.Doc {
	l, k := b.likening(), docKey{a.ID, a.Revision}
	if doc := l.docs[k]; doc != nil {
		return doc
	}
	if kept := b.d.likeness.docs.get(k); kept != nil {
		l.keep(k, kept.Unmarked())
		return l.docs[k]
	}
	b.addText(a)
	doc := b.words(a)
	b.d.likeness.docs.put(k, doc.Unmarked())
	return doc
}

// words makes an article's text ready for comparison.
func (b *batch) words(a *store.Article) *sketch.Doc {
	l, k := b.likening(), docKey{a.ID, a.Revision}
	text := cut(a.Text, maxText)
	if d := l.docs[k]; d != nil && d.Text == text {
		return d
	}
	doc := sketch.NewDoc(text, b.number(seedKey))
	l.keep(k, doc)
	return doc
}

func (l *likening) keep(k docKey, doc *sketch.Doc) {
	if len(l.docs) >= maxDocs {
		clear(l.docs)
	}
	l.docs[k] = doc
}

// rewrote notes that a revision's text was written anew.
func (b *batch) rewrote(k docKey) {
	l := b.likening()
	delete(l.docs, k)
	l.rewrote = append(l.rewrote, k)
}
