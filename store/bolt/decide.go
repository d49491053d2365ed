package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wiredesk/store"
)

// A decisionDoc is a decision with what undoing it needs.
type decisionDoc struct {
	Decision store.Decision    `cbor:"1,keyasint"`
	Moves    []move            `cbor:"2,keyasint,omitempty"`
	Before   []standing        `cbor:"3,keyasint,omitempty"` // of the stories that it touched
	Taken    []store.ArticleID `cbor:"4,keyasint,omitempty"` // articles that it withdrew
}

// A move is a member's way from one story to another.
type move struct {
	Member store.Member  `cbor:"1,keyasint"` // as it was
	From   store.StoryID `cbor:"2,keyasint"`
	To     store.StoryID `cbor:"3,keyasint"`
}

// ruleHand names what the desk folded or unfolded.
const ruleHand = "hand"

// A standing is which of its members a story showed.
type standing struct {
	Story  store.StoryID   `cbor:"1,keyasint"`
	Lead   store.ArticleID `cbor:"2,keyasint,omitempty"`
	Chosen store.ArticleID `cbor:"3,keyasint,omitempty"`
}

// Decide stores a decision, lets it take effect, and returns it with its
// number.
func (d *DB) Decide(ctx context.Context, dec store.Decision) (store.Decision, error) {
	var made store.Decision
	_, err := d.change(ctx, func(b *batch) error {
		doc := decisionDoc{Decision: dec}
		doc.Decision.At = plainTime(dec.At)
		doc.Decision.Seq = b.add(lastDecision, 1)
		doc.Decision.Undone = false
		if err := b.decide(&doc); err != nil {
			return err
		}
		b.save("decision", u64(doc.Decision.Seq), doc)
		made = doc.Decision
		return nil
	}, func() {})
	if err != nil {
		return store.Decision{}, fmt.Errorf("%s: %w", dec.Verb, err)
	}
	return made, nil
}

// decide lets a decision take effect.
func (b *batch) decide(doc *decisionDoc) error {
	dec := &doc.Decision
	if dec.Verb == store.Undo {
		return b.undo(dec)
	}
	s, ok := b.story(dec.Story)
	if !ok || len(s.Members) == 0 {
		return fmt.Errorf("story %s: %w", dec.Story, store.ErrNotFound)
	}
	doc.note(&s)
	switch dec.Verb {
	case store.Pin, store.Hide, store.Note, store.SetTitle:
		b.tell(dec.At, store.Change{Kind: store.DecisionChange, Story: s.ID})
		return nil
	case store.SetLead:
		return b.setLead(doc, &s)
	case store.Merge:
		return b.merge(doc, &s)
	case store.Split:
		return b.split(doc, &s)
	case store.Withdraw:
		return b.takeBack(doc, &s)
	}
	return errors.New("not a thing that the desk decides")
}

// note keeps how a story stood before the decision.
func (doc *decisionDoc) note(s *store.Story) {
	doc.Before = append(doc.Before, standing{s.ID, s.Lead, s.Chosen})
}

func (b *batch) setLead(doc *decisionDoc, s *store.Story) error {
	dec := &doc.Decision
	if s.Find(dec.Article) == nil {
		return fmt.Errorf("article %s in story %s: %w", dec.Article, s.ID, store.ErrNotFound)
	}
	s.Chosen = dec.Article
	b.putStory(s)
	b.relead(s.ID, dec.At)
	b.tell(dec.At, store.Change{Kind: store.DecisionChange, Article: dec.Article, Story: s.ID})
	return nil
}

// merge moves all members of the other story to s. Its address leads there
// from now on.
func (b *batch) merge(doc *decisionDoc, s *store.Story) error {
	dec := &doc.Decision
	other, ok := b.story(dec.Other)
	if !ok || len(other.Members) == 0 || other.ID == s.ID {
		return fmt.Errorf("story %s: %w", dec.Other, store.ErrNotFound)
	}
	doc.note(&other)
	for _, m := range other.Members {
		doc.Moves = append(doc.Moves, move{m, other.ID, s.ID})
		m.Relation = store.ByHand
		m.Fold = store.Fold{Rule: ruleHand, Against: s.Lead, Reason: "merged by hand"}
		if m.Verdict == store.New {
			m.Verdict = store.Copy
		}
		b.moveMember(m, other.ID, s.ID, dec)
	}
	return nil
}

