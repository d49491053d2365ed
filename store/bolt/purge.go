package bolt

import (
	"slices"

	"wiredesk/store"
)

// What the desk withdraws is purged: the texts of all its revisions, its
// pictures and enclosures, and what folding knows of it. What is left is the
// tombstone: that there was such an article, under which headline, and when.

// purge erases what an article said. The caller writes the article.
func (b *batch) purge(a *store.Article) {
	blank(a)
	for n := 1; n <= a.Revision; n++ {
		key := revisionKey(a.ID, n)
		var r store.Revision
		if !b.read("revision", key, &r) {
			continue
		}
		r.Image, r.Enclosures = store.Image{}, nil
		b.save("revision", key, r)
		empty := store.Article{ID: a.ID, Revision: n}
		b.putText(&empty)
	}
	b.remove("sketch", articleKey(a.ID))
	b.unlearn(a.ID)
}

// unlearn has the posting index forget an article, whose place among the few
// that a text is compared with is wanted for others.
func (b *batch) unlearn(id store.ArticleID) {
	l := b.likening()
	l.purged = append(l.purged, id)
}

// blank takes from an article what readers are not to see any more. How long it
// was stays known: whoever undoes the withdrawal gets the story as it stood.
func blank(a *store.Article) {
	a.Summary, a.Body, a.Text = "", "", ""
	a.Image, a.Enclosures, a.Related = store.Image{}, nil, nil
}

// ask has a source send everything again, as what it sent is not kept any more.
func (b *batch) ask(id store.SourceID) {
	doc, _, known := b.d.kept(b, id)
	if !known {
		return
	}
	doc.Validators, doc.BodyHash, doc.Known = store.Validators{}, 0, nil
	b.save("source", []byte(id), doc)
	if !slices.Contains(b.asked, id) {
		b.asked = append(b.asked, id)
	}
}

// learnAsked forgets what the memory knew beyond the file.
func (d *DB) learnAsked(ids []store.SourceID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		if s := d.index.sources[id]; s != nil {
			s.doc = nil
			s.version++
		}
		if j := d.index.leased[task{kind: store.FeedJob, source: id}]; j != nil {
			j.partial = true
		}
	}
}

// refill gives an article whose withdrawal was undone the text that was purged.
// One whose text stood on its page gets that when the page was read again.
func (p *plan) refill(old, a *store.Article) store.Receipted {
	wanted := a.TakenBy == 0 && p.want(a)
	if wanted {
		doc := p.pages[a.ID]
		doc.Validators, doc.BodyHash = store.Validators{}, 0
		p.pages[a.ID] = doc
	}
	p.putArticle(a, old)
	p.putText(a)
	p.putSketch(a, false)
	p.restory(a, store.NoClass)
	p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, Revision: a.Revision})
	return p.line(a, store.Unchanged, p.inStory(a), wanted)
}
