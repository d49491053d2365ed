package fetch

import (
	"context"
	"runtime"

	"golang.org/x/sync/semaphore"
)

// budget bounds what is being read at once: one document a processor, and only
// so many bytes of them, because reading takes many times their size.
type budget struct {
	hands *semaphore.Weighted
	bytes *semaphore.Weighted
}

// maxReading is the most bytes of documents that are read at once (RELIABILITY-X7).
const maxReading = 32 << 20

func newBudget() *budget {
	return &budget{hands: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))), bytes: semaphore.NewWeighted(maxReading)}
}

// enter waits until a document of n bytes may be read. The caller must call leave.
func (b *budget) enter(ctx context.Context, n int) (leave func(), err error) {
	// A document that needs more than a fifth of the budget is read alone.
	weight := min(int64(n), maxReading)
	if weight > maxReading/5 {
		weight = maxReading
	}
	if err := b.bytes.Acquire(ctx, weight); err != nil {
		return nil, context.Cause(ctx)
	}
	if err := b.hands.Acquire(ctx, 1); err != nil {
		b.bytes.Release(weight)
		return nil, context.Cause(ctx)
	}
	return func() { b.hands.Release(1); b.bytes.Release(weight) }, nil
}
