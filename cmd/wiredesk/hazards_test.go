package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wiredesk/publish/render/rendertest"
)

var dump = flag.String("dump", "", "leave what the hazards were published as in this folder, for a validator")

// A hazard is a feed as outlets were seen to send them, with a good article
// after the odd one. Each is a source, and a topic of its own.
type hazard struct {
	name, body string
	entries    int // 0: two
}

func rssOf(item string) string {
	return `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
		`xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Paper &amp; Sons</title>` +
		`<link>http://paper.example/</link><description>d</description>` + item +
		`<item><guid>good</guid><link>http://paper.example/good</link><title>The good one</title><description>GOOD</description><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>`
}

func atomOf(entry string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:paper</id><title>Paper</title><updated>2026-03-01T10:00:00Z</updated>` + entry +
		`<entry><id>urn:x:good</id><title>The good one</title><link href="http://paper.example/good"/><updated>2026-03-01T10:00:00Z</updated><summary>GOOD</summary></entry></feed>`
}

func jsonOf(item string) string {
	return `{"version":"https://jsonfeed.org/version/1.1","title":"Paper","items":[` + item +
		`,{"id":"good","url":"http://paper.example/good","title":"The good one","content_text":"GOOD","date_published":"2026-03-01T10:00:00Z"}]}`
}

const odd = `<link>http://paper.example/odd</link>`

var hazards = []hazard{
	{"control-characters", rssOf("<item><guid>a\x01</guid>" + odd + "<title>a\x00b\x08c</title><description>x\x0b\x1fODD</description></item>"), 0},
	{"c1-controls", rssOf("<item><guid>a</guid>" + odd + "<title>a\u0085b\u009fc</title><description>ODD\u0080</description></item>"), 0},
	{"character-references", rssOf("<item><guid>a</guid>" + odd + "<title>a&#0;b&#x8;c&#xFFFF;d&#xD800;</title><description>ODD</description></item>"), 0},
	{"cdata-end", rssOf("<item><guid>a</guid>" + odd + "<title>a ]]&gt; b</title><description><![CDATA[<p>ODD ]]]]><![CDATA[> y</p>]]></description></item>"), 0},
	{"invalid-utf8", rssOf("<item><guid>a\xff</guid>" + odd + "<title>a\xfe\xffb</title><description>ODD \xc3\x28</description></item>"), 0},
	{"latin1-called-utf8", strings.Replace(rssOf("<item><guid>a</guid>"+odd+"<title>caf\xe9</title><description>ODD</description></item>"), "?>", ` encoding="utf-8"?>`, 1), 0},
	{"noncharacters", jsonOf(`{"id":"a","url":"http://paper.example/odd","title":"a\ufffe\uffffb","content_text":"ODD \ufdd0\u0000"}`), 0},
	{"half-surrogates", jsonOf(`{"id":"a","url":"http://paper.example/odd","title":"a\ud800b","content_html":"<p>ODD \udc00</p>"}`), 0},
	{"emoji", rssOf("<item><guid>a</guid>" + odd + "<title>👩‍👩‍👧‍👦 wins 🏆</title><description>🇩🇪 ODD 𝔘𝔫𝔦</description></item>"), 0},
	{"right-to-left", rssOf("<item><guid>a</guid>" + odd + "<title>\u202eمرحبا\u202c</title><description>\u2067ODD\u2069</description></item>"), 0},
	{"tags-in-title", rssOf("<item><guid>a</guid>" + odd + "<title>Use &lt;b&gt;bold&lt;/b&gt; &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;</title><description>ODD</description></item>"), 0},
	{"twice-escaped", rssOf("<item><guid>a</guid>" + odd + "<title>AT&amp;amp;T &amp;lt;b&amp;gt; 3 &lt; 4</title><description>ODD</description></item>"), 0},
	{"html-title", atomOf(`<entry><id>urn:x:a</id><title type="html">&lt;i&gt;a&lt;/i&gt; &amp;amp; b</title><link href="http://paper.example/odd"/><updated>2026-03-01T09:00:00Z</updated><content type="html">ODD</content></entry>`), 0},
	{"xhtml", atomOf(`<entry><id>urn:x:a</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>a</b></div></title><link href="http://paper.example/odd"/><updated>2026-03-01T09:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>ODD<br/></p></div></content></entry>`), 0},
	{"line-breaks-in-title", rssOf("<item><guid>a</guid>" + odd + "<title>one\r\n two\u2028three\t four</title><description>ODD</description></item>"), 0},
	{"no-title", rssOf("<item><guid>a</guid>" + odd + "<description>ODD</description></item>"), 0},
	{"no-text", rssOf("<item><guid>a</guid>" + odd + "<title>ODD</title></item>"), 0},
	{"no-date", rssOf("<item><guid>a</guid>" + odd + "<title>a</title><description>ODD</description></item>"), 0},
	{"nonsense-date", rssOf("<item><guid>a</guid>" + odd + "<title>a</title><description>ODD</description><pubDate>32 Feb, half past nine</pubDate></item>"), 0},
	{"far-future", rssOf("<item><guid>a</guid>" + odd + "<title>a</title><description>ODD</description><pubDate>Sun, 01 Mar 2999 10:00:00 GMT</pubDate></item>"), 0},
	{"epoch", rssOf("<item><guid>a</guid>" + odd + "<title>a</title><description>ODD</description><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>"), 0},
	{"updated-before-published", atomOf(`<entry><id>urn:x:a</id><title>a</title><link href="http://paper.example/odd"/><published>2026-03-01T09:00:00+05:30</published><updated>2026-02-01T09:00:00.123456789-08:00</updated><summary>ODD</summary></entry>`), 0},
	{"no-id", rssOf("<item>" + odd + "<title>a</title><description>ODD</description></item>"), 0},
	{"id-of-letters", rssOf(`<item><guid isPermaLink="true">t3_abc</guid>` + odd + "<title>a</title><description>ODD</description></item>"), 0},
	{"id-with-spaces", atomOf(`<entry><id>  tag:x.example,2026:a b#c é "&lt;"  </id><title>a</title><link href="http://paper.example/odd"/><updated>2026-03-01T09:00:00Z</updated><summary>ODD</summary></entry>`), 0},
	{"number-as-id", jsonOf(`{"id":7,"url":"http://paper.example/odd","title":8,"content_text":"ODD","tags":"x","authors":{"name":"A"}}`), 0},
	{"no-link", rssOf("<item><guid>a</guid><title>a</title><description>ODD</description></item>"), 0},
	{"relative-addresses", rssOf(`<item><guid>a</guid><link>/odd</link><title>a</title><description>ODD &lt;a href="/a"&gt;x&lt;/a&gt; &lt;img src="b.png"&gt; &lt;a href="?q"&gt;y&lt;/a&gt;</description></item>`), 0},
	{"other-schemes", rssOf(`<item><guid>a</guid><link>javascript:alert(1)</link><title>a</title><description>ODD &lt;a href="data:text/html,x"&gt;x&lt;/a&gt;</description><enclosure url="file:///etc/passwd" type="x" length="1"/></item>`), 0},
	{"odd-address", rssOf("<item><guid>a</guid><link>http://bücher.example/a b/ü?q=\"&lt;x&gt;\"&amp;100%|{}[]^`#frag ment</link><title>a</title><description>ODD</description></item>"), 0},
	{"password-in-address", rssOf("<item><guid>a</guid><link>http://me:secret@paper.example/odd</link><title>a</title><description>ODD</description></item>"), 0},
	{"enclosures", rssOf("<item><guid>a</guid>" + odd + `<title>a</title><description>ODD</description><enclosure url="http://x.example/1"/><enclosure url="http://x.example/a b.mp3" type="mp3" length="-1"/><enclosure url="http://x.example/3" type="audio/mpeg" length="99999999999999"/><media:content url="http://x.example/4.jpg" medium="image"/></item>`), 0},
	{"authors", rssOf("<item><guid>a</guid>" + odd + "<title>a</title><description>ODD</description><author>a@b.example (Ann &lt;b&gt;)</author><dc:creator> </dc:creator><dc:creator>Bo\x02</dc:creator></item>"), 0},
	{"categories", rssOf("<item><guid>a</guid>" + odd + `<title>a</title><description>ODD</description><category/><category domain="no url">&lt;b&gt;x</category><category>x</category></item>`), 0},
	{"bad-language", strings.Replace(rssOf("<item><guid>a</guid>"+odd+"<title>a</title><description>ODD</description></item>"), "<link>", "<language>english (uk)</language><link>", 1), 0},
	{"active-markup", rssOf("<item><guid>a</guid>" + odd + `<title>a</title><description>&lt;p onclick="x()" style="color:red"&gt;ODD&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p{}&lt;/style&gt;&lt;iframe src="https://x.example"&gt;&lt;/iframe&gt;&lt;svg&gt;&lt;a xlink:href="javascript:x"&gt;</description></item>`), 0},
	{"unbalanced-markup", rssOf("<item><guid>a</guid>" + odd + "<title>a</title><description>&lt;/div&gt;&lt;/td&gt;&lt;b&gt;ODD&lt;p&gt;y&lt;ul&gt;&lt;li&gt;z&lt;/table&gt;</description></item>"), 0},
	{"huge-fields", rssOf("<item><guid>" + strings.Repeat("g", 100_000) + "</guid>" + odd + "<title>" + strings.Repeat("very long ", 20_000) + "</title><description>ODD " + strings.Repeat("text ", 200_000) + "</description></item>"), 0},
	{"one-id-twice", rssOf("<item><guid>good</guid>" + odd + "<title>a</title><description>ODD</description></item>"), 0},
	{"nothing-at-all", `<rss version="2.0"><channel><title>Empty</title><link>http://paper.example/</link><description>d</description></channel></rss>`, -1},
}

// strange are sentences that share no words with those of another name, so that
// nothing folds.
func strange(name string, n int) string {
	h := fnv.New64a()
	var words []string
	for i := range n {
		fmt.Fprint(h, name, i)
		words = append(words, fmt.Sprintf("%x", h.Sum64()>>40))
	}
	return strings.Join(words, " ")
}

// Whatever outlets send, the editions made of it are clean in every format, and
// what stands beside it is in them. See also TestHazards in publish/render.
func TestHazards(t *testing.T) {
	bodies := map[string]string{}
	var config strings.Builder
	config.WriteString("version: 1\nsite: {url: \"https://wire.example\", authority: wire.example, contact: a@b.example}\nstore: {path: w.db}\n" +
		"fetch: {allow_networks: [127.0.0.0/8], host_gap: 0s}\ndefaults: {read: feed, content: full}\npublish: {dir: out}\n")
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, bodies[r.URL.Path]) }))
	defer origin.Close()
	sources, topics := "sources:\n", "topics:\n"
	for _, h := range hazards {
		bodies["/"+h.name] = strings.NewReplacer("GOOD", strange(h.name+" good", 40), "ODD", "ODD "+strange(h.name+" odd", 40)).Replace(h.body)
		sources += fmt.Sprintf("  %s: {url: %q}\n", h.name, origin.URL+"/"+h.name)
		topics += fmt.Sprintf("  %s: {match: \"*\", from: [%s], changes: true}\n", h.name, h.name)
	}
	config.WriteString(sources + topics)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	p := &program{args: []string{"fetch"}, in: strings.NewReader(""), out: &said, err: &said, dir: dir, config: filepath.Join(dir, "config.yaml")}
	if code := p.run(t.Context()); code != exitDone {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	id := regexp.MustCompile(`tag:wire\.example,\d+:story/\w+`)
	for _, h := range hazards {
		t.Run(h.name, func(t *testing.T) {
			var ids []string // the same in every format (PUBLISH-C1)
			for _, format := range []string{"atom", "rss", "json"} {
				raw, err := os.ReadFile(filepath.Join(dir, "out", "t", h.name, "feed."+format))
				if err != nil {
					t.Fatal(err)
				}
				n := 2
				if h.entries != 0 {
					n = max(h.entries, 0)
				}
				for _, problem := range rendertest.Inspect(format, raw, n) {
					t.Errorf("%s: %v", format, problem)
				}
				got := slices.Compact(id.FindAllString(string(raw), -1))
				if ids == nil {
					ids = got
				}
				if len(got) < n || !slices.Equal(got, ids) {
					t.Errorf("%s: ids %v, want %v", format, got, ids)
				}
				if n > 0 && (!strings.Contains(string(raw), "The good one") || !strings.Contains(string(raw), "ODD")) {
					t.Errorf("%s: an entry is not as it should be:\n%.3000s", format, raw)
				}
			}
		})
	}
	if *dump != "" {
		if err := os.CopyFS(*dump, os.DirFS(filepath.Join(dir, "out", "t"))); err != nil {
			t.Fatal(err)
		}
	}
}
