package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Every file in testdata/feeds has a golden file with what Parse makes of it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/feeds/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := Parse(raw, Options{URL: "https://here.example/dir/feed"})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			enc := json.NewEncoder(&out)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(doc); err != nil {
				t.Fatal(err)
			}
			got := out.Bytes()
			golden := filepath.Join("testdata", "golden", name+".json")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, _ := os.ReadFile(golden); !bytes.Equal(got, want) {
				t.Errorf("Parse(%s) differs from %s (go test -update rewrites it):\n%s", file, golden, got)
			}
		})
	}
}

func rssOf(item string) string {
	return `<rss version="2.0"><channel><title>t</title><link>http://a.example/</link><item>` + item + `</item></channel></rss>`
}

func atomOf(entry string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:f</id><entry>` + entry + `</entry></feed>`
}

// one parses a feed of one item.
func one(t *testing.T, feed string) *Item {
	t.Helper()
	doc, err := Parse([]byte(feed), Options{})
	if err != nil {
		t.Fatalf("Parse(%s): %v", feed, err)
	}
	if len(doc.Items) != 1 {
		t.Fatalf("Parse(%s): %d items, want 1", feed, len(doc.Items))
	}
	return &doc.Items[0]
}

func TestRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     store.Code
	}{
		{"nothing", "", store.CodeEmpty},
		{"white space", " \n\ufeff\t", store.CodeEmpty},
		{"HTML", "<!DOCTYPE html><html><body>404</body></html>", store.CodeHTML},
		{"XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`, store.CodeHTML},
		{"HTML that lost its root", "<!doctype html><p>gone<p>away", store.CodeHTML},
		{"words", "Service unavailable", store.CodeNotFeed},
		{"OPML", "<opml><body><outline/></body></opml>", store.CodeNotFeed},
		{"sitemap", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>`, store.CodeNotFeed},
		{"SOAP", `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>`, store.CodeNotFeed},
		{"television listings", "<tv><channel id='1'><item/></channel></tv>", store.CodeNotFeed},
		{"configuration", "<config><feed>x</feed><entry/></config>", store.CodeNotFeed},
		{"JSON error", `{"error":"no such feed"}`, store.CodeNotFeed},
		{"JSON list", `[1,2]`, store.CodeNotFeed},
		{"JSON of an API", `{"version":"3","items":[{"sku":1}]}`, store.CodeNotFeed},
		{"bytes", "\x89PNG\r\n\x1a\n\x00\x00", store.CodeNotFeed},
		{"items out of reach", `<feed xmlns="http://www.w3.org/2005/Atom"><item xmlns="http://purl.org/dc/elements/1.1/"><title>x</title></item></feed>`, store.CodeXML},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.in), Options{})
			var e *Error
			if !errors.As(err, &e) || e.Code != tt.want {
				t.Errorf("Parse(%.60q) = %v, want code %s", tt.in, err, tt.want)
			}
		})
	}
}

func TestEmptyFeedIsNoError(t *testing.T) {
	for _, in := range []string{
		`<rss version="2.0"><channel><title>t</title></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>`,
		`<feed/>`,
		`{"version":"https://jsonfeed.org/version/1","items":[]}`,
	} {
		if doc, err := Parse([]byte(in), Options{}); err != nil || len(doc.Items) != 0 {
			t.Errorf("Parse(%s) = %v, %v; want no items and no error", in, doc, err)
		}
	}
}

func TestItemURL(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"link", rssOf(`<link> http://a.example/1 </link>`), "http://a.example/1"},
		{"relative link", rssOf(`<link>/1</link>`), "http://a.example/1"},
		{"empty link, permalink guid", rssOf(`<link/><guid>http://a.example/g</guid>`), "http://a.example/g"},
		{"guid that is no permalink", rssOf(`<guid isPermaLink="false">http://a.example/g</guid>`), ""},
		{"guid that is no address", rssOf(`<guid>12</guid>`), ""},
		{"unusable scheme", rssOf(`<link>javascript:alert(1)</link><guid>http://a.example/g</guid>`), "http://a.example/g"},
		{"link behind a counter", rssOf(`<link>http://count.example/1</link><feedburner:origLink>http://a.example/o</feedburner:origLink>`), "http://a.example/o"},
		{"Atom link in RSS", rssOf(`<atom:link rel="alternate" href="http://a.example/al"/>`), "http://a.example/al"},
		{"parameter that looks like an entity", rssOf(`<link>http://a.example/?a=1&copy=2&amp;amp;b=3</link>`), "http://a.example/?a=1&copy=2&b=3"},
		{"HTML before JSON", atomOf(`<link type="application/json" href="http://a.example/j"/><link href="http://a.example/h"/>`), "http://a.example/h"},
		{"IANA's name of alternate", atomOf(`<link rel="http://www.iana.org/assignments/relation/alternate" href="http://a.example/i"/>`), "http://a.example/i"},
		{"text in an Atom link", atomOf(`<link rel="enclosure">http://a.example/e</link><link rel="alternate">http://a.example/t</link>`), "http://a.example/t"},
		{"id that is an address", atomOf(`<id>http://a.example/id</id>`), "http://a.example/id"},
		{"self, for want of anything", atomOf(`<id>urn:x</id><link rel="self" href="http://a.example/s"/>`), "http://a.example/s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := one(t, tt.in).URL; got != tt.want {
				t.Errorf("URL = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTitleAndBody(t *testing.T) {
	for _, tt := range []struct{ name, in, title, summary, content string }{
		{"escaped HTML in RSS", rssOf(`<title>&lt;b&gt;Q&amp;amp;A&lt;/b&gt;</title><description>&lt;b&gt;x&lt;/b&gt;</description>`), "Q&A", "<b>x</b>", ""},
		{"plain signs in RSS", rssOf(`<title>5 &lt; 6 &amp; 7</title><description>a &amp; b</description>`), "5 < 6 & 7", "a &amp; b", ""},
		{"bare markup in RSS", rssOf(`<description>a <i>b</i> &amp; c<br>d</description>`), "", "a <i>b</i> &amp; c<br>d", ""},
		{"content and summary in any order", rssOf(`<content:encoded>long</content:encoded><description>short</description>`), "", "short", "long"},
		{"blank lines", rssOf("<description>a\n\nb</description>"), "", "<p>a</p><p>b</p>", ""},
		{"Atom text", atomOf(`<title>a &lt; b &amp;amp; c</title><summary type="text">x &lt; y</summary>`), "a < b &amp; c", "x &lt; y", ""},
		{"Atom HTML", atomOf(`<title type="html">a &amp;lt; b</title><content type="html">&lt;p&gt;x&lt;/p&gt;</content>`), "a < b", "", "<p>x</p>"},
		{"Atom XHTML", atomOf(`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x &lt; y</p></div></content>`), "", "", "<p>x &lt; y</p>"},
		{"Atom in base64", atomOf(`<content type="application/octet-stream">PGI+eDwvYj4=</content>`), "", "", "<b>x</b>"},
		{"HTML that claims nothing", atomOf(`<content>&lt;p&gt;x&lt;/p&gt;</content>`), "", "", "<p>x</p>"},
		{"the HTML one of two contents", atomOf(`<content>plain</content><content type="html">&lt;b&gt;h&lt;/b&gt;</content>`), "", "", "<b>h</b>"},
		{"podcast", rssOf(`<itunes:title>T</itunes:title><itunes:summary>S</itunes:summary>`), "T", "S", ""},
		{"a CDATA end inside", rssOf(`<description>a ]]&gt; b</description>`), "", "a ]]&gt; b", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			it := one(t, tt.in)
			if it.Title != tt.title || it.SummaryHTML != tt.summary || it.ContentHTML != tt.content {
				t.Errorf("%s\n got %q, %q, %q\nwant %q, %q, %q", tt.in, it.Title, it.SummaryHTML, it.ContentHTML, tt.title, tt.summary, tt.content)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	const feed = `<rss><channel><title>t</title>
		<item><guid> keep/ME %41 </guid></item>
		<item><link>http://a.example/1</link></item>
		<item><enclosure url="http://a.example/1.mp3"/></item>
		<item><title>only words</title></item>
		<item><guid>twice</guid><link>http://a.example/2</link></item>
		<item><guid>twice</guid><link>http://a.example/3</link></item>
		<item><guid>twice</guid></item>
	</channel></rss>`
	doc, err := Parse([]byte(feed), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"keep/ME %41", "http://a.example/1", "http://a.example/1.mp3", "text:", "twice", "twice", "twice"}
	keys := map[string]bool{}
	for i, it := range doc.Items {
		if !strings.HasPrefix(it.ID, want[i]) {
			t.Errorf("item %d: ID %q, want %q", i, it.ID, want[i])
		}
		if keys[it.Key] {
			t.Errorf("item %d: key %q twice", i, it.Key)
		}
		keys[it.Key] = true
	}
}

func TestKnownItemsAreNotRead(t *testing.T) {
	feed := []byte(`<rss><channel><title>t</title><item><guid>1</guid></item><item><guid>2</guid></item></channel></rss>`)
	doc, err := Parse(feed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(feed, Options{Known: []uint64{doc.Items[0].Fingerprint}})
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Items[0]; got.ID != "" || got.Fingerprint != doc.Items[0].Fingerprint {
		t.Errorf("known item was read: %+v", got)
	}
	if got := again.Items[1]; got.ID != "2" {
		t.Errorf("new item was not read: %+v", got)
	}
}

func TestFingerprintCoversWhatIsInherited(t *testing.T) {
	print := func(feed string, o Options) uint64 {
		t.Helper()
		doc, err := Parse([]byte(feed), o)
		if err != nil {
			t.Fatal(err)
		}
		return doc.Items[0].Fingerprint
	}
	feed := rssOf(`<title>x</title>`)
	first := print(feed, Options{})
	for name, other := range map[string]uint64{
		"item":     print(rssOf(`<title>y</title>`), Options{}),
		"author":   print(strings.Replace(feed, "<item>", "<managingEditor>Ann</managingEditor><item>", 1), Options{}),
		"language": print(strings.Replace(feed, "<item>", "<language>fr</language><item>", 1), Options{}),
		"base":     print(strings.Replace(feed, "<rss", `<rss xml:base="http://b.example/"`, 1), Options{}),
		"address":  print(feed, Options{URL: "http://c.example/"}),
		"zone":     print(feed, Options{Zone: time.FixedZone("X", 3600)}),
	} {
		if other == first {
			t.Errorf("another %s, same fingerprint", name)
		}
	}
	if print(strings.Replace(feed, "<item>", "<ttl>7</ttl><item>", 1), Options{}) != first {
		t.Error("the feed's ttl is no matter of its items")
	}
}

func TestHints(t *testing.T) {
	doc, err := Parse([]byte(`<rss><channel><ttl> 90 </ttl><skipHours><hour>24</hour><hour>5</hour><hour>99</hour></skipHours>
		<skipDays><day>saturday</day><day>x</day></skipDays></channel></rss>`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := doc.Hints
	if h.TTL != 90*time.Minute || len(h.SkipHours) != 2 || h.SkipHours[0] != 0 || len(h.SkipDays) != 1 || h.SkipDays[0] != int(time.Saturday) {
		t.Errorf("Hints = %+v", h)
	}
	doc, err = Parse([]byte(`<rss><channel><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel></rss>`), Options{})
	if err != nil || doc.Hints.TTL != 12*time.Hour {
		t.Errorf("TTL = %v, %v; want 12h", doc.Hints.TTL, err)
	}
}

func TestDeleted(t *testing.T) {
	doc, err := Parse([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
		<at:deleted-entry ref="urn:1" when="2026-01-02T03:04:05Z"><at:by><name>Ann</name></at:by></at:deleted-entry></feed>`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := store.Deleted{Ref: "urn:1", When: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), By: "Ann"}
	if len(doc.Deleted) != 1 || doc.Deleted[0] != want {
		t.Errorf("Deleted = %+v, want %+v", doc.Deleted, want)
	}
}

func TestHTTPLanguageIsTheLastToBeAsked(t *testing.T) {
	o := Options{Header: http.Header{"Content-Language": {"de"}}}
	for feed, want := range map[string]string{
		`<rss><channel/></rss>`:                                 "de",
		`<rss><channel><language>fr</language></channel></rss>`: "fr",
		`<feed xml:lang="en_us"/>`:                              "en-US",
	} {
		if doc, err := Parse([]byte(feed), o); err != nil || doc.Feed.Language != want {
			t.Errorf("Parse(%s): language %q, %v; want %q", feed, doc.Feed.Language, err, want)
		}
	}
}
