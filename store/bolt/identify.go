package bolt

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"wiredesk/store"
	"wiredesk/store/sketch"
)

// A fate is what an incoming article was found to be.
type fate struct {
	in    store.Article
	old   store.Article // with text if the content key differs; no ID: there is none
	key   string        // identity that it has from now on
	twin  int           // an earlier item of the delivery that is the same article; -1: none
	mass  bool          // it differs by the source's template only
	churn bool          // it is old under a new identity
}

// A census is who is who in one document.
type census struct {
	fates   []fate
	taken   map[store.ArticleID]bool // stored articles that an item was found to be
	claimed map[string]bool          // identities of this document
}

// identify finds what is stored of the delivery's articles. Of two items with
// one identity and address the first in the document is the newer. Items that
// are known by name come before those that must be recognised, lest these take
// the place of those.
func (p *plan) identify() []fate {
	c := census{make([]fate, len(p.del.Articles)), map[store.ArticleID]bool{}, map[string]bool{}}
	first := map[string]int{}
	for i, a := range p.del.Articles {
		f := &c.fates[i]
		f.in, f.twin = intake(a, p.del.Source), -1
		id := f.in.Key + "\x00" + f.in.Canonical
		if n, twice := first[id]; twice {
			f.twin = n
			continue
		}
		first[id] = i
		if p.named(f, &c) {
			c.settle(f)
		}
	}
	for i := range c.fates {
		if f := &c.fates[i]; f.twin < 0 && f.old.ID == 0 {
			p.recognised(f, &c)
			c.settle(f)
		}
	}
	return c.fates
}

func (c *census) settle(f *fate) {
	c.taken[f.old.ID] = true
	c.claimed[f.key] = true
}

// intake returns an article as the store takes it from a delivery: times in
// UTC, texts within bounds, and an identity, whatever happened before.
func intake(a store.Article, source store.SourceID) store.Article {
	a.Source = source
	for _, c := range []*store.Claim{&a.Published, &a.Updated} {
		c.At = plainTime(c.At)
	}
	a.PageBy = plainTime(a.PageBy)
	a.Summary, a.Text = capped(a.Summary), capped(a.Text)
	if len(a.Body) > store.MaxBody {
		a.Body = "" // cut HTML is no HTML; Text has what it says
	}
	a.Words = countWords(a.Text)
	if a.Key == "" {
		a.Key = spareKey(&a)
	}
	if a.Page == store.PageWanted && a.URL == "" {
		a.Page = store.PageFailed
	}
	return a
}

// countWords counts words, and characters of scripts that part none by spaces.
func countWords(s string) (n int) {
	inWord := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == tsheg:
			inWord = false
		case sketch.Spaceless(r):
			n++
			inWord = false
		case !inWord:
			n++
			inWord = true
		}
	}
	return n
}

// tsheg parts the syllables of Tibetan, which has no other blanks.
const tsheg = '\u0f0b'

// spareKey is the identity that an article has when its own turns out to be
// shared or recycled.
func spareKey(a *store.Article) string {
	if a.Canonical != "" {
		return "url:" + a.Canonical
	}
	return fmt.Sprintf("text:%016x", a.Hash)
}

// named finds the stored article that f is by its name: its identity or, where
// that is shared or recycled, what it goes by instead.
func (p *plan) named(f *fate, c *census) bool {
	spare := spareKey(&f.in)
	for _, key := range []string{f.in.Key, spare} {
		id, stored := p.lookup(key)
		if stored && !c.taken[id] && !c.claimed[key] && p.is(f, id, key, spare) {
			f.key = key
			return true
		}
	}
	return false
}

// recognised gives f a free identity, and finds the stored article that it is
// under another one.
func (p *plan) recognised(f *fate, c *census) {
	free := func(key string) bool {
		_, stored := p.lookup(key)
		return !stored && !c.claimed[key]
	}
	f.key = f.in.Key
	if !free(f.key) {
		f.key = spareKey(&f.in)
	}
	for n := 2; !free(f.key); n++ { // items of one document with nothing to tell them apart but the text
		f.key = fmt.Sprintf("text:%016x.%d", f.in.Hash, n)
	}
	p.churned(f, c.taken)
}

