package bolt

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// prose makes an article of some 400 words that compresses as text does.
func prose(r *rand.Rand, id int) store.Article {
	var b strings.Builder
	for range 400 {
		fmt.Fprintf(&b, "%s ", vocabulary[int(r.ExpFloat64()*200)%len(vocabulary)])
	}
	return item(fmt.Sprint(id), fmt.Sprintf("%d/story", id), fmt.Sprint("A headline with a number ", id), b.String())
}

var vocabulary = func() (words []string) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		w := make([]byte, 2+r.IntN(9))
		for i := range w {
			w[i] = "etaoinshrdlucmfwypvbgk"[r.IntN(22)]
		}
		words = append(words, string(w))
	}
	return words
}()

// BenchmarkIngest stores deliveries of 50 articles of 400 words.
func BenchmarkIngest(b *testing.B) {
	const size = 50
	for _, bb := range []struct {
		name string
		next func(doc []store.Article, n int)
	}{
		{"unchanged", func([]store.Article, int) {}},
		{"new", func(doc []store.Article, n int) {
			for i := range doc {
				doc[i].Key = fmt.Sprint("id:", n, ".", i)
				doc[i].Canonical = fmt.Sprint("news.example/", n, "/", i)
				doc[i].Hash++
			}
		}},
		{"revised", func(doc []store.Article, n int) {
			for i := range doc {
				doc[i].Text = fmt.Sprintf("%d %d words more\n", n, i) + doc[i].Text[strings.IndexByte(doc[i].Text, '\n')+1:]
				doc[i].Hash++
			}
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			d := newStore(b, "one")
			r := rand.New(rand.NewPCG(3, 4))
			doc := make([]store.Article, size)
			for i := range doc {
				doc[i] = prose(r, i)
			}
			ingest(b, d, polled("one", 0, doc...))
			n := 0
			for b.Loop() {
				n++
				bb.next(doc, n)
				ingest(b, d, polled("one", n, doc...))
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "articles/s")
			b.StopTimer()
		})
	}
}

// BenchmarkSources opens a store of 20,000 sources on as many hosts and polls
// each of them once, without anything new.
func BenchmarkSources(b *testing.B) {
	const n = 20_000
	path := filepath.Join(b.TempDir(), "wiredesk.db")
	d := open1(b, path, nil)
	var list []store.Source
	for i := range n {
		list = append(list, store.Source{ID: store.SourceID(fmt.Sprint("source-", i)), URL: fmt.Sprintf("https://host%d.example/feed.xml", i), Tags: []string{"tag"}})
	}
	if err := d.Configure(b.Context(), t0, list); err != nil {
		b.Fatal(err)
	}
	list = nil
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
	before := heapInUse()
	d = open1(b, path, nil)
	bytes := float64(heapInUse()-before) / n
	for b.Loop() {
		if err := d.Force(b.Context(), t0, nil); err != nil {
			b.Fatal(err)
		}
		for polled := 0; polled < n; {
			visits, _, err := d.Claim(b.Context(), t0, 64)
			if err != nil || len(visits) == 0 {
				b.Fatalf("%d visits after %d polls: %v", len(visits), polled, err)
			}
			for _, v := range visits {
				for _, j := range v.Jobs {
					ingest(b, d, store.Delivery{Source: j.Source, At: t0, Next: t0.Add(time.Hour), Validators: store.Validators{ETag: `"0123456789"`}})
					polled++
				}
			}
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "polls/s")
	b.ReportMetric(bytes, "B/source")
	b.StopTimer()
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
