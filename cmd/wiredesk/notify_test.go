package main

import (
	"crypto/md5"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// An outlet prints one text under its own headline, in a feed that is never
// quite the same twice.
type outlet struct {
	mu    sync.Mutex
	name  string
	text  string // empty: it has not printed it yet
	polls int
}

func (o *outlet) print(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = text
}

func (o *outlet) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.polls++
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title><link>http://%[1]s.example/</link><description>d</description>`, o.name)
	if o.text != "" {
		fmt.Fprintf(w, `<item><guid>%[1]s</guid><link>http://%[1]s.example/story?utm_source=%[2]d</link><title>%[1]s: bridge closed</title>`+
			`<category>c%[2]d</category><description>%[3]s &lt;!-- %[2]d views --&gt;</description></item>`, o.name, o.polls, html.EscapeString(o.text))
	}
	fmt.Fprint(w, `</channel></rss>`)
}

// A reader counts what it would tell its owner of, given the same feed again and
// again (PUBLISH, D).
type reader struct {
	name  string
	fresh func(old, is *seen) bool // is a known entry told again?
	known map[string]*seen
	told  int
}

// seen is an entry as feed readers keep it.
type seen struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Content   string   `xml:"content"`
	Published string   `xml:"published"`
	Authors   []string `xml:"author>name"`
	Links     []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Tags []struct {
		Term string `xml:"term,attr"`
	} `xml:"category"`
}

func (s *seen) link() string {
	for _, l := range s.Links {
		if l.Rel == "alternate" {
			return l.Href
		}
	}
	return ""
}

// readers are FreshRSS, which hashes link, title, authors, content and tags;
// Feedbin, which looks for more than fifty characters more in the first week;
// and NetNewsWire, which never tells of an id twice.
func readers(now func() time.Time) []*reader {
	hash := func(s *seen) [16]byte {
		return md5.Sum([]byte(s.link() + s.Title + strings.Join(s.Authors, ";") + s.Content + fmt.Sprint(s.Tags)))
	}
	plain := regexp.MustCompile(`<[^>]*>`)
	length := func(s *seen) int { return len([]rune(plain.ReplaceAllString(s.Content, ""))) }
	return []*reader{
		{name: "FreshRSS", fresh: func(old, is *seen) bool { return hash(old) != hash(is) }},
		{name: "Feedbin", fresh: func(old, is *seen) bool {
			at, err := time.Parse(time.RFC3339, is.Published)
			return err == nil && now().Sub(at) < 7*24*time.Hour && length(is)-length(old) > 50
		}},
		{name: "NetNewsWire", fresh: func(_, _ *seen) bool { return false }},
	}
}

func (r *reader) read(t *testing.T, doc []byte) {
	t.Helper()
	var feed struct {
		Entries []*seen `xml:"entry"`
	}
	if err := xml.Unmarshal(doc, &feed); err != nil {
		t.Fatal(err)
	}
	if r.known == nil {
		r.known = map[string]*seen{}
	}
	for _, e := range feed.Entries {
		old := r.known[e.ID]
		if old == nil || r.fresh(old, e) {
			r.told++
		}
		r.known[e.ID] = e
	}
}

// One story, printed by thirteen outlets one after the other and changed three
// times in earnest, is told of once, and once more for each of the changes.
func TestReadersAreToldOnceAndOncePerChange(t *testing.T) {
	const edits = 3
	now := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	texts := []string{"The bridge over the Elbe was closed at dawn after inspectors found cracks in two of its pillars. " + strange("bridge", 120)}
	for i := range edits {
		texts = append(texts, texts[i]+fmt.Sprintf(" Later the ministry said that %s.", strange(fmt.Sprint("later", i), 25)))
	}
	mux := http.NewServeMux()
	origin := httptest.NewServer(mux)
	defer origin.Close()
	config := "version: 1\nsite: {url: \"https://wire.example\", authority: wire.example, contact: a@b.example}\nstore: {path: w.db}\n" +
		"fetch: {allow_networks: [127.0.0.0/8], host_gap: 0s}\ndefaults: {read: feed, content: full}\npublish: {dir: out}\ntopics: {all: {match: \"*\"}}\nsources:\n"
	var outlets []*outlet
	for i := range 13 {
		o := &outlet{name: fmt.Sprint("outlet", i)}
		outlets = append(outlets, o)
		mux.Handle("/"+o.name, o)
		config += fmt.Sprintf("  %s: {url: %q, rank: %d}\n", o.name, origin.URL+"/"+o.name, 90-i)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	all := readers(func() time.Time { return now })
	round := func() {
		t.Helper()
		now = now.Add(20 * time.Minute)
		p := &program{
			args: []string{"fetch", "--force"}, in: strings.NewReader(""), out: io.Discard, err: io.Discard,
			dir: dir, config: filepath.Join(dir, "config.yaml"), clock: func() time.Time { return now },
		}
		if code := p.run(t.Context()); code != exitDone {
			t.Fatalf("exit code %d", code)
		}
		doc, err := os.ReadFile(filepath.Join(dir, "out", "t", "all", "feed.atom"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			r.read(t, doc)
		}
	}
	edited := 0
	for i, o := range outlets {
		o.print(texts[edited])
		round()
		if i == 2 || i == 6 || i == 11 { // the lead changes its text, and those who have it follow
			edited++
			for _, had := range outlets[:i+1] {
				had.print(texts[edited])
				round()
			}
		}
	}
	for range 5 {
		round()
	}
	for _, r := range all {
		t.Logf("%s: told %d times", r.name, r.told)
		if len(r.known) != 1 || r.told < 1 || r.told > 1+edits {
			t.Errorf("%s: %d stories, told %d times; want one story, at most %d times", r.name, len(r.known), r.told, 1+edits)
		}
	}
}
