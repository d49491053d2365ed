package bolt

import (
	"math/rand/v2"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"wiredesk/store"
)

// A step is a delivery of one article and what becomes of it.
type step struct {
	in    store.Article
	want  store.Verdict
	class store.Class
	same  int // the step whose article it is; -1: a new one
}

func TestIdentity(t *testing.T) {
	long, other := lorem(60, "alpha"), lorem(60, "beta")
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"same again", []step{
			{item("1", "a", "Port closed", long), store.New, 0, -1},
			{item("1", "a", "Port closed", long), store.Unchanged, 0, 0},
		}},
		{"edited", []step{
			{item("1", "a", "Port closed", long), store.New, 0, -1},
			{item("1", "a", "Port closed", long+" "+lorem(20, "more")), store.Revised, store.Edit, 0},
		}},
		{"guid churns, link and content stay", []step{
			{item("1", "a", "Port closed", long), store.New, 0, -1},
			{item("2", "a", "Port closed", long), store.Unchanged, 0, 0},
			{item("3", "a", "Port closed", long), store.Unchanged, 0, 0},
		}},
		{"guid churns and there is no link", []step{
			{item("1", "", "Port closed", long), store.New, 0, -1},
			{item("2", "", "Port closed", long), store.Unchanged, 0, 0},
		}},
		{"guid churns with an edit", []step{
			{item("1", "a", "Port closed", long), store.New, 0, -1},
			{item("2", "a", "Port closed", long+" "+lorem(20, "more")), store.Revised, store.Edit, 0},
		}},
		{"every item links to one page", []step{
			{item("1", "live", "Port closed", long), store.New, 0, -1},
			{item("2", "live", "Mayor resigns", other), store.New, 0, -1},
		}},
		{"guid recycled", []step{
			{item("1", "a", "Port closed", long), store.New, 0, -1},
			{item("1", "b", "Mayor resigns", other), store.New, 0, -1},
			{item("1", "b", "Mayor resigns", other+" today"), store.Revised, store.Minor, 1},
			{item("1", "a", "Port closed", long), store.Unchanged, 0, 0},
		}},
		{"link moves, guid stays", []step{
			{item("1", "a", "Port closed", long), store.New, 0, -1},
			{item("1", "b", "Port closed", long), store.Revised, store.Minor, 0},
		}},
		{"a guid that counts versions, as the BBC's", []step{
			{item("https://bbc.example/news/uk-1#0", "news/uk-1", "Port closed by strike", long), store.New, 0, -1},
			{item("https://bbc.example/news/uk-1#1", "news/uk-1", "Port closed by strike", long+" "+lorem(20, "more")), store.Revised, store.Edit, 0},
			{item("https://bbc.example/news/uk-1#2", "news/uk-1", "Port strike: talks fail", lorem(25, "alpha")+" "+lorem(90, "talks")), store.Revised, store.Edit, 0},
		}},
		{"entries of a live page, each with an anchor", []step{
			{item("https://news.example/live#1", "live", "Port closed by strike", long), store.New, 0, -1},
			{item("https://news.example/live#2", "live", "Mayor resigns", other), store.New, 0, -1},
		}},
		{"a guid made anew with each edit, as the WSJ's", []step{
			{item("SB1000142405", "articles/port-closed", "Port closed", long), store.New, 0, -1},
			{item("SB1000142406", "articles/port-closed", "Port Closed, Talks to Resume", long+" "+lorem(20, "more")), store.Revised, store.Edit, 0},
			{item("SB1000142406", "articles/port-closed", "Port Closed, Talks to Resume", long+" "+lorem(20, "more")), store.Unchanged, 0, 1},
		}},
		{"a tracking mark in the guid, as DW's and Le Monde's", []step{
			{item("https://dw.example/a-1?maca=en-rss", "a-1", "Port closed", long), store.New, 0, -1},
			{item("https://dw.example/a-1#xtor=RSS-3208", "a-1", "Port closed", long), store.Unchanged, 0, 0},
		}},
		{"an address with another headline in it, as the NYT's", []step{
			{item("nyt://article/1", "2026/port-closed.html", "Port closed", long), store.New, 0, -1},
			{item("nyt://article/1", "2026/port-strike-talks.html", "Port strike: talks", long), store.Revised, store.Edit, 0},
			{item("nyt://article/1", "2026/port-strike-talks.html", "Port strike: talks", long), store.Unchanged, 0, 0},
		}},
		{"a guid given back to an old story", []step{
			{item("top", "a", "Port closed", long), store.New, 0, -1},
			{item("top", "b", "Mayor resigns", other), store.New, 0, -1},
			{item("top", "a", "Port closed", long), store.Unchanged, 0, 0},
		}},
		{"guid of a megabyte", []step{
			{item(lorem(150000, "g"), "a", "Port closed", long), store.New, 0, -1},
			{item(lorem(150000, "g"), "a", "Port closed", long), store.Unchanged, 0, 0},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newStore(t, "one")
			var ids []store.ArticleID
			for i, s := range tt.steps {
				r := ingest(t, d, polled("one", i, s.in)).Articles[0]
				if r.Verdict != s.want || r.Class != s.class {
					t.Errorf("step %d: %v %v, want %v %v", i, r.Verdict, r.Class, s.want, s.class)
				}
				if s.same >= 0 && r.ID != ids[s.same] {
					t.Errorf("step %d: article %v, want %v", i, r.ID, ids[s.same])
				}
				ids = append(ids, r.ID)
			}
		})
	}
}

