package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
	"wiredesk/store/bolt"
)

var (
	manySources  = flag.Int("sources", 5_000, "sources in the configuration of BenchmarkReady")
	manyArticles = flag.Int("articles", 2_000, "articles in the store of BenchmarkRecovery")
)

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

// BenchmarkRecovery starts a daemon on a store with many articles of 4 KiB: one
// that was closed, and one that was not, which is checked first (RELIABILITY-P3).
func BenchmarkRecovery(b *testing.B) {
	dir := b.TempDir()
	config := "version: 1\nstore: {path: wiredesk.db}\nfetch: {interval: 24h}\npublish: {listen: \"127.0.0.1:0\"}\nsources: {post: {url: \"https://post.invalid/feed\"}}\ntopics:\n"
	for i := range 20 {
		config += fmt.Sprintf("  t%d: {match: word%d}\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	path, killed := filepath.Join(dir, "wiredesk.db"), filepath.Join(dir, "killed.db")
	fill(b, path, *manyArticles)
	startDaemon(b, dir) // which publishes for the first time
	kill(b, path, killed)
	for _, name := range []string{"closed", "killed"} {
		b.Run(name, func(b *testing.B) {
			var took time.Duration
			for b.Loop() {
				if name == "killed" {
					b.StopTimer()
					if err := errors.Join(copyFile(killed, path), copyFile(killed+".open", path+".open")); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
				took, _ = startDaemon(b, dir)
			}
			b.ReportMetric(took.Seconds(), "s-to-ready")
			if info, err := os.Stat(path); err == nil {
				b.ReportMetric(float64(info.Size()>>20), "MiB")
			}
		})
	}
}

// kill copies a store, with the note that it is open, as a kill would leave it.
func kill(b *testing.B, path, killed string) {
	b.Helper()
	db, err := bolt.Open(bolt.Config{Path: path, Note: true}, time.Now())
	if err == nil {
		err = errors.Join(copyFile(path, killed), copyFile(path+".open", killed+".open"), db.Close())
	}
	if err != nil {
		b.Fatal(err)
	}
}

// fill makes a store with n articles.
func fill(b *testing.B, path string, n int) {
	b.Helper()
	now, r := time.Now().Add(-time.Hour), rand.New(rand.NewPCG(1, 2))
	db, err := bolt.Open(bolt.Config{Path: path}, now)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Configure(b.Context(), now, []store.Source{{ID: "post", URL: "https://post.invalid/feed", Name: "Post"}}); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 500 {
		del := store.Delivery{Source: "post", Start: now, At: now, Status: 200, Full: true, Next: now.Add(48 * time.Hour)}
		for i := from; i < min(n, from+500); i++ {
			var words strings.Builder
			for words.Len() < 4096 {
				fmt.Fprintf(&words, "word%d ", r.IntN(30_000))
			}
			text, link := words.String(), fmt.Sprint("https://post.invalid/", i)
			del.Articles = append(del.Articles, store.Article{
				Source: "post", Key: "id:" + link, GUID: link, URL: link, Canonical: link, Title: fmt.Sprint("Report ", i), Language: "en",
				Text: text, Body: "<p>" + text + "</p>", Hash: uint64(i) + 1, FeedHash: uint64(i) + 1, Words: strings.Count(text, " "),
			})
		}
		if _, err := db.Ingest(b.Context(), del); err != nil {
			b.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
