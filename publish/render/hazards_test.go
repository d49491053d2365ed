package render

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/render/rendertest"
	"wiredesk/store"
)

var dump = flag.String("dump", "", "write the hazards' documents to this folder, for a validator")

// hazards are what outlets were seen to send, one at a time. Each must give
// three clean documents with the entry in them.
var hazards = []struct {
	name string
	do   func(*curate.Entry)
}{
	{"plain", func(*curate.Entry) {}},
	{"control characters", func(e *curate.Entry) {
		e.Title, e.Content, e.Summary = "a\x00b\x08c\x1f", "<p>x\x01\x0by</p>", "s\x02"
		e.Outlet.Name, e.Note.Text, e.Others[0].Title = "n\x03", "t\x04", "o\x05"
		e.Authors[0].Name, e.Categories[0].Term, e.Rights = "a\x06", "c\x07", "r\x0e"
	}},
	{"C1 controls", func(e *curate.Entry) { e.Title, e.Content = "a\u0085b\u009fc", "<p>\u0080x</p>" }},
	{"end of CDATA", func(e *curate.Entry) { e.Title, e.Content = "a ]]> b", "<p>x ]]> y</p>" }},
	{"invalid UTF-8", func(e *curate.Entry) {
		e.Title, e.Content, e.URL = "a\xff\xfeb", "<p>\xc3\x28</p>", "https://x.example/\xff"
	}},
	{"half surrogates", func(e *curate.Entry) { e.Title, e.Content = "a\xed\xa0\x80b", "<p>&#xD800;</p>" }},
	{"noncharacters", func(e *curate.Entry) { e.Title, e.Content = "a\uFFFE\uFFFF\uFDD0b", "<p>\uFFFE</p>" }},
	{"emoji", func(e *curate.Entry) {
		e.Title, e.Content = "👩‍👩‍👧‍👦 wins 🏆", "<p>🇩🇪 <b>𝔘𝔫𝔦</b></p>"
	}},
	{"right to left", func(e *curate.Entry) { e.Title, e.Language = "\u202eمرحبا\u202c", "ar" }},
	{"tags in the title", func(e *curate.Entry) { e.Title = "Use <b>bold</b> & <script>alert(1)</script>" }},
	{"entities in the title", func(e *curate.Entry) { e.Title = "AT&amp;T &lt;b&gt; 3 < 4 & 5 > 2" }},
	{"line breaks in the title", func(e *curate.Entry) { e.Title = "one\r\ntwo\u2028three\tfour" }},
	{"no title", func(e *curate.Entry) { e.Title = " \x00 " }},
	{"no text", func(e *curate.Entry) { e.Content, e.Summary = "", "" }},
	{"nothing but an id", func(e *curate.Entry) {
		*e = curate.Entry{ID: e.ID, Seen: e.Published, Others: e.Others[:1]}
	}},
	{"no published", func(e *curate.Entry) { e.Published = time.Time{} }},
	{"no updated", func(e *curate.Entry) { e.Updated = time.Time{} }},
	{"updated before published", func(e *curate.Entry) { e.Updated = e.Published.Add(-time.Hour) }},
	{"fractions and zones", func(e *curate.Entry) {
		e.Published = time.Date(2026, 3, 2, 12, 0, 0, 999, time.FixedZone("x", 5*3600+1800+7))
	}},
	{"id of letters", func(e *curate.Entry) { e.ID = "t3_abc" }},
	{"id with spaces", func(e *curate.Entry) { e.ID = "tag:x.example,2026:a b#c" }},
	{"id of another alphabet", func(e *curate.Entry) { e.ID = "https://münchen.example/é?ä" }},
	{"no link", func(e *curate.Entry) { e.URL, e.Page = "", "" }},
	{"relative addresses", func(e *curate.Entry) {
		e.URL, e.Image.URL, e.Others[0].URL = "/story", "img.png", "//x"
		e.Content = `<p><a href="/a">x</a> <img src="b.png"> <a href="?q">y</a></p>`
	}},
	{"addresses of other schemes", func(e *curate.Entry) {
		e.URL, e.Image.URL, e.Outlet.Feed, e.Outlet.Home = "javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "ftp://x"
	}},
	{"addresses with odd characters", func(e *curate.Entry) {
		e.URL = "https://bücher.example/a b/ü?q=\"<x>\"&100%|{}[]^`#frag ment"
		e.Enclosures = []store.Enclosure{{URL: "https://x.example/a b.mp3", Type: "audio/mpeg; codecs=\"x"}}
	}},
	{"credentials in addresses", func(e *curate.Entry) { e.Outlet.Feed = "https://me:secret@x.example/feed" }},
	{"enclosures without type or length", func(e *curate.Entry) {
		e.Enclosures = []store.Enclosure{{URL: "https://x.example/1"}, {URL: "https://x.example/2", Type: "mp3", Length: -1}, {URL: ""}}
	}},
	{"huge enclosure", func(e *curate.Entry) {
		e.Enclosures = []store.Enclosure{{URL: "https://x.example/1", Type: "video/mp4", Length: 1 << 40}}
	}},
	{"no author", func(e *curate.Entry) { e.Authors = nil }},
	{"authors without names", func(e *curate.Entry) {
		e.Authors = []store.Person{{Email: "a@b"}, {URL: "https://x.example"}, {Name: " "}}
	}},
	{"no outlet", func(e *curate.Entry) { e.Outlet = curate.Outlet{} }},
	{"categories", func(e *curate.Entry) {
		e.Categories = []store.Category{{}, {Label: "L"}, {Term: "a", Scheme: "not a url"}, {Term: "a"}, {Term: "<b>"}}
	}},
	{"bad language", func(e *curate.Entry) { e.Language = "english (uk)" }},
	{"scripts and styles", func(e *curate.Entry) {
		e.Content = `<p onclick="x()" style="color:red">a<script>alert(1)</script><style>p{}</style><iframe src="https://x"></iframe></p>`
	}},
	{"unbalanced markup", func(e *curate.Entry) { e.Content = "</div></td><b>x<p>y<ul><li>z</table>" }},
	{"huge fields", func(e *curate.Entry) {
		e.Title, e.Summary = strings.Repeat("very long ", 50000), strings.Repeat("word ", 100000)
		e.Content = "<p>" + strings.Repeat("text ", 250000) + "</p>"
		e.URL = "https://x.example/" + strings.Repeat("a", 100000)
	}},
	{"long lists", func(e *curate.Entry) {
		for i := range 500 {
			n := strconv.Itoa(i)
			e.Authors = append(e.Authors, store.Person{Name: "A" + n})
			e.Categories = append(e.Categories, store.Category{Term: "C" + n})
			e.Others = append(e.Others, curate.Other{Outlet: post, URL: "https://x.example/" + n, Relation: "verbatim"})
			e.Enclosures = append(e.Enclosures, store.Enclosure{URL: "https://x.example/" + n, Type: "image/png"})
		}
	}},
}