func (p *plan) lookup(key string) (store.ArticleID, bool) {
	v := p.get("key", identityKey(p.del.Source, key))
	if len(v) != 8 {
		return 0, false
	}
	return store.ArticleID(binary.BigEndian.Uint64(v)), true
}

// is reports whether the article stored under key is f, and loads it if so. A
// shared guid yields to the address, where an article is kept under that.
func (p *plan) is(f *fate, id store.ArticleID, key, spare string) bool {
	old, ok := p.article(id)
	if !ok {
		return false
	}
	if old.Canonical != f.in.Canonical && key != spare {
		if _, stored := p.lookup(spare); stored {
			return false
		}
	}
	if old.Hash != f.in.Hash && (old.FeedHash != f.in.Hash || old.FeedHash == 0) {
		p.addText(&old)
		if !store.SameArticle(&old, &f.in) {
			return false
		}
	}
	f.old = old
	return true
}

// churned looks for f among the source's articles of its address, or of its
// content where it has none.
func (p *plan) churned(f *fate, taken map[store.ArticleID]bool) {
	for _, id := range p.suspects(&f.in) {
		if taken[id] {
			continue
		}
		old, ok := p.article(id)
		if !ok {
			continue
		}
		p.addText(&old)
		if store.Churned(&old, &f.in) {
			if strings.HasPrefix(old.Key, "text:") && old.Hash == f.in.Hash {
				f.key = old.Key // that is its name
			}
			f.old, f.churn = old, f.key != old.Key
			return
		}
	}
}

// suspects are the source's articles with the address or content of a, newest
// first.
func (p *plan) suspects(a *store.Article) (ids []store.ArticleID) {
	if a.Canonical == "" {
		if v := p.get("content", contentKey(a.Source, a.Hash)); len(v) == 8 {
			ids = append(ids, store.ArticleID(tail(v)))
		}
		return ids
	}
	for _, u := range p.urls(a.Canonical) {
		if u.Source == a.Source {
			ids = append(ids, u.ID)
		}
	}
	slices.Reverse(ids)
	return ids
}

// A urlDoc lists the articles that have a canonical URL, first writer first.
type urlDoc struct {
	Articles []urlEntry `cbor:"1,keyasint,omitempty"`
}

type urlEntry struct {
	ID     store.ArticleID `cbor:"1,keyasint,omitempty"`
	Source store.SourceID  `cbor:"2,keyasint,omitempty"`
}

// maxURL is how many articles are remembered of one address. An address that
// has more stands for no article.
const maxURL = 64

func (b *batch) urls(canonical string) []urlEntry {
	var doc urlDoc
	if canonical != "" {
		b.read("url", urlKey(canonical), &doc)
	}
	return doc.Articles
}

// index files an article under its identity, address and content; old is what
// it was, or without ID.
func (p *plan) file(a, old *store.Article) {
	if old.ID != 0 && old.Key != a.Key {
		p.remove("key", identityKey(old.Source, old.Key))
	}
	p.put("key", identityKey(a.Source, a.Key), articleKey(a.ID))
	p.put("source_of", ownedKey(a.Source, a.ID), []byte{})
	if old.ID != 0 && (old.Canonical != a.Canonical || old.Hash != a.Hash) {
		p.unfile(old, a.Canonical)
	}
	if a.Canonical == "" {
		p.put("content", contentKey(a.Source, a.Hash), articleKey(a.ID))
		return
	}
	list := p.urls(a.Canonical)
	entry := urlEntry{a.ID, a.Source}
	if len(list) < maxURL && !slices.Contains(list, entry) {
		p.save("url", urlKey(a.Canonical), urlDoc{append(slices.Clone(list), entry)})
	}
}

// unfile takes an article from where its former address or content led to it.
func (p *plan) unfile(old *store.Article, canonical string) {
	if old.Canonical == "" {
		k := contentKey(old.Source, old.Hash)
		if v := p.get("content", k); len(v) == 8 && store.ArticleID(tail(v)) == old.ID {
			p.remove("content", k)
		}
		return
	}
	if old.Canonical == canonical {
		return
	}
	list := slices.DeleteFunc(slices.Clone(p.urls(old.Canonical)), func(u urlEntry) bool { return u.ID == old.ID })
	if len(list) == 0 {
		p.remove("url", urlKey(old.Canonical))
		return
	}
	p.save("url", urlKey(old.Canonical), urlDoc{list})
}
