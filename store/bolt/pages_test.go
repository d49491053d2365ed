package bolt

import (
	"testing"
	"time"

	"wiredesk/store"
)

func teaser(guid, path, title, text string) store.Article {
	a := item(guid, path, title, text)
	a.Page = store.PageWanted
	return a
}

// pageRead makes the delivery of a page's reading.
func pageRead(a store.Article, n int, text string) store.Delivery {
	del := polled(a.Source, n)
	del.Kind, del.Article, del.Next = store.PageJob, a.ID, time.Time{}
	in := item("", "", a.Title, text)
	a.Text, a.Body, a.Hash = in.Text, in.Body, in.Hash
	del.Articles = []store.Article{a}
	return del
}

func TestPageCompletes(t *testing.T) {
	d := newStore(t, "one")
	r := ingest(t, d, polled("one", 0, teaser("1", "a", "Port closed", "The port is closed.")))
	if !r.Articles[0].Page {
		t.Fatal("the receipt does not say that the page is wanted")
	}
	d = reopen(t, d)
	v, _ := claim(t, d, minutes(1), 9)
	if len(v) != 1 || v[0].Host != "news.example" || v[0].Jobs[0].Article.Text != "The port is closed." {
		t.Fatalf("due after a restart: %+v, want the page with its article", v)
	}
	j := v[0].Jobs[0]
	ingest(t, d, pageRead(j.Article, 2, lorem(200, "page")))
	a, err := d.Article(t.Context(), j.Article.ID)
	if err != nil || a.Page != store.PageRead || a.Words != 200 || a.Revision != 1 {
		t.Errorf("after the reading (%v) the article is %+v", err, a)
	}
	revs, _ := d.Revisions(t.Context(), a.ID)
	if len(revs) != 1 || revs[0].Text != a.Text || !revs[0].Page {
		t.Errorf("revisions %+v, want one, with the page's text", revs)
	}
	if v, next := claim(t, d, minutes(3), 9); len(v) != 0 || !next.Equal(minutes(60)) {
		t.Errorf("due: %v, next %v; want nothing before the next poll", v, next)
	}

	again := polled("one", 60, teaser("1", "a", "Port closed", "The port is closed."))
	if r := ingest(t, d, again); r.Seq != 0 {
		t.Errorf("the same teaser again wrote change %d, want nothing", r.Seq)
	}
	headline := polled("one", 61, teaser("1", "a", "Port closed for good", "The port is closed."))
	if r := ingest(t, d, headline); r.Articles[0].Verdict != store.Revised || r.Articles[0].Class != store.Edit {
		t.Errorf("another headline is %+v, want an edit", r.Articles[0])
	}
	if a, _ := d.Article(t.Context(), a.ID); a.Words != 200 || a.Title != "Port closed for good" {
		t.Errorf("the article is %q with %d words, want the new headline over the page's text", a.Title, a.Words)
	}
	if v, _ := claim(t, d, minutes(62), 9); len(v) != 1 || v[0].Jobs[0].Kind != store.PageJob {
		t.Errorf("due after the feed's edit: %+v, want the page again", v)
	}
	a, _ = d.Article(t.Context(), a.ID)
	if r := ingest(t, d, pageRead(a, 63, lorem(200, "page"))); r.Articles[0].Verdict != store.Unchanged || r.Seq != 0 {
		t.Errorf("the page says the same: %+v, want nothing", r)
	}
	if r := ingest(t, d, pageRead(a, 64, lorem(230, "page"))); r.Articles[0].Verdict != store.Revised {
		t.Errorf("the page says more: %+v, want a revision", r)
	}
}

func TestPageFails(t *testing.T) {
	d := newStore(t, "one")
	r := ingest(t, d, polled("one", 0, teaser("1", "a", "Port closed", "The port is closed.")))
	id := r.Articles[0].ID
	claim(t, d, minutes(1), 9)
	del := polled("one", 1)
	del.Kind, del.Article, del.Code, del.Next = store.PageJob, id, store.CodeTimeout, minutes(5)
	r = ingest(t, d, del)
	if r.Seq != 0 {
		t.Errorf("a page that will be tried again wrote change %d", r.Seq)
	}
	v, _ := claim(t, d, minutes(5), 9)
	if len(v) != 1 || v[0].Jobs[0].Errors != 1 {
		t.Fatalf("due: %+v, want the page after one error", v)
	}
	del.At, del.Next = minutes(6), time.Time{}
	if r := ingest(t, d, del); r.Seq == 0 {
		t.Error("the end of the wait for a page is no change")
	}
	if a, _ := d.Article(t.Context(), id); a.Page != store.PageFailed || a.Text != "The port is closed." {
		t.Errorf("the article is %+v, want the feed's text", a)
	}
	if v, _ := claim(t, d, minutes(7), 9); len(v) != 0 {
		t.Errorf("due: %+v, want nothing", v)
	}
}

// What a page says of its address may show that the article is a copy.
func TestPageFolds(t *testing.T) {
	d := newStore(t, "one", "two")
	first := ingest(t, d, polled("one", 0, item("1", "real", "Port closed", lorem(100, "alpha")))).Articles[0]
	second := ingest(t, d, polled("two", 1, teaser("2", "short", "Port closed", "The port."))).Articles[0]
	a, _ := d.Article(t.Context(), second.ID)
	del := pageRead(a, 2, lorem(90, "alpha"))
	del.Articles[0].Canonical = "news.example/real"
	ingest(t, d, del)
	s, err := d.Story(t.Context(), first.Story)
	if err != nil || len(s.Members) != 2 || s.Lead != first.ID {
		t.Errorf("the story is %+v (%v), want both articles", s, err)
	}
	old, err := d.Story(t.Context(), second.Story)
	if err != nil || len(old.Members) != 0 || old.Into != first.Story {
		t.Errorf("the story it left is %+v (%v), want it to lead to %v", old, err, first.Story)
	}
	c, _ := d.Changes(t.Context(), 2, 0)
	if len(c) != 1 || c[0].OldStory != second.Story || c[0].Story != first.Story {
		t.Errorf("changes %+v, want one that tells of the move", c)
	}
}
