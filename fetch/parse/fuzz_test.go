package parse

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"wiredesk/store/safe"
)

// Whatever comes, Parse answers; and what it answers can be stored and shown.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/feeds/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`<rss><channel><item><description><![CDATA[<b]]><a`))
	f.Add([]byte(`{"items":[{"id":"\ud83d","title":{},"tags":[1,`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := Parse(raw, Options{URL: "https://here.example/feed"})
		if err != nil {
			if strings.Contains(err.Error(), "broke on it") {
				t.Errorf("panic: %v", err)
			}
			return
		}
		keys := map[string]bool{}
		for i := range doc.Items {
			checkItem(t, &doc.Items[i])
			if key := doc.Items[i].Key; keys[key] {
				t.Errorf("key %q twice", key)
			}
			keys[doc.Items[i].Key] = true
		}
		if _, err := json.Marshal(doc); err != nil {
			t.Errorf("cannot be printed: %v", err)
		}
	})
}

func checkItem(t *testing.T, it *Item) {
	t.Helper()
	if it.ID == "" || it.Key == "" || it.Fingerprint == 0 {
		t.Errorf("item without identity: %+v", it)
	}
	for _, html := range []string{it.SummaryHTML, it.ContentHTML, it.Rights} {
		if again := safe.HTML(html); again != html {
			t.Errorf("HTML is not stable:\n%q\n%q", html, again)
		}
	}
	for _, s := range []string{it.ID, it.Title, it.URL, it.Language} {
		if !utf8.ValidString(s) || strings.IndexFunc(s, forbidden) >= 0 {
			t.Errorf("not clean: %q", s)
		}
	}
	addresses := []string{it.URL, it.Wrapper, it.Comments, it.Image.URL}
	for _, x := range it.Enclosures {
		addresses = append(addresses, x.URL)
	}
	for _, u := range addresses {
		if u != "" && !isLink(u) {
			t.Errorf("address %q", u)
		}
	}
}
