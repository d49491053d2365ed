package web

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestGateKeepsRequestsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gates
		g.limit(1, 2*time.Second)
		start := time.Now()
		var begun []time.Duration
		for range 4 {
			leave, err := g.enter(t.Context(), "h")
			if err != nil {
				t.Fatal(err)
			}
			begun = append(begun, time.Since(start))
			leave()
		}
		for i, at := range begun {
			if want := time.Duration(i) * 2 * time.Second; at != want {
				t.Errorf("request %d began after %v, want %v", i, at, want)
			}
		}
		if leave, err := g.enter(t.Context(), "other"); err != nil || time.Since(start) > 6*time.Second {
			t.Errorf("another host had to wait: %v", err)
		} else {
			leave()
		}
	})
}

func TestGateForgetsIdleHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gates
		g.limit(1, time.Second)
		for i := range 10 * sweepAt {
			leave, err := g.enter(t.Context(), time.Duration(i).String())
			if err != nil {
				t.Fatal(err)
			}
			leave()
			if i%100 == 0 {
				time.Sleep(time.Second)
			}
		}
		if n := len(g.hosts); n > 3*sweepAt {
			t.Errorf("%d hosts are remembered", n)
		}
	})
}

// Requests that hang give up their slot, so that others go on.
func TestSlotsArePatientOnlySoLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.limit(2)
		start := time.Now()
		for range 10 {
			back, err := s.take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer back()
		}
		if took := time.Since(start); took != 4*patience {
			t.Errorf("ten hanging requests had slots after %v, want %v", took, 4*patience)
		}
		time.Sleep(patience)
		synctest.Wait()
		if s.free != 2 {
			t.Errorf("%d slots are free in the end, want 2", s.free)
		}
	})
}

func TestSlotsGivenUpAreNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.limit(1)
		back, err := s.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience/2)
		defer cancel()
		if _, err := s.take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("take = %v, want the deadline", err)
		}
		back()
		back()
		if s.free != 1 || len(s.queue) != 0 {
			t.Errorf("free %d, waiting %d; want 1 and 0", s.free, len(s.queue))
		}
		s.limit(3)
		if s.free != 3 {
			t.Errorf("free %d after the limit was raised to 3", s.free)
		}
	})
}

// While callers keep too much, nothing new begins; then it goes on, and not all
// at once.
func TestSlotsWaitWhileTooMuchIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.limit(2)
		s.hold(maxHeld)
		var begun atomic.Int32
		for range 5 {
			go func() {
				if back, err := s.take(t.Context()); err == nil {
					begun.Add(1)
					time.Sleep(patience / 3)
					back()
				}
			}()
		}
		time.Sleep(time.Second)
		if n := begun.Load(); n != 0 {
			t.Errorf("%d requests began while too much was held", n)
		}
		s.hold(-1)
		synctest.Wait()
		if n := begun.Load(); n != 2 {
			t.Errorf("%d requests began when there was room, want 2", n)
		}
		time.Sleep(time.Second)
		if n := begun.Load(); n != 5 {
			t.Errorf("%d requests began in the end, want 5", n)
		}
	})
}
