package bolt

import (
	"time"

	"wiredesk/store"
	"wiredesk/store/sketch"
)

// join folds an article into the story where it belongs, or gives it one.
func (p *plan) join(a *store.Article) store.Member {
	id, m := p.place(a)
	return p.enter(a, id, m)
}

// place finds the story for an article: by its address, else by its words.
func (p *plan) place(a *store.Article) (store.StoryID, store.Member) {
	if a.Embargo.After(p.at) { // it must not come out as a copy, nor a copy as it
		return 0, store.Member{
			ID: a.ID, Source: a.Source, Verdict: store.New, Relation: store.Original, Fold: store.Fold{RejectReason: "not folded: " + a.Notice},
		}
	}
	if id, m := store.Place(a, p.near(a), p.rank); id != 0 {
		return id, m
	}
	return p.placeByText(a)
}

// enter puts an article into a story, 0 for one of its own.
func (p *plan) enter(a *store.Article, id store.StoryID, m store.Member) store.Member {
	m.Joined = p.at
	s, ok := p.story(id)
	if !ok {
		s = store.Story{
			ID: store.StoryID(p.add(lastStory, 1)), Lead: a.ID, Members: []store.Member{m},
			Seen: p.at, Changed: p.at, Bumped: a.Bumped, Version: 1, Numbers: p.numbers(a),
		}
		a.Story = s.ID
		p.putSketch(a, m.Roundup)
		p.add(storyCount, 1)
		p.putStory(&s)
		return m
	}
	a.Story = s.ID
	p.members(&s)
	m.Article = *a
	if against := s.Find(m.Fold.Against); against != nil {
		against.Shared = max(against.Shared, m.Backs)
	}
	s.Members = append(s.Members, m)
	s.Changed = later(p.at, s.Changed)
	if m.Verdict == store.Update && m.Relation != store.Contains {
		s.Numbers = store.AddNumbers(s.Numbers, p.numbers(a))
	}
	p.chooseLead(&s, p.at)
	p.putStory(&s)
	p.putSketch(a, false)
	return m
}

// numbers returns the figures that an article's text tells.
func (p *plan) numbers(a *store.Article) []uint32 {
	if a.Page == store.PageWanted || a.Words < fewWords || p.late[a.ID] {
		return nil
	}
	return store.Numbers(p.words(a), store.MaxNumbers)
}

// near returns the stories of the articles with a's address, first writer
// first, with the texts of those articles.
func (p *plan) near(a *store.Article) (near []store.Story) {
	list := p.urls(a.Canonical)
	if len(list) >= maxURL {
		return nil
	}
	seen := map[store.StoryID]bool{a.Story: true}
	for _, u := range list {
		other, ok := p.article(u.ID)
		if !ok || u.ID == a.ID || seen[other.Story] || other.Embargo.After(p.at) {
			continue
		}
		seen[other.Story] = true
		if s, ok := p.story(other.Story); ok {
			p.members(&s)
			if m := s.Find(u.ID); m != nil {
				p.addText(&m.Article)
			}
			near = append(near, s)
		}
	}
	return near
}

// restory brings a story up to date with a member that was written anew.
func (p *plan) restory(a *store.Article, c store.Class) {
	s, ok := p.story(a.Story)
	if !ok {
		return
	}
	if s.Lead == a.ID {
		s.Bumped = later(a.Bumped, s.Bumped)
		if c.Significant() {
			s.Version++
		}
	}
	s.Changed = later(p.at, s.Changed)
	p.members(&s)
	if c.Significant() && p.strays(&s, a) {
		m := s.Find(a.ID)
		m.Relation, m.Shared = store.Contains, 0
		m.Fold.Reason = "its source wrote another text in its place"
	}
	p.chooseLead(&s, p.at)
	p.putStory(&s)
}

const (
	maxWitnesses = 4   // members that a rewritten text is compared with
	strayed      = .25 // a text that shares less with another says something else
)

// strays reports whether an article, once one of several outlets' copies, was
// rewritten into a text that shares hardly anything with theirs: whoever does
// that is not to lead the story that it took in (FOLD, poisoning).
func (p *plan) strays(s *store.Story, a *store.Article) bool {
	if a.Words < fewWords {
		return false
	}
	compared := 0
	for _, m := range s.Members {
		other := m.Article
		if m.Source == a.Source || m.Relation == store.Same || m.Relation == store.Contains || other.Words < fewWords || compared == maxWitnesses {
			continue
		}
		p.addText(&other)
		o := sketch.Compare(p.words(a), p.words(&other))
		if max(o.ShareA, o.ShareB) >= strayed {
			return false
		}
		compared++
	}
	return compared > 0
}

// relead chooses a story's lead again.
func (b *batch) relead(id store.StoryID, at time.Time) {
	s, ok := b.story(id)
	if !ok {
		return
	}
	b.members(&s)
	s.Changed = later(at, s.Changed)
	b.chooseLead(&s, at)
	b.putStory(&s)
}

// chooseLead gives the story the lead that its rules want. A new lead is news
// only if its text is. The members' articles must be there.
func (b *batch) chooseLead(s *store.Story, at time.Time) {
	before := s.Find(s.Lead)
	s.Lead = store.Lead(s, b.rank)
	after := s.Find(s.Lead)
	if before == nil || after == nil || before == after {
		return
	}
	old, in := before.Article, after.Article
	b.addText(&old)
	b.addText(&in)
	if store.NewsIn(old.Text, in.Text) {
		s.Version++
		s.Bumped = later(at, s.Bumped)
	}
}

// inStory returns the article's verdict as a member of its story.
func (b *batch) inStory(a *store.Article) store.Verdict {
	if s, ok := b.story(a.Story); ok {
		if m := s.Find(a.ID); m != nil {
			return m.Verdict
		}
	}
	return store.New
}

func (b *batch) story(id store.StoryID) (s store.Story, ok bool) {
	if id == 0 {
		return s, false
	}
	ok = b.read("story", storyKey(id), &s)
	return s, ok
}

func (b *batch) putStory(s *store.Story) { b.save("story", storyKey(s.ID), s) }

// members fills in the members' articles, without text.
func (b *batch) members(s *store.Story) {
	for i := range s.Members {
		if m := &s.Members[i]; m.Article.ID == 0 {
			m.Article, _ = b.article(m.ID)
		}
	}
}

// rank returns what is configured of a source.
func (b *batch) rank(id store.SourceID) store.Source {
	b.d.mu.Lock()
	defer b.d.mu.Unlock()
	if s := b.d.index.sources[id]; s != nil {
		return s.Source
	}
	return store.Source{ID: id}
}

// tell appends to the change feed.
func (b *batch) tell(at time.Time, c store.Change) {
	c.Seq, c.At = b.add(lastChange, 1), at
	b.seq = c.Seq
	b.save("change", u64(c.Seq), c)
}
