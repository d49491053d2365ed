package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	readFor  = flag.Duration("read", 4*time.Second, "how long BenchmarkReadersWhileReloading reads")
	readRate = flag.Int("rate", 500, "requests a second of it")
)

// reloading is how often the configuration is changed meanwhile.
const reloading = 2 * time.Second

// BenchmarkReadersWhileReloading asks for pages and feeds at a fixed rate,
// whether or not earlier answers have come, while the configuration is changed
// every two seconds (RELIABILITY-P9). Every answer must be whole, and there must
// be one body for each ETag of a path.
func BenchmarkReadersWhileReloading(b *testing.B) {
	for b.Loop() {
		l := newCrowd(b)
		l.run()
		l.report()
	}
}

// A crowd is what readers ask for, and what they get.
type crowd struct {
	*testing.B
	d    *daemon
	base string
	http http.Client

	mu     sync.Mutex
	took   []time.Duration
	bodies map[string][sha256.Size]byte // by path and ETag
	faults []string
}

func newCrowd(b *testing.B) *crowd {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `<rss version="2.0"><channel><title>Paper</title>`)
		for i := range 50 {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%d</guid><link>http://paper.example/%d</link><title>Report %d</title><description>%s</description></item>`,
				i, i, i, strings.Repeat(fmt.Sprintf("Line %d of the report. ", i), 100))
		}
		_, _ = io.WriteString(w, `</channel></rss>`)
	}))
	b.Cleanup(origin.Close)
	l := &crowd{B: b, bodies: map[string][sha256.Size]byte{}}
	topics := ""
	for i := range 20 {
		topics += fmt.Sprintf(", t%d: {match: \"*\", settle: 0s}", i)
	}
	var at string
	l.d, at = begin(b, strings.Replace(trial, ", settle: 0s}", ", settle: 0s, title: Version 0}"+topics, 1)+
		"publish: {listen: LISTEN, dir: out}\nsources: {paper: {url: \""+origin.URL+"/feed\"}}\n")
	l.base = "http://" + at
	l.http.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	until(b, "the stories are published", func() bool { return strings.Contains(l.read("/t/all/feed.atom"), "Report 49") })
	l.took = nil
	return l
}

func (l *crowd) run() {
	begin, end := time.Now(), time.After(*readFor)
	next, reload := time.NewTicker(2*time.Millisecond), time.NewTicker(reloading)
	defer next.Stop()
	defer reload.Stop()
	paths := []string{"/", "/t/all/", "/t/all/feed.atom", "/t/all/feed.rss", "/t/all/feed.json", "/t/t7/feed.atom", "/opml.xml", "/sources/"}
	var readers sync.WaitGroup
	defer readers.Wait()
	for asked, version := 0, 1; ; {
		select {
		case <-end:
			return
		case <-next.C:
			for due := int(time.Since(begin).Seconds() * float64(*readRate)); asked < due; asked++ {
				path := paths[rand.IntN(len(paths))]
				readers.Go(func() { l.read(path) })
			}
		case <-reload.C:
			raw, err := os.ReadFile(l.d.program.config)
			if err != nil {
				l.Fatal(err)
			}
			changed := strings.Replace(string(raw), fmt.Sprint("Version ", version-1), fmt.Sprint("Version ", version), 1)
			if err := os.WriteFile(l.d.program.config, []byte(changed), 0o600); err != nil {
				l.Fatal(err)
			}
			version++
		}
	}
}

// read asks for a path as a reader does, and notes how that went.
func (l *crowd) read(path string) string {
	start := time.Now()
	res, err := l.http.Get(l.base + path)
	var raw []byte
	if err == nil {
		raw, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	took := time.Since(start)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = append(l.took, took)
	if err != nil || res.StatusCode != http.StatusOK {
		l.faults = append(l.faults, fmt.Sprintf("%s: %v, %v", path, res, err))
		return ""
	}
	key, sum := path+" "+res.Header.Get("ETag"), sha256.Sum256(raw)
	if was, ok := l.bodies[key]; ok && was != sum {
		l.faults = append(l.faults, key+": two bodies")
	}
	l.bodies[key] = sum
	return string(raw)
}

func (l *crowd) report() {
	for _, f := range l.faults[:min(len(l.faults), 5)] {
		l.Error(f)
	}
	slices.Sort(l.took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	l.ReportMetric(float64(len(l.took)), "answers")
	l.ReportMetric(float64(len(l.faults)), "faults")
	l.ReportMetric(float64(len(l.bodies)), "documents")
	l.ReportMetric(ms(l.took[len(l.took)*99/100]), "ms-p99")
	l.ReportMetric(ms(l.took[len(l.took)-1]), "ms-max")
}
