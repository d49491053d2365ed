package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

var manySources = flag.Int("sources", 5_000, "sources in the configuration of BenchmarkReady")

// BenchmarkReady starts a daemon with a large configuration, that the store
// sees for the first time and then once more, and counts the memory of all that
// a source costs: its configuration, its place in the store's index, and what
// the fetcher and the desk know of it.
func BenchmarkReady(b *testing.B) {
	dir := b.TempDir()
	var c strings.Builder
	c.WriteString("version: 1\nstore: {path: wiredesk.db}\nfetch: {interval: 24h}\npublish: {listen: \"127.0.0.1:0\"}\ntopics: {all: {match: \"*\"}}\nsources:\n")
	for i := range *manySources {
		fmt.Fprintf(&c, "  source-%06d: {url: \"https://host-%06d.invalid/news/feed.xml\"}\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(c.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"new", "again"} {
		b.Run(name, func(b *testing.B) {
			var took time.Duration
			var held uint64
			for b.Loop() {
				took, held = startDaemon(b, dir)
			}
			b.ReportMetric(took.Seconds(), "s-to-ready")
			b.ReportMetric(float64(held)/float64(*manySources), "B/source")
		})
	}
}

// startDaemon starts and ends a daemon, and returns what it took until it was
// ready and how much memory it held then.
func startDaemon(b *testing.B, dir string) (took time.Duration, held uint64) {
	b.Helper()
	before, ctx := heap(), b.Context()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := &program{in: strings.NewReader(""), out: io.Discard, err: io.Discard, dir: dir, config: "config.yaml"}
	start := time.Now()
	err := p.runDaemon(ctx, slog.New(slog.DiscardHandler), func(*daemon, string) {
		took, held = time.Since(start), heap()-before
		stop()
	})
	if err != nil && !interrupted(err) {
		b.Fatal(err)
	}
	return took, held
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
