package publish_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

var stored = flag.Int("stories", 2000, "stories in the store that benchmarks publish from")

// filled returns a desk over a store with n stories and as many topics, each
// of which takes one story in forty, published to memory.
func filled(b *testing.B, n, topics int) (*publish.Desk, *bolt.DB, *time.Time) {
	b.Helper()
	now := dawn
	db, err := bolt.Open(bolt.Config{Path: filepath.Join(b.TempDir(), "store.db")}, now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Configure(b.Context(), now, []store.Source{{ID: "post", URL: "https://post.example/feed", Name: "Post"}}); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 500 {
		var list []store.Article
		for i := range 500 {
			list = append(list, article("post", from+i, fmt.Sprint("Story ", from+i), words(fmt.Sprint("group", (from+i)%40, "w"), 300)))
		}
		ingest(b, db, now, list...)
		now = now.Add(time.Minute)
	}
	var list []curate.Topic
	for i := range topics {
		t := topic(fmt.Sprint("t", i), fmt.Sprintf(`group%dw7 -topic%d`, i%40, i))
		t.Limit, t.Settle = 100, 0
		list = append(list, t)
	}
	pages, err := site.New("")
	if err != nil {
		b.Fatal(err)
	}
	d := &publish.Desk{
		Archive: db, Site: curate.Site{Title: "Bench", URL: "https://wire.example", Authority: "wire.example"},
		Sink: &live{Press: &publish.Press{Pages: pages, Site: serve.New(serve.Config{}), Log: slog.New(slog.DiscardHandler)}},
		Log:  slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	}
	if err := d.Configure(list, []curate.Outlet{{ID: "post", Name: "Post"}}); err != nil {
		b.Fatal(err)
	}
	return d, db, &now
}

func ingest(b *testing.B, db *bolt.DB, at time.Time, articles ...store.Article) {
	_, err := db.Ingest(b.Context(), store.Delivery{Source: "post", Start: at, At: at, Status: 200, Articles: articles, Next: at.Add(time.Hour), Full: true})
	if err != nil {
		b.Fatal(err)
	}
}

// live is a press that notes when readers were given the last edition.
type live struct {
	*publish.Press
	at    time.Time
	count int
}

func (l *live) Edition(ctx context.Context, e curate.Edition) error {
	err := l.Press.Edition(ctx, e)
	l.at, l.count = time.Now(), l.count+1
	return err
}

// How long readers wait for a new story, from its commit until the editions
// that take it are served: here 5 of 200 topics, three feeds and a page of up
// to 100 stories each. The desk then still makes the front page.
func BenchmarkOneStory(b *testing.B) {
	d, db, now := filled(b, *stored, 200)
	if _, err := d.Once(b.Context(), true); err != nil {
		b.Fatal(err)
	}
	out := d.Sink.(*live)
	var waited []time.Duration
	i := 0
	for b.Loop() {
		b.StopTimer()
		*now = now.Add(time.Minute)
		i++
		ingest(b, db, *now, article("post", 1e6+i, fmt.Sprint("News ", i), words("group3w", 300)))
		out.count = 0
		b.StartTimer()
		begun := time.Now()
		if _, err := d.Once(b.Context(), false); err != nil {
			b.Fatal(err)
		}
		waited = append(waited, out.at.Sub(begun))
		if out.count != 5 {
			b.Fatalf("%d editions were published, want the 5 that take the story", out.count)
		}
	}
	slices.Sort(waited)
	b.ReportMetric(float64(waited[0].Microseconds())/1000, "ms-live-best")
	b.ReportMetric(float64(waited[len(waited)/2].Microseconds())/1000, "ms-live-median")
}

// How fast new rules are applied to the past.
func BenchmarkScan(b *testing.B) {
	d, _, _ := filled(b, *stored, 200)
	d.Sink = nil
	for b.Loop() {
		b.StopTimer()
		topics := d.Topics()
		for i := range topics {
			topics[i].Match += fmt.Sprint(" -again", time.Now().UnixNano())
		}
		if err := d.Configure(topics, []curate.Outlet{{ID: "post", Name: "Post"}}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := d.Once(b.Context(), true); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(*stored*b.N)/b.Elapsed().Seconds(), "stories/s")
}

// How long a reader waits for the newest stories with a word: one that many
// have, one that one in forty has, and one that none has.
func BenchmarkSearch(b *testing.B) {
	d, _, _ := filled(b, *stored, 40)
	d.Sink = nil
	if _, err := d.Once(b.Context(), true); err != nil {
		b.Fatal(err)
	}
	for _, q := range []string{"story", "group7w3", "outlets:>=2"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.Search(b.Context(), q, 0, 50); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/search")
		})
	}
}
