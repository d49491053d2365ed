package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wiredesk/store"
)

// A life is a store to which everything happens that can, at random.
type life struct {
	rt     *rapid.T
	path   string
	db     *DB
	writes []Write
	minute int
	mark   uint64
}

func (l *life) tap(w []Write) { l.writes = append(l.writes, w...) }

func (l *life) must(err error) {
	l.rt.Helper()
	if err != nil {
		l.rt.Fatal(err)
	}
}

func (l *life) open() {
	db, err := open(Config{Path: l.path, Seed: 7}, t0, l.tap)
	l.must(err)
	db.bolt.NoSync = true // no power fails here
	l.db = db
}

func (l *life) now() time.Time { return t0.Add(time.Duration(l.minute) * time.Minute) }

var sourceNames = []store.SourceID{"one", "two", "three"}

// draw picks from few values, so that things meet.
func (l *life) draw(what string, n int) int { return rapid.IntRange(0, n-1).Draw(l.rt, what) }

func (l *life) article() store.Article {
	path := ""
	if n := l.draw("path", 8); n > 0 {
		path = fmt.Sprint("p", n)
	}
	a := item(fmt.Sprint(l.draw("guid", 8)), path, fmt.Sprint("Title ", l.draw("title", 4)), lorem(10+20*l.draw("words", 4), string(rune('a'+l.draw("text", 4)))))
	if l.draw("page", 3) == 0 {
		a.Page = store.PageWanted
	}
	a.Updated.At = t0.Add(time.Duration(rapid.IntRange(-100, 1000).Draw(l.rt, "claim")) * time.Minute)
	return a
}

func (l *life) poll(source store.SourceID) store.Delivery {
	del := polled(source, l.minute)
	for range l.draw("articles", 5) {
		del.Articles = append(del.Articles, l.article())
	}
	del.Items = len(del.Articles)
	switch l.draw("kind", 8) {
	case 0:
		del.Code, del.Articles, del.Status = store.CodeTimeout, nil, 0
		del.HoldHost = l.now().Add(time.Hour)
	case 1:
		del.Deleted = []store.Deleted{{Ref: fmt.Sprint(l.draw("deleted", 8))}}
	}
	return del
}

func (l *life) deliver() {
	_, err := l.db.Ingest(l.rt.Context(), l.poll(sourceNames[l.draw("source", 3)]))
	l.must(err)
}

// visit does what is due, pages included.
func (l *life) visit() {
	visits, _, err := l.db.Claim(l.rt.Context(), l.now(), 2)
	l.must(err)
	for _, v := range visits {
		for _, j := range v.Jobs {
			if l.draw("released", 4) == 0 {
				continue
			}
			del := l.poll(j.Source)
			if j.Kind == store.PageJob {
				del = polled(j.Source, l.minute)
				del.Kind, del.Article, del.Next = store.PageJob, j.Article.ID, time.Time{}
				a := j.Article
				a.Text, a.Hash = l.article().Text+" from the page", a.Hash+1
				if l.draw("read", 3) > 0 {
					del.Articles = []store.Article{a}
				} else {
					del.Code = store.CodeMissing
				}
				if l.draw("again", 3) == 0 {
					del.Next = l.now().Add(time.Hour)
				}
			}
			_, err := l.db.Ingest(l.rt.Context(), del)
			l.must(err)
		}
		l.db.Release(v)
	}
}

func (l *life) decide() {
	stories, err := l.db.Stories(l.rt.Context(), 0, 0)
	l.must(err)
	if len(stories) == 0 {
		return
	}
	s, other := stories[l.draw("story", len(stories))], stories[l.draw("other", len(stories))]
	verbs := []store.Verb{store.Pin, store.SetTitle, store.SetLead, store.Merge, store.Split, store.Withdraw, store.Undo}
	dec := store.Decision{
		At: l.now(), Verb: verbs[l.draw("verb", len(verbs))], Story: s.ID, Other: other.ID,
		Article: s.Members[l.draw("member", len(s.Members))].ID,
	}
	if dec.Verb == store.Undo {
		dec = store.Decision{At: l.now(), Verb: store.Undo, Undoes: uint64(1 + l.draw("undoes", 4))}
	}
	_, _ = l.db.Decide(l.rt.Context(), dec) // many of these cannot be, and then change nothing
}

