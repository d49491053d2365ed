package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"

	"go.etcd.io/bbolt"

	"wiredesk/store"
)

// maxFaults is how many mistakes Verify tells of.
const maxFaults = 100

// maxRevision is more than any article has: one an hour for a century.
const maxRevision = 1 << 20

// Verify checks the file's structure, and that every record that another one
// names is there. Its error joins what it found.
func (d *DB) Verify(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return d.view(func(tx *bbolt.Tx) error {
		v := verifier{batch: d.newBatch(tx)}
		if err := walk(tx); err != nil {
			return err
		}
		for err := range tx.Check() {
			v.fault("structure: %w", err)
		}
		for _, check := range []func(){v.articles, v.stories, v.identities, v.addresses, v.changes, v.decisions, v.sources, v.sketches, v.desk} {
			if err := ctx.Err(); err != nil {
				return err
			}
			check()
		}
		if v.err != nil {
			v.fault("%w", v.err)
		}
		return errors.Join(v.faults...)
	})
}

// walk reads every key and value. Tx.Check would do so in a goroutine of its
// own, where nobody can catch a fault: what it meets there can be read.
func walk(tx *bbolt.Tx) error {
	ends := byte(0)
	err := tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		var last []byte
		return b.ForEach(func(k, v []byte) error {
			if last != nil && bytes.Compare(last, k) >= 0 {
				return fmt.Errorf("%w: bucket %s: key %x stands after %x", ErrDamaged, name, k, last)
			}
			last = append(last[:0], k...)
			if len(v) > 0 {
				ends ^= v[len(v)-1] // a long value spans pages
			}
			return nil
		})
	})
	runtime.KeepAlive(ends)
	return err
}

// A verifier collects mistakes.
type verifier struct {
	*batch
	faults []error
	pruned bool // retention took records away: others may name them
}

func (v *verifier) fault(format string, args ...any) {
	if len(v.faults) < maxFaults {
		v.faults = append(v.faults, fmt.Errorf(format, args...))
	}
}

func (v *verifier) articles() {
	n, revs := uint64(0), uint64(0)
	v.pruned = v.number(forgotten) > 0
	v.scan("article", nil, func(k, raw []byte) bool {
		var a store.Article
		v.decode("article", raw, &a)
		n++
		v.checkArticle(store.ArticleID(tail(k)), &a)
		return true
	})
	if last := v.number(articleCount); n != last {
		v.fault("%d articles, but the count says %d", n, last)
	}
	v.scan("revision", nil, func(k, _ []byte) bool {
		if revs++; len(k) != 12 || v.get("article", k[:8]) == nil {
			v.fault("bucket revision, key %x: there is no such article", k)
		}
		return true
	})
	if last := v.number(revisions); revs != last {
		v.fault("%d revisions, but the count says %d", revs, last)
	}
}

func (v *verifier) checkArticle(id store.ArticleID, a *store.Article) {
	switch s, ok := v.story(a.Story); {
	case a.ID != id:
		v.fault("article %s: its record says %s", id, a.ID)
	case uint64(id) > v.number(lastArticle):
		v.fault("article %s: its number was never given", id)
	case !ok:
		v.fault("article %s: its story %s is missing", id, a.Story)
	case s.Find(id) == nil:
		v.fault("article %s: its story %s does not know it", id, a.Story)
	}
	if k := v.get("key", identityKey(a.Source, a.Key)); len(k) != 8 || store.ArticleID(tail(k)) != id {
		v.fault("article %s: it is not filed under its identity", id)
	}
	if v.get("source_of", ownedKey(a.Source, id)) == nil {
		v.fault("article %s: its source does not know it", id)
	}
	if a.Revision > maxRevision {
		v.fault("article %s: it cannot have %d revisions", id, a.Revision)
		return
	}
	for n := 1; n <= a.Revision; n++ {
		rev, text := v.get("revision", revisionKey(id, n)), v.get("text", revisionKey(id, n))
		switch {
		case rev == nil && text == nil && n < a.Revision && v.pruned:
		case rev == nil || text == nil:
			v.fault("article %s: revision %d is missing", id, n)
		default:
			v.text(id, n)
		}
	}
}

