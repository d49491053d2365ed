package parse

import (
	"bytes"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"wiredesk/fetch/clean"
)

var feedsDir = flag.String("feeds", "testdata/feeds", "a directory of feeds that benchmarks read")

// benchFeeds are the XML feeds of feedsDir that gofeed reads too.
func benchFeeds(b *testing.B) (all [][]byte) {
	files, err := filepath.Glob(filepath.Join(*feedsDir, "*"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no feeds in %s: %v", *feedsDir, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := gofeed.NewParser().Parse(bytes.NewReader(raw)); err == nil && !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
			all = append(all, raw)
		}
	}
	return all
}

// BenchmarkSanitize makes the HTML of all feeds safe; MB/s are of their HTML.
func BenchmarkSanitize(b *testing.B) {
	feeds := benchFeeds(b)
	base, _ := url.Parse("https://paper.example/")
	var fragments []string
	size := 0
	for _, raw := range feeds {
		_, err := gathered(raw, func(fragment string, _ *url.URL) string {
			fragments, size = append(fragments, fragment), size+len(fragment)
			return fragment
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range fragments {
			clean.HTML(f, base)
		}
	}
}

// newspaper is a well-formed feed as papers write them: 40 items of 3 kB.
func newspaper() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Paper</title><link>https://paper.example/</link><description>d</description>`)
	body := strings.Repeat("<p>The council met on Tuesday &amp; agreed to <a href=\"/plan\">a plan</a> for the old harbour.</p>\n", 25)
	for i := range 40 {
		n := strconv.Itoa(i)
		b.WriteString("<item><title>Council agrees plan " + n + "</title><link>https://paper.example/" + n + "</link><guid isPermaLink=\"false\">" + n + "</guid><pubDate>Sat, 14 Mar 2026 09:30:00 GMT</pubDate><dc:creator>Ann Rivers</dc:creator><category>Harbour</category><description>The council met.</description><content:encoded><![CDATA[" + body + "]]></content:encoded><media:thumbnail url=\"https://paper.example/t.jpg\"/></item>\n")
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

// unsanitized is Parse without sanitising.
func unsanitized(raw []byte) (*Document, error) {
	return gathered(raw, func(fragment string, _ *url.URL) string { return fragment })
}

// gathered is Parse with another way to make HTML safe.
func gathered(raw []byte, sanitize func(string, *url.URL) string) (*Document, error) {
	text, _ := decode(raw, "")
	if err := guard(text); err != nil {
		return nil, err
	}
	t, err := side(text, nil, &Options{})
	if err != nil {
		return nil, err
	}
	t.sanitize = sanitize
	return t.read(&Options{})
}

// BenchmarkOneNew reads a feed of which all items but one are known.
func BenchmarkOneNew(b *testing.B) {
	raw := newspaper()
	doc, err := Parse(raw, Options{})
	if err != nil {
		b.Fatal(err)
	}
	var o Options
	for _, it := range doc.Items[1:] {
		o.Known = append(o.Known, it.Fingerprint)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if doc, err := Parse(raw, o); err != nil || doc.Items[0].ID == "" || doc.Items[1].ID != "" {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead is guard to normalise without sanitising, beside gofeed alone.
func BenchmarkRead(b *testing.B) {
	all := benchFeeds(b)
	for name, feeds := range map[string][][]byte{"newspaper": {newspaper()}, "feeds": all} {
		size := int64(0)
		for _, raw := range feeds {
			size += int64(len(raw))
		}
		b.Run(name+"/wiredesk", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, raw := range feeds {
					if _, err := unsanitized(raw); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run(name+"/gofeed", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, raw := range feeds {
					if _, err := gofeed.NewParser().Parse(bytes.NewReader(raw)); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
