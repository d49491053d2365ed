// Package audience counts the people whom feed services read our topics for.
// A service fetches a feed once for all of its subscribers and says in its
// User-Agent how many there are (PUBLISH-D2). Who reads without a service is
// not counted: that would take telling people apart.
package audience

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
)

const (
	// fresh is how long a service's figure counts after its last visit. The
	// slowest services come daily.
	fresh = 72 * time.Hour
	// maxServices bounds what is remembered of one topic: anybody can invent
	// services.
	maxServices = 200
	// maxFigure is the largest figure believed of one service.
	maxFigure = 10_000_000
)

var (
	before  = regexp.MustCompile(`(?i)\b(\d{1,9}) (?:subscribers?|readers?)\b`)
	after   = regexp.MustCompile(`(?i)\bsubscribers[ =:](\d{1,9})\b`)
	feedID  = regexp.MustCompile(`(?i)\bfeed-?id[=:/ ]*([\w.-]{1,64})`)
	numbers = regexp.MustCompile(`\d+`)
)

// Subscribers reads how many people a User-Agent says that it fetches for, and
// which service says it: two feeds of one service that differ by feed-id count
// both, another version of the service does not count anew. ok is false for
// one that names no number.
func Subscribers(agent string) (service string, n int, ok bool) {
	if !mayCount(agent) {
		return "", 0, false
	}
	m := before.FindStringSubmatch(agent)
	if m == nil {
		m = after.FindStringSubmatch(agent)
	}
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return "", 0, false
	}
	id := ""
	if f := feedID.FindStringSubmatch(agent); f != nil {
		id = f[1]
	}
	return numbers.ReplaceAllString(agent, "") + "\x00" + id, min(n, maxFigure), true
}

// mayCount is a look that costs nothing, for the many agents without a number.
func mayCount(agent string) bool {
	return len(agent) <= 1024 && (strings.Contains(agent, "ubscriber") || strings.Contains(agent, "eader"))
}

// A Counter adds up what services report. The zero Counter counts no topic
// until Keep names some. It is safe for concurrent use.
type Counter struct {
	mu     sync.Mutex
	topics map[string]map[uint64]figure // by topic and hash of the service
}

type figure struct {
	n  int
	at time.Time
}

// Keep counts for these topics from now on, and forgets all others.
func (c *Counter) Keep(slugs []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := make(map[string]map[uint64]figure, len(slugs))
	for _, s := range slugs {
		kept[s] = c.topics[s]
	}
	c.topics = kept
}

// Saw takes note of a request for a feed of the topic.
func (c *Counter) Saw(slug, agent string, now time.Time) {
	service, n, ok := Subscribers(agent)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	services, known := c.topics[slug]
	if !known {
		return
	}
	if services == nil {
		services = map[uint64]figure{}
		c.topics[slug] = services
	}
	id := xxhash.Sum64String(service)
	if _, known := services[id]; !known && len(services) >= maxServices {
		expire(services, now)
		if len(services) >= maxServices {
			return
		}
	}
	services[id] = figure{n, now}
}

// Count returns how many subscribers each topic has by what was reported
// lately. Topics that nobody reported of are left out.
func (c *Counter) Count(now time.Time) map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	sums := map[string]int{}
	for slug, services := range c.topics {
		expire(services, now)
		for _, f := range services {
			sums[slug] += f.n
		}
	}
	return sums
}

// Total returns the subscribers of all topics, each counted once a topic.
func (c *Counter) Total(now time.Time) int {
	sum := 0
	for _, n := range c.Count(now) {
		sum += n
	}
	return sum
}

func expire(services map[uint64]figure, now time.Time) {
	for s, f := range services {
		if now.Sub(f.at) > fresh {
			delete(services, s)
		}
	}
}
