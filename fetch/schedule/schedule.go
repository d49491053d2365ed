// Package schedule decides when a source is polled next and when a page is
// read. Every function is pure: what it needs of the past comes in, and the
// spread that keeps sources from falling due together is a hash of their name,
// so that the same history always gives the same time.
package schedule

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/store"
)

const (
	// MaxWait is the longest wait that a source can ask for, or earn by failing.
	MaxWait = 24 * time.Hour
	// deadAfter is how long a source must have failed to count as dead, and
	// deadWait how often it is tried from then on.
	deadAfter = 14 * 24 * time.Hour
	deadWait  = 7 * 24 * time.Hour
	// unasked is how long to wait after a bare 429 or 503, at first.
	unasked = time.Hour
	// Confirm is how long after a 410 it must be said again.
	Confirm = 24 * time.Hour
	day     = 24 * time.Hour
)

// A Pace is what the operator wants. The other numbers follow from it: with an
// interval of an hour, a source is asked every 15 minutes to 6 hours while it
// publishes, and daily when it has been silent for a month (FETCH-A14).
type Pace struct {
	Interval time.Duration // when nothing better is known; and always, when Fixed
	Min      time.Duration // never more often
	Fixed    bool          // the operator chose this source's interval
}

// A History is what is known of a source after a poll.
type History struct {
	Source     store.SourceID
	Seen       []time.Time // when its last articles were first seen, in any order
	Hints      store.Hints
	Validators bool // it sends validators: asking is cheap
	Errors     int  // failures in a row, this one included; 0: it answered
	FailedAt   time.Time
	Code       store.Code
	RetryAfter time.Time // asked for with an error; zero: not
}

// Next returns when to poll again after a poll that ended at now.
func Next(h History, p Pace, now time.Time) time.Time {
	if h.Errors > 0 {
		return now.Add(backoff(h, p, now))
	}
	every := interval(h, p, now)
	late := jitter(h, now, every) // where something says "not before", all of the spread lies after it
	wait := every + 2*late - every/10
	if least := floor(h, p); wait < least {
		wait = least + 2*late
	}
	at := now.Add(wait)
	if earliest := hinted(h.Hints, now); earliest.After(at) {
		at = earliest.Add(late)
	}
	if open := skip(h.Hints, at, now); open.After(at) {
		at = open.Add(late)
	}
	return at
}

// floor is the shortest wait. A source whose every answer is a full document
// is not asked more often than the operator's interval.
func floor(h History, p Pace) time.Duration {
	if h.Validators || p.Fixed {
		return p.Min
	}
	return max(p.Min, min(4*p.Min, p.Interval))
}

// interval estimates how often it is worth asking: twice in the usual time
// between two finds, less often the longer nothing came. Growing by a quarter
// with each empty poll is the same as adding a quarter of the time since the
// last find, which needs no counter.
func interval(h History, p Pace, now time.Time) time.Duration {
	if p.Fixed || len(h.Seen) == 0 {
		return max(p.Interval, p.Min)
	}
	times := slices.Clone(h.Seen)
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, func(a, b time.Time) bool { return a.Equal(b) }) // one delivery is one find
	silent := now.Sub(times[len(times)-1])
	switch {
	case silent > 30*day:
		return p.times(24)
	case silent > 14*day:
		return p.times(12)
	case silent > 7*day:
		return p.times(6)
	case len(times) < 4:
		return max(p.Interval, p.Min) // not enough to tell
	}
	gap := medianGap(times) / 2
	return clamp(clamp(gap, p.Interval/4, p.times(6))+max(silent, 0)/4, p.Min, p.times(6))
}

// times returns n times the interval, but no more than a day unless the interval
// itself is longer.
func (p Pace) times(n time.Duration) time.Duration {
	return max(min(n*p.Interval, max(MaxWait, p.Interval)), p.Min)
}

func medianGap(sorted []time.Time) time.Duration {
	gaps := make([]time.Duration, 0, len(sorted))
	for i := 1; i < len(sorted); i++ {
		gaps = append(gaps, sorted[i].Sub(sorted[i-1]))
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// hinted returns before when the source does not want to be asked (FETCH-A12,
// A13), bounded, because some write numbers that mean years.
func hinted(h store.Hints, now time.Time) time.Time {
	at := h.Fresh
	if h.TTL > 0 {
		at = later(at, now.Add(min(h.TTL, MaxWait)))
	}
	return earlier(at, now.Add(MaxWait))
}

// skip moves at out of the hours and days in which the source wants no polls,
// but not further than a day from now.
func skip(h store.Hints, at, now time.Time) time.Time {
	limit := now.Add(MaxWait)
	moved := at.UTC()
	for len(h.SkipHours)+len(h.SkipDays) > 0 && moved.Before(limit) {
		if !slices.Contains(h.SkipHours, moved.Hour()) && !slices.Contains(h.SkipDays, int(moved.Weekday())) {
			return moved
		}
		moved = moved.Truncate(time.Hour).Add(time.Hour)
	}
	return later(at, earlier(moved, limit))
}

// backoff returns how long to leave a failing source alone (FETCH-A15, A17).
func backoff(h History, p Pace, now time.Time) time.Duration {
	every := max(p.Interval, p.Min, time.Millisecond)
	switch h.Code {
	case store.CodeLocal: // not its fault
		return max(p.Min, min(every, 5*time.Minute))
	case store.CodeGone:
		return Confirm + jitter(h, now, Confirm)
	case store.CodeLimited, store.CodeBusy:
		if wait := h.RetryAfter.Sub(now); !h.RetryAfter.IsZero() && wait > 0 {
			wait = min(wait, MaxWait)
			return max(wait+jitter(h, now, min(wait, every)), p.Min)
		}
		// The first wait is an hour, whatever the interval: it was not said how long.
		return max(p.Min, min(double(max(every, unasked), h.Errors-1), MaxWait)) + jitter(h, now, every)
	}
	if !h.FailedAt.IsZero() && now.Sub(h.FailedAt) > deadAfter {
		return max(deadWait, p.Min)
	}
	wait := min(max(double(every, h.Errors), h.RetryAfter.Sub(now)), MaxWait)
	return max(wait+jitter(h, now, wait), p.Min)
}

// double returns d doubled n times, and no more than MaxWait.
func double(d time.Duration, n int) time.Duration {
	for range n {
		if d >= MaxWait {
			return MaxWait
		}
		d *= 2
	}
	return d
}

// jitter returns 0 to 10 % of wait.
func jitter(h History, now time.Time, wait time.Duration) time.Duration {
	return time.Duration(spread(h.Source, now) * 0.1 * float64(wait))
}

// spread returns a number in [0, 1) that depends on nothing but the source and
// the time.
func spread(source store.SourceID, now time.Time) float64 {
	h := xxhash.New()
	_, _ = h.WriteString(string(source))
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(now.UnixNano()))
	_, _ = h.Write(at[:])
	return float64(h.Sum64()>>11) / (1 << 53)
}

func clamp(d, lo, hi time.Duration) time.Duration { return max(lo, min(d, hi)) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
