package bolt

import (
	"path/filepath"
	"testing"
)

// A plan that is made while another writer's commit is in the file, but not yet
// in the memory, is made again.
func TestPlanBetweenFileAndMemory(t *testing.T) {
	var between func()
	d := open1(t, filepath.Join(t.TempDir(), "wiredesk.db"), func([]Write) {
		if f := between; f != nil {
			between = nil
			f()
		}
	})
	write := func(key string, planned func()) error {
		_, err := d.change(t.Context(), func(b *batch) error {
			b.put("bookmark", []byte(key), u64(1))
			planned()
			return nil
		}, func() {})
		return err
	}
	plans, first, done := 0, make(chan struct{}), make(chan error)
	between = func() { // the file has the commit; its writer still has to learn it
		go func() {
			done <- write("late", func() {
				if plans++; plans == 1 {
					close(first)
				}
			})
		}()
		<-first
	}
	if err := write("early", func() {}); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil || plans != 2 {
		t.Errorf("planned %d times (%v), want once more when the memory had caught up", plans, err)
	}
}
