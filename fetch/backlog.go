package fetch

import (
	"context"
	"sync"
)

// maxBacklog is how many bytes of documents may be in memory, fetched but not
// yet stored, before nothing more is asked for. The network is faster than
// reading and storing; without this a round of thousands of sources would pile
// up between them. What is already on its way may exceed it.
const maxBacklog = 16 << 20

// backlog counts the bytes between the network and the archive.
type backlog struct {
	mu      sync.Mutex
	held    int64
	waiting []chan struct{}
}

// wait returns when there is room for another document.
func (b *backlog) wait(ctx context.Context) error {
	for {
		b.mu.Lock()
		if b.held < maxBacklog {
			b.mu.Unlock()
			return nil
		}
		room := make(chan struct{})
		b.waiting = append(b.waiting, room)
		b.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// add counts n more bytes; less, if n is negative.
func (b *backlog) add(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held += n
	if b.held >= maxBacklog {
		return
	}
	for _, room := range b.waiting {
		close(room)
	}
	b.waiting = nil
}
