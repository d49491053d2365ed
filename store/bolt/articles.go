package bolt

import (
	"math/bits"
	"slices"
	"time"

	"wiredesk/store"
)

// articles judges and stores what a document brought, oldest first, so that
// numbers count up with time.
func (p *plan) articles() {
	fates := p.identify()
	p.markTemplate(fates)
	p.receipt.Articles = make([]store.Receipted, len(fates))
	p.poll.Churned = 0
	for i := len(fates) - 1; i >= 0; i-- {
		f := &fates[i]
		switch {
		case f.twin >= 0:
		case f.old.ID == 0:
			p.receipt.Articles[i] = p.create(f, i)
		default:
			p.receipt.Articles[i] = p.update(f)
		}
	}
	for i, f := range fates {
		if f.twin >= 0 {
			p.receipt.Articles[i] = p.receipt.Articles[f.twin]
			p.receipt.Articles[i].Verdict = store.Unchanged
		}
	}
}

// markTemplate marks the articles that differ only because the source changed
// what it puts into all of them (DATES-B7).
func (p *plan) markTemplate(fates []fate) {
	var list []store.Pair
	var at []int
	for i := range fates {
		if f := &fates[i]; f.old.ID != 0 && f.in.Hash != f.old.Hash && f.old.Page != store.PageRead {
			list = append(list, store.Pair{Old: &f.old, In: &f.in})
			at = append(at, i)
		}
	}
	for n, is := range store.Template(list, max(p.del.Items, len(fates))) {
		fates[at[n]].mass = is
	}
}

// overflows counts a new article, and says whether it is beyond what its source
// may bring in a day. A first poll and a backfill bring all they have.
func (p *plan) overflows() bool {
	if day := p.at.Unix() / 86400; day != p.poll.Day {
		p.poll.Day, p.poll.Today = day, 0
	}
	limit := p.doc.Source.Daily
	if limit > 0 && p.poll.Today >= limit && !p.first && p.del.Kind != store.ArchiveJob {
		p.held++
		return true
	}
	p.poll.Today++
	return false
}

// create stores an article that nobody saw before.
func (p *plan) create(f *fate, position int) store.Receipted {
	a := f.in
	if p.overflows() {
		return p.line(&a, store.Unchanged, store.New, false)
	}
	a.ID = store.ArticleID(p.add(lastArticle, 1))
	a.Key, a.Revision, a.Class, a.Story = f.key, 1, store.NoClass, 0
	a.Seen, a.Changed = p.at, p.at
	a.Withdrawn, a.TakenBy, a.FeedHash = time.Time{}, 0, 0
	notice := p.notice(&a)
	if p.first && a.Published.At.IsZero() && p.del.Kind == store.FeedJob && !changedBefore(&a, p.at) {
		a.Published = store.Claim{At: p.at.Add(-time.Duration(position) * time.Second), From: "no date: first seen, less its place in the feed"}
	}
	if p.del.Kind == store.ArchiveJob && a.Published.At.IsZero() {
		a.Published = store.Claim{At: p.at.Add(-24*time.Hour - time.Duration(position)*time.Second), From: "no date: it stood in the archive"}
	}
	j := store.Judge(nil, &a, p.at)
	a.Bumped = j.Bumped
	wanted := p.want(&a)
	member := p.join(&a)
	p.putArticle(&a, &store.Article{})
	p.putRevision(&a, j)
	p.putText(&a)
	p.add(articleCount, 1)
	p.noteNew(&a)
	p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, Verdict: store.New, Revision: 1})
	p.heed(notice, &a, nil)
	r := p.line(&a, store.New, member.Verdict, wanted)
	r.Rule = member.Fold.Rule
	return r
}

// changedBefore reports whether an article is known to have been changed before
// at. It was published by then, which says more than its place in a feed.
func changedBefore(a *store.Article, at time.Time) bool {
	return !a.Updated.At.IsZero() && a.Updated.At.Before(at)
}

// want makes the article's page due if it is wanted, and says so.
func (p *plan) want(a *store.Article) bool {
	if a.Page != store.PageWanted {
		return false
	}
	if a.PageBy.IsZero() {
		a.PageBy = p.at.Add(pageWait)
	}
	p.wantPage(a)
	return true
}

// pageWait is how long publishing waits for a page at most.
const pageWait = 10 * time.Minute

func (p *plan) noteNew(a *store.Article) {
	p.poll.Articles++
	if p.del.Kind == store.ArchiveJob {
		return // it says nothing of the source's pace now
	}
	p.doc.SeenTimes = append(slices.Clone(p.doc.SeenTimes), nano(p.at))
	if n := len(p.doc.SeenTimes); n > seenTimes {
		p.doc.SeenTimes = p.doc.SeenTimes[n-seenTimes:]
	}
	p.poll.Newest = nano(p.at)
	p.poll.Ahead = a.Published.At.After(p.at.Add(24 * time.Hour))
}

// update stores what came of an article that is known.
func (p *plan) update(f *fate) store.Receipted {
	old := &f.old
	if p.stale || p.overtaken(f) {
		return p.line(old, store.Unchanged, p.inStory(old), false)
	}
	if f.churn {
		p.poll.Churned++
	}
	a := carry(old, f.in)
	a.Key = f.key
	keepPublished(old, &a)
	purged := old.Hash == 0 && old.Text == ""
	if old.Page == store.PageRead && f.in.Page == store.PageWanted && !purged {
		behindPage(old, &a)
	}
	p.revive(old, &a)
	if purged {
		return p.refill(old, &a)
	}
	if f.mass {
		a.Page = old.Page
		p.putArticle(&a, old)
		p.putText(&a)
		return p.line(&a, store.Unchanged, p.inStory(&a), false)
	}
	return p.judge(old, &a)
}

