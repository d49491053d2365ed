package schedule

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"wiredesk/store"
)

var (
	now    = time.Date(2026, 5, 6, 12, 30, 0, 0, time.UTC) // a Wednesday
	hourly = Pace{Interval: time.Hour, Min: 15 * time.Minute}
)

// every returns n times, the last of them ago before now, each gap apart.
func every(gap time.Duration, n int, ago time.Duration) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = now.Add(-ago - time.Duration(i)*gap)
	}
	return times
}

// within fails unless the wait is want, give or take the jitter.
func within(t *testing.T, h History, p Pace, lo, hi time.Duration) {
	t.Helper()
	for i := range 50 {
		at := now.Add(time.Duration(i) * time.Nanosecond)
		if wait := Next(h, p, at).Sub(at); wait < lo || wait > hi {
			t.Fatalf("Next(%+v, %+v) = +%v, want %v to %v", h, p, wait, lo, hi)
		}
	}
}

func TestNextAfterSuccess(t *testing.T) {
	at := func(d time.Duration) store.Hints { return store.Hints{Fresh: now.Add(d)} }
	batch := append(every(0, 10, time.Minute), every(0, 10, 6*time.Hour)...)
	for _, tt := range []struct {
		name   string
		h      History
		lo, hi time.Duration
	}{
		{"nothing is known", History{}, 54 * time.Minute, 66 * time.Minute},
		{"one delivery says nothing about the pace", History{Seen: every(0, 20, 0), Validators: true}, 54 * time.Minute, 66 * time.Minute},
		{"two deliveries neither", History{Seen: batch, Validators: true}, 54 * time.Minute, 66 * time.Minute},
		{"ten minutes apart: as often as allowed", History{Seen: every(10*time.Minute, 20, 0), Validators: true}, 15 * time.Minute, 18 * time.Minute},
		{"the same without validators", History{Seen: every(10*time.Minute, 20, 0)}, time.Hour, 66 * time.Minute},
		{"two hours apart", History{Seen: every(2*time.Hour, 20, 0), Validators: true}, 54 * time.Minute, 66 * time.Minute},
		{"a day apart", History{Seen: every(24*time.Hour, 20, 0), Validators: true}, 324 * time.Minute, 396 * time.Minute},
		{"hourly, silent for eight hours", History{Seen: every(time.Hour, 20, 8*time.Hour), Validators: true}, 135 * time.Minute, 165 * time.Minute},
		{"silent for eight days", History{Seen: every(time.Hour, 20, 8*24*time.Hour)}, 324 * time.Minute, 396 * time.Minute},
		{"silent for 15 days", History{Seen: every(time.Hour, 20, 15*24*time.Hour)}, 648 * time.Minute, 792 * time.Minute},
		{"silent for 31 days", History{Seen: every(time.Hour, 20, 31*24*time.Hour)}, 1296 * time.Minute, 1584 * time.Minute},
		{"cad-maxage", History{Hints: at(3 * time.Hour)}, 3 * time.Hour, 3*time.Hour + 6*time.Minute},
		{"hints never hurry", History{Hints: at(time.Minute)}, 54 * time.Minute, 66 * time.Minute},
		{"cad-huge", History{Hints: at(10 * 365 * 24 * time.Hour)}, 24 * time.Hour, 24*time.Hour + 6*time.Minute},
		{"cad-ttl", History{Hints: store.Hints{TTL: 210 * time.Minute}}, 210 * time.Minute, 216 * time.Minute},
		{"cad-sy daily", History{Hints: store.Hints{TTL: 24 * time.Hour}}, 24 * time.Hour, 24*time.Hour + 6*time.Minute},
		{"cad-skiphours", History{Hints: store.Hints{SkipHours: []int{13, 14, 15, 16, 17}}}, 330*time.Minute - time.Second, 336 * time.Minute},
		{"all hours skipped", History{Hints: store.Hints{SkipHours: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}}}, 24 * time.Hour, 24*time.Hour + 6*time.Minute},
		{"skip days", History{Hints: store.Hints{SkipDays: []int{int(time.Wednesday)}}}, 690*time.Minute - time.Second, 696 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) { within(t, tt.h, hourly, tt.lo, tt.hi) })
	}
}

