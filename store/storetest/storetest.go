// Package storetest is what every backend of the store has to pass. It knows
// the store only by what fetch, publish and cmd call.
package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// A Store is what the rest of the program needs of a backend.
type Store interface {
	Configure(ctx context.Context, now time.Time, sources []store.Source) error
	Claim(ctx context.Context, now time.Time, n int) ([]store.Visit, time.Time, error)
	Release(v store.Visit)
	Ingest(ctx context.Context, d store.Delivery) (store.Receipt, error)
	Flush(ctx context.Context) error
	Force(ctx context.Context, now time.Time, ids []store.SourceID) error
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Wait(ctx context.Context, after uint64) error
	Story(ctx context.Context, id store.StoryID) (store.Story, error)
	Stories(ctx context.Context, after store.StoryID, limit int) ([]store.Story, error)
	Latest(ctx context.Context, before store.StoryID, limit int) ([]store.Story, error)
	Article(ctx context.Context, id store.ArticleID) (store.Article, error)
	Articles(ctx context.Context, source store.SourceID, after store.ArticleID, limit int) ([]store.Article, error)
	FindURL(ctx context.Context, canonical string) ([]store.ArticleID, error)
	Revisions(ctx context.Context, id store.ArticleID) ([]store.Revision, error)
	Health(ctx context.Context) ([]store.Health, error)
	Decide(ctx context.Context, d store.Decision) (store.Decision, error)
	Decisions(ctx context.Context) ([]store.Decision, error)
	Commit(ctx context.Context, w store.DeskWork) error
	Desk(ctx context.Context, name string) (store.DeskState, error)
	ArchivePage(ctx context.Context, topic string, n int) (store.ArchivePage, error)
	Takings(ctx context.Context, topic string, rule uint64, limit int) ([]store.Taking, error)
	Verify(ctx context.Context) error
}

// Run tests a backend. open makes an empty store that is closed with the test.
func Run(t *testing.T, open func(t testing.TB) Store) {
	for _, tt := range append([]scene{
		{"round trip", roundTrip},
		{"revisions", revisions},
		{"redelivery", redelivery},
		{"claim and release", claims},
		{"changes and wait", changes},
		{"lists", lists},
		{"desk", desk},
		{"archive", archive},
		{"decisions", decisions},
		{"not found", notFound},
		{"cancelled", cancelled},
		{"busy", busy},
		{"folding", folding},
		{"folding within a document", foldsWithin},
		{"folding when the page was read", foldsPages},
		{"hijack", hijack},
	}, poisoning...) {
		t.Run(tt.name, func(t *testing.T) {
			s := suite{open(t)}
			s.configure(t, "one", "two")
			tt.test(t, s)
			if err := s.Verify(t.Context()); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

// A scene is a test by name.
type scene struct {
	name string
	test func(t *testing.T, s suite)
}

// A suite is a store with what the tests say often.
type suite struct{ Store }

// birth is the first moment of every test.
var birth = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return birth.Add(time.Duration(n) * time.Minute) }

func (s suite) configure(t *testing.T, ids ...store.SourceID) {
	t.Helper()
	var list []store.Source
	for _, id := range ids {
		list = append(list, store.Source{ID: id, URL: "https://" + string(id) + ".example/feed"})
	}
	if err := s.Configure(t.Context(), birth, list); err != nil {
		t.Fatal(err)
	}
}

// poll delivers articles at a minute.
func (s suite) poll(t *testing.T, source store.SourceID, n int, articles ...store.Article) store.Receipt {
	t.Helper()
	r, err := s.Ingest(t.Context(), delivery(source, n, articles...))
	if err != nil {
		t.Fatalf("Ingest: %v", err)
	}
	return r
}

func delivery(source store.SourceID, n int, articles ...store.Article) store.Delivery {
	return store.Delivery{
		Source: source, Start: minute(n).Add(-time.Second), At: minute(n), Status: 200, Next: minute(n + 60), Full: true,
		Feed: store.FeedInfo{Title: "The " + string(source)}, Items: len(articles), Articles: articles,
	}
}

// article makes the n-th article in a version.
func article(n, version int) store.Article {
	text := fmt.Sprintf("Article %d tells what nobody knew.", n)
	for i := range version {
		text += "\n" + prose(n, i, 15)
	}
	return store.Article{
		Key: fmt.Sprint("id:", n), GUID: fmt.Sprint(n), Title: fmt.Sprint("Headline ", n), Hash: uint64(1000*n + version),
		URL: fmt.Sprint("https://news.example/", n), Canonical: fmt.Sprint("news.example/", n),
		Text: text, Body: "<p>" + text + "</p>", Summary: "<p>In short.</p>",
	}
}

// prose makes a sentence of so many words that nobody else writes.
func prose(article, paragraph, words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = fmt.Sprintf("word%dx%dx%d", article, paragraph, i)
	}
	return strings.Join(list, " ") + "."
}
