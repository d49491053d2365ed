//go:build unix

package bolt

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"wiredesk/store"
	"wiredesk/store/sketch"
)

var window = flag.Int("window", 10_000, "documents in the window of BenchmarkFold")

// stock are turns of phrase that texts of many stories share, the first of
// them most.
var stock = func() (list []string) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		list = append(list, wordsOf(r, 9))
	}
	return list
}()

func wordsOf(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(vocabulary[int(r.ExpFloat64()*300)%len(vocabulary)])
		b.WriteByte(' ')
	}
	return b.String()
}

// report is the text of document n, some 400 words, a tenth of them stock.
func report(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 9))
	var b strings.Builder
	for range 20 {
		b.WriteString(wordsOf(r, 18))
		if r.IntN(4) == 0 {
			b.WriteString(stock[int(r.ExpFloat64()*300)%len(stock)])
		}
	}
	return b.String()
}

func sourceOf(n int) store.SourceID { return store.SourceID(fmt.Sprint("source-", n%800)) }

// worded is how many of the window's documents have a text in the file: one in
// so many. Of the others only the sketch is needed, which nothing shares much
// of.
const worded = 20

// fill gives a store n documents, each its own story, seen within 13 days.
func fill(b *testing.B, d *DB, n int) {
	b.Helper()
	const group = 2000
	r := rand.New(rand.NewPCG(7, 8))
	var common sketch.Sketch // shingles of turns of phrase
	for from := 0; from < n; from += group {
		_, err := d.change(b.Context(), func(b *batch) error {
			for i := from; i < min(from+group, n); i++ {
				a := store.Article{
					ID: store.ArticleID(1<<20 + i), Source: sourceOf(i), Story: store.StoryID(1<<20 + i), Key: fmt.Sprint("id:", i), Title: fmt.Sprint("Headline ", i),
					Revision: 1, Seen: t0.Add(time.Duration(i) * (13 * 24 * time.Hour / time.Duration(n))), Words: 400,
				}
				s := sketched{Entry: sketch.Entry{Article: uint64(a.ID), Story: uint64(a.Story), Source: sourceNumber(a.Source), Unix: uint32(a.Seen.Unix())}}
				if i%worded == 0 {
					a.Text = report(i)
					b.putMeta(&a)
					b.putText(&a)
					b.putStory(&store.Story{ID: a.Story, Lead: a.ID, Members: []store.Member{{ID: a.ID, Source: a.Source}}, Seen: a.Seen})
					s.shingles = sketch.NewDoc(a.Text, b.number(seedKey)).Sketch()
					common = append(common, s.shingles[r.IntN(len(s.shingles))])
				} else {
					for k := range 55 {
						h := r.Uint64() & (1<<40 - 1)
						if k%10 == 0 {
							h = common[int(r.ExpFloat64()*20)%len(common)]
						}
						s.shingles = append(s.shingles, h)
					}
				}
				b.put("sketch", articleKey(a.ID), packSketch(s))
			}
			return nil
		}, func() {})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFold finds the stories of documents by their words, in a window of
// -window documents. Every third is a trimmed copy of one whose text is in the
// file.
func BenchmarkFold(b *testing.B) {
	n := *window
	d, err := open(Config{Path: filepath.Join(b.TempDir(), "fold.db"), Seed: 7, Scratch: true}, t0, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	fill(b, d, n)
	b.Run(fmt.Sprint(n), func(b *testing.B) { benchFold(b, d, n) })
}

func benchFold(b *testing.B, d *DB, n int) {
	disk := sketchBytes(b, d)

	d.likeness.index = nil
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := spent(b)
	if _, err := d.plan(func(b *batch) error { b.alike(); return b.err }); err != nil {
		b.Fatal(err)
	}
	restart := spent(b) - start
	runtime.GC()
	runtime.ReadMemStats(&after)

	docs := make([]store.Article, b.N)
	at, copies, found := t0.Add(13*24*time.Hour+time.Hour), 0, 0
	for i := range docs {
		k := n + i
		docs[i] = store.Article{ID: store.ArticleID(1<<20 + k), Story: store.StoryID(1<<20 + k), Source: sourceOf(k * 7), Title: "Other", Revision: 1, Seen: at, Text: report(k), Words: 400}
		if i%3 == 0 {
			copies++
			docs[i].Text = strings.Join(strings.Fields(report(k * 7919 % (n / worded) * worded))[:240], " ")
		}
	}
	runtime.GC()
	cpu := spent(b)
	b.ResetTimer()
	for i := range docs {
		plan, err := d.plan(func(b *batch) error {
			p := &plan{batch: b, at: at}
			if id, _ := p.placeByText(&docs[i]); id != 0 {
				found++
			}
			p.putSketch(&docs[i], false)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		d.learnTexts(plan.like)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(b.N)/(spent(b)-cpu).Seconds(), "docs/cpu-s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "RAM-B/doc")
	b.ReportMetric(float64(disk)/float64(n), "disk-B/doc")
	b.ReportMetric(restart.Seconds(), "restart-s")
	b.ReportMetric(float64(found)/float64(max(copies, 1)), "found/copy")
}

// spent returns the processor time that the test took so far: what the rest of
// the machine does at the same time does not count.
func spent(b *testing.B) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// sketchBytes returns what the sketches take in the file.
func sketchBytes(b *testing.B, d *DB) (n int) {
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		s := tx.Bucket([]byte("sketch")).Stats()
		n = s.LeafAlloc + s.BranchAlloc
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
