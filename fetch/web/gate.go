package web

import (
	"context"
	"sync"
	"time"
)

// gates keep requests to one host apart (FETCH-A37), whoever makes them: polls,
// pages, robots.txt and redirects that happen to lead there.
type gates struct {
	mu    sync.Mutex
	width int
	gap   time.Duration
	hosts map[string]*gate
	sweep int // forget idle hosts when there are this many
}

type gate struct {
	users  int           // who hold or want it
	slots  chan struct{} // one token a request in flight
	mu     sync.Mutex
	opened time.Time // when the last request may have begun
}

func (g *gates) limit(width int, gap time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.width, g.gap = width, gap
}

// enter waits until a request to host may begin. The caller must call leave.
func (g *gates) enter(ctx context.Context, host string) (leave func(), err error) {
	gt, gap := g.get(host)
	select {
	case gt.slots <- struct{}{}:
	case <-ctx.Done():
		g.put(host, gt)
		return nil, context.Cause(ctx)
	}
	leave = func() {
		<-gt.slots
		g.put(host, gt)
	}
	if err := pause(ctx, gt.reserve(gap)); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// reserve takes the next free moment and returns how long to wait for it.
func (gt *gate) reserve(gap time.Duration) time.Duration {
	gt.mu.Lock()
	defer gt.mu.Unlock()
	at := time.Now()
	if next := gt.opened.Add(gap); !gt.opened.IsZero() && next.After(at) {
		at = next
	}
	gt.opened = at
	return time.Until(at)
}

func (g *gates) get(host string) (*gate, time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	gt := g.hosts[host]
	if gt == nil {
		if g.hosts == nil {
			g.hosts = make(map[string]*gate)
		}
		gt = &gate{slots: make(chan struct{}, max(g.width, 1))}
		g.hosts[host] = gt
	}
	gt.users++
	return gt, g.gap
}

// sweepAt is how many hosts are remembered before idle ones are forgotten.
const sweepAt = 1024

func (g *gates) put(host string, gt *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	gt.users--
	if gt.users == 0 && g.gap == 0 {
		delete(g.hosts, host)
		return
	}
	if len(g.hosts) < max(g.sweep, sweepAt) {
		return
	}
	for name, other := range g.hosts {
		if other.users == 0 && time.Since(other.opened) > g.gap {
			delete(g.hosts, name)
		}
	}
	g.sweep = 2 * len(g.hosts)
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
