package web

import (
	"context"
	"sync"
	"time"
)

// patience is how long a request may keep its slot. After that it goes on
// without one, so that a thousand hosts that hang never delay the others: what
// the slots save us from is doing too much at once, and hanging is not doing.
const patience = 300 * time.Millisecond

// maxHeld is how many bytes of answers callers may keep before no request
// begins. The network is faster than reading and storing what it brings; without
// this, a round of thousands of sources would pile up in memory. A document that
// waits to be stored takes ten times the bytes that came.
const maxHeld = 2 << 20

// slots bound the requests that are making progress.
type slots struct {
	mu    sync.Mutex
	free  int
	width int
	held  int64
	queue []chan struct{}
}

// Hold counts n bytes of an answer that the caller keeps in memory; while there
// are too many, no request begins. A negative n gives them back.
func (c *Client) Hold(n int) { c.slots.hold(int64(n)) }

func (s *slots) hold(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held += n
	s.pass()
}

func (s *slots) limit(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free += n - s.width
	s.width = n
	s.pass()
}

// take waits for a slot. The caller must call the function it returns when the
// request has ended.
func (s *slots) take(ctx context.Context) (giveBack func(), err error) {
	turn := make(chan struct{})
	s.mu.Lock()
	s.queue = append(s.queue, turn)
	s.pass()
	s.mu.Unlock()
	select {
	case <-turn:
	case <-ctx.Done():
		s.leave(turn)
		return nil, context.Cause(ctx)
	}
	var once sync.Once
	back := func() { once.Do(s.put) }
	timer := time.AfterFunc(patience, back)
	return func() { timer.Stop(); back() }, nil
}

// pass hands free slots to those who wait longest. s.mu must be held.
func (s *slots) pass() {
	for s.free > 0 && s.held < maxHeld && len(s.queue) > 0 {
		close(s.queue[0])
		s.queue = s.queue[1:]
		s.free--
	}
}

func (s *slots) put() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free++
	s.pass()
}

// leave takes a waiter that gave up out of the queue, or gives back the slot
// that it got at the same moment.
func (s *slots) leave(turn chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.queue {
		if other == turn {
			s.queue = append(s.queue[:i], s.queue[i+1:]...)
			return
		}
	}
	s.free++
	s.pass()
}