// A source's own articles are its alone, whatever another one calls its own.
func TestForeignIdentity(t *testing.T) {
	d := newStore(t, "one", "two")
	a := ingest(t, d, polled("one", 0, item("1", "a", "Port closed", lorem(60, "alpha")))).Articles[0]
	b := ingest(t, d, polled("two", 1, item("1", "a", "Hacked", lorem(600, "spam")))).Articles[0]
	if b.ID == a.ID || b.Story != a.Story || b.InStory != store.Copy {
		t.Errorf("the second source's article is %+v, want a copy of its own in the first one's story %v", b, a.Story)
	}
	s, err := d.Story(t.Context(), a.Story)
	if err != nil || s.Lead != a.ID || s.Find(a.ID).Article.Title != "Port closed" {
		t.Errorf("the story's lead is %v (%v), want the first writer's %v, untouched", s.Lead, err, a.ID)
	}
	two := polled("two", 2)
	two.Deleted = []store.Deleted{{Ref: "1"}}
	ingest(t, d, two)
	if a, _ := d.Article(t.Context(), a.ID); !a.Withdrawn.IsZero() {
		t.Error("a source withdrew another one's article")
	}
	if b, _ := d.Article(t.Context(), b.ID); b.Withdrawn.IsZero() {
		t.Error("a source could not withdraw its own article")
	}
}

func TestDuplicateGUIDs(t *testing.T) {
	d := newStore(t, "one")
	doc := []store.Article{
		item("1", "a", "Port closed", lorem(60, "alpha")), item("1", "b", "Mayor resigns", lorem(60, "beta")),
		item("1", "c", "Rain", lorem(60, "gamma")), item("1", "a", "Port closed", lorem(60, "alpha")),
	}
	r := ingest(t, d, polled("one", 0, doc...))
	if r.Count(store.New) != 3 || r.Articles[3].ID != r.Articles[0].ID {
		t.Fatalf("receipt %+v, want three articles, the last item the first one's twin", r)
	}
	if again := ingest(t, d, polled("one", 1, doc...)); again.Count(store.Unchanged) != 4 || again.Seq != 0 {
		t.Errorf("the same document again: %+v, want nothing", again)
	}
	doc[1] = item("1", "b", "Mayor resigns at last", lorem(60, "beta"))
	if r := ingest(t, d, polled("one", 2, doc[1])); r.Articles[0].Verdict != store.Revised {
		t.Errorf("an edit of the second item alone is %v, want revised", r.Articles[0].Verdict)
	}
}

