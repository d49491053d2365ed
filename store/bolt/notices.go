package bolt

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"wiredesk/store"
)

// maxNoticed is how many of a source's newest articles a notice may be about.
const maxNoticed = 500

// notice reads what an article says to editors, and keeps an embargo with it.
func (p *plan) notice(a *store.Article) store.Notice {
	n := store.ReadNotice(a, p.rank(a.Source), p.at)
	if n.Kind == store.Embargo {
		p.postpone(a, n.Until)
		a.Embargo, a.Notice = n.Until, fmt.Sprintf("under embargo until %s: %q", n.Until.Format("2006-01-02 15:04 UTC"), n.Mark)
	} else if !a.Embargo.IsZero() {
		a.Embargo, a.Notice = n.Until, ""
	}
	return n
}

// heed lets a notice take effect on the articles that it concerns: those of
// its source that it names and, where the source is an agency's own wire, the
// copies that carry the agency's credit in their stories. A notice that is
// heeded is for editors, and withdrawn itself. Another's notice does nothing.
// old is what the article was before; nil: it is new.
func (p *plan) heed(n store.Notice, a, old *store.Article) {
	if n.Kind == store.NoNotice || n.Kind == store.Embargo {
		return
	}
	var named []store.Article
	if old != nil && n.Kind != store.Release && n.Replaces(old) {
		named = append(named, *a)
	} else {
		named = p.noticed(n, a)
	}
	done := map[store.StoryID]bool{}
	for _, old := range named {
		p.bar(n, a, old)
		if s, ok := p.story(old.Story); ok && !done[s.ID] {
			done[s.ID] = true
			p.barCopies(n, a, &s)
		}
	}
	if len(named) > 0 && named[0].ID != a.ID {
		p.bar(store.Notice{Kind: store.Kill, Mark: n.Mark}, a, *a)
	}
}

// barCopies takes back what others carry of an agency's story.
func (p *plan) barCopies(n store.Notice, a *store.Article, s *store.Story) {
	p.members(s)
	var credits []string
	for i := range s.Members {
		if c := s.Members[i].Article.Credit; c != "" && !slices.Contains(credits, c) {
			credits = append(credits, c)
		}
	}
	agency := store.Agency(p.rank(a.Source), credits)
	for i := range s.Members {
		if m := &s.Members[i]; store.Binds(a, agency, m) {
			p.bar(n, a, m.Article)
		}
	}
}

// noticed returns the earlier articles of a's source that its notice is about.
func (p *plan) noticed(n store.Notice, a *store.Article) (list []store.Article) {
	for _, id := range p.newest(a.Source, maxNoticed) {
		if old, ok := p.article(id); ok && n.Concerns(a, &old) {
			list = append(list, old)
		}
	}
	return list
}

// newest returns the last articles of a source, newest first, with those that
// the plan itself adds.
func (p *plan) newest(source store.SourceID, limit int) (ids []store.ArticleID) {
	prefix := name(string(source))
	for k := range p.over["source_of"] {
		if bytes.HasPrefix([]byte(k), prefix) {
			ids = append(ids, store.ArticleID(tail([]byte(k))))
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	c := p.tx.Bucket([]byte("source_of")).Cursor()
	k, _ := c.Seek(ownedKey(source, ^store.ArticleID(0)))
	if k == nil {
		k, _ = c.Last()
	} else if !bytes.HasPrefix(k, prefix) {
		k, _ = c.Prev()
	}
	for ; k != nil && bytes.HasPrefix(k, prefix) && len(ids) < limit; k, _ = c.Prev() {
		ids = append(ids, store.ArticleID(tail(k)))
	}
	return ids
}

// bar takes an article back because the notice in by says so, or gives it back
// when a hold is over. What the desk took back is none of its business.
func (p *plan) bar(n store.Notice, by *store.Article, a store.Article) {
	if a.TakenBy != 0 {
		return
	}
	if n.Kind == store.Release {
		if a.Barred == store.Hold {
			p.unbar(a)
		}
		if a.Embargo.After(p.at) {
			p.lift(a)
		}
		return
	}
	if a.Barred != store.NoNotice && a.Barred <= n.Kind {
		return
	}
	word := map[store.NoticeKind]string{store.Kill: "killed", store.Hold: "held"}[n.Kind]
	a.Barred, a.Notice = n.Kind, fmt.Sprintf("%s by %s: %q", word, p.outlet(by.Source), n.Mark)
	p.withdraw(a, p.at, 0)
	if a.ID == by.ID {
		by.Barred, by.Notice, by.Withdrawn = a.Barred, a.Notice, p.at
	}
}

// unbar gives an article back.
func (p *plan) unbar(a store.Article) {
	a.Barred, a.Notice, a.Withdrawn = store.NoNotice, "", time.Time{}
	p.putMeta(&a)
	p.relead(a.Story, p.at)
	p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, Revision: a.Revision})
}

// lift ends an article's embargo before its hour.
func (p *plan) lift(a store.Article) {
	a.Embargo, a.Notice = time.Time{}, ""
	p.putMeta(&a)
	p.postpone(&a, p.at)
	p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, Revision: a.Revision})
}

// cleared reports whether an article that a notice took back comes again as
// another: changed, and without a mark.
func (p *plan) cleared(old, a *store.Article) bool {
	if a.Hash == old.Hash {
		return false
	}
	n := store.ReadNotice(a, p.rank(a.Source), p.at)
	return n.Kind != store.Kill && n.Kind != store.Hold
}

// outlet names a source for people.
func (b *batch) outlet(id store.SourceID) string {
	if name := b.rank(id).Name; name != "" {
		return name
	}
	return string(id)
}