// split gives a member a story of its own.
func (b *batch) split(doc *decisionDoc, s *store.Story) error {
	dec := &doc.Decision
	m := s.Find(dec.Article)
	switch {
	case m == nil:
		return fmt.Errorf("article %s in story %s: %w", dec.Article, s.ID, store.ErrNotFound)
	case len(s.Members) == 1:
		return fmt.Errorf("story %s has no other member", s.ID)
	}
	a, ok := b.article(m.ID)
	if !ok {
		return fmt.Errorf("article %s: %w", m.ID, store.ErrNotFound)
	}
	to := store.Story{ID: store.StoryID(b.add(lastStory, 1)), Seen: a.Seen, Changed: dec.At, Bumped: a.Bumped}
	b.putStory(&to)
	doc.Moves = []move{{*m, s.ID, to.ID}}
	alone := *m
	alone.Verdict, alone.Relation, alone.Fold = store.New, store.Original, store.Fold{Rule: ruleHand, Reason: "split by hand"}
	b.moveMember(alone, s.ID, to.ID, dec)
	return nil
}

// moveMember takes a member out of one story into another and tells of it.
// Stories are told apart by having members: the last one to leave closes the
// door, and a story that gets its first is open.
func (b *batch) moveMember(m store.Member, from, to store.StoryID, dec *store.Decision) {
	m.Article = store.Article{}
	src, _ := b.story(from)
	src.Members = slices.DeleteFunc(src.Members, func(o store.Member) bool { return o.ID == m.ID })
	if src.Chosen == m.ID {
		src.Chosen = 0
	}
	if len(src.Members) == 0 {
		src.Lead, src.Into = 0, to
		b.add(storyCount, -1)
	}
	b.putStory(&src)

	dst, _ := b.story(to)
	if len(dst.Members) == 0 {
		dst.Into = 0
		dst.Version = max(dst.Version, 1)
		b.add(storyCount, 1)
	}
	dst.Members = append(dst.Members, m)
	b.putStory(&dst)

	a, _ := b.article(m.ID)
	a.Story = to
	b.putMeta(&a)
	b.moveSketch(m.ID, to)
	b.relead(from, dec.At)
	b.relead(to, dec.At)
	b.tell(dec.At, store.Change{Kind: store.DecisionChange, Source: m.Source, Article: m.ID, Story: to, OldStory: from, Revision: a.Revision})
}

// takeBack withdraws one member, or all of them.
func (b *batch) takeBack(doc *decisionDoc, s *store.Story) error {
	dec := &doc.Decision
	for _, m := range s.Members {
		if dec.Article != 0 && dec.Article != m.ID {
			continue
		}
		if a, ok := b.article(m.ID); ok && a.TakenBy == 0 {
			doc.Taken = append(doc.Taken, m.ID)
			at := dec.At
			if !a.Withdrawn.IsZero() {
				at = a.Withdrawn // its source was first; the desk's word now holds as well
			}
			b.purge(&a)
			b.withdraw(a, at, dec.Seq)
		}
	}
	if len(doc.Taken) == 0 {
		return errors.New("there is nothing left to withdraw")
	}
	return nil
}

// Decisions returns every decision, oldest first, the undone ones included.
func (d *DB) Decisions(ctx context.Context) ([]store.Decision, error) {
	var list []store.Decision
	err := d.each(ctx, "decision", nil, func(b *batch, _, v []byte) bool {
		var doc decisionDoc
		b.decode("decision", v, &doc)
		list = append(list, doc.Decision)
		return true
	})
	return list, err
}
