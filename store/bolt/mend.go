package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"wiredesk/store"
)

// A mender goes over the records of a repaired file, bucket by bucket, and
// counts. What cannot be decoded goes.
type mender struct {
	lost                                            *int
	articles, stories, revisions                    int
	lastArticle, lastStory, lastDecision, lastNamed uint64
}

// clearing empties a bucket that is filled anew.
func clearing(bucket string) func(b *batch, k, v []byte) {
	return func(b *batch, k, _ []byte) { b.remove(bucket, bytes.Clone(k)) }
}

func (m *mender) lose(b *batch, bucket string, k []byte) {
	b.remove(bucket, bytes.Clone(k))
	*m.lost++
}

// decodable drops what is no T.
func decodable[T any](m *mender, bucket string) func(b *batch, k, v []byte) {
	return func(b *batch, k, v []byte) {
		if new := new(T); decMode.Unmarshal(v, new) != nil {
			m.lose(b, bucket, k)
		}
	}
}

// article keeps articles that can be read, with what their latest revision says
// or without.
func (m *mender) article(b *batch, k, v []byte) {
	var a store.Article
	if decMode.Unmarshal(v, &a) != nil || len(k) != 8 || uint64(a.ID) != tail(k) || a.Revision < 1 || a.Revision > maxRevision || !writable(a) {
		m.lose(b, "article", k)
		return
	}
	m.lastArticle = max(m.lastArticle, uint64(a.ID))
	m.articles++
	key := revisionKey(a.ID, a.Revision)
	if raw := b.get("text", key); raw == nil || unreadable(b, raw) {
		b.putText(&store.Article{ID: a.ID, Revision: a.Revision})
		*m.lost++
	}
	var r store.Revision
	if raw := b.get("revision", key); raw == nil || decMode.Unmarshal(raw, &r) != nil {
		b.putRevision(&a, store.Judgement{Class: a.Class})
	}
}

// writable reports whether a record can be written again: not one whose years
// were altered.
func writable(record any) bool {
	_, err := encMode.Marshal(record)
	return err == nil
}

func unreadable(b *batch, raw []byte) bool {
	_, err := b.d.unpackText(raw)
	return err != nil
}

// story keeps the members that are there, and belong there.
func (m *mender) story(b *batch, k, v []byte) {
	var s store.Story
	if decMode.Unmarshal(v, &s) != nil || len(k) != 8 || uint64(s.ID) != tail(k) || !writable(s) {
		m.lose(b, "story", k)
		return
	}
	m.lastStory = max(m.lastStory, uint64(s.ID))
	s.Members = slices.DeleteFunc(s.Members, func(o store.Member) bool {
		a, ok := b.article(o.ID)
		return !ok || a.Story != s.ID
	})
	switch {
	case len(s.Members) == 0 && s.Into == 0:
		m.lose(b, "story", k)
		return
	case s.Find(s.Lead) == nil:
		s.Lead, s.Chosen = 0, 0
		if len(s.Members) > 0 {
			s.Lead = s.Members[0].ID
		}
	}
	b.putStory(&s)
}

// housed gives every article a story that knows it.
func (m *mender) housed(b *batch, k, v []byte) {
	var a store.Article
	if b.decode("article", v, &a); a.ID == 0 {
		return
	}
	s, ok := b.story(a.Story)
	if ok && s.Find(a.ID) != nil {
		return
	}
	if !ok {
		if a.Story == 0 {
			a.Story = store.StoryID(max(m.lastStory, b.number(lastStory)) + 1)
		}
		m.lastStory = max(m.lastStory, uint64(a.Story))
		s = store.Story{ID: a.Story, Seen: a.Seen, Changed: a.Changed, Bumped: a.Bumped, Version: 1}
	}
	s.Members = append(s.Members, store.Member{ID: a.ID, Source: a.Source, Joined: a.Seen, Verdict: store.New})
	if s.Find(s.Lead) == nil {
		s.Lead, s.Into = a.ID, 0
	}
	b.putStory(&s)
	a.Story = s.ID
	b.putMeta(&a)
}

// filed files an article anew under all that leads to it.
func (m *mender) filed(b *batch, _, v []byte) {
	var a store.Article
	if b.decode("article", v, &a); a.ID != 0 {
		p := plan{batch: b}
		if b.get("key", identityKey(a.Source, a.Key)) != nil { // two with one identity: one of them was altered
			a.Key = fmt.Sprintf("repaired:%s", a.ID)
			b.putMeta(&a)
		}
		p.file(&a, &store.Article{})
	}
}

func (m *mender) revision(b *batch, k, v []byte) {
	var r store.Revision
	whole := len(k) == 12 && decMode.Unmarshal(v, &r) == nil && b.get("article", k[:8]) != nil && b.get("text", k) != nil
	if !whole || unreadable(b, b.get("text", k)) {
		b.remove("text", bytes.Clone(k))
		m.lose(b, "revision", k)
		return
	}
	m.revisions++
}

func (m *mender) text(b *batch, k, _ []byte) {
	if b.get("revision", k) == nil {
		m.lose(b, "text", k)
	}
}

func (m *mender) sketch(b *batch, k, v []byte) {
	if len(k) != 8 || len(v) < sketchHead || (len(v)-sketchHead)%5 != 0 {
		m.lose(b, "sketch", k)
		return
	}
	switch a, ok := b.article(store.ArticleID(tail(k))); {
	case !ok:
		m.lose(b, "sketch", k)
	case store.StoryID(tail(v[:8])) != a.Story:
		b.put("sketch", bytes.Clone(k), append(u64(uint64(a.Story)), v[8:]...))
	}
}