func TestChurnIsBounded(t *testing.T) {
	d := newStore(t, "one")
	for n := range 20 {
		var doc []store.Article
		for i := range 50 {
			path := string(rune('a'+i%26)) + string(rune('a'+i/26))
			doc = append(doc, item(lorem(1, path+t0.Add(time.Duration(n)).String()), path, "Title "+path, lorem(40, path)))
		}
		ingest(t, d, polled("one", n, doc...))
	}
	if s, err := d.Stats(t.Context()); err != nil || s.Articles != 50 {
		t.Errorf("%d articles (%v) after 20 polls with new guids each, want 50", s.Articles, err)
	}
	if h, _ := d.Health(t.Context()); h[0].State != store.StateChurning {
		t.Errorf("state %q, want churning", h[0].State)
	}
}

func TestTemplateChange(t *testing.T) {
	d := newStore(t, "one")
	doc := func(foot string) (list []store.Article) {
		for i := range 20 {
			g := string(rune('a' + i))
			list = append(list, item(g, g, "Title "+g, lorem(40, g)+foot))
		}
		return list
	}
	ingest(t, d, polled("one", 0, doc("")...))
	mass := doc("\nSubscribe to our newsletter now and never miss a story of ours again, dear reader")
	mass[3] = item("d", "d", "Title d", "All else. "+mass[3].Text+" And an end that is long enough to be an edit.")
	r := ingest(t, d, polled("one", 1, mass...))
	if r.Count(store.Revised) != 1 || r.Articles[3].Verdict != store.Revised {
		t.Errorf("%d revised, want only the one with changes of its own", r.Count(store.Revised))
	}
	if r := ingest(t, d, polled("one", 2, mass...)); r.Seq != 0 {
		t.Errorf("the same again wrote change %d, want nothing", r.Seq)
	}
}

func TestStalePush(t *testing.T) {
	d := newStore(t, "one")
	v1, v2 := item("1", "a", "Port closed", lorem(60, "alpha")), item("1", "a", "Port open", lorem(60, "beta"))
	ingest(t, d, polled("one", 0, v1))
	ingest(t, d, polled("one", 5, v2))
	if r := ingest(t, d, polled("one", 0, v1)); r.Articles[0].Verdict != store.Unchanged {
		t.Errorf("a delivery from before the last poll is %v, want unchanged", r.Articles[0].Verdict)
	}
	h, _ := d.Health(t.Context())
	if !h[0].Attempt.Equal(t0.Add(5 * time.Minute)) {
		t.Errorf("last attempt %v, want that of the newer poll", h[0].Attempt)
	}
}

func TestDaily(t *testing.T) {
	d := newStore(t)
	conf := store.Source{ID: "one", URL: "https://one.example/feed", Daily: 3}
	if err := d.Configure(t.Context(), t0, []store.Source{conf}); err != nil {
		t.Fatal(err)
	}
	doc := func(n int) (list []store.Article) {
		for i := range n {
			g := string(rune('a' + i))
			list = append([]store.Article{item(g, g, "Title "+g, lorem(40, g))}, list...)
		}
		return list
	}
	for _, step := range []struct{ minute, items, stored int }{
		{0, 5, 5}, // all of the first poll
		{1, 9, 5}, // five today are more than enough
		{2, 9, 5},
		{16 * 60, 9, 8}, // tomorrow
		{40 * 60, 9, 9},
	} {
		del := polled("one", step.minute, doc(step.items)...)
		del.Validators.ETag = string(rune('0' + step.minute%10))
		ingest(t, d, del)
		if s, err := d.Stats(t.Context()); err != nil || s.Articles != step.stored {
			t.Errorf("minute %d: %d articles (%v), want %d", step.minute, s.Articles, err, step.stored)
		}
	}
	v, _ := claim(t, d, minutes(9999), 1)
	if e := v[0].Jobs[0].Validators.ETag; e != "0" {
		t.Errorf("the validator is %q, want that of the last document of which nothing was held back", e)
	}
}

