package curate

import "wiredesk/store"

// A Ruling is what people decided about a story, as it holds in one topic.
type Ruling struct {
	Pinned bool
	Hidden bool
	Note   Note
	Title  string          // replaces the lead's; empty: none
	Lead   store.ArticleID // stands for the story; 0: by rule
}

// Rulings are all decisions that hold, by story. The zero Rulings has none.
type Rulings struct {
	by map[store.StoryID][]store.Decision
}

// NewRulings sorts decisions by story. Undone ones no longer hold.
func NewRulings(list []store.Decision) Rulings {
	undone := map[uint64]bool{}
	for _, d := range list {
		if d.Verb == store.Undo {
			undone[d.Undoes] = true
		}
	}
	r := Rulings{by: map[store.StoryID][]store.Decision{}}
	for _, d := range list {
		if !d.Undone && !undone[d.Seq] && d.Verb != store.Undo {
			r.by[d.Story] = append(r.by[d.Story], d)
		}
	}
	return r
}

// Of returns the decisions that hold about a story, in the order they were made.
func (r Rulings) Of(story store.StoryID) []store.Decision { return r.by[story] }

// For returns what was decided about a story in a topic. A later decision wins
// over an earlier one, and one for the topic over one for all.
func (r Rulings) For(story store.StoryID, topic string) Ruling {
	var out Ruling
	own := false
	for _, d := range r.by[story] {
		if d.Topic != "" && d.Topic != topic {
			continue
		}
		switch d.Verb {
		case store.Pin:
			out.Pinned = true
		case store.Hide:
			out.Hidden = true
		case store.Note:
			if d.Topic != "" || !own {
				out.Note, own = Note{d.Text, d.By}, d.Topic != ""
			}
		case store.SetTitle:
			out.Title = d.Text
		case store.SetLead:
			out.Lead = d.Article
		}
	}
	return out
}

// Pinned returns the stories that are pinned in a topic.
func (r Rulings) Pinned(topic string) []store.StoryID {
	var list []store.StoryID
	for id := range r.by {
		if r.For(id, topic).Pinned {
			list = append(list, id)
		}
	}
	return list
}