func (v *verifier) stories() {
	n := uint64(0)
	v.scan("story", nil, func(k, raw []byte) bool {
		var s store.Story
		v.decode("story", raw, &s)
		id := store.StoryID(tail(k))
		if len(s.Members) > 0 {
			n++
			if s.Find(s.Lead) == nil {
				v.fault("story %s: its lead %s is no member", id, s.Lead)
			}
		} else if v.get("story", storyKey(s.Into)) == nil && !v.pruned {
			v.fault("story %s: it is empty and leads nowhere", id)
		}
		for _, m := range s.Members {
			if a, ok := v.article(m.ID); !ok || a.Story != id {
				v.fault("story %s: its member %s is not there, or elsewhere", id, m.ID)
			}
		}
		if s.ID != id || uint64(id) > v.number(lastStory) {
			v.fault("story %s: its number is wrong", id)
		}
		return true
	})
	if last := v.number(storyCount); n != last {
		v.fault("%d stories, but the count says %d", n, last)
	}
}

// identities checks that whatever leads to an article leads to one.
func (v *verifier) identities() {
	for _, bucket := range []string{"key", "content"} {
		v.scan(bucket, nil, func(k, raw []byte) bool {
			if len(raw) != 8 || v.get("article", raw) == nil {
				v.fault("bucket %s, key %q: there is no such article", bucket, k)
			}
			return true
		})
	}
	v.scan("later", nil, func(k, _ []byte) bool {
		if len(k) != 16 || v.get("article", k[8:]) == nil {
			v.fault("bucket later, key %x: there is no such article", k)
		}
		return true
	})
	v.scan("source_of", nil, func(k, _ []byte) bool {
		if v.get("article", k[len(k)-8:]) == nil {
			v.fault("bucket source_of, key %q: there is no such article", k)
		}
		return true
	})
}

func (v *verifier) addresses() {
	v.scan("url", nil, func(k, raw []byte) bool {
		var doc urlDoc
		v.decode("url", raw, &doc)
		for _, u := range doc.Articles {
			a, ok := v.article(u.ID)
			if !ok || a.Source != u.Source || string(urlKey(a.Canonical)) != string(k) {
				v.fault("bucket url, key %x: article %s has another address", k, u.ID)
			}
		}
		return true
	})
}

func (v *verifier) changes() {
	next := uint64(1)
	v.scan("change", nil, func(k, raw []byte) bool {
		var c store.Change
		v.decode("change", raw, &c)
		if next == 1 && v.pruned {
			next = c.Seq
		}
		if c.Seq != tail(k) || c.Seq != next {
			v.fault("change %d: %d is missing", c.Seq, next)
		}
		next = c.Seq + 1
		if v.pruned {
			return true // it may be about what was forgotten
		}
		if c.Article != 0 && v.get("article", articleKey(c.Article)) == nil {
			v.fault("change %d: article %s is missing", c.Seq, c.Article)
		}
		if c.Story != 0 && v.get("story", storyKey(c.Story)) == nil {
			v.fault("change %d: story %s is missing", c.Seq, c.Story)
		}
		return true
	})
	if last := v.number(lastChange); next != last+1 && (next > 1 || !v.pruned) {
		v.fault("the last change is %d, but the count says %d", next-1, last)
	}
}

func (v *verifier) decisions() {
	v.scan("decision", nil, func(k, raw []byte) bool {
		var doc decisionDoc
		v.decode("decision", raw, &doc)
		if doc.Decision.Seq != tail(k) || tail(k) > v.number(lastDecision) {
			v.fault("decision %d: its number is wrong", tail(k))
		}
		return true
	})
}
