package demo

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"wiredesk/store"
)

// A newsroom is all outlets of the demo, and the truth about what they print.
// Its servers read what its scenes change, so room guards all items.
type newsroom struct {
	room    sync.RWMutex
	stories map[string]story
	sites   []*site
	feeds   map[store.SourceID]*feed
	order   []*feed
	printed []*item // everything ever published, oldest first; never shrinks
	outages int
}

// newNewsroom gives each site a port of 127.0.0.1, which is a host of its own
// on loopback, and the one address there that every system has. The caller
// must run serve, which closes the listeners.
func newNewsroom(now time.Time) (*newsroom, []net.Listener, error) {
	stories, err := readStories()
	if err != nil {
		return nil, nil, err
	}
	n := &newsroom{stories: stories, feeds: map[store.SourceID]*feed{}}
	var listeners []net.Listener
	for _, plan := range outlets() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			for _, open := range listeners {
				_ = open.Close()
			}
			return nil, nil, fmt.Errorf("open an outlet on this machine: %s: %w", plan.name, err)
		}
		listeners = append(listeners, l)
		s := &site{name: plan.name, base: "http://" + l.Addr().String(), room: &n.room, moved: map[string]string{}, traps: plan.traps}
		n.sites = append(n.sites, s)
		for _, f := range plan.feeds {
			f.site = s
			s.feeds = append(s.feeds, f)
			n.feeds[f.id] = f
			n.order = append(n.order, f)
		}
	}
	n.stockUp(now)
	return n, listeners, nil
}

// serve answers for all sites until ctx is done.
func (n *newsroom) serve(ctx context.Context, listeners []net.Listener) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, l := range listeners {
		server := &http.Server{Handler: n.sites[i], ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
		wg.Go(func() { _ = server.Serve(l) }) // ends with Close
		defer func() { _ = server.Close() }()
	}
	<-ctx.Done()
}

// site returns the site of that name.
func (n *newsroom) site(name string) *site {
	i := slices.IndexFunc(n.sites, func(s *site) bool { return s.name == name })
	return n.sites[i]
}

// publish puts items on top of their feeds.
func (n *newsroom) publish(items ...*item) {
	n.room.Lock()
	defer n.room.Unlock()
	for _, it := range items {
		it.feed.items = slices.Insert(it.feed.items, 0, it)
		n.printed = append(n.printed, it)
	}
}

// revise changes what an item says. The truth is that the desk sees one more
// revision, of that class.
func (n *newsroom) revise(it *item, class store.Class, now time.Time, edit func(*item)) {
	n.room.Lock()
	defer n.room.Unlock()
	edit(it)
	it.updated = now
	it.classes = append(it.classes, class)
}

// touch gives an item a new date and nothing else, which is no revision.
func (n *newsroom) touch(it *item, now time.Time) {
	n.room.Lock()
	defer n.room.Unlock()
	it.updated = now
}

// withdraw takes an item out of its feed, with the publisher's word that it did.
func (n *newsroom) withdraw(it *item, now time.Time) {
	n.room.Lock()
	defer n.room.Unlock()
	f := it.feed
	f.items = slices.DeleteFunc(f.items, func(x *item) bool { return x == it })
	f.deleted = append(f.deleted, it)
	it.gone = now
}

// setDown takes a site down or brings it back.
func (n *newsroom) setDown(s *site, down bool) {
	n.room.Lock()
	defer n.room.Unlock()
	if down && !s.down {
		n.outages++
	}
	s.down = down
}

// move takes a feed to another site. Its old address answers 301 from now on.
func (n *newsroom) move(f *feed, to *site) {
	n.room.Lock()
	defer n.room.Unlock()
	f.site.moved[f.path] = to.base + f.path
	to.feeds = append(to.feeds, f)
	// The old site keeps the pages of what it printed.
	old := &feed{id: f.id, name: f.name, site: f.site, items: slices.Clone(f.items)}
	f.site.feeds = []*feed{old}
	f.site = to
}
