package query

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// newsroom makes n topics of three rare words each out of a vocabulary, and
// articles of 400 words in which the common words are common.
func newsroom(topics int) (map[string]*Query, []*Doc) {
	rng := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 40_000)
	for i := range vocabulary {
		b := make([]byte, 4+rng.IntN(7))
		for j := range b {
			b[j] = byte('a' + rng.IntN(26))
		}
		vocabulary[i] = string(b)
	}
	zipf := rand.NewZipf(rng, 1.05, 8, uint64(len(vocabulary)-1))
	rare := func() string { return vocabulary[200+rng.IntN(len(vocabulary)-200)] }
	queries := map[string]*Query{}
	for i := range topics {
		src := fmt.Sprintf(`%s (%s OR "%s %s") -%s`, rare(), rare(), rare(), rare(), rare())
		q, err := Parse(src)
		if err != nil {
			panic(err)
		}
		queries[fmt.Sprint("topic", i)] = q
	}
	docs := make([]*Doc, 64)
	for i := range docs {
		var text []string
		for range 400 {
			text = append(text, vocabulary[zipf.Uint64()])
		}
		docs[i] = &Doc{Members: []Member{{Title: strings.Join(text[:10], " "), Body: strings.Join(text[10:], " "), Lang: "en"}}}
	}
	return queries, docs
}

func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10_000} {
		b.Run(fmt.Sprint(n, "-topics"), func(b *testing.B) {
			queries, docs := newsroom(n)
			ix := Compile(queries)
			ix.Match(docs[0])
			i := 0
			for b.Loop() {
				ix.Match(docs[i%len(docs)])
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	queries, _ := newsroom(1000)
	for b.Loop() {
		Compile(queries)
	}
}
