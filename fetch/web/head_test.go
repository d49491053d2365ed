package web

import (
	"net/http"
	"testing"
	"time"
)

func fields(pairs ...string) http.Header {
	h := make(http.Header)
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// cad-maxage, cad-expires, cad-age, cad-nocache, cad-huge
func TestFreshUntil(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	date := now.Add(-time.Hour).Format(http.TimeFormat) // a server whose clock is slow
	for _, tt := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"nothing", fields(), 0},
		{"cad-maxage", fields("Cache-Control", "public, max-age=600"), 10 * time.Minute},
		{"quoted", fields("Cache-Control", `max-age="600"`), 10 * time.Minute},
		{"two lines", fields("Cache-Control", "public", "Cache-Control", "Max-Age=600"), 10 * time.Minute},
		{"the first counts", fields("Cache-Control", "max-age=600, max-age=1"), 10 * time.Minute},
		{"shared caches only", fields("Cache-Control", "s-maxage=600"), 0},
		{"cad-nocache", fields("Cache-Control", "no-cache, max-age=600"), 0},
		{"no-store", fields("Cache-Control", "no-store", "Expires", now.Add(time.Hour).Format(http.TimeFormat), "Date", date), 0},
		{"zero", fields("Cache-Control", "max-age=0", "Expires", now.Add(time.Hour).Format(http.TimeFormat), "Date", date), 0},
		{"no number", fields("Cache-Control", "max-age=soon"), 0},
		{"negative", fields("Cache-Control", "max-age=-5"), 0},
		{"cad-age", fields("Cache-Control", "max-age=800", "Age", "790"), 10 * time.Second},
		{"older than fresh", fields("Cache-Control", "max-age=800", "Age", "900"), 0},
		{"cad-huge", fields("Cache-Control", "max-age=315360000"), 24 * time.Hour},
		{"beyond numbers", fields("Cache-Control", "max-age=99999999999999999999999"), 24 * time.Hour},
		{"cad-expires", fields("Expires", now.Format(http.TimeFormat), "Date", date), time.Hour},
		{"Expires: 0", fields("Expires", "0", "Date", date), 0},
		{"Expires without Date", fields("Expires", now.Add(time.Hour).Format(http.TimeFormat)), time.Hour},
		{"Expires with no date for a Date", fields("Expires", now.Add(time.Hour).Format(http.TimeFormat), "Date", "today"), time.Hour},
		{"max-age wins", fields("Cache-Control", "max-age=60", "Expires", now.Format(http.TimeFormat), "Date", date), time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := time.Time{}
			if tt.want > 0 {
				want = now.Add(tt.want)
			}
			if got, _ := freshUntil(tt.header, 0, now); !got.Equal(want) {
				t.Errorf("freshUntil(%v) = %v, want %v", tt.header, got, want)
			}
		})
	}
}

// A 304 confirms what the answer before it said, unless it says something else.
func TestFreshnessThatA304Confirms(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"bare", fields(), time.Hour},
		{"from a cache", fields("Age", "600"), 50 * time.Minute},
		{"another lifetime", fields("Cache-Control", "max-age=60"), time.Minute},
		{"no lifetime any more", fields("Cache-Control", "no-cache"), 0},
		{"Cache-Control without one", fields("Cache-Control", "private"), 0},
		{"Expires: 0", fields("Expires", "0"), 0},
	} {
		got, _ := freshUntil(tt.header, time.Hour, now)
		if want := now.Add(tt.want); !got.Equal(want) && (tt.want > 0 || !got.IsZero()) {
			t.Errorf("%s: fresh until %v, want %v", tt.name, got, want)
		}
	}
}

// st-429-seconds, st-429-date, st-429-garbage
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	at := now.Add(90 * time.Minute)
	for _, tt := range []struct {
		value, date string
		want        time.Duration
	}{
		{"120", "", 2 * time.Minute},
		{" 120 ", "", 2 * time.Minute},
		{"0", "", 0},
		{at.Format(http.TimeFormat), "", 90 * time.Minute},
		{at.Format("Monday, 02-Jan-06 15:04:05 GMT"), "", 90 * time.Minute},
		{at.Format(time.ANSIC), "", 90 * time.Minute},
		{at.Format(http.TimeFormat), at.Add(-time.Minute).Format(http.TimeFormat), time.Minute},
		{at.Format(http.TimeFormat), at.AddDate(0, 6, 0).Format(http.TimeFormat), 90 * time.Minute}, // its Date is made up
		{now.Add(-time.Hour).Format(http.TimeFormat), "", -1},
		{"soon", "", -1},
		{"-5", "", -1},
		{"1.5", "", -1},
		{"", "", -1},
		{"99999999999999", "", 24 * time.Hour},
		{now.AddDate(9, 0, 0).Format(http.TimeFormat), "", 24 * time.Hour},
	} {
		want := time.Time{}
		if tt.want >= 0 {
			want = now.Add(tt.want)
		}
		h := fields("Retry-After", tt.value)
		if tt.date != "" {
			h.Set("Date", tt.date)
		}
		if got := retryAfter(h, now); !got.Equal(want) {
			t.Errorf("retryAfter(%q, Date %q) = %v, want %v", tt.value, tt.date, got, want)
		}
	}
}
