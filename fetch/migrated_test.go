package fetch

import (
	"testing"
	"time"

	"wiredesk/store"
)

// rd-migrate, tls-downgrade and what else decides whether a source has moved.
func TestMigrated(t *testing.T) {
	now := time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name, from, to string
		count          int
		since          time.Duration
		secret, want   bool
	}{
		{"a week, three times", "http://a.example/f", "http://b.example/f", 3, 7 * day, false, true},
		{"not often enough", "http://a.example/f", "http://b.example/f", 2, 30 * day, false, false},
		{"not long enough", "http://a.example/f", "http://b.example/f", 99, 7*day - time.Second, false, false},
		{"the same in https: a day", "http://a.example/f?x=1", "https://a.example/f?x=1", 3, day, false, true},
		{"another path in https: a week", "http://a.example/f", "https://a.example/g", 3, day, false, false},
		{"tls-downgrade", "https://a.example/f", "http://a.example/f", 99, 99 * day, false, false},
		{"onto another source", "http://a.example/f", "http://taken.example/f", 99, 99 * day, false, false},
		{"credentials stay at home", "https://a.example/f", "https://b.example/f", 99, 99 * day, true, false},
		{"credentials within the origin", "https://a.example/f", "https://a.example/g", 3, 7 * day, true, true},
		{"never seen", "http://a.example/f", "", 0, 0, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &settings{taken: map[string]store.SourceID{"http://taken.example/f": "other", tt.from: "a"}}
			p := &feed{Source: &Source{ID: "a", URL: tt.from}}
			if tt.secret {
				p.header = map[string]string{"Authorization": "Basic x"}
			}
			job := store.Job{Sighting: store.Sighting{URL: tt.to, Count: tt.count, Since: now.Add(-tt.since)}}
			if got := s.migrated(p, job, now); got != tt.want {
				t.Errorf("migrated(%s to %s, %d times in %v) = %v, want %v", tt.from, tt.to, tt.count, tt.since, got, tt.want)
			}
		})
	}
}

// A configuration that can not be obeyed changes nothing.
func TestConfigureIsAllOrNothing(t *testing.T) {
	f := &Fetcher{}
	good := []Source{{ID: "a", URL: "http://a.example/"}}
	if err := f.Configure(Defaults(), good); err != nil {
		t.Fatal(err)
	}
	before := f.settings.Load()
	bad := []Source{{ID: "a", URL: "http://a.example/", AuthFile: "/does/not/exist"}}
	if err := f.Configure(Defaults(), bad); err == nil {
		t.Error("a source whose secret is missing was taken")
	}
	if f.settings.Load() != before {
		t.Error("the old settings are gone")
	}
}
