package bolt

import (
	"fmt"
	"slices"
	"time"

	"wiredesk/store"
)

// undo takes back a decision, and what it did as far as nothing came after.
func (b *batch) undo(dec *store.Decision) error {
	var doc decisionDoc
	if !b.read("decision", u64(dec.Undoes), &doc) {
		return fmt.Errorf("decision %d: %w", dec.Undoes, store.ErrNotFound)
	}
	was := &doc.Decision
	switch {
	case was.Verb == store.Undo:
		return fmt.Errorf("decision %d undid another; decide that one anew", was.Seq)
	case was.Undone:
		return fmt.Errorf("decision %d is undone already", was.Seq)
	}
	was.Undone = true
	b.save("decision", u64(was.Seq), doc)
	dec.Story, dec.Article, dec.Other, dec.Topic = was.Story, was.Article, was.Other, was.Topic
	switch was.Verb {
	case store.SetLead:
		b.unsetLead(was)
	case store.Merge, store.Split:
		b.moveBack(&doc, dec)
	case store.Withdraw:
		b.giveBack(&doc, dec.At)
	}
	for _, st := range doc.Before {
		b.stand(st, dec.At)
	}
	b.tell(dec.At, store.Change{Kind: store.DecisionChange, Story: was.Story, OldStory: was.Other})
	return nil
}

// unsetLead frees the lead that a decision chose, unless a later one holds.
func (b *batch) unsetLead(was *store.Decision) {
	if s, ok := b.story(was.Story); ok && s.Chosen == was.Article {
		s.Chosen = 0
		b.putStory(&s)
	}
}

// stand gives a story the lead that it had, if the rules still allow it and
// nobody chose another meanwhile.
func (b *batch) stand(st standing, at time.Time) {
	s, ok := b.story(st.Story)
	if !ok || s.Find(st.Lead) == nil || s.Chosen != 0 {
		return
	}
	s.Lead = st.Lead
	if s.Find(st.Chosen) != nil {
		s.Chosen = st.Chosen
	}
	b.putStory(&s)
	b.relead(s.ID, at)
}

// moveBack returns the members that are still where the decision put them.
func (b *batch) moveBack(doc *decisionDoc, dec *store.Decision) {
	for _, m := range doc.Moves {
		if s, ok := b.story(m.To); ok && s.Find(m.Member.ID) != nil {
			b.moveMember(m.Member, m.To, m.From, dec)
		}
	}
}

// giveBack restores the articles that are withdrawn by this decision.
func (b *batch) giveBack(doc *decisionDoc, at time.Time) {
	for _, id := range slices.Sorted(slices.Values(doc.Taken)) {
		a, ok := b.article(id)
		if !ok || a.TakenBy != doc.Decision.Seq {
			continue
		}
		a.TakenBy, a.Hash = 0, 0 // what it says comes with the next poll
		b.ask(a.Source)
		if !a.Withdrawn.Before(doc.Decision.At) { // else its source had taken it back before
			a.Withdrawn = time.Time{}
		}
		b.putMeta(&a)
		b.relead(a.Story, at)
		b.tell(at, store.Change{Kind: store.DecisionChange, Source: a.Source, Article: a.ID, Story: a.Story, Revision: a.Revision})
	}
}
