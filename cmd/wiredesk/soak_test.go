//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var (
	soakFor   = flag.Duration("soak", 30*time.Second, "how long BenchmarkSoak runs")
	soakSpeed = flag.Int("speed", 180, "seconds of the daemon's clock in one of BenchmarkSoak's")
	soakFeeds = flag.Int("feeds", 200, "sources of BenchmarkSoak")
)

// What a soak may gain an hour once it is warm (RELIABILITY-P8).
const (
	mostMemory = 8 << 20
	mostFiles  = 30
	mostRuns   = 60 // goroutines
)

// BenchmarkSoak runs the program while its clock is moved on much faster than
// time goes by. The sources move with that clock, some of them hang, break off,
// or send what no feed is. Retention, backups and compaction do their work
// meanwhile. It reports what memory, open files and goroutines gain in an hour
// of real time, over the second half of the soak.
func BenchmarkSoak(b *testing.B) {
	for b.Loop() {
		s := newSoak(b)
		ctx, stop := context.WithTimeout(b.Context(), *soakFor)
		s.run(ctx)
		stop()
		s.judge()
	}
}

// A soak is one such run.
type soak struct {
	*testing.B
	dir, admin string
	begin      atomic.Pointer[time.Time] // nil: the daemon does not run yet
	samples    []sample
}

// A sample is what the daemon said of itself at one moment.
type sample struct {
	at                                  time.Duration
	memory, heap, files, runs, store    float64
	free, articles, polls, behind, ails float64
}

func newSoak(b *testing.B) *soak {
	s := &soak{B: b, dir: b.TempDir()}
	build := exec.Command("go", "build", "-tags", "testclock", "-o", filepath.Join(s.dir, "wiredesk"), ".")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s.admin = l.Addr().String()
	_ = l.Close()
	everywhere, err := net.Listen("tcp", "0.0.0.0:0") // each source has a host of its own
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(s.source))
	_ = srv.Listener.Close()
	srv.Listener = everywhere
	srv.Start()
	b.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	var c strings.Builder
	fmt.Fprintf(&c, "version: 1\nsite: {contact: ops@test.example, authority: test.example}\nstore: {path: soak.db}\ndefaults: {read: feed}\n"+
		"fetch: {allow_networks: [127.0.0.0/8], interval: 15m, min_interval: 15m, host_gap: 0s}\n"+
		"publish: {dir: out, listen: '127.0.0.1:0', admin: %q}\n"+
		"keep: {age: 6h, revisions: 5, backups: 2, backup_every: 6h, backup_dir: backups}\n"+
		"topics:\n  all: {match: '*'}\n  even: {match: 'even', changes: true}\nsources:\n", s.admin)
	for i := range *soakFeeds {
		fmt.Fprintf(&c, "  s%d: {url: %q}\n", i, fmt.Sprintf("http://127.1.%d.%d:%d/%d", i/250, i%250+1, everywhere.Addr().(*net.TCPAddr).Port, i))
	}
	for name, text := range map[string]string{"config.yaml": c.String(), "ahead": "0"} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// ahead is how far the daemon's clock is ahead.
func (s *soak) ahead() time.Duration {
	return s.passed().Truncate(time.Second) * time.Duration(*soakSpeed)
}

func (s *soak) passed() time.Duration {
	if begin := s.begin.Load(); begin != nil {
		return time.Since(*begin)
	}
	return 0
}

// source answers for the source of a path: a report every two hours of the
// daemon's clock, the newest of which is edited after an hour. Of twenty sources
// one hangs, one breaks off, and one sends a page.
func (s *soak) source(w http.ResponseWriter, r *http.Request) {
	i, _ := strconv.Atoi(r.URL.Path[1:])
	half := int(s.ahead()/time.Hour) + i
	switch i % 20 {
	case 0:
		<-r.Context().Done()
		return
	case 1:
		w.Header().Set("Content-Length", "100000")
	case 2:
		fmt.Fprint(w, "<html><p>no feed")
		return
	}
	tag := fmt.Sprintf("%q", strconv.Itoa(half))
	if w.Header().Set("ETag", tag); r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>Paper %d</title>`, i)
	for n := half / 2; n > half/2-20; n-- {
		edited := ""
		if n == half/2 && half%2 == 1 {
			edited = " An edit."
		}
		body := strings.Repeat(fmt.Sprintf("Line %d of paper %d is %s. ", n, i, [...]string{"even", "odd"}[n&1]), 100)
		fmt.Fprintf(w, `<item><guid isPermaLink="false">%d</guid><link>http://paper-%d.example/%d</link><title>Report %d of paper %d</title><description>%s%s</description></item>`,
			n, i, n, n, i, body, edited)
	}
	fmt.Fprint(w, `</channel></rss>`)
}