// overtaken reports whether a push brings an older version than what is stored:
// pushes overtake each other.
func (p *plan) overtaken(f *fate) bool {
	at := f.in.Updated.At
	return p.del.Kind == store.PushJob && !at.IsZero() && at.Before(f.old.Updated.At)
}

// keepPublished keeps the first published time that a source claimed: it never
// changes (DATES-B1). One that was moved is a claim of an update. Where no time
// was ever claimed, the one that stood for it stays.
func keepPublished(old, a *store.Article) {
	if old.Published.At.IsZero() {
		if a.Published.At.IsZero() && !old.Updated.At.IsZero() {
			a.Published = store.Claim{At: old.PublishedAt(), From: "no date: the first that was known of it"}
		}
		return
	}
	if a.Updated.At.IsZero() && a.Published.At.After(old.Published.At) {
		a.Updated = a.Published
	}
	a.Published = old.Published
}

// behindPage makes a what the feed now says of an article whose text was read
// from its page: the page's text stands until the page is read again.
func behindPage(old, a *store.Article) {
	feed := a.Hash
	a.Body, a.Text, a.Words, a.Page, a.Hash = old.Body, old.Text, old.Words, old.Page, old.Hash
	if a.FeedHash = feed; feed != old.FeedHash {
		// No key of any text, for title or address may differ; but the version in
		// its upper eight bits (clean.Version) stays readable.
		a.Hash = old.Hash ^ bits.RotateLeft64(feed, 17)&(1<<56-1)
	} else {
		a.Title, a.Canonical, a.Enclosures = old.Title, old.Canonical, old.Enclosures
	}
}

// judge compares a with old and stores what that makes of it.
func (p *plan) judge(old, a *store.Article) store.Receipted {
	checked := *old
	checked.Checked = fromNano(p.poll.LastOK)
	if p.del.Kind == store.PageJob {
		checked.Checked = fromNano(p.d.keptPage(p.batch, old.ID).LastOK)
	}
	j := store.JudgeBy(p.rank(a.Source).Updates, &checked, a, p.at)
	reread := a.Page == store.PageRead && a.FeedHash != old.FeedHash && p.del.Kind != store.PageJob
	if j.Verdict == store.Unchanged {
		p.rekey(old, a)
		if reread {
			p.wantPage(a)
		}
		return p.line(old, store.Unchanged, p.inStory(old), false)
	}
	a.Revision, a.Class, a.Bumped = old.Revision+1, j.Class, j.Bumped
	a.Changed = later(p.at, old.Changed)
	notice := p.notice(a)
	wanted := p.want(a)
	if reread {
		p.wantPage(a)
	}
	p.putArticle(a, old)
	p.putRevision(a, j)
	p.putText(a)
	change := store.Change{Source: a.Source, Article: a.ID, Verdict: store.Revised, Class: j.Class, Revision: a.Revision}
	if old.Embargo.After(p.at) && !a.Embargo.After(p.at) { // its source lifted the embargo
		change.OldStory = p.refold(a)
	} else {
		p.putSketch(a, false)
		p.restory(a, j.Class)
	}
	change.Story = a.Story
	p.tell(p.at, change)
	p.heed(notice, a, old)
	return p.line(a, store.Revised, p.inStory(a), wanted)
}

// rekey keeps what is to be known of an article whose content is the same: its
// identity and its content key, which another version of ours may make anew.
func (p *plan) rekey(old, a *store.Article) {
	b := *old
	b.Key, b.FeedHash, b.Withdrawn = a.Key, a.FeedHash, a.Withdrawn
	b.Notice, b.Barred = a.Notice, a.Barred
	if old.Page != store.PageRead || p.del.Kind == store.PageJob {
		b.Hash = a.Hash
	}
	if b.Key != old.Key || b.FeedHash != old.FeedHash || b.Hash != old.Hash || !b.Withdrawn.Equal(old.Withdrawn) {
		p.putArticle(&b, old)
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func (p *plan) line(a *store.Article, v, inStory store.Verdict, page bool) store.Receipted {
	r := store.Receipted{
		ID: a.ID, Source: a.Source, Title: a.Title, URL: a.URL, Verdict: v, Story: a.Story, InStory: inStory, Page: page,
	}
	if v == store.Revised {
		r.Class = a.Class
	}
	return r
}

// carry returns what came with all that the store had added to what was there.
func carry(old *store.Article, in store.Article) store.Article {
	a := in
	a.ID, a.Story, a.Key = old.ID, old.Story, old.Key
	a.Seen, a.Changed, a.Bumped = old.Seen, old.Changed, old.Bumped
	a.Revision, a.Class = old.Revision, old.Class
	a.Withdrawn, a.TakenBy, a.FeedHash = old.Withdrawn, old.TakenBy, old.FeedHash
	a.Notice, a.Embargo, a.Barred = old.Notice, old.Embargo, old.Barred
	if a.Published.At.IsZero() {
		a.Published = old.Published
	}
	if a.TakenBy != 0 {
		blank(&a)
		a.Words = old.Words
	}
	return a
}
