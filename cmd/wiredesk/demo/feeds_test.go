package demo

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html/charset"

	"wiredesk/fetch/parse"
)

// wellFormed reads all of an XML document strictly.
func wellFormed(doc []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(doc))
	dec.CharsetReader = charset.NewReaderLabel
	for {
		if _, err := dec.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestEveryFeedReads(t *testing.T) {
	n := testNewsroom(t)
	playAll(n)
	formats := map[string]bool{}
	for _, f := range n.order {
		t.Run(string(f.id), func(t *testing.T) {
			formats[f.format] = true
			doc, contentType, err := f.document()
			if err != nil {
				t.Fatal(err)
			}
			if f.format == jsonf && !json.Valid(doc) {
				t.Error("no valid JSON")
			} else if f.format != jsonf && wellFormed(doc) != nil {
				t.Errorf("ill-formed: %v", wellFormed(doc))
			}
			got, err := parse.Parse(doc, parse.Options{URL: f.site.base + f.path, Header: http.Header{"Content-Type": {contentType}}})
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			if len(got.Items) != len(f.items) || len(got.Warnings) > 0 {
				t.Fatalf("Parse finds %d items of %d, warnings %v", len(got.Items), len(f.items), got.Warnings)
			}
			for i, it := range f.items {
				if g := got.Items[i]; g.Title != it.title || g.URL != it.url || g.ID != it.guid {
					t.Errorf("item %d reads as %q %s %s, want %q %s %s", i, g.Title, g.URL, g.ID, it.title, it.url, it.guid)
				}
			}
		})
	}
	if len(formats) != 4 {
		t.Errorf("formats %v, want four", formats)
	}
}

func TestServerAnswersAsPublishersDo(t *testing.T) {
	n := testNewsroom(t)
	f := n.feeds["courier"]
	get := func(path, etag, accept string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", etag)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		f.site.ServeHTTP(w, r)
		return w.Result()
	}
	first := get(f.path, "", "gzip")
	if first.StatusCode != 200 || first.Header.Get("Content-Encoding") != "gzip" || first.Header.Get("Last-Modified") == "" {
		t.Errorf("first answer: %d %v", first.StatusCode, first.Header)
	}
	etag := first.Header.Get("ETag")
	if again := get(f.path, etag, "gzip"); again.StatusCode != 304 {
		t.Errorf("answer to the same ETag: %d, want 304", again.StatusCode)
	}
	if plain := get(f.path, etag, ""); plain.StatusCode != 200 || plain.Header.Get("ETag") == etag {
		t.Errorf("uncompressed answer: %d, ETag %s", plain.StatusCode, plain.Header.Get("ETag"))
	}
	n.setDown(f.site, true)
	if down := get(f.path, etag, ""); down.StatusCode != http.StatusBadGateway {
		t.Errorf("answer while down: %d", down.StatusCode)
	}
	n.setDown(f.site, false)
	old := f.site
	n.move(f, n.site("Gazette House"))
	if moved := get(f.path, "", ""); moved.StatusCode != http.StatusOK {
		t.Errorf("answer at the new address: %d", moved.StatusCode)
	}
	w := httptest.NewRecorder()
	old.ServeHTTP(w, httptest.NewRequest(http.MethodGet, f.path, nil))
	if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != f.site.base+f.path {
		t.Errorf("answer at the old address: %d to %s", w.Code, w.Header().Get("Location"))
	}
}

func TestPagesAndPictures(t *testing.T) {
	n := testNewsroom(t)
	playAll(n)
	for _, it := range n.printed {
		page := string(it.page())
		if !strings.Contains(page, "</html>") {
			t.Errorf("page of %q is cut: %s", it.title, page)
		}
		if it.feed.site.traps && strings.Count(page, "Updated: ") != 1 {
			t.Errorf("page of %q says %d times when it was updated", it.title, strings.Count(page, "Updated: "))
		}
		if wellFormed([]byte("<div>"+it.html()+"</div>")) != nil {
			t.Errorf("text of %q is no XHTML", it.title)
		}
	}
	if _, err := png.Decode(bytes.NewReader(picture("ferry"))); err != nil {
		t.Error(err)
	}
	if bytes.Equal(picture("ferry"), picture("dam")) {
		t.Error("two stories have one picture")
	}
}
