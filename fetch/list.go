package fetch

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/discover"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

// maxListed is how many feeds of a list are polled. Whoever keeps the list can
// make us ask anybody, so it is bounded like all that strangers write.
const maxListed = 5000

// accept returns what kind of document the source is.
func (p *feed) accept() string {
	if p.list {
		return web.Lists
	}
	return web.Feeds
}

// readList reads a list of feeds and adds them to d. A list without any is taken
// for a mistake, lest it end everything that it named before.
func (e *errand) readList(ctx context.Context, _ bool, res *web.Response, d *store.Delivery) *failure {
	leave, err := e.begin(ctx)
	if err != nil {
		return webFailure(err)
	}
	defer leave()
	outlines, err := discover.OPML(bytes.NewReader(res.Body))
	if err != nil {
		return &failure{code: store.CodeNotFeed, detail: oneLine(err), status: res.Status, wire: res.Wire}
	}
	d.Listed = make([]store.Source, 0, min(len(outlines), maxListed))
	for _, o := range outlines {
		if _, named := e.s.taken[o.URL]; named || web.CheckURL(o.URL) != nil {
			continue // the operator's own entry for it comes first
		}
		if len(d.Listed) == maxListed {
			e.f.Log.Warn("the list is too long", "source", e.job.Source, "feeds", len(outlines), "polled", maxListed)
			break
		}
		d.Listed = append(d.Listed, store.Source{ID: memberID(e.p.ID, o.URL), URL: o.URL, Name: o.Title, Tags: o.Tags})
	}
	if len(outlines) == 0 {
		return &failure{code: store.CodeEmpty, detail: "the list names no feed", status: res.Status, wire: res.Wire}
	}
	d.Feed = store.FeedInfo{Format: "opml"}
	d.BodyHash, d.Items, d.Known = xxhash.Sum64(res.Body), len(outlines), make([]uint64, 0, len(d.Listed))
	for _, s := range d.Listed {
		d.Known = append(d.Known, xxhash.Sum64String(s.URL))
	}
	return nil
}

// memberID names a source of a list, always the same one for the same address.
func memberID(list store.SourceID, address string) store.SourceID {
	return store.SourceID(fmt.Sprintf("%s.%s", list, strconv.FormatUint(xxhash.Sum64String(address), 36)))
}

// find returns the settings of a source, its list's if a list names it.
func (s *settings) find(job store.Job) *feed {
	if p := s.sources[job.Source]; p != nil {
		return p
	}
	if i := strings.LastIndexByte(string(job.Source), '.'); i > 0 {
		if list := s.sources[job.Source[:i]]; list != nil && list.list {
			return list.member(job)
		}
	}
	return nil
}

// member returns the settings of a source that the list p names: the list's own,
// but for what is between the list's host and us.
func (p *feed) member(job store.Job) *feed {
	own := *p.Source
	m := &feed{Source: &own, zone: p.zone}
	m.ID, m.URL, m.Name, m.OPML, m.Interval = job.Source, job.URL, job.Name, "", 0
	m.Headers, m.AuthFile, m.HTTP1, m.Certificate, m.Selectors = nil, "", false, "", Selectors{}
	return m
}