func TestNextObeysTheOperator(t *testing.T) {
	busy := History{Seen: every(time.Minute, 20, 0), Validators: true}
	within(t, busy, Pace{Interval: 30 * time.Minute, Min: 15 * time.Minute, Fixed: true}, 27*time.Minute, 33*time.Minute)
	within(t, busy, Pace{Interval: time.Minute, Min: 15 * time.Minute, Fixed: true}, 15*time.Minute, 18*time.Minute)
	within(t, busy, Pace{Interval: time.Hour, Min: time.Hour}, time.Hour, 66*time.Minute)
	within(t, History{}, Pace{Interval: time.Millisecond, Min: time.Millisecond}, time.Millisecond, 2*time.Millisecond)
	quiet := History{Seen: every(time.Hour, 20, 31*24*time.Hour)}
	within(t, quiet, Pace{Interval: time.Millisecond, Min: time.Millisecond}, time.Millisecond, 30*time.Millisecond)
}

func TestNextAfterFailure(t *testing.T) {
	for _, tt := range []struct {
		name   string
		h      History
		lo, hi time.Duration
	}{
		{"st-404, first", History{Errors: 1, Code: store.CodeMissing}, 2 * time.Hour, 132 * time.Minute},
		{"st-500, third", History{Errors: 3, Code: store.CodeStatus}, 8 * time.Hour, 528 * time.Minute},
		{"capped", History{Errors: 40, Code: store.CodeTimeout}, 24 * time.Hour, 1584 * time.Minute},
		{"dead", History{Errors: 40, Code: store.CodeDNS, FailedAt: now.AddDate(0, 0, -15)}, 7 * 24 * time.Hour, 7 * 24 * time.Hour},
		{"st-410", History{Errors: 1, Code: store.CodeGone}, 24 * time.Hour, 1584 * time.Minute},
		{"st-429-seconds", History{Errors: 1, Code: store.CodeLimited, RetryAfter: now.Add(2 * time.Hour)}, 2 * time.Hour, 126 * time.Minute},
		{"st-429-bare, first", History{Errors: 1, Code: store.CodeLimited}, time.Hour, 66 * time.Minute},
		{"st-429-bare, third", History{Errors: 3, Code: store.CodeLimited}, 4 * time.Hour, 246 * time.Minute},
		{"a Retry-After in no time", History{Errors: 1, Code: store.CodeBusy, RetryAfter: now.Add(time.Second)}, 15 * time.Minute, 15 * time.Minute},
		{"Retry-After of years", History{Errors: 1, Code: store.CodeBusy, RetryAfter: now.AddDate(9, 0, 0)}, 24 * time.Hour, 1450 * time.Minute},
		{"our own fault", History{Errors: 9, Code: store.CodeLocal}, 15 * time.Minute, 15 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) { within(t, tt.h, hourly, tt.lo, tt.hi) })
	}
}

