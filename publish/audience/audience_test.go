package audience

import (
	"fmt"
	"testing"
	"time"
)

func TestSubscribersReadsWhatServicesSay(t *testing.T) {
	for _, c := range []struct {
		agent string
		n     int
		ok    bool
	}{
		{"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 17 subscribers; like FeedFetcher-Google)", 17, true},
		{"Feedbin feed-id:1234 - 9 subscribers", 9, true},
		{"NewsBlur Feed Fetcher - 1 subscriber - https://www.newsblur.com/site/123/x", 1, true},
		{"Mozilla/5.0 (compatible; inoreader.com; 25 subscribers)", 25, true},
		{"theoldreader.com; 3 subscribers; feed-id=5f1", 3, true},
		{"BazQux/2.4 (+https://bazqux.com/fetcher; 12 readers)", 12, true},
		{"Bloglovin/1.0 (http://www.bloglovin.com; subscribers 44)", 44, true},
		{"FeedReader/3.14 (http://www.feedreader.com)", 0, false},
		{"newsboat/2.21 Linux", 0, false},
		{"x 99999999999999999999 subscribers", 0, false},
		{"", 0, false},
	} {
		if _, n, ok := Subscribers(c.agent); n != c.n || ok != c.ok {
			t.Errorf("Subscribers(%q) = %d, %v; want %d, %v", c.agent, n, ok, c.n, c.ok)
		}
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestCounterAddsServicesAndNotVersions(t *testing.T) {
	var c Counter
	c.Keep([]string{"spain", "world"})
	c.Saw("spain", "Feedly/1.0 (17 subscribers)", noon)
	c.Saw("spain", "Feedly/1.1 (18 subscribers)", noon.Add(time.Hour)) // the same service, one more reader
	c.Saw("spain", "Feedbin feed-id:7 - 9 subscribers", noon)
	c.Saw("spain", "Feedbin feed-id:8 - 2 subscribers", noon) // reads it under another address as well
	c.Saw("world", "Feedly/1.0 (5 subscribers)", noon)
	c.Saw("no-such-topic", "Feedly/1.0 (500 subscribers)", noon)
	if got := c.Count(noon.Add(time.Hour)); got["spain"] != 29 || got["world"] != 5 || len(got) != 2 {
		t.Errorf("Count = %v, want 29 for spain and 5 for world", got)
	}
	if got := c.Total(noon.Add(fresh + time.Minute)); got != 18 {
		t.Errorf("Total after all but one service stayed away = %d, want 18", got)
	}
	c.Keep([]string{"world"})
	if got := c.Count(noon)["spain"]; got != 0 {
		t.Errorf("a topic that is gone still counts %d", got)
	}
}

func TestCounterIsNotFloodedByInventedServices(t *testing.T) {
	var c Counter
	c.Keep([]string{"spain"})
	for i := range 10 * maxServices {
		c.Saw("spain", fmt.Sprintf("Agent%c%c%c 1 subscriber", 'a'+i%26, 'a'+i/26%26, 'a'+i/676), noon)
	}
	if got := c.Total(noon); got > maxServices {
		t.Errorf("Total = %d, want at most %d", got, maxServices)
	}
	c.Saw("spain", "Feedly/1.0 (17 subscribers)", noon.Add(fresh+time.Hour))
	if got := c.Total(noon.Add(fresh + time.Hour)); got != 17 {
		t.Errorf("Total after the flood went stale = %d, want 17", got)
	}
}
