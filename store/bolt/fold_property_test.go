package bolt

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wiredesk/store"
)

// A press sends articles that share texts: whole, cut, lengthened and mixed.
type press struct {
	rt   *rapid.T
	next int
}

func (p *press) draw(what string, n int) int { return rapid.IntRange(0, n-1).Draw(p.rt, what) }

func (p *press) text(subject int) string {
	words := strings.Fields(lorem(120, fmt.Sprintf("subject%dw", subject)))
	switch p.draw("cut", 5) {
	case 0:
		words = words[:30+p.draw("words", 80)]
	case 1:
		words = words[p.draw("words", 60):]
	case 2:
		words = append(words, strings.Fields(lorem(p.draw("own", 60), fmt.Sprintf("own%dw", p.next)))...)
	}
	return strings.Join(words, " ")
}

// article is about a subject, or with luck about two.
func (p *press) article(subject, subjects int) store.Article {
	p.next++
	text := p.text(subject)
	if subjects > 0 && p.draw("two", 5) == 0 {
		text += " " + p.text(p.draw("other", subjects))
	}
	return item(fmt.Sprint(p.next), fmt.Sprint(p.next), fmt.Sprint("Headline ", subject), text)
}

// tell makes deliveries a few minutes apart.
func (p *press) deliveries(subjects int) (list []store.Delivery) {
	minute := 0
	for range rapid.IntRange(1, 12).Draw(p.rt, "deliveries") {
		minute += 1 + p.draw("minutes", 300)
		list = append(list, polled(sourceNames[p.draw("source", 3)], minute, p.article(p.draw("subject", subjects), subjects)))
	}
	return list
}

func (p *press) open(name string) *DB {
	d, err := open(Config{Path: name, Seed: 7, Scratch: true}, t0, nil)
	if err != nil {
		p.rt.Fatal(err)
	}
	var list []store.Source
	for _, id := range sourceNames {
		list = append(list, store.Source{ID: id, URL: "https://" + string(id) + ".example/feed"})
	}
	if err := d.Configure(p.rt.Context(), t0, list); err != nil {
		p.rt.Fatal(err)
	}
	return d
}

func (p *press) take(d *DB, del store.Delivery) {
	if _, err := d.Ingest(p.rt.Context(), del); err != nil {
		p.rt.Fatal(err)
	}
}

// folds returns the stories of a store as readers see them: which guids are
// together, and which of them leads.
func (p *press) folds(d *DB) (list []string) {
	stories, err := d.Stories(p.rt.Context(), 0, 0)
	if err != nil {
		p.rt.Fatal(err)
	}
	for _, s := range stories {
		var ids []string
		for _, m := range s.Members {
			id := m.Article.GUID
			if m.ID == s.Lead {
				id += "*"
			}
			ids = append(ids, id)
		}
		slices.Sort(ids)
		list = append(list, strings.Join(ids, " "))
	}
	slices.Sort(list)
	return list
}

func pressed(t *testing.T, f func(p *press, dir string)) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		f(&press{rt: rt}, dir)
	})
}

// Deliveries that have nothing in common may come in any order.
func TestOrderOfUnrelated(t *testing.T) {
	pressed(t, func(p *press, dir string) {
		const subjects = 4
		var each [subjects][]store.Delivery
		for i := range each {
			for n := range 1 + p.draw("takes", 3) {
				del := polled(sourceNames[p.draw("source", 3)], n*60+i, p.article(i, 0))
				each[i] = append(each[i], del)
			}
		}
		var got [2][]string
		for n, pick := range []string{"first", "second"} {
			d := p.open(filepath.Join(dir, pick))
			queue := each
			for minute := 0; ; minute++ {
				var ready []int
				for i := range queue {
					if len(queue[i]) > 0 {
						ready = append(ready, i)
					}
				}
				if len(ready) == 0 {
					break
				}
				i := ready[p.draw(pick, len(ready))]
				del := queue[i][0]
				del.At = t0.Add(del.At.Sub(t0).Truncate(60e9 * 60)) // the hour of its take, not its turn
				del.Start = del.At
				p.take(d, del)
				queue[i] = queue[i][1:]
			}
			got[n] = p.folds(d)
			d.Close()
		}
		if diff := cmp.Diff(got[0], got[1]); diff != "" {
			p.rt.Fatalf("the order changed the stories:\n%s", diff)
		}
	})
}

// What stands in a story stays there: no third text moves it, or merges two.
func TestNoStoryMergesOthers(t *testing.T) {
	pressed(t, func(p *press, dir string) {
		d := p.open(filepath.Join(dir, "a"))
		defer d.Close()
		home := map[store.ArticleID]store.StoryID{}
		for _, del := range p.deliveries(4) {
			p.take(d, del)
			list, err := d.Articles(p.rt.Context(), "", 0, 0)
			if err != nil {
				p.rt.Fatal(err)
			}
			for _, a := range list {
				if was, known := home[a.ID]; known && was != a.Story {
					p.rt.Fatalf("article %v moved from %v to %v by itself", a.GUID, was, a.Story)
				}
				home[a.ID] = a.Story
			}
		}
	})
}

// The posting index is as good when it was read from the file as when it grew.
func TestRestartChangesNoStory(t *testing.T) {
	pressed(t, func(p *press, dir string) {
		grown, read := p.open(filepath.Join(dir, "grown")), p.open(filepath.Join(dir, "read"))
		for _, del := range p.deliveries(4) {
			p.take(grown, del)
			p.take(read, del)
			if p.draw("restart", 2) == 0 {
				if err := read.Close(); err != nil {
					p.rt.Fatal(err)
				}
				read = p.open(filepath.Join(dir, "read"))
			}
		}
		defer grown.Close()
		defer read.Close()
		if diff := cmp.Diff(p.folds(grown), p.folds(read)); diff != "" {
			p.rt.Fatalf("a restart changed the stories:\n%s", diff)
		}
	})
}

// A merge that was undone never was: not even what comes later can tell.
func TestMergeAndUndoIsNothing(t *testing.T) {
	pressed(t, func(p *press, dir string) {
		plain, merged := p.open(filepath.Join(dir, "plain")), p.open(filepath.Join(dir, "merged"))
		defer plain.Close()
		defer merged.Close()
		list := p.deliveries(4)
		at := p.draw("when", len(list))
		for i, del := range list {
			p.take(plain, del)
			p.take(merged, del)
			if i != at {
				continue
			}
			stories, err := merged.Stories(p.rt.Context(), 0, 0)
			if err != nil || len(stories) < 2 {
				continue
			}
			a, b := p.draw("into", len(stories)), p.draw("from", len(stories))
			dec, err := merged.Decide(p.rt.Context(), store.Decision{At: del.At, Verb: store.Merge, Story: stories[a].ID, Other: stories[b].ID})
			if err != nil {
				continue // a story does not merge with itself
			}
			if _, err := merged.Decide(p.rt.Context(), store.Decision{At: del.At, Verb: store.Undo, Undoes: dec.Seq}); err != nil {
				p.rt.Fatal(err)
			}
		}
		if diff := cmp.Diff(p.folds(plain), p.folds(merged)); diff != "" {
			p.rt.Fatalf("a merge that was undone left its mark:\n%s", diff)
		}
	})
}
