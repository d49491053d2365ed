package sketch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

const seed = 0x5eed

func TestTokens(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"case and punctuation", "The Hill, SAID: \"no\"!", []string{"the", "hill", "said", "no"}},
		{"apostrophes join", "Don't panic, the ministers’ aide", []string{"dont", "panic", "the", "ministers", "aide"}},
		{"figures are one word", "1,250.75 dollars, 3.", []string{"1,250.75", "dollars", "3"}},
		{"accents stay", "Élysée: été", []string{"élysée", "été"}},
		{"no spaces, one token a character", "東京 report", []string{"東", "京", "report"}},
		{"nothing", " \n—\t", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Tokens(tt.text)
			if len(got) != len(tt.want) {
				t.Fatalf("Tokens(%q) has %d tokens, want %q", tt.text, len(got), tt.want)
			}
			for i, w := range tt.want {
				if got[i].Hash != Tokens(w)[0].Hash {
					t.Errorf("Tokens(%q)[%d] is not %q", tt.text, i, w)
				}
			}
		})
	}
}

func TestFlags(t *testing.T) {
	list := Tokens(`In Paris 12 people and two dogs, "who barked", left. Nobody saw 20o0.`)
	want := map[string]Flags{"paris": Name, "12": Number, "two": Number, "who": Quoted, "barked": Quoted, "nobody": 0, "in": 0, "left": 0, "20o0": 0}
	for word, flags := range want {
		h := Tokens(word)[0].Hash
		for _, tok := range list {
			if tok.Hash == h && tok.Flags != flags {
				t.Errorf("flags of %q = %b, want %b", word, tok.Flags, flags)
			}
		}
	}
}

// prose returns n different words in sentences, the same for the same key.
func prose(key, n int) string {
	r := rand.New(rand.NewPCG(uint64(key), 1))
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "w%dx", r.IntN(5000))
		b.WriteString([]string{" ", " ", " ", ", ", ". "}[i%5])
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	a := prose(1, 300)
	words := strings.Fields(a)
	tests := []struct {
		name       string
		b          string
		inA, inB   float64 // lowest shares
		maxA, maxB float64
	}{
		{"itself", a, 1, 1, 1, 1},
		{"its first third", strings.Join(words[:100], " "), .33, 1, .34, 1},
		{"its middle", strings.Join(words[120:220], " "), .33, 1, .34, 1},
		{"with a passage of its own", a + prose(2, 100), 1, .74, 1, .76},
		{"another text", prose(3, 300), 0, 0, 0, 0},
		{"a phrase of six words", prose(4, 100) + strings.Join(words[:6], " ") + " " + prose(5, 100), 0, 0, 0, 0},
		{"nothing", "", 0, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := Compare(NewDoc(a, seed), NewDoc(tt.b, seed))
			if o.ShareA < tt.inA-.005 || o.ShareA > tt.maxA+.005 || o.ShareB < tt.inB-.005 || o.ShareB > tt.maxB+.005 {
				t.Errorf("shares %.3f and %.3f, want %.2f to %.2f and %.2f to %.2f", o.ShareA, o.ShareB, tt.inA, tt.maxA, tt.inB, tt.maxB)
			}
		})
	}
}

func TestFurnitureDoesNotCount(t *testing.T) {
	menu := prose(9, 60)
	a, b := NewDoc(menu+prose(1, 100), seed), NewDoc(menu+prose(2, 100), seed)
	if o := Compare(a, b); o.WordsA < 55 {
		t.Fatalf("%d shared words before the menu is known, want about 60", o.WordsA)
	}
	known := map[uint64]bool{}
	for _, h := range NewDoc(menu, seed).Sketch() {
		known[h] = true
	}
	for _, d := range []*Doc{a, b} {
		d.MarkFurniture(func(h uint64) bool { return known[h] })
	}
	if o := Compare(a, b); o.WordsA > 10 || a.Size() > 110 {
		t.Errorf("%d shared words and size %d with the menu known, want at most 10 and 110", o.WordsA, a.Size())
	}
}

func TestFiguresAndNames(t *testing.T) {
	a := NewDoc("The index closed at 4,120 points on Monday as Acme and Bolt rose 3 percent.", seed)
	b := NewDoc("The index closed at 4,181 points on Tuesday as Acme and Crane rose 3 percent.", seed)
	o := Compare(a, b)
	if o.Figures() != .5 || o.Names() < .3 || o.Names() > .4 {
		t.Errorf("figures %.2f and names %.2f agree, want .50 and .33", o.Figures(), o.Names())
	}
}

func at(h int) uint32 { return uint32(time.Date(2026, 5, 1, h, 0, 0, 0, time.UTC).Unix()) }

func TestIndexFindsCopies(t *testing.T) {
	ix := NewIndex(14 * 24 * time.Hour)
	for i := range 200 {
		ix.Add(Entry{Article: uint64(i), Story: uint64(i), Source: uint32(i % 20), Unix: at(i)}, NewDoc(prose(i, 400), seed).Sketch())
	}
	part := strings.Join(strings.Fields(prose(77, 400))[:40], " ")
	hits := ix.Candidates(NewDoc(part, seed).Sketch(), int64(at(200)), 2, 8)
	if len(hits) != 1 || hits[0].Article != 77 {
		t.Errorf("candidates for the first 40 words of article 77 = %+v, want it alone", hits)
	}
}

