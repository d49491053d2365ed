package bolt

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"

	"wiredesk/store"
)

var t0 = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// open1 opens a store that is closed, and verified, with the test.
func open1(t testing.TB, path string, tap func([]Write)) *DB {
	t.Helper()
	d, err := open(Config{Path: path}, t0, tap)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Verify(t.Context()); err != nil && d.closed == nil && err != ErrClosed && t.Context().Err() == nil {
			t.Errorf("verify: %v", err)
		}
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

func newStore(t testing.TB, sources ...store.SourceID) *DB {
	t.Helper()
	d := open1(t, filepath.Join(t.TempDir(), "wiredesk.db"), nil)
	configure(t, d, sources...)
	return d
}

func configure(t testing.TB, d *DB, ids ...store.SourceID) {
	t.Helper()
	var list []store.Source
	for _, id := range ids {
		list = append(list, store.Source{ID: id, URL: "https://" + string(id) + ".example/feed"})
	}
	if err := d.Configure(t.Context(), t0, list); err != nil {
		t.Fatal(err)
	}
}

// item makes an article as fetch would.
func item(guid, path, title, text string) store.Article {
	a := store.Article{Key: "id:" + guid, GUID: guid, Title: title, Text: text, Body: "<p>" + text + "</p>"}
	if path != "" {
		a.URL = "https://news.example/" + path
		a.Canonical = "news.example/" + path
	}
	a.Hash = xxhash.Sum64String(title + "\x00" + text + "\x00" + a.Canonical)
	return a
}

// poll makes the delivery of a successful poll n minutes after t0.
func polled(source store.SourceID, n int, articles ...store.Article) store.Delivery {
	at := t0.Add(time.Duration(n) * time.Minute)
	return store.Delivery{
		Source: source, Start: at.Add(-time.Second), At: at, Status: 200, Next: at.Add(time.Hour), Full: true,
		Feed: store.FeedInfo{Title: "The " + string(source)}, Items: len(articles), Articles: articles,
	}
}

func ingest(t testing.TB, d *DB, del store.Delivery) store.Receipt {
	t.Helper()
	r, err := d.Ingest(t.Context(), del)
	if err != nil {
		t.Fatalf("Ingest: %v", err)
	}
	return r
}

// dump returns the whole store, a line a record.
func dump(t testing.TB, d *DB, but ...string) string {
	t.Helper()
	var b strings.Builder
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(bucket []byte, bk *bbolt.Bucket) error {
			for _, no := range but {
				if no == string(bucket) {
					return nil
				}
			}
			return bk.ForEach(func(k, v []byte) error {
				if bytes.Equal(k, []byte(authorityKey)) && len(but) > 0 {
					return nil
				}
				fmt.Fprintf(&b, "%s %q %x\n", bucket, k, v)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func lorem(n int, seed string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d ", seed, i)
	}
	return strings.TrimSpace(b.String())
}
