package bolt

import (
	"encoding/binary"
	"time"

	"wiredesk/store"
)

// What cannot be folded at once waits in the bucket "later": a text under
// embargo for its hour, and one that came with so many that comparing them all
// would have held up every other writer. Every delivery takes up what is due.

// maxWork bounds the text that one plan reads and compares, in bytes: about a
// second's work.
const maxWork = 64 << 20

// postpone has an article folded once a time has come.
func (p *plan) postpone(a *store.Article, until time.Time) {
	p.put("later", laterKey(until, a.ID), []byte{})
}

// putOff has the next delivery fold an article: this one has done its work.
func (p *plan) putOff(a *store.Article) {
	if p.late == nil {
		p.late = map[store.ArticleID]bool{}
	}
	p.late[a.ID] = true
	p.postpone(a, p.at)
}

func laterKey(until time.Time, id store.ArticleID) []byte {
	return binary.BigEndian.AppendUint64(u64(uint64(nano(until))), uint64(id))
}

// takeUp folds what is due, as far as the plan's work goes.
func (p *plan) takeUp() {
	var due [][]byte
	p.scan("later", nil, func(k, _ []byte) bool {
		if len(k) == 16 && int64(binary.BigEndian.Uint64(k)) <= nano(p.at) && len(due) < maxTaken {
			due = append(due, append([]byte(nil), k...))
			return true
		}
		return false
	})
	for _, k := range due {
		if p.work >= p.d.maxWork {
			return
		}
		p.remove("later", k)
		a, ok := p.article(store.ArticleID(tail(k)))
		if !ok || a.TakenBy != 0 || a.Embargo.After(p.at) || p.get("sketch", articleKey(a.ID)) != nil {
			continue // gone, under another embargo, or folded meanwhile
		}
		p.addText(&a)
		if from := p.refold(&a); from != 0 {
			p.tell(p.at, store.Change{Source: a.Source, Article: a.ID, Story: a.Story, OldStory: from, Revision: a.Revision})
		}
	}
}

// maxTaken is how many articles a delivery takes up.
const maxTaken = 1000
