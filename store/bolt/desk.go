package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"wiredesk/store"
)

// Commit stores what the desk did, if its bookmark still stands where the desk
// took it up; else nothing, and [store.ErrMoved].
func (d *DB) Commit(ctx context.Context, w store.DeskWork) error {
	_, err := d.change(ctx, func(b *batch) error {
		if at := b.bookmark(w.Name); at != w.From {
			return fmt.Errorf("bookmark %s is at %d, not %d: %w", w.Name, at, w.From, store.ErrMoved)
		}
		if w.To != w.From {
			b.put("bookmark", []byte(w.Name), u64(w.To))
		}
		for _, t := range w.Takings {
			b.take(t)
		}
		for _, e := range w.Entries {
			b.putEntry(e)
		}
		for _, r := range w.Rules {
			b.putRule(r)
		}
		for _, p := range w.Pages {
			b.putArchivePage(p)
		}
		return nil
	}, func() {})
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, r := range w.Rules {
		_ = d.sweep(ctx, r) // the work is done; what is left in the way is swept with the topic's next rule
	}
	return nil
}

func (b *batch) bookmark(name string) uint64 {
	if v := b.get("bookmark", []byte(name)); len(v) == 8 {
		return tail(v)
	}
	return 0
}

func (b *batch) take(t store.Taking) {
	key := takingKey(t.Topic, t.Rule, t.Story)
	if t.Left {
		b.remove("taking", key)
		return
	}
	b.put("taking", key, u64(uint64(nano(plainTime(t.At)))))
}

func (b *batch) putRule(r store.TopicRule) {
	if r.Gone {
		b.remove("rule", []byte(r.Topic))
		return
	}
	b.save("rule", []byte(r.Topic), r)
}

func (b *batch) putArchivePage(p store.ArchivePage) {
	if p.At = plainTime(p.At); len(p.Body) > 0 { // else it is gone, but for its number
		p.Body = b.d.shrink(p.Body)
	}
	b.save("archive", pageKey(p.Topic, p.N), p)
}

func (b *batch) putEntry(e store.Entry) {
	key := entryKey(e.Topic, e.Story)
	if e.Deleted {
		b.remove("entry", key)
		return
	}
	b.save("entry", key, e)
}

// sweepChunk is how many records one commit removes at most (RELIABILITY-D8).
const sweepChunk = 1000

// sweep removes the takings of a topic's former rules, and all that a topic
// that is gone had. It may be cut short: nobody reads them any more.
func (d *DB) sweep(ctx context.Context, r store.TopicRule) error {
	if r.Gone {
		return errors.Join(d.wipe(ctx, "entry", name(r.Topic)), d.wipe(ctx, "archive", name(r.Topic)), d.wipe(ctx, "taking", name(r.Topic)))
	}
	prefix := name(r.Topic)
	keep := binary.BigEndian.AppendUint64(name(r.Topic), r.Rule)
	for {
		n := 0
		_, err := d.change(ctx, func(b *batch) error {
			n = 0
			c := b.tx.Bucket([]byte("taking")).Cursor()
			for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && n < sweepChunk; k, _ = c.Next() {
				if bytes.HasPrefix(k, keep) {
					k, _ = c.Seek(append(bytes.Clone(keep), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
					if !bytes.HasPrefix(k, prefix) {
						break
					}
				}
				b.set("taking", k, nil)
				n++
			}
			return nil
		}, func() {})
		if err != nil || n < sweepChunk {
			return err
		}
	}
}

// wipe removes all records whose keys start with prefix, so many a commit.
func (d *DB) wipe(ctx context.Context, bucket string, prefix []byte) error {
	for {
		n := 0
		_, err := d.change(ctx, func(b *batch) error {
			n = 0
			b.scan(bucket, prefix, func(k, _ []byte) bool {
				b.set(bucket, k, nil)
				n++
				return n < sweepChunk
			})
			return nil
		}, func() {})
		if err != nil || n < sweepChunk {
			return err
		}
	}
}

// Desk returns what the desk called name kept.
func (d *DB) Desk(ctx context.Context, name string) (store.DeskState, error) {
	st := store.DeskState{Rules: map[string]uint64{}, Pages: map[string]int{}}
	err := d.read(ctx, func(b *batch) error {
		st.Bookmark = b.bookmark(name)
		b.scan("rule", nil, func(k, v []byte) bool {
			var r store.TopicRule
			b.decode("rule", v, &r)
			r.Topic = string(k)
			st.Rules[r.Topic] = r.Rule
			st.Topics = append(st.Topics, r)
			return true
		})
		b.scan("entry", nil, func(k, v []byte) bool {
			var e store.Entry
			b.decode("entry", v, &e)
			e.Topic, e.Story = string(k[:len(k)-9]), store.StoryID(tail(k))
			st.Entries = append(st.Entries, e)
			return true
		})
		b.scan("archive", nil, func(k, _ []byte) bool {
			topic := string(k[:len(k)-9])
			st.Pages[topic] = max(st.Pages[topic], int(tail(k)))
			return true
		})
		return nil
	})
	return st, err
}

// ArchivePage returns the n-th page of a topic's archive. One that retention
// forgot is [store.ErrForgotten] as well as not found.
func (d *DB) ArchivePage(ctx context.Context, topic string, n int) (p store.ArchivePage, err error) {
	err = d.read(ctx, func(b *batch) error {
		there := b.read("archive", pageKey(topic, n), &p)
		if there = there && len(p.Body) > 0; !there && n > 0 && b.hasPage(topic, n) {
			return fmt.Errorf("archive page %d of topic %q: %w: %w", n, topic, store.ErrNotFound, store.ErrForgotten)
		}
		if !there {
			return fmt.Errorf("archive page %d of topic %q: %w", n, topic, store.ErrNotFound)
		}
		var err error
		p.Body, err = d.grow(p.Body)
		return err
	})
	p.Topic, p.N = topic, n
	return p, err
}

// hasPage reports whether a topic's archive has the n-th page or a later one.
func (b *batch) hasPage(topic string, n int) (has bool) {
	b.from("archive", pageKey(topic, n), func(k, _ []byte) bool {
		has = bytes.HasPrefix(k, name(topic))
		return false
	})
	return has
}

// Takings returns the stories that a topic took under a rule, newest story
// first, at most limit of them unless that is 0.
func (d *DB) Takings(ctx context.Context, topic string, rule uint64, limit int) ([]store.Taking, error) {
	var list []store.Taking
	err := d.each(ctx, "taking", binary.BigEndian.AppendUint64(name(topic), rule), func(b *batch, k, v []byte) bool {
		list = append(list, store.Taking{
			Topic: topic, Rule: rule, Story: store.StoryID(^tail(k)), At: fromNano(int64(tail(v))),
		})
		return limit == 0 || len(list) < limit
	})
	return list, err
}
