package hub

import (
	"context"
	"errors"
	"time"

	"wiredesk/store"
)

const (
	maxDoing  = 32          // requests that make progress at once
	maxAtHost = 8           // requests under way at one callback host
	doing     = time.Second // how long a request counts as making progress: after that it hangs, which costs nothing
	maxIdle   = time.Minute // bounds what a clock that was set can do to Run's sleep
	rest      = time.Minute // after the store failed
)

// Run delivers until ctx is done. It returns ctx's cause, after every request
// has ended.
func (h *Hub) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		_, next := h.round(ctx)
		if err := h.save(ctx); err != nil && ctx.Err() == nil {
			h.Log.Error("the hub's subscriptions could not be kept", "err", err)
			next = h.Now().Add(rest)
		}
		h.sleep(ctx, next)
	}
	h.work.Wait()
	return errors.Join(context.Cause(ctx), h.save(context.WithoutCancel(ctx)))
}

// Once does what is due now and returns when it is done. What failed is tried
// again by a later Run or Once, once its time has come.
func (h *Hub) Once(ctx context.Context) error {
	for more := true; more && ctx.Err() == nil; {
		more, _ = h.round(ctx)
		h.work.Wait()
	}
	return h.save(context.WithoutCancel(ctx))
}

// round starts all requests that are due and can begin. It returns whether
// there were any, and when there will be more.
func (h *Hub) round(ctx context.Context) (begun bool, next time.Time) {
	jobs, next := h.begin(h.Now())
	for _, j := range jobs {
		h.work.Go(func() { h.run(ctx, j) })
	}
	return len(jobs) > 0, next
}

// begin chooses what to do now. What has to wait for others at its host is
// chosen when one of those has ended.
func (h *Hub) begin(now time.Time) (jobs []*job, next time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	soon := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	for k, in := range h.intents {
		if !h.asking[k] && h.enter(k) {
			delete(h.intents, k)
			h.asking[k] = true
			jobs = append(jobs, &job{key: k, ask: in, leased: now.Add(in.lease)})
		}
	}
	for k, f := range h.followers {
		if !f.Until.IsZero() && !f.Until.After(now) {
			h.end(k)
			h.stats.Ended++
			continue
		}
		if !f.Until.IsZero() {
			soon(f.Until)
		}
		t := h.topics[k.topic]
		if t == nil || t.hash == f.Had || f.busy || !f.Hub && h.config.Self == "" {
			continue
		}
		if at := later(t.from, f.Due); at.After(now) {
			soon(at)
			continue
		}
		if h.enter(k) {
			f.busy, t.sent = true, now
			jobs = append(jobs, &job{key: k, to: f.Follower, doc: t.Document, hash: t.hash})
		}
	}
	return jobs, next
}

// enter takes a place at a callback's host, if there is one. h.mu must be held.
func (h *Hub) enter(k key) bool {
	host := hostOf(k.callback)
	if h.hosts[host] >= maxAtHost {
		return false
	}
	h.hosts[host]++
	return true
}

func (h *Hub) leave(k key) {
	host := hostOf(k.callback)
	if h.hosts[host]--; h.hosts[host] <= 0 {
		delete(h.hosts, host)
	}
}

// run does a job when there is room, and notes what came of it.
func (h *Hub) run(ctx context.Context, j *job) {
	defer h.Wake()
	err := context.Cause(ctx)
	select {
	case h.slots <- struct{}{}:
		returned := time.AfterFunc(doing, func() { <-h.slots })
		err = h.do(ctx, j)
		if returned.Stop() {
			<-h.slots
		}
	case <-ctx.Done():
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(j.key)
	if j.ask != nil {
		delete(h.asking, j.key)
		h.asked(j, err)
		return
	}
	f := h.followers[j.key]
	if f == nil { // it unsubscribed meanwhile
		return
	}
	f.busy = false
	if ctx.Err() == nil || err == nil {
		h.delivered(f, j, err)
	}
}

// asked notes what a callback said. Whatever stood before stays unless it was
// meant. h.mu must be held.
func (h *Hub) asked(j *job, err error) {
	log := h.Log.With("callback", hostOf(j.key.callback))
	t, f := h.topics[j.key.topic], h.followers[j.key]
	switch {
	case j.ask.mode == modeDenied:
		log.Info("told a subscriber that its topic is gone")
		return
	case err != nil:
		h.stats.Unverified++
		log.Info("a subscription was not verified", "mode", j.ask.mode, "why", err)
		return
	case j.ask.mode == modeUnsubscribe && f != nil:
		h.end(j.key)
	case j.ask.mode == modeSubscribe && t != nil:
		if f == nil {
			f = &follower{Follower: store.Follower{Topic: j.key.topic, Callback: j.key.callback, Had: t.hash}}
			h.followers[j.key] = f
		}
		f.Secret, f.Until = j.ask.secret, j.leased
		h.put(f)
	}
	h.stats.Verified++
	log.Info("verified", "mode", j.ask.mode, "lease", j.ask.lease)
}

// delivered notes what became of a delivery or a ping. h.mu must be held.
func (h *Hub) delivered(f *follower, j *job, err error) {
	log := h.Log.With("topic", j.doc.Name, "callback", hostOf(f.Callback))
	arrived, failed := &h.stats.Delivered, &h.stats.Failed
	if f.Hub {
		arrived, failed = &h.stats.Pinged, &h.stats.Unpinged
	}
	if err == nil {
		*arrived++
	} else {
		*failed++
	}
	if errors.Is(err, errGone) {
		h.stats.Ended++
		h.end(j.key)
		log.Info("the subscriber wants no more")
		return
	}
	f.Follower = after(f.Follower, j.hash, err, h.Now())
	switch {
	case f.Gone:
		h.stats.Ended++
		h.end(j.key)
		log.Warn("nothing has reached the subscriber for days; the subscription ends", "why", err)
		return
	case err == nil:
		log.Debug("delivered", "ping", f.Hub, "bytes", len(j.doc.Body))
	case f.Tries == 0:
		h.stats.Dropped++
		log.Warn("given up until there is a newer document", "ping", f.Hub, "why", err)
	default:
		log.Info("not delivered", "ping", f.Hub, "tries", f.Tries, "next", f.Due, "why", err)
	}
	h.put(f)
}

// save keeps what changed, in one commit.
func (h *Hub) save(ctx context.Context) error {
	h.mu.Lock()
	list := make([]store.Follower, 0, len(h.unsaved))
	for _, f := range h.unsaved {
		list = append(list, f)
	}
	clear(h.unsaved)
	h.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	err := h.Store.PutFollowers(ctx, list)
	if err == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range list { // again, but for what changed meanwhile
		if _, newer := h.unsaved[keyOf(&f)]; !newer {
			h.unsaved[keyOf(&f)] = f
		}
	}
	return err
}

// sleep waits until next, or for ever if that is zero, or until something
// changes.
func (h *Hub) sleep(ctx context.Context, next time.Time) {
	var at <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(min(next.Sub(h.Now()), maxIdle))
		defer timer.Stop()
		at = timer.C
	}
	select {
	case <-at:
	case <-h.wake:
	case <-ctx.Done():
	}
}
