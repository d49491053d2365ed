package hub_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"wiredesk/publish/hub"
	"wiredesk/store"
)

// run lets the hub of a rig work by itself until stop is called, in the time of
// a bubble.
func (r *rig) run(sender hub.Sender, at ...hub.Store) (stop func() error) {
	r.hire(sender)
	r.Now = time.Now
	for _, s := range at {
		r.Store = s
	}
	ctx, cancel := context.WithCancel(r.Context())
	ended := make(chan error)
	go func() { ended <- r.Hub.Run(ctx) }()
	return func() error { cancel(); return <-ended }
}

// sleep lets time pass, and all that is due then happen.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestH15HangingSubscriberIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, true)
		var hung, served time.Duration
		began := time.Now()
		stop := r.run(line(func(ctx context.Context, method, address string, _ []byte) (int, error) {
			switch {
			case method == http.MethodGet:
			case strings.Contains(address, "dead"):
				<-ctx.Done()
				if hung == 0 {
					hung = time.Since(began)
				}
				return 0, context.Cause(ctx)
			default:
				served = time.Since(began)
			}
			return 200, nil
		}))
		r.publish("first")
		r.ask("http://dead.example/cb")
		r.ask("http://well.example/cb")
		sleep(time.Hour)
		began = time.Now()
		r.publish("second")
		sleep(20 * time.Second)
		if hung != 10*time.Second || served != 0 {
			t.Errorf("cut off after %v; the other was served after %v", hung, served)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestH19DeadSubscribersDelayNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, true)
		var mu sync.Mutex
		var last time.Duration
		var began time.Time
		served := map[string]bool{}
		stop := r.run(line(func(ctx context.Context, method, address string, _ []byte) (int, error) {
			if method == http.MethodPost && strings.Contains(address, "/dead") {
				<-ctx.Done()
				return 0, context.Cause(ctx)
			}
			time.Sleep(300 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			if method == http.MethodPost {
				last, served[address] = time.Since(began), true
			}
			return 200, nil
		}))
		r.publish("first")
		for i := range 200 { // four hosts, each with five dead among fifty
			name := map[bool]string{true: "dead", false: "well"}[i/4%10 == 0]
			if w := r.ask(fmt.Sprintf("http://h%d.example/%s/%d", i%4, name, i)); w.Code != http.StatusAccepted {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
		}
		sleep(time.Hour)
		if n := r.Stats().Subscriptions; n != 200 {
			t.Fatalf("%d subscriptions", n)
		}
		began = time.Now()
		r.publish("second")
		sleep(2 * time.Minute)
		if len(served) != 180 || last > time.Minute {
			t.Errorf("%d served, the last after %v; want 180 within a minute", len(served), last)
		}
		t.Logf("the last of 180 was served after %v", last)
		_ = stop()
	})
}

// Three weeks of a subscriber that renews, goes away, and comes back.
func TestLeasesByTheirOwnClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, true)
		down := false
		var got []string
		stop := r.run(line(func(_ context.Context, method, _ string, body []byte) (int, error) {
			switch {
			case down:
				return 0, errors.New("no route")
			case method == http.MethodPost:
				got = append(got, strings.Trim(string(body), "</fed>"))
			}
			return 200, nil
		}))
		r.publish("0")
		r.ask("http://reader.example/cb", "hub.lease_seconds", "864000")
		for day := 1; day <= 21; day++ {
			sleep(24 * time.Hour)
			down = day == 3
			r.publish(fmt.Sprint(day))
			if day == 8 {
				r.ask("http://reader.example/cb", "hub.lease_seconds", "864000") // until day 18
			}
		}
		sleep(time.Minute)
		if all := strings.Join(got, " "); all != "1 2 4 5 6 7 8 9 10 11 12 13 14 15 16 17" {
			t.Errorf("delivered %s", all)
		}
		_ = stop()
	})
}

// What cannot be kept now is kept later, and nothing else waits for it.
func TestStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, true)
		delivered, full := 0, &disk{Store: r.db, full: true}
		stop := r.run(line(func(_ context.Context, method, _ string, _ []byte) (int, error) {
			if method == http.MethodPost {
				delivered++
			}
			return 200, nil
		}), full)
		r.publish("first")
		r.ask("http://reader.example/cb")
		sleep(time.Hour)
		r.publish("second")
		sleep(time.Hour)
		if delivered != 1 {
			t.Errorf("%d delivered while nothing could be kept, want 1", delivered)
		}
		full.mu.Lock()
		full.full = false
		full.mu.Unlock()
		sleep(2 * time.Minute)
		if f, ok := r.kept(); !ok || f.Had == 0 {
			t.Errorf("kept %+v, %v", f, ok)
		}
		_ = stop()
	})
}

// A disk is a store that can be full.
type disk struct {
	hub.Store
	mu   sync.Mutex
	full bool
}

func (d *disk) PutFollowers(ctx context.Context, list []store.Follower) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return errors.New("no space left on device")
	}
	return d.Store.PutFollowers(ctx, list)
}

// Whatever a stranger sends is taken or refused with a reason, and leaves no
// subscription that was not meant.
func FuzzRequest(f *testing.F) {
	f.Add("hub.mode=subscribe&hub.topic=https://wire.example/t/syria/feed.atom&hub.callback=http://127.0.0.1:1/cb&hub.lease_seconds=9")
	f.Add("hub.mode=unsubscribe&hub.mode=subscribe&hub.callback=%00&;;=%zz")
	f.Fuzz(func(t *testing.T, form string) {
		nobody := line(func(context.Context, string, string, []byte) (int, error) { return 404, nil })
		h := &hub.Hub{Store: nowhere{}, Sender: nobody, Log: slog.New(slog.DiscardHandler), Now: time.Now}
		if err := h.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.Configure(hub.Config{Self: self})
		h.Publish([]hub.Document{{Topic: feed, Body: []byte("first")}})
		req := httptest.NewRequest(http.MethodPost, self, strings.NewReader(form))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != http.StatusAccepted && w.Body.Len() < 10 {
			t.Errorf("status %d without a reason", w.Code)
		}
		if err := h.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := h.Stats(); s.Subscriptions != 0 {
			t.Errorf("%d subscriptions that nobody verified", s.Subscriptions)
		}
	})
}

// nowhere is a store that keeps nothing.
type nowhere struct{}

func (nowhere) Followers(context.Context) ([]store.Follower, error)  { return nil, nil }
func (nowhere) PutFollowers(context.Context, []store.Follower) error { return nil }