func TestIndexForgets(t *testing.T) {
	ix := NewIndex(14 * 24 * time.Hour)
	old := NewDoc(prose(1, 200), seed).Sketch()
	ix.Add(Entry{Article: 1, Story: 1, Source: 1, Unix: at(0)}, old)
	for day := range 40 {
		for k := range 60 {
			id := 1000 + day*60 + k
			ix.Add(Entry{Article: uint64(id), Story: uint64(id), Source: 2, Unix: at(day * 24)}, NewDoc(prose(id, 100), seed).Sketch())
		}
	}
	if hits := ix.Candidates(old, int64(at(40*24)), 2, 8); len(hits) != 0 {
		t.Errorf("an article of 40 days ago is still a candidate: %+v", hits)
	}
	if ix.Len() > 22*60+1024 {
		t.Errorf("%d documents held after 40 days of 60, want those of the window", ix.Len())
	}
}

// The memory of a window that moves on is that of one that stands.
func TestIndexUsesSlotsAgain(t *testing.T) {
	ix := NewIndex(14 * 24 * time.Hour)
	slots := func() (n int) {
		for i := range ix.tables {
			n += len(ix.tables[i].slots)
		}
		return n
	}
	var postings, after int
	for day := range 120 {
		for k := range 100 {
			id := 1 + day*100 + k
			s := NewDoc(prose(id, 60), seed).Sketch()
			ix.Add(Entry{Article: uint64(id), Story: uint64(id), Source: 2, Unix: at(day * 24)}, s)
			if day < 17 {
				postings += len(s)
			}
		}
		if day == 30 {
			after = slots()
		}
	}
	if n := slots(); n > after*5/4 || n > 3*postings {
		t.Errorf("%d slots after 120 days, %d after 30, for %d postings in the window", n, after, postings)
	}
	for _, day := range []int{108, 119} { // what is left is found
		id := 1 + day*100
		if hits := ix.Candidates(NewDoc(prose(id, 60), seed).Sketch(), int64(at(119*24)), 2, 8); len(hits) == 0 || hits[0].Article != uint64(id) {
			t.Errorf("an article of day %d is not found on day 119: %+v", day, hits)
		}
	}
}

func TestOneVoteASource(t *testing.T) {
	ix := NewIndex(14 * 24 * time.Hour)
	s := NewDoc(prose(1, 30), seed).Sketch()
	for i := range 40 { // a flood of one source
		ix.Add(Entry{Article: uint64(i + 1), Story: uint64(i + 1), Source: 7, Unix: at(0)}, s)
	}
	if ix.Furniture(s[0], 1, 2) {
		t.Error("a flood from one source made a passage furniture for others")
	}
	if !ix.Furniture(s[0], 7, 2) {
		t.Error("a passage in 40 stories of a source is not its furniture")
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("one two three four five six seven eight", "zero one two three four five six seven eight nine")
	f.Add("", "東京東京東京東京東京")
	f.Fuzz(func(t *testing.T, a, b string) {
		da, db := NewDoc(a, seed), NewDoc(b, seed)
		o, r := Compare(da, db), Compare(db, da)
		if o.WordsA != r.WordsB || o.WordsB != r.WordsA {
			t.Errorf("Compare is not symmetric: %d %d, %d %d", o.WordsA, o.WordsB, r.WordsA, r.WordsB)
		}
		if o.ShareA < 0 || o.ShareA > 1 || o.WordsA > len(da.Tokens) {
			t.Errorf("share %f of %d words", o.ShareA, len(da.Tokens))
		}
		if self := Compare(da, da); len(da.Tokens) >= minRun && self.ShareA != 1 {
			t.Errorf("a text shares %f of itself", self.ShareA)
		}
	})
}

func BenchmarkSketch(b *testing.B) {
	text := prose(1, 400)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		NewDoc(text, seed).Sketch()
	}
}

func BenchmarkCompare(b *testing.B) {
	x, y := NewDoc(prose(1, 400), seed), NewDoc(prose(1, 200)+prose(2, 200), seed)
	for b.Loop() {
		Compare(x, y)
	}
}

// An index that was read from a file finds what one finds that grew with the
// news, also where documents left the window meanwhile.
func TestLoader(t *testing.T) {
	const window = 14 * 24 * time.Hour
	r := rand.New(rand.NewPCG(1, 2))
	grown, loaded := NewIndex(window), NewIndex(window)
	load := loaded.Load(100, 10)
	var last Sketch
	for i := range uint64(5000) {
		s := make(Sketch, 40)
		for k := range s {
			s[k] = r.Uint64N(20_000)
		}
		e := Entry{Article: i + 1, Story: i/3 + 1, Source: uint32(i % 50), Unix: uint32(i * 600)}
		grown.Add(e, s)
		load.Add(e, s)
		last = s
	}
	load.Done()
	now := int64(5000 * 600)
	want, got := grown.Candidates(last, now, 5, 100), loaded.Candidates(last, now, 5, 100)
	if len(want) == 0 || !slices.Equal(got, want) || grown.Len() != loaded.Len() {
		t.Errorf("a loaded index finds %d of %d documents %v, want %d of %d, %v", len(got), loaded.Len(), got, len(want), grown.Len(), want)
	}
}
