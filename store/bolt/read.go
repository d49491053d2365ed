package bolt

import (
	"bytes"
	"context"
	"fmt"

	"wiredesk/store"
)

// read runs f on a View; its batch must not be written to.
func (d *DB) read(ctx context.Context, f func(b *batch) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := d.plan(f)
	return err
}

// each calls f with every record whose key starts with prefix, in order, until
// it returns false.
func (d *DB) each(ctx context.Context, bucket string, prefix []byte, f func(b *batch, k, v []byte) bool) error {
	return d.read(ctx, func(b *batch) error {
		b.scan(bucket, prefix, func(k, v []byte) bool { return f(b, k, v) })
		return nil
	})
}

// scan is each within a View. It does not see the batch's own writes.
func (b *batch) scan(bucket string, prefix []byte, f func(k, v []byte) bool) {
	c := b.tx.Bucket([]byte(bucket)).Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if !f(k, v) {
			return
		}
	}
}

// from is scan from a key on.
func (b *batch) from(bucket string, key []byte, f func(k, v []byte) bool) {
	c := b.tx.Bucket([]byte(bucket)).Cursor()
	for k, v := c.Seek(key); k != nil; k, v = c.Next() {
		if !f(k, v) {
			return
		}
	}
}

func (b *batch) decode(bucket string, raw []byte, v any) {
	if err := decMode.Unmarshal(raw, v); err != nil {
		b.fail(fmt.Errorf("%w: bucket %s: %w", ErrDamaged, bucket, err))
	}
}

// Story returns a story, its members with text. One that was merged into
// another has no members and says which.
func (d *DB) Story(ctx context.Context, id store.StoryID) (s store.Story, err error) {
	err = d.read(ctx, func(b *batch) error {
		var ok bool
		if s, ok = b.story(id); !ok {
			return fmt.Errorf("story %s: %w", id, store.ErrNotFound)
		}
		b.fill(&s)
		return nil
	})
	return s, err
}

// fill adds the members' articles with text.
func (b *batch) fill(s *store.Story) {
	b.members(s)
	for i := range s.Members {
		b.addText(&s.Members[i].Article)
	}
}

// Stories returns the stories after one, members with text, in the order of
// their IDs; at most limit of them unless that is 0.
func (d *DB) Stories(ctx context.Context, after store.StoryID, limit int) ([]store.Story, error) {
	var list []store.Story
	err := d.read(ctx, func(b *batch) error {
		b.from("story", storyKey(after+1), func(_, v []byte) bool {
			var s store.Story
			b.decode("story", v, &s)
			if len(s.Members) > 0 {
				b.fill(&s)
				list = append(list, s)
			}
			return limit == 0 || len(list) < limit
		})
		return nil
	})
	return list, err
}

// Latest returns the stories before one, or with 0 the newest of all, members
// with text, the newest first; at most limit of them.
func (d *DB) Latest(ctx context.Context, before store.StoryID, limit int) ([]store.Story, error) {
	var list []store.Story
	err := d.read(ctx, func(b *batch) error {
		c := b.tx.Bucket([]byte("story")).Cursor()
		k, v := c.Last()
		if before != 0 {
			if k, _ = c.Seek(storyKey(before)); k != nil {
				k, v = c.Prev()
			} else {
				k, v = c.Last()
			}
		}
		for ; k != nil && len(list) < limit; k, v = c.Prev() {
			var s store.Story
			b.decode("story", v, &s)
			if len(s.Members) > 0 {
				b.fill(&s)
				list = append(list, s)
			}
		}
		return nil
	})
	return list, err
}

// Article returns an article with text.
func (d *DB) Article(ctx context.Context, id store.ArticleID) (a store.Article, err error) {
	err = d.read(ctx, func(b *batch) error {
		var ok bool
		if a, ok = b.article(id); !ok {
			return fmt.Errorf("article %s: %w", id, store.ErrNotFound)
		}
		b.addText(&a)
		return nil
	})
	return a, err
}

// Articles returns a source's articles after one, or with source "" those of
// all, without text, in the order of their IDs; at most limit of them unless
// that is 0.
func (d *DB) Articles(ctx context.Context, source store.SourceID, after store.ArticleID, limit int) ([]store.Article, error) {
	var list []store.Article
	take := func(b *batch, v []byte) bool {
		var a store.Article
		b.decode("article", v, &a)
		list = append(list, a)
		return limit == 0 || len(list) < limit
	}
	err := d.read(ctx, func(b *batch) error {
		if source == "" {
			b.from("article", articleKey(after+1), func(_, v []byte) bool { return take(b, v) })
			return nil
		}
		prefix := name(string(source))
		b.from("source_of", ownedKey(source, after+1), func(k, _ []byte) bool {
			return bytes.HasPrefix(k, prefix) && take(b, b.get("article", k[len(k)-8:]))
		})
		return nil
	})
	return list, err
}

// FindURL returns the articles with a canonical URL, first writer first.
func (d *DB) FindURL(ctx context.Context, canonical string) (ids []store.ArticleID, err error) {
	err = d.read(ctx, func(b *batch) error {
		for _, u := range b.urls(canonical) {
			ids = append(ids, u.ID)
		}
		return nil
	})
	return ids, err
}

// Revisions returns every version of an article with text, oldest first.
func (d *DB) Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error) {
	var list []store.Revision
	err := d.each(ctx, "revision", articleKey(id), func(b *batch, _, v []byte) bool {
		var r store.Revision
		b.decode("revision", v, &r)
		t := b.text(id, r.N)
		r.Summary, r.Body, r.Text = t.Summary, t.Body, t.Text
		list = append(list, r)
		return true
	})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("article %s: %w", id, store.ErrNotFound)
	}
	return list, err
}