func (l *life) desk() {
	changes, err := l.db.Changes(l.rt.Context(), l.mark, 3)
	l.must(err)
	w := store.DeskWork{Name: "desk", From: l.mark, To: l.mark}
	rule := uint64(l.draw("rule", 2))
	for _, c := range changes {
		w.To = c.Seq
		w.Takings = append(w.Takings, store.Taking{Topic: "t", Rule: rule, Story: c.Story, At: c.At, Left: l.draw("left", 4) == 0})
		w.Entries = append(w.Entries, store.Entry{Topic: "t", Story: c.Story, ID: "tag:x", Published: c.At, Deleted: l.draw("gone", 4) == 0})
	}
	if l.draw("swept", 3) == 0 {
		w.Rules = []store.TopicRule{{Topic: "t", Rule: rule}}
	}
	l.must(l.db.Commit(l.rt.Context(), w))
	l.mark = w.To
	w.From = w.To + 1
	if err := l.db.Commit(l.rt.Context(), w); !errors.Is(err, store.ErrMoved) {
		l.rt.Fatalf("Commit from another bookmark: %v, want %v", err, store.ErrMoved)
	}
}

func (l *life) restart() {
	before := l.db.Close()
	l.must(before)
	l.open()
}

func (l *life) reconfigure() {
	var list []store.Source
	for _, id := range sourceNames[:1+l.draw("sources", 3)] {
		list = append(list, store.Source{
			ID: id, URL: fmt.Sprintf("https://h%d.example/%s", l.draw("host", 2), id), Rank: l.draw("rank", 2), LowTrust: l.draw("trust", 2) == 0,
		})
	}
	l.must(l.db.Configure(l.rt.Context(), l.now(), list))
}

// keep forgets what is too old, and copies the file.
func (l *life) keep() {
	l.minute += 60 * l.draw("hours", 40)
	limits := Limits{Articles: l.draw("articles", 3), Revisions: 2 * l.draw("revisions", 2), Age: time.Duration(1+l.draw("age", 40)) * time.Hour, Shown: l.draw("shown", 3)}
	before, err := l.db.Stats(l.rt.Context())
	l.must(err)
	done, err := l.db.Prune(l.rt.Context(), limits, l.now(), true)
	l.must(err)
	if done.Articles > before.Articles/10 {
		l.rt.Fatalf("a pass forgot %d of %d articles", done.Articles, before.Articles)
	}
	l.must(l.db.Compact(l.rt.Context()))
}

// live lets a store live from its birth on. Whatever happened, it is sound.
func (l *life) live() {
	l.open()
	l.reconfigure()
	acts := []func(){l.deliver, l.deliver, l.deliver, l.visit, l.decide, l.desk, l.restart, l.reconfigure, l.keep, l.keep, func() { l.must(l.db.Flush(l.rt.Context())) }}
	for range rapid.IntRange(1, 60).Draw(l.rt, "acts") {
		l.minute += 1 + l.draw("minutes", 90)
		acts[l.draw("act", len(acts))]()
	}
	l.must(l.db.Flush(l.rt.Context()))
	l.must(l.db.Verify(l.rt.Context()))
}

// The write set is all there is: applied to an empty file, it makes the same
// store.
func TestApplyReproduces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		l := &life{rt: rt, path: filepath.Join(dir, "a.db")}
		l.live()
		defer l.db.Close()
		twin, err := open(Config{Path: filepath.Join(dir, "b.db"), Seed: 7}, t0.Add(time.Hour), nil)
		l.must(err)
		defer twin.Close()
		l.must(twin.Apply(rt.Context(), l.writes))
		if a, b := dump(t, l.db), dump(t, twin); a != b {
			rt.Fatalf("the copy differs:\n%s", cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")))
		}
		l.must(twin.Verify(rt.Context()))
	})
}

// Deliveries carry all that decides, so the same ones make the same store, and
// one that comes twice is the one that came once.
func TestReplay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		l := &life{rt: rt}
		var stores [2]*DB
		for i := range stores {
			l.path = filepath.Join(dir, fmt.Sprint(i))
			l.open()
			stores[i] = l.db
			defer l.db.Close()
			configure(t, l.db, sourceNames...)
		}
		for range rapid.IntRange(1, 15).Draw(rt, "deliveries") {
			l.minute += 1 + l.draw("minutes", 90)
			del := l.poll(sourceNames[l.draw("source", 3)])
			_, err := stores[0].Ingest(rt.Context(), del)
			l.must(err)
			for n := range 2 {
				r, err := stores[1].Ingest(rt.Context(), del)
				l.must(err)
				if n == 1 && r.Seq != 0 {
					rt.Fatalf("the delivery %+v, come twice, wrote change %d", del, r.Seq)
				}
			}
		}
		for _, d := range stores {
			l.must(d.Flush(rt.Context()))
		}
		if a, b := dump(t, stores[0], "poll"), dump(t, stores[1], "poll"); a != b {
			rt.Fatalf("the replay differs:\n%s", cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")))
		}
	})
}
