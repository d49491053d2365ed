package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// attackPieces are put into every field of every format. Package safe tests
// what becomes of each; here is what must be true of all that leaves the house.
var attackPieces = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`, `<select><style></select><img src=x onerror=alert(1)>`, `<title><!--</title><img src=x onerror=alert(1)>-->`,
	`<textarea></textarea><script>alert(1)</script>`, `<xmp><!--</xmp><img src=x onerror=alert(1)>-->`, `<!--a--!><script>alert(1)</script>`, `<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>`, `<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`,
	`<a href="javascript:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>", `<a href="javascript&colon;alert(1)">x</a>`, `<a href="&#106;avascript:alert(1)">x</a>`, `<a href="feed:javascript:alert(1)">x</a>`, `<img srcset="javascript:alert(1) 1x">`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<iframe src="https://www.youtube.com@evil.example/embed/x"></iframe>`, `<form action=//evil.example><button formaction="javascript:alert(1)">x</button></form>`, `<meta http-equiv=refresh content="0;url=javascript:alert(1)">`,
	`<base href=//evil.example><p style="position:fixed;inset:0">x</p>`, `<a id=location name=cookie href="https://x.example/" ping="//evil.example" target=_blank>x</a>`, `<svg><a xlink:href="javascript:alert(1)"><animate attributeName=href to=javascript:alert(1)>x</a></svg>`,
	"<img src=x\x00onerror=alert(1)>", "a\u202etxt.exe \u2066b", `</div></body></html><script>alert(1)</script>`, `]]><script>alert(1)</script>`, `"><script>alert(1)</script>`, `javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`,
	`<?xml-stylesheet href="javascript:alert(1)"?>`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `&amp;lt;img src=x onerror=alert(1)&amp;gt;`,
}

// Whatever feeds of the four formats hold, in any field: the editions are
// well-formed, complete, and hold nothing that runs, loads or hides.
func TestNothingActiveIsPublished(t *testing.T) {
	files := attackFeeds()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, files[strings.TrimPrefix(r.URL.Path, "/")])
	}))
	defer upstream.Close()
	config := `version: 1
site: {title: Test, url: "http://127.0.0.1:8080", authority: test.example, contact: ops@test.example}
store: {path: test.db}
fetch: {allow_networks: [127.0.0.0/8], min_interval: 0s, host_gap: 0s}
defaults: {read: feed, content: full}
publish: {dir: out}
sources:
`
	topics := "topics:\n"
	for name := range files {
		config += fmt.Sprintf("  %s: {url: %q}\n", name, upstream.URL+"/"+name)
		topics += fmt.Sprintf("  %s: {title: T, match: %q, content: full}\n", name, "source:"+name)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config+topics), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &out, err: &out, dir: dir, args: []string{"fetch"}}
	if code := p.run(t.Context()); code != 0 {
		t.Fatalf("fetch: code %d\n%s", code, &out)
	}
	for name := range files {
		inspectEdition(t, os.DirFS(filepath.Join(dir, "out")), name)
	}
}

// attackFeeds are feeds by name, one a format, with an item for each piece.
func attackFeeds() map[string]string {
	esc := func(s string) string {
		return html.EscapeString(strings.ReplaceAll(s, "\x00", "&#0;"))
	}
	cdata := func(s string) string { return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>" }
	rss := `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>https://rss.example/</link><description>d</description>`
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:a</id><title>T</title><link href="https://atom.example/"/>`
	rdf := `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://rdf.example/"><title>T</title><link>https://rdf.example/</link></channel>`
	var items []map[string]any
	for i, v := range attackPieces {
		e := esc(v)
		body := func(format string) string { return fmt.Sprintf("<p>begin %s</p>%s<p>end</p>", unlike(format, i), v) }
		rss += fmt.Sprintf(`<item><guid>%[1]s%[2]d</guid><link>https://rss.example/%[2]d</link><title>%[3]s</title><dc:creator>%[1]s</dc:creator><author>%[1]s</author><category>%[1]s</category><enclosure url="%[1]s" type="%[1]s" length="1"/><source url="%[1]s">%[1]s</source><description>%[1]s</description><content:encoded>%[4]s</content:encoded></item>`, e, i, cdata(v+unlike("rss", i)), cdata(body("rss")))
		atom += fmt.Sprintf(`<entry><id>urn:a:%[2]d</id><link href="https://atom.example/%[2]d"/><link rel="enclosure" href="%[1]s" type="%[1]s"/><title type="html">%[1]s %[4]s</title><author><name>%[1]s</name><uri>%[1]s</uri><email>%[1]s</email></author><category term="%[1]s" label="%[1]s"/><summary type="html">%[1]s</summary><content type="html">%[3]s</content></entry>`, e, i, esc(body("atom")), unlike("atom", i))
		rdf += fmt.Sprintf(`<item rdf:about="%[1]s%[2]d"><link>https://rdf.example/%[2]d</link><title>%[3]s %[5]s</title><dc:creator>%[1]s</dc:creator><dc:subject>%[1]s</dc:subject><dc:language>%[1]s</dc:language><description>%[4]s</description></item>`, e, i, esc(e), esc(body("rdf")), unlike("rdf", i))
		items = append(items, map[string]any{
			"id": fmt.Sprint(v, i), "url": fmt.Sprint("https://json.example/", i), "external_url": v, "title": v + unlike("json", i), "image": v, "summary": v, "tags": []string{v}, "language": v,
			"authors": []any{map[string]string{"name": v, "url": v}}, "attachments": []any{map[string]string{"url": v, "mime_type": v}}, "content_html": body("json"),
		})
	}
	list, _ := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items})
	return map[string]string{"rss": rss + "</channel></rss>", "atom": atom + "</feed>", "rdf": rdf + "</rdf:RDF>", "json": string(list)}
}

