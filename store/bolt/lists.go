package bolt

import (
	"slices"

	"wiredesk/store"
)

// maxListed is how many sources one list may bring.
const maxListed = 5000

// list takes what a list of feeds names: each is a source of its own. One that
// the list names no more keeps what it brought and is polled no more.
func (p *plan) list() {
	if p.del.Listed == nil || !p.known || p.stale || p.orphan || p.doc.Removed {
		return
	}
	of := p.del.Source
	wanted := make(map[store.SourceID]store.Source, len(p.del.Listed))
	taken := p.d.addresses(of)
	for _, s := range p.del.Listed[:min(len(p.del.Listed), maxListed)] {
		if s.ID == "" || s.URL == "" || taken[s.URL] {
			continue
		}
		taken[s.URL] = true
		wanted[s.ID] = inherit(s, p.doc.Source)
	}
	for id, s := range p.d.listed() {
		if _, named := wanted[id]; s.Of != of || named {
			continue
		}
		if doc, _, _ := p.d.kept(p.batch, id); !doc.Removed {
			doc.Removed = true
			p.save("source", []byte(id), doc)
			p.listed = append(p.listed, configured{Source: doc.Source, removed: true})
		}
	}
	for id := range wanted {
		if other, known := p.d.source(id); known && other.Of != of {
			delete(wanted, id) // the operator's own names come first
		}
	}
	p.listed = append(p.listed, p.d.configure(p.batch, wanted)...)
	p.receipt.Listed = len(p.listed)
}

// inherit makes s a source as its list is.
func inherit(s, list store.Source) store.Source {
	s.Of, s.List = list.ID, false
	s.Rank, s.Private, s.LowTrust, s.Daily, s.Updates, s.Paused = list.Rank, list.Private, list.LowTrust, list.Daily, list.Updates, list.Paused
	var tags []string
	for _, tag := range slices.Concat(list.Tags, s.Tags) {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	s.Tags = tags
	return s
}

// wantListed adds the sources of lists that are configured to what is wanted,
// as their lists are now. What the configuration names itself comes first.
func (d *DB) wantListed(wanted map[store.SourceID]store.Source) {
	taken := make(map[string]bool, len(wanted))
	for _, s := range wanted {
		taken[s.URL] = true
	}
	for id, s := range d.listed() {
		list, there := wanted[s.Of]
		_, named := wanted[id]
		if there && !named && !s.removed && list.List && list.Of == "" && !taken[s.URL] {
			taken[s.URL] = true
			wanted[id] = inherit(s.Source, list)
		}
	}
}

// A listedSource is a source that a list names, or named.
type listedSource struct {
	store.Source
	removed bool
}

func (d *DB) listed() map[store.SourceID]listedSource {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := map[store.SourceID]listedSource{}
	for id, s := range d.index.sources {
		if s.Of != "" {
			all[id] = listedSource{s.Source, s.removed}
		}
	}
	return all
}

// addresses returns the addresses of all sources but those of the list of.
func (d *DB) addresses(of store.SourceID) map[string]bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	taken := make(map[string]bool, len(d.index.sources))
	for _, s := range d.index.sources {
		if !s.removed && s.Of != of {
			taken[s.URL] = true
		}
	}
	return taken
}

func (d *DB) source(id store.SourceID) (store.Source, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.index.sources[id]
	if s == nil {
		return store.Source{}, false
	}
	return s.Source, true
}
