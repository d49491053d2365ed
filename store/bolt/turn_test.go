package bolt

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"wiredesk/store"
)

// Deliveries that come at once are written together. One that cannot be stored
// costs the others nothing, and each is told of its own changes.
func TestDeliveriesTogether(t *testing.T) {
	const n = 3 * maxTurns
	var names []store.SourceID
	for i := range n {
		names = append(names, store.SourceID(fmt.Sprintf("s%02d", i)))
	}
	d := newStore(t, names...)
	d.maxWork = 5 * 60 // bytes: some deliveries' texts, so that groups are cut short
	d.write.Lock()     // until all wait
	var wg sync.WaitGroup
	receipts, errs := make([]store.Receipt, n), make([]error, n)
	for i := range n {
		wg.Go(func() {
			a := item(fmt.Sprint(i), fmt.Sprintf("/%d", i), "A title", lorem(60, string(names[i])))
			receipts[i], errs[i] = d.Ingest(t.Context(), polled(names[i], 1, a))
		})
	}
	var unfit error
	wg.Go(func() {
		unfit = d.inTurn(&turn{ctx: t.Context(), source: "hostile", plan: func(b *batch) error {
			b.put("article", articleKey(1), []byte("half a delivery"))
			var none *store.Story
			none.Lead = 1
			return nil
		}, after: func() { t.Error("learnt from a delivery that was not stored") }})
	})
	for waiting := 0; waiting <= n; runtime.Gosched() {
		d.mu.Lock()
		waiting = len(d.turns)
		d.mu.Unlock()
	}
	d.write.Unlock()
	wg.Wait()
	if !errors.Is(unfit, store.ErrUnfit) {
		t.Errorf("the delivery that panics: %v, want %v", unfit, store.ErrUnfit)
	}
	seen := map[uint64]bool{}
	for i, r := range receipts {
		if errs[i] != nil || r.Count(store.New) != 1 || r.Seq == 0 || seen[r.Seq] {
			t.Errorf("delivery %d: %+v, %v, want one new article and a change of its own", i, r, errs[i])
		}
		seen[r.Seq] = true
	}
	if len(d.turns) != 0 {
		t.Errorf("%d deliveries still wait", len(d.turns))
	}
	if err := d.Verify(t.Context()); err != nil {
		t.Errorf("Verify afterwards: %v", err)
	}
}
