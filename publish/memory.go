package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/store"
)

// A memory is what the desk keeps between rounds. All of it can be read from
// the archive again, and is after every failure.
type memory struct {
	setup    *setup
	bookmark uint64
	roster   *curate.Roster // configured, with what the feeds say of themselves
	index    *query.Index
	rulings  curate.Rulings
	looked   time.Time               // when the sources' health was read
	health   []store.Health          // what was read, until it is published
	digest   uint64                  // of it
	polled   map[store.SourceID]bool // sources that had been polled by then
	quiet    map[store.SourceID]bool // sources that brought nothing
	shelves  map[string]*shelf
	due      map[store.StoryID]time.Time // to be looked at again though nothing changes
	front    bool                        // the front page must be published
	gone     []store.TopicRule           // topics that are no longer configured
}

// A shelf is what one topic has.
type shelf struct {
	rule     *curate.Rule
	scan     bool // the rule is new: match every stored story
	renew    bool // the rule was another before: readers have the topic already
	dirty    bool // the edition must be built and published
	opened   time.Time
	founders map[store.SourceID]bool // that the topic took from when it was opened
	joined   map[store.SourceID]*joiner
	taken    map[store.StoryID]time.Time
	by       uint64 // hash of the rule that took them
	entries  map[store.StoryID]store.Entry
	changed  map[store.StoryID]bool // entries to commit
	stored   map[store.StoryID]bool // entries that the archive has
	pruned   int                    // entries that the next commit forgets
	built    map[store.StoryID]shown
	told     map[store.StoryID]told // for the changes feed
	edition  curate.Edition
	until    time.Time // when the edition changes by itself; zero: never
	past
}

// shown is an entry as it stands in the edition.
type shown struct {
	entry    curate.Entry
	articles int
}

// remember is how many entries a topic keeps, of the first in its edition's
// order and of the last that moved. What it forgets comes back with
// the same ID and, but for the cases of a minute, the same dates.
const remember = 1000

// maxTaken is how many of a topic's takings are kept in memory.
const maxTaken = 20_000

// load reads what the desk kept and compares it with the configuration.
func (d *Desk) load(ctx context.Context, s *setup, now time.Time) (*memory, error) {
	st, err := d.Archive.Desk(ctx, bookmark)
	if err != nil {
		return nil, fmt.Errorf("read the desk's state: %w", err)
	}
	m := &memory{
		setup: s, bookmark: st.Bookmark, shelves: map[string]*shelf{}, due: map[store.StoryID]time.Time{}, front: true,
	}
	for slug, rule := range s.rules {
		m.shelves[slug] = newShelf(rule)
	}
	if err := m.refresh(ctx, d.Archive, now); err != nil {
		return nil, err
	}
	if err := m.decide(ctx, d.Archive); err != nil {
		return nil, err
	}
	m.restore(st)
	for slug, sh := range m.shelves {
		if err := sh.recall(ctx, d.Archive, st.Rules[slug]); err != nil {
			return nil, err
		}
		m.resume(sh)
	}
	return m, nil
}

func newShelf(rule *curate.Rule) *shelf {
	return &shelf{
		rule: rule, dirty: true, founders: map[store.SourceID]bool{}, joined: map[store.SourceID]*joiner{},
		taken: map[store.StoryID]time.Time{}, entries: map[store.StoryID]store.Entry{}, changed: map[store.StoryID]bool{},
		built: map[store.StoryID]shown{}, stored: map[store.StoryID]bool{}, told: map[store.StoryID]told{},
	}
}

// restore puts the kept entries on their shelves. A renamed topic takes over
// those of the slug it had; those of a topic that is gone are forgotten.
func (m *memory) restore(st store.DeskState) {
	renamed := map[string]string{}
	for slug, sh := range m.shelves {
		for _, was := range sh.rule.Topic.Was {
			if _, known := st.Rules[slug]; !known && m.shelves[was] == nil {
				renamed[was] = slug
			}
		}
	}
	for _, e := range st.Entries {
		slug := e.Topic
		if to, ok := renamed[slug]; ok {
			e.Topic, slug = to, to
			m.shelves[slug].changed[e.Story] = true
		}
		if sh := m.shelves[slug]; sh != nil {
			sh.entries[e.Story], sh.stored[e.Story] = e, true
		}
	}
	for _, t := range st.Topics {
		slug := t.Topic
		if to, ok := renamed[slug]; ok {
			slug = to
		}
		if sh := m.shelves[slug]; sh != nil {
			sh.opened = t.Opened
			for _, id := range t.Sources {
				sh.founders[id] = true
			}
		}
	}
	for slug, n := range st.Pages {
		if sh := m.shelves[cmp.Or(renamed[slug], slug)]; sh != nil {
			sh.pages = n
			if renamed[slug] != "" {
				sh.was = slug
			}
		}
	}
	m.leave(st)
}