// run runs the daemon until ctx is done.
func (s *soak) run(ctx context.Context) {
	cmd := exec.Command("./wiredesk", "run", "--log-format", "json")
	cmd.Dir, cmd.Env = s.dir, append(os.Environ(), "WIREDESK_CLOCK_OFFSET=ahead")
	log := &complaints{}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	now := time.Now()
	s.begin.Store(&now)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case err := <-ended:
			s.Fatalf("the daemon ended by itself: %v\n%s", err, log.text.String())
		case <-ctx.Done():
			_ = cmd.Process.Signal(os.Interrupt)
			if err := <-ended; err != nil {
				s.Errorf("the daemon was told to stop: %v", err)
			}
			if log.text.Len() > 0 {
				s.Logf("the daemon's errors:\n%s", log.text.String())
			}
			return
		case <-tick.C:
		}
		s.advance()
		if n%5 == 4 {
			if x, err := s.ask(); err == nil {
				s.samples = append(s.samples, x)
			}
		}
	}
}

// complaints are what the daemon's log says, but for what goes well.
type complaints struct{ text bytes.Buffer }

func (c *complaints) Write(line []byte) (int, error) {
	if !bytes.Contains(line, []byte(`"level":"INFO"`)) && !bytes.Contains(line, []byte(`"level":"WARN"`)) && c.text.Len() < 64<<10 {
		c.text.Write(line)
	}
	return len(line), nil
}

// advance moves the daemon's clock to where it belongs.
func (s *soak) advance() {
	temp := filepath.Join(s.dir, "ahead.new")
	err := os.WriteFile(temp, fmt.Appendf(nil, "%d\n", int(s.ahead().Seconds())), 0o600)
	if err = errors.Join(err, os.Rename(temp, filepath.Join(s.dir, "ahead"))); err != nil {
		s.Fatal(err)
	}
}

// ask reads the daemon's metrics.
func (s *soak) ask() (sample, error) {
	res, err := http.Get("http://" + s.admin + "/metrics")
	if err != nil {
		return sample{}, err // not up yet
	}
	defer res.Body.Close()
	x := sample{at: s.passed()}
	places := map[string]*float64{
		"process_resident_memory_bytes": &x.memory, "go_memstats_heap_inuse_bytes": &x.heap, "process_open_fds": &x.files, "go_goroutines": &x.runs,
		"wiredesk_store_bytes": &x.store, "wiredesk_store_free_bytes": &x.free, "wiredesk_stored_articles": &x.articles,
		"wiredesk_polls_total": &x.polls, "wiredesk_schedule_lag_seconds": &x.behind, "wiredesk_degraded": &x.ails,
	}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		name, _, labelled := strings.Cut(name, "{")
		if labelled {
			value = lines.Text()[strings.LastIndexByte(lines.Text(), ' ')+1:]
		}
		if at := places[name]; at != nil {
			v, _ := strconv.ParseFloat(value, 64)
			*at += v
		}
	}
	return x, lines.Err()
}

// judge says how the daemon fared.
func (s *soak) judge() {
	warm := s.samples[len(s.samples)/2:]
	if len(warm) < 2 {
		s.Fatalf("%d samples: let it run for longer", len(s.samples))
	}
	for i, x := range s.samples {
		if i%max(1, len(s.samples)/12) == 0 || i == len(s.samples)-1 {
			fmt.Fprintf(os.Stderr, "%4.0f s: %5.1f MiB of memory, %5.1f of heap, %3.0f files, %3.0f goroutines; store %5.1f MiB, %5.1f of it free; %5.0f articles, %6.0f polls, %4.0f s behind, %v ails\n",
				x.at.Seconds(), x.memory/(1<<20), x.heap/(1<<20), x.files, x.runs, x.store/(1<<20), x.free/(1<<20), x.articles, x.polls, x.behind, x.ails)
		}
	}
	memory := slope(warm, func(x sample) float64 { return x.memory })
	files := slope(warm, func(x sample) float64 { return x.files })
	runs := slope(warm, func(x sample) float64 { return x.runs })
	store := slope(warm, func(x sample) float64 { return x.store - x.free })
	s.ReportMetric(memory/(1<<20), "MiB-memory/h")
	s.ReportMetric(files, "files/h")
	s.ReportMetric(runs, "goroutines/h")
	s.ReportMetric(store/(1<<20), "MiB-stored/h")
	if *soakFor >= 20*time.Minute && (memory > mostMemory || files > mostFiles || runs > mostRuns) {
		s.Errorf("it grows: see the figures above")
	}
}

// slope is what a straight line through the samples gains in an hour.
func slope(list []sample, of func(sample) float64) float64 {
	var n, sx, sy, sxx, sxy float64
	for _, s := range list {
		x, y := s.at.Hours(), of(s)
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