// Whatever comes in, nobody is asked before the floor, nor forgotten for longer
// than the longest wait and its jitter.
func TestNextStaysInBounds(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return now.Add(time.Duration(rapid.Int64Range(-1<<61, 1<<61).Draw(t, "offset")))
	})
	rapid.Check(t, func(t *rapid.T) {
		h := History{
			Source: store.SourceID(rapid.String().Draw(t, "source")),
			Seen:   rapid.SliceOfN(moment, 0, 20).Draw(t, "seen"),
			Hints: store.Hints{
				Fresh: moment.Draw(t, "fresh"), TTL: time.Duration(rapid.Int64().Draw(t, "ttl")),
				SkipHours: rapid.SliceOf(rapid.Int()).Draw(t, "hours"), SkipDays: rapid.SliceOf(rapid.Int()).Draw(t, "days"),
			},
			Validators: rapid.Bool().Draw(t, "validators"),
			Errors:     rapid.IntRange(0, 1<<40).Draw(t, "errors"),
			FailedAt:   moment.Draw(t, "failed"),
			Code:       rapid.SampledFrom([]store.Code{store.CodeDNS, store.CodeGone, store.CodeLimited, store.CodeBusy, store.CodeLocal}).Draw(t, "code"),
			RetryAfter: moment.Draw(t, "retry"),
		}
		p := Pace{
			Interval: time.Duration(rapid.Int64Range(1, int64(24*time.Hour)).Draw(t, "interval")),
			Min:      time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "min")),
			Fixed:    rapid.Bool().Draw(t, "fixed"),
		}
		wait := Next(h, p, now).Sub(now)
		most := max(deadWait, 24*p.Interval*11/10) + MaxWait
		if wait < p.Min || wait <= 0 || wait > most {
			t.Fatalf("waits %v, want %v to %v", wait, p.Min, most)
		}
		if again := Next(h, p, now).Sub(now); again != wait {
			t.Fatalf("waits %v the first time and %v the second", wait, again)
		}
	})
}

// Sources that were polled at one moment do not come back at one moment.
func TestJitterSpreads(t *testing.T) {
	seen := make(map[time.Duration]int)
	for i := range 1000 {
		h := History{Source: store.SourceID(time.Duration(i).String())}
		seen[Next(h, hourly, now).Sub(now).Truncate(time.Minute)]++
	}
	for minute, n := range seen {
		if n > 200 {
			t.Errorf("%d of 1000 sources are due in minute %v", n, minute)
		}
	}
}

func TestRetryPage(t *testing.T) {
	for _, tt := range []struct {
		name   string
		code   store.Code
		errors int
		retry  time.Time
		want   time.Duration // 0: never
	}{
		{"first time-out", store.CodeTimeout, 1, time.Time{}, 3 * time.Minute},
		{"second", store.CodeTimeout, 2, time.Time{}, time.Hour},
		{"fourth", store.CodeTimeout, 4, time.Time{}, 0},
		{"it waits for Retry-After", store.CodeBusy, 1, now.Add(30 * time.Minute), 30 * time.Minute},
		{"missing", store.CodeMissing, 1, time.Time{}, 0},
		{"robots.txt says no", store.CodeRobots, 1, time.Time{}, 0},
		{"robots.txt could not be had", store.CodeRobots, 1, now.Add(time.Hour), time.Hour},
		{"consent wall", store.CodeWall, 1, time.Time{}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := time.Time{}
			if tt.want > 0 {
				want = now.Add(tt.want)
			}
			if got := RetryPage(tt.code, tt.errors, tt.retry, now); !got.Equal(want) {
				t.Errorf("RetryPage(%s, %d) = %v, want %v", tt.code, tt.errors, got, want)
			}
		})
	}
}

func TestWatchedPagesAreReadLessAndLess(t *testing.T) {
	at, n := now, 0
	for last := time.Duration(0); ; n++ {
		next := WatchPage(now, at)
		if next.IsZero() {
			break
		}
		if gap := next.Sub(at); gap < last {
			t.Errorf("read %d comes %v after the last, sooner than %v", n, gap, last)
		} else {
			last = gap
		}
		at = next
	}
	if n != len(visits) || at.Sub(now) != 7*day {
		t.Errorf("%d reads until %v, want %d in a week", n, at.Sub(now), len(visits))
	}
}

func BenchmarkNext(b *testing.B) {
	h := History{Source: "afp-france24", Seen: every(time.Hour, 20, time.Minute), Validators: true}
	for b.Loop() {
		Next(h, hourly, now)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}