func TestHazards(t *testing.T) {
	for _, h := range hazards {
		e := harbour()
		e.Updated = time.Time{} // then the newest entry decides
		first := folded()
		first.ID, first.Story = "tag:desk.example,2026:story/s7", 47
		h.do(&first)
		e.Entries = []curate.Entry{first, folded(), podcast()}
		for _, f := range formats {
			t.Run(h.name+"/"+f.name, func(t *testing.T) {
				got, skipped, err := f.render(e)
				if err != nil || len(skipped) > 0 {
					t.Fatalf("%s: %v, skipped %v", f.name, err, skipped)
				}
				for _, problem := range rendertest.Inspect(f.name, got, 3) {
					t.Error(problem)
				}
				if *dump != "" {
					name := strings.ReplaceAll(h.name, " ", "-") + "." + f.name
					if err := os.WriteFile(filepath.Join(*dump, name), got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

// Hazards of the edition itself.
func TestHazardsOfTheFeed(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*curate.Edition)
	}{
		{"no site address", func(e *curate.Edition) { e.Site.URL = "" }},
		{"nothing configured", func(e *curate.Edition) { e.Site, e.Topic = curate.Site{}, curate.Topic{Slug: "x"} }},
		{"hostile title", func(e *curate.Edition) { e.Topic.Title, e.Topic.About = "a\x00<b>&]]>", "b\xff" }},
		{"bad hubs", func(e *curate.Edition) { e.Hubs = []string{"javascript:x", "", "/hub"} }},
		{"foreign id", func(e *curate.Edition) { e.ID = "not an id" }},
	} {
		e := harbour()
		e.Updated = time.Time{} // then the newest entry decides
		e.Entries = e.Entries[:2]
		tt.do(&e)
		for _, f := range formats {
			got, skipped, err := f.render(e)
			if err != nil || len(skipped) > 0 {
				t.Fatalf("%s: %s: %v, skipped %v", tt.name, f.name, err, skipped)
			}
			if strings.Contains(string(got), "javascript:") || strings.Contains(string(got), "\x00") {
				t.Errorf("%s: %s: shows what it must not:\n%s", tt.name, f.name, got)
			}
		}
	}
}

func FuzzEntry(f *testing.F) {
	f.Add("title", "https://x.example/", "tag:x.example,2026:1", "summary", "<p>content", "en", "name", "audio/mpeg", int64(1772452800), int64(0))
	for _, h := range hazards {
		e := folded()
		h.do(&e)
		if len(e.Title) < 1000 {
			f.Add(e.Title, e.URL, e.ID, e.Summary, e.Content, e.Language, e.Outlet.Name, "x/y;", e.Published.Unix(), e.Updated.Unix())
		}
	}
	f.Fuzz(func(t *testing.T, title, link, id, summary, content, lang, name, kind string, published, updated int64) {
		e := harbour()
		e.Updated = time.Time{} // then the newest entry decides
		bad := folded()
		bad.Title, bad.URL, bad.ID, bad.Summary, bad.Content, bad.Language = title, link, id, summary, content, lang
		bad.Outlet.Name, bad.Note.Text, bad.Credit, bad.Outlet.FeedID = name, summary, name, id
		bad.Published, bad.Updated = time.Unix(published, 0), time.Unix(updated, 0)
		bad.Authors, bad.Categories = []store.Person{{Name: name, URL: link}}, []store.Category{{Term: name, Scheme: link}}
		bad.Enclosures = []store.Enclosure{{URL: link, Type: kind, Length: updated}}
		bad.Image, bad.Others[0].URL, bad.Others[0].Title = store.Image{URL: link, Caption: title}, link, title
		e.Entries = []curate.Entry{bad, podcast()}
		for _, format := range formats {
			got, skipped, err := format.render(e)
			if err != nil || len(skipped) > 1 {
				t.Fatalf("%s: %v, skipped %v", format.name, err, skipped)
			}
			for _, problem := range rendertest.Inspect(format.name, got, 2-len(skipped)) {
				t.Errorf("%s: %v\n%s", format.name, problem, got)
			}
		}
	})
}
