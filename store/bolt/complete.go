package bolt

import (
	"time"

	"wiredesk/store"
)

// readPage takes what a page said of an article. The first reading completes
// the article and is no revision; later ones are judged.
func (p *plan) readPage(old *store.Article, in store.Article) store.Receipted {
	in = intake(in, old.Source)
	a := carry(old, in)
	a.GUID, a.Page, a.PageBy = old.GUID, store.PageRead, time.Time{}
	if a.Title == "" {
		a.Title = old.Title
	}
	if a.URL == "" {
		a.URL, a.Canonical = old.URL, old.Canonical
	}
	if a.Summary == "" {
		a.Summary = old.Summary
	}
	if old.Page == store.PageRead {
		return p.judge(old, &a)
	}
	a.FeedHash = old.Hash
	p.complete(old, a, store.PageRead)
	return p.line(&a, store.Unchanged, p.inStory(old), false)
}

// complete ends the wait for an article's page. Its latest revision gets the
// page's text, or keeps the feed's.
func (p *plan) complete(old *store.Article, a store.Article, state store.PageState) {
	a.Page, a.PageBy = state, time.Time{}
	if a.Revision == 1 {
		a.Bumped = later(store.Judge(nil, &a, p.at).Bumped, old.Bumped)
	}
	var r store.Revision
	p.read("revision", revisionKey(a.ID, a.Revision), &r)
	p.putArticle(&a, old)
	p.putRevision(&a, store.Judgement{Class: r.Class, Why: r.Why, Silent: r.Silent})
	p.putText(&a)
	var from store.StoryID
	if old.FeedHash == 0 {
		from = p.refold(&a)
	} else { // its page was read before: its story was told
		p.putSketch(&a, false)
		p.restory(&a, store.NoClass)
	}
	p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, OldStory: from, Revision: a.Revision})
}

// refold folds an article anew now that its text is whole, unless others
// already joined it. It returns the story that the article left, if it did.
func (p *plan) refold(a *store.Article) (from store.StoryID) {
	s, ok := p.story(a.Story)
	if !ok || len(s.Members) != 1 || s.Members[0].Fold.Rule == ruleHand {
		p.restory(a, store.NoClass)
		p.putSketch(a, false)
		return 0
	}
	id, m := p.place(a)
	if id == 0 || id == s.ID {
		s.Members[0].Fold, s.Numbers = m.Fold, p.numbers(a)
		p.putStory(&s)
		p.restory(a, store.NoClass)
		p.putSketch(a, m.Roundup)
		return 0
	}
	s.Members, s.Lead, s.Into, s.Changed = nil, 0, id, p.at
	p.putStory(&s)
	p.add(storyCount, -1)
	before := *a
	p.enter(a, id, m)
	p.putArticle(a, &before)
	return s.ID
}

// deleted takes back what the source's own feed says was taken back (RFC 6721).
func (p *plan) deleted() {
	if p.stale {
		return
	}
	for _, del := range p.del.Deleted {
		id, ok := p.lookup("id:" + del.Ref)
		if !ok {
			continue
		}
		a, ok := p.article(id)
		if !ok || a.Source != p.del.Source || !a.Withdrawn.IsZero() || !del.When.IsZero() && del.When.Before(a.Updated.At) {
			continue
		}
		p.withdraw(a, p.at, 0)
	}
}

// withdraw takes an article back: by is the decision that does, 0 for its
// source.
func (b *batch) withdraw(a store.Article, at time.Time, by uint64) {
	a.Withdrawn, a.TakenBy = at, by
	b.putMeta(&a)
	b.relead(a.Story, at)
	kind := store.WithdrawnChange
	if a.Held() {
		kind = store.HeldChange
	}
	b.tell(at, store.Change{Kind: kind, Source: a.Source, Article: a.ID, Story: a.Story, Revision: a.Revision})
}

// revive brings back what its source had taken back and now sends again.
func (p *plan) revive(old, a *store.Article) {
	if old.Withdrawn.IsZero() || old.TakenBy != 0 || old.Barred != store.NoNotice && !p.cleared(old, a) {
		return
	}
	for _, del := range p.del.Deleted {
		if a.Key == "id:"+del.Ref {
			return
		}
	}
	a.Withdrawn, a.Barred, a.Notice = time.Time{}, store.NoNotice, ""
	back := *old
	back.Withdrawn, back.Barred, back.Notice = time.Time{}, store.NoNotice, ""
	p.putArticle(&back, old)
	p.relead(a.Story, p.at)
	p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, Revision: a.Revision})
}