// leave lists the topics of which something is kept though they are no longer
// configured.
func (m *memory) leave(st store.DeskState) {
	kept := map[string]bool{}
	for slug := range st.Rules {
		kept[slug] = true
	}
	for slug := range st.Pages {
		kept[slug] = true
	}
	for _, e := range st.Entries {
		kept[e.Topic] = true
	}
	for _, slug := range slices.Sorted(maps.Keys(kept)) {
		if m.shelves[slug] == nil {
			m.gone = append(m.gone, store.TopicRule{Topic: slug, Gone: true})
		}
	}
}

// recall reads what the topic took under its rule, or lets it start over.
func (sh *shelf) recall(ctx context.Context, archive Archive, stored uint64) error {
	sh.renew, sh.by = stored != 0, stored
	sh.redo = sh.renew && stored != sh.rule.Hash // its outlets may be others
	sh.scan = stored != sh.rule.Hash || sh.rule.Query.Uses("age")
	if stored == sh.rule.Hash {
		list, err := archive.Takings(ctx, sh.rule.Topic.Slug, stored, maxTaken)
		if err != nil {
			return fmt.Errorf("read what topic %q took: %w", sh.rule.Topic.Slug, err)
		}
		for _, t := range list {
			sh.taken[t.Story] = t.At
		}
	}
	sh.found()
	return nil
}

// resume has the stories looked at that were waiting for something.
func (m *memory) resume(sh *shelf) {
	for id, e := range sh.entries {
		if !curate.Appeared(e) || !e.Gone.IsZero() || e.Pending {
			m.due[id] = time.Time{} // at once
		}
	}
}

// refresh reads how the sources are and what they call themselves. Rules are
// made anew only where that changes something. There may be thousands of
// sources, so it is not done for every round.
func (m *memory) refresh(ctx context.Context, archive Archive, now time.Time) error {
	health, err := archive.Health(ctx)
	if err != nil {
		return fmt.Errorf("read the sources' health: %w", err)
	}
	m.know(health, now)
	roster := named(m.setup.roster, health)
	if m.roster != nil && m.roster.Same(roster) {
		return nil
	}
	m.roster = roster
	queries := map[string]*query.Query{}
	for slug, sh := range m.shelves {
		rule := sh.rule.With(m.roster)
		sh.scan = sh.scan || rule.Hash != sh.rule.Hash
		sh.rule, sh.dirty = rule, true
		clear(sh.built)
		clear(sh.told)
		queries[slug] = rule.Query
	}
	if m.index == nil {
		m.index = query.Compile(queries)
	}
	return nil
}

// know notes what the desk needs of the sources' health. All of it is kept only
// until the round is published, if it differs from the last.
func (m *memory) know(health []store.Health, now time.Time) {
	digest := xxhash.New()
	all := json.NewEncoder(digest)
	m.looked, m.polled, m.quiet = now, map[store.SourceID]bool{}, map[store.SourceID]bool{}
	for i := range health {
		h := &health[i]
		_ = all.Encode(h) // a digest takes everything, and a Health has nothing that JSON cannot say
		if !h.Last.IsZero() {
			m.polled[h.Source] = true
		}
		if bringsNothing(h.State) {
			m.quiet[h.Source] = true
		}
	}
	if sum := digest.Sum64(); sum != m.digest {
		m.digest, m.health, m.front = sum, health, true
	}
}

// named completes outlets by what their feeds say of themselves.
func named(roster *curate.Roster, health []store.Health) *curate.Roster {
	said := make(map[store.SourceID]*store.Health, len(health))
	for i := range health {
		said[health[i].Source] = &health[i]
	}
	return roster.With(func(o curate.Outlet) curate.Outlet {
		if h := said[o.ID]; h != nil {
			if o.Name == "" || o.Name == string(o.ID) {
				o.Name = h.Name
			}
			o.Home, o.FeedID, o.Rights = cmp.Or(o.Home, h.Home), cmp.Or(o.FeedID, h.Self.ID), cmp.Or(o.Rights, h.Self.Rights)
		}
		o.Name = cmp.Or(o.Name, string(o.ID))
		return o
	})
}

// decide reads what people decided.
func (m *memory) decide(ctx context.Context, archive Archive) error {
	list, err := archive.Decisions(ctx)
	if err != nil {
		return fmt.Errorf("read the desk's decisions: %w", err)
	}
	m.rulings = curate.NewRulings(list)
	return nil
}

// slugs returns the shelves' names in order, so that rounds are repeatable.
func (m *memory) slugs() []string { return slices.Sorted(maps.Keys(m.shelves)) }