func (m *mender) source(b *batch, k, v []byte) {
	if doc := new(sourceDoc); decMode.Unmarshal(v, doc) != nil || doc.Source.ID != store.SourceID(k) {
		m.lose(b, "source", k)
	}
}

func (m *mender) poll(b *batch, k, v []byte) {
	if p := new(poll); decMode.Unmarshal(v, p) != nil || b.get("source", k) == nil {
		m.lose(b, "poll", k)
	}
}

func (m *mender) page(b *batch, k, v []byte) {
	if doc := new(pageDoc); decMode.Unmarshal(v, doc) != nil || len(k) != 8 || b.get("article", k) == nil {
		m.lose(b, "page", k)
	}
}

func (m *mender) decision(b *batch, k, v []byte) {
	var doc decisionDoc
	if decMode.Unmarshal(v, &doc) != nil || len(k) != 8 || doc.Decision.Seq != tail(k) {
		m.lose(b, "decision", k)
		return
	}
	m.lastDecision = max(m.lastDecision, tail(k))
	if doc.Decision.Verb == store.Withdraw && !doc.Decision.Undone {
		retake(b, &doc)
	}
}

// retake purges again what the desk withdrew: an older version of it may be all
// that was found.
func retake(b *batch, doc *decisionDoc) {
	for _, id := range doc.Taken {
		a, ok := b.article(id)
		if !ok {
			continue
		}
		if a.TakenBy == 0 {
			a.TakenBy = doc.Decision.Seq
		}
		if a.Withdrawn.IsZero() {
			a.Withdrawn = doc.Decision.At
		}
		b.purge(&a)
		b.putMeta(&a)
		b.relead(a.Story, a.Withdrawn)
	}
}

func (m *mender) taking(b *batch, k, v []byte) {
	if at := bytes.IndexByte(k, 0); at < 0 || len(k) != at+17 || len(v) != 8 {
		m.lose(b, "taking", k)
	}
}

func (m *mender) later(b *batch, k, _ []byte) {
	if len(k) != 16 || b.get("article", k[8:]) == nil {
		m.lose(b, "later", k)
	}
}

func (m *mender) hold(b *batch, k, v []byte) {
	if len(v) != 8 {
		m.lose(b, "hold", k)
	}
}

func (m *mender) bookmark(b *batch, k, v []byte) {
	if bytes.HasPrefix(k, sealKey("")) { // what it vouches for is not sure any more
		b.remove("bookmark", bytes.Clone(k))
		return
	}
	if len(v) != 8 {
		m.lose(b, "bookmark", k)
		return
	}
	m.lastNamed = max(m.lastNamed, tail(v))
}

// change finds the last stretch of the change feed that has no gap.
func (m *mender) change(b *batch, k, v []byte) {
	var c store.Change
	if decMode.Unmarshal(v, &c) != nil || len(k) != 8 || c.Seq != tail(k) {
		m.lose(b, "change", k)
		return
	}
	m.lastNamed = max(m.lastNamed, c.Seq)
}

// dropChanges removes the changes before the last gap: whoever read up to there
// is told that something is missing.
func (m *mender) dropChanges(ctx context.Context, d *DB) error {
	last, whole := uint64(0), uint64(0)
	err := d.each(ctx, "meta", []byte(lastChange), func(b *batch, k, _ []byte) bool {
		m.lastNamed = max(m.lastNamed, b.number(string(k)))
		return true
	})
	if err != nil {
		return err
	}
	err = d.each(ctx, "change", nil, func(_ *batch, k, _ []byte) bool {
		if tail(k) != last+1 {
			whole = tail(k)
		}
		last = tail(k)
		return true
	})
	if err != nil {
		return err
	}
	if last != m.lastNamed {
		whole = m.lastNamed + 1
	}
	return d.eachStep(ctx, "change", func(b *batch, k, _ []byte) {
		if tail(k) < whole {
			m.lose(b, "change", k)
		}
	})
}

// count writes the numbers that the meta bucket keeps.
func (m *mender) count(b *batch, now time.Time) {
	had := map[string][]byte{}
	b.scan("meta", nil, func(k, v []byte) bool {
		had[string(k)] = bytes.Clone(v)
		return true
	})
	birth(b, now, 0) // what it does not have yet
	for k, v := range had {
		if k == authorityKey || k == seedKey || len(v) == 8 && tail(v) < 1<<56 {
			b.put("meta", []byte(k), v)
		}
	}
	if v := b.number(schemaKey); v == 0 || v > schema {
		b.put("meta", []byte(schemaKey), u64(schema))
	}
	m.stories = 0
	b.scan("story", nil, func(_, v []byte) bool {
		var s store.Story
		if b.decode("story", v, &s); len(s.Members) > 0 {
			m.stories++
		}
		return true
	})
	for key, n := range map[string]uint64{lastArticle: m.lastArticle, lastStory: m.lastStory, lastChange: m.lastNamed, lastDecision: m.lastDecision} {
		b.put("meta", []byte(key), u64(max(n, b.number(key))))
	}
	for key, n := range map[string]int{articleCount: m.articles, storyCount: m.stories, revisions: m.revisions} {
		b.put("meta", []byte(key), u64(uint64(n)))
	}
	b.add(forgotten, 1)
}
