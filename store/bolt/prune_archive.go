package bolt

import (
	"bytes"
	"context"
	"time"

	"wiredesk/store"
)

// pagesLooked is how many pages of one archive a pass looks at.
const pagesLooked = 100

// pruneArchives removes the oldest pages of each topic's archive, at most a tenth
// of them, or one: those written so long ago that all of their entries are too
// old. The pages that stay are as they were, down to the link to one that is gone.
// A topic's last page leaves its number, which no other may have.
func (d *DB) pruneArchives(ctx context.Context, p *pruning) (more bool, err error) {
	if p.old.IsZero() {
		return false, nil
	}
	var gone int
	_, err = d.changeFirst(ctx, func(b *batch) error {
		a := &pagePruning{old: p.old}
		gone, more = 0, false
		b.scan("archive", nil, func(k, raw []byte) bool {
			if topic := k[:len(k)-8]; !bytes.Equal(topic, a.topic) {
				a.finish(b)
				gone, more = gone+a.gone, more || a.more
				a = &pagePruning{old: p.old, topic: bytes.Clone(topic)}
			}
			a.look(b, k, raw)
			return gone < removed
		})
		a.finish(b)
		gone, more = gone+a.gone, more || a.more || gone >= removed
		return nil
	}, func() {})
	if err == nil {
		p.done.Pages += gone
		p.done.More = p.done.More || more
	}
	return false, err // the rest is for another pass
}

// A pagePruning is what a pass does to the archive of one topic.
type pagePruning struct {
	old   time.Time
	topic []byte
	keys  [][]byte            // of the oldest pages, all of which may go
	pages []store.ArchivePage // behind those keys
	last  []byte
	count int
	stays bool // the page after those does
	gone  int
	more  bool // another pass would take more
}

func (a *pagePruning) look(b *batch, k, raw []byte) {
	a.count++
	a.last = bytes.Clone(k)
	if a.stays || len(a.keys) == pagesLooked {
		return
	}
	var page store.ArchivePage
	b.decode("archive", raw, &page)
	if a.stays = !page.At.Before(a.old); !a.stays {
		a.keys, a.pages = append(a.keys, a.last), append(a.pages, page)
	}
}

func (a *pagePruning) finish(b *batch) {
	for i, k := range a.keys {
		page := a.pages[i]
		switch last := bytes.Equal(k, a.last); {
		case last && len(page.Body) == 0: // went before
			return
		case i > 0 && i >= a.count/10:
			a.more = true
			return
		case last:
			b.save("archive", k, store.ArchivePage{At: page.At})
		default:
			b.remove("archive", k)
		}
		if len(page.Body) > 0 {
			a.gone++
		}
	}
}