// unlike is a text that no other resembles, so that nothing is folded.
func unlike(format string, i int) string {
	words := make([]string, 30)
	for k := range words {
		h := fnv.New32a()
		fmt.Fprint(h, format, i, k)
		words[k] = fmt.Sprintf("w%x", h.Sum32())
	}
	return strings.Join(words, " ")
}

// inspectEdition reads a topic in every format, as strictly as can be.
func inspectEdition(t *testing.T, out fs.FS, topic string) {
	for _, name := range []string{"feed.atom", "feed.rss", "feed.json"} {
		raw, err := fs.ReadFile(out, "t/"+topic+"/"+name)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(raw, []byte("begin w")); n < len(attackPieces) {
			t.Errorf("%s of %s holds %d of %d texts", name, topic, n, len(attackPieces))
		}
		if name == "feed.json" {
			var v any
			if err := json.Unmarshal(raw, &v); err != nil {
				t.Errorf("%s of %s: %v", name, topic, err)
			}
			inspectJSON(t, topic, "", v)
			continue
		}
		inspectXML(t, topic+" "+name, raw)
	}
	pages, err := fs.Glob(out, "s/*/index.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range append(pages, "index.html", "t/"+topic+"/index.html") {
		raw, err := fs.ReadFile(out, page)
		if err != nil {
			t.Fatal(err)
		}
		inspectHTML(t, page, string(raw), " html head meta title link body main form label input button svg path use ")
	}
}

func inspectXML(t *testing.T, where string, raw []byte) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	element := ""
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", where, err)
			return
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			element = tok.Name.Local
			for _, a := range tok.Attr {
				inspectAddress(t, where, a.Name.Local, a.Value)
			}
		case xml.CharData:
			inspectField(t, where, element, string(tok))
		}
	}
}

func inspectJSON(t *testing.T, where, key string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			inspectJSON(t, where, key, x)
		}
	case map[string]any:
		for k, x := range v {
			inspectJSON(t, where, k, x)
		}
	case string:
		inspectField(t, where+" feed.json", key, v)
	}
}

// inspectField judges a value by what readers take it for.
func inspectField(t *testing.T, where, field, v string) {
	switch field {
	case "content", "encoded", "description", "content_html", "_html":
		inspectHTML(t, where, v, " ")
	case "id", "guid":
	default:
		inspectAddress(t, where, field, v)
		if strings.Contains(v, "<") && strings.IndexFunc(v[strings.IndexByte(v, '<')+1:], func(r rune) bool { return r != ' ' }) == 0 {
			t.Errorf("%s: %s holds a tag: %q", where, field, v)
		}
	}
	if strings.ContainsAny(v, "\x00\u202e\ufeff") {
		t.Errorf("%s: %s holds hidden characters: %q", where, field, v)
	}
}

func inspectAddress(t *testing.T, where, field, v string) {
	switch field {
	case "href", "src", "url", "uri", "link", "external_url", "home_page_url", "image", "icon", "poster", "cite", "avatar":
		if scheme, _, ok := strings.Cut(v, ":"); ok && scheme != "http" && scheme != "https" && scheme != "mailto" {
			t.Errorf("%s: %s=%q", where, field, v)
		}
	}
}

// inspectHTML allows what the pages need besides, and no more.
func inspectHTML(t *testing.T, where, s, besides string) {
	const text = ` a abbr article aside b blockquote br code dd del details div dl dt em figcaption figure footer h1 h2 h3 header hr i img ins li nav ol p pre section span strong sub summary sup table tbody td th time tr ul `
	root, err := html.ParseWithOptions(strings.NewReader(s), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("%s: a comment: %q", where, n.Data)
		}
		if n.Type != html.ElementNode || n.Data == "html" || n.Data == "head" || n.Data == "body" {
			continue
		}
		if !strings.Contains(text+besides, " "+n.Data+" ") {
			t.Errorf("%s: <%s> in %.300q", where, n.Data, s)
		}
		for _, a := range n.Attr {
			inspectAddress(t, where, a.Key, a.Val)
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || a.Key == "formaction" || a.Key == "ping" || besides == " " && (a.Key == "class" || a.Key == "name" || a.Key == "target") {
				t.Errorf("%s: <%s %s=%q>", where, n.Data, a.Key, a.Val)
			}
		}
	}
}
