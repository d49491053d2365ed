package render

import (
	"reflect"
	"time"

	"wiredesk/publish/curate"
)

// A Cache remembers how the entries of editions were prepared, so that an
// edition in which one story changed costs one entry and not all of them. An
// entry is prepared anew when anything about it differs. The zero Cache is
// empty. It is not safe for concurrent use.
type Cache struct {
	topics map[string]map[string]cached // by slug, by the entry's ID
	size   int                          // bytes of content, all topics
}

// A cached entry with what it was made of.
type cached struct {
	from  curate.Entry
	site  siteKey
	entry entry
}

// A siteKey is what an entry is made of besides itself.
type siteKey struct {
	title, authority string
	zone             *time.Location
}

// maxCache is how many bytes of content a Cache keeps. What goes beyond is
// prepared each time.
const maxCache = 64 << 20

// Prepare returns what [Prepare] does.
func (c *Cache) Prepare(e curate.Edition) *Feed {
	old := c.topics[e.Topic.Slug]
	key := siteKey{e.Site.Title, e.Site.Authority, e.Site.Zone}
	fresh := make(map[string]cached, len(e.Entries))
	c.Drop(e.Topic.Slug)
	f := prepareAll(&e, func(in *curate.Entry) (entry, error) {
		if k, ok := old[in.ID]; ok && k.site == key && reflect.DeepEqual(&k.from, in) {
			c.keep(fresh, k)
			return k.entry, nil
		}
		out, err := prepare(&e, in)
		if err == nil {
			c.keep(fresh, cached{*in, key, out})
		}
		return out, err
	})
	if c.topics == nil {
		c.topics = map[string]map[string]cached{}
	}
	c.topics[e.Topic.Slug] = fresh
	return f
}

func (c *Cache) keep(in map[string]cached, k cached) {
	if _, twice := in[k.from.ID]; twice || c.size+len(k.entry.content) > maxCache {
		return
	}
	c.size += len(k.entry.content)
	in[k.from.ID] = k
}

// Drop forgets a topic.
func (c *Cache) Drop(slug string) {
	for _, k := range c.topics[slug] {
		c.size -= len(k.entry.content)
	}
	delete(c.topics, slug)
}