// Hostile times and texts are stored within bounds, whatever else came along.
func TestHostileArticle(t *testing.T) {
	d := newStore(t, "one")
	a := item("1", "a", "Port closed", lorem(60, "alpha"))
	a.Published.At = time.Date(99999, 1, 1, 0, 0, 0, 0, time.UTC)
	a.Updated.At = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)
	a.Body = string(make([]byte, store.MaxBody+1))
	a.Text += "ä" + lorem(200_000, "ö")
	a.Title = "\xff\x00"
	empty := store.Article{}
	r := ingest(t, d, polled("one", 0, a, empty))
	got, err := d.Article(t.Context(), r.Articles[0].ID)
	if err != nil || len(got.Text) > store.MaxBody || len(got.Body) > store.MaxBody || !got.Published.At.Before(minutes(1)) {
		t.Errorf("stored %d bytes of text, %d of body, published %v (%v)", len(got.Text), len(got.Body), got.Published.At, err)
	}
	if r.Articles[1].Verdict != store.New {
		t.Errorf("an empty article is %v, want new", r.Articles[1].Verdict)
	}
}

// A published time, once claimed, stays; one that moves is a claim of an update.
func TestPublishedStays(t *testing.T) {
	d := newStore(t, "one")
	a := item("1", "a", "Port closed", lorem(60, "alpha"))
	a.Published.At = minutes(-60)
	id := ingest(t, d, polled("one", 0, a)).Articles[0].ID
	a = item("1", "a", "Port is closed", lorem(60, "alpha"))
	a.Published.At = minutes(9)
	ingest(t, d, polled("one", 10, a))
	got, err := d.Article(t.Context(), id)
	if err != nil || !got.Published.At.Equal(minutes(-60)) || !got.Bumped.Equal(minutes(9)) {
		t.Errorf("published %v, bumped %v (%v); want the first claim and the second", got.Published.At, got.Bumped, err)
	}
}

// What names no published time, as most Atom feeds do, was published by the
// time of its first known change, and stays so when that changes again.
func TestPublishedByFirstChange(t *testing.T) {
	d := newStore(t, "one")
	a := item("1", "a", "Port closed", lorem(60, "alpha"))
	a.Updated.At = minutes(-60)
	id := ingest(t, d, polled("one", 0, a)).Articles[0].ID
	for _, at := range []int{0, 10} {
		got, err := d.Article(t.Context(), id)
		if err != nil || !got.PublishedAt().Equal(minutes(-60)) {
			t.Errorf("minute %d: published %v (%v), want an hour before the first sight", at, got.PublishedAt(), err)
		}
		a = item("1", "a", "Port closed", lorem(80, "alpha"))
		a.Updated.At = minutes(9)
		ingest(t, d, polled("one", 10, a))
	}
}

// A reader that stops reading holds up nobody.
func TestReaderHoldsUpNobody(t *testing.T) {
	d := newStore(t, "one")
	reading, done := make(chan struct{}), make(chan struct{})
	go d.bolt.View(func(*bbolt.Tx) error {
		close(reading)
		<-done
		return nil
	})
	<-reading
	for n := range 20 {
		a := item(lorem(1, string(rune('a'+n))), "", "Title", "")
		a.Text = randomText(n, 1<<19)
		a.Hash += uint64(n)
		ingest(t, d, polled("one", n, a))
	}
	close(done)
	if s, err := d.Stats(t.Context()); err != nil || s.File < 5<<20 || s.Articles != 20 {
		t.Errorf("%+v, %v; want a file that had to grow", s, err)
	}
}

func randomText(seed, n int) string {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	for i := range b {
		b[i] = byte('!' + r.IntN(90))
	}
	return string(b)
}
