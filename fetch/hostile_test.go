package fetch_test

import (
	"net/http"
	"strings"
	"testing"

	"wiredesk/store"
)

// xx-*: what a document names is never fetched, what it nests and repeats is
// bounded, and the feed that can be read all the same is read.
func TestDocumentsMakeNoRequests(t *testing.T) {
	nested := func(levels int) string {
		var b strings.Builder
		b.WriteString(`<!DOCTYPE l [<!ENTITY l0 "ha">`)
		for i := 1; i <= levels; i++ {
			b.WriteString(strings.ReplaceAll(strings.ReplaceAll(`<!ENTITY lN "PPPPPPPPPP">`, "N", string(rune('a'+i))), "P", "&l"+prev(i)+";"))
		}
		b.WriteString(`]>`)
		return b.String() + strings.Replace(rss(1), "<description>d", "<description>&l"+string(rune('a'+levels))+";", 1)
	}
	inRSS := func(head string) string { return strings.Replace(rss(1), "<rss", head+"<rss", 1) }
	for _, tt := range []struct {
		name, body string
		readable   bool
	}{
		{"xx-entity", strings.Replace(inRSS(`<!DOCTYPE rss [<!ENTITY x SYSTEM "BASE/entity">]>`), "<description>d", "<description>&x;", 1), false},
		{"xx-entity of a file", strings.Replace(inRSS(`<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>`), "<description>d", "<description>&x;", 1), false},
		{"xx-dtd", inRSS(`<!DOCTYPE rss SYSTEM "BASE/rss.dtd">`), true},
		{"xx-stylesheet", inRSS(`<?xml-stylesheet type="text/xsl" href="BASE/style.xsl"?>`), true},
		{"xx-images", strings.Replace(rss(1), "fog over the sound.", `fog.&lt;img src="BASE/i.png"&gt;&lt;script src="BASE/s.js"&gt;&lt;/script&gt;&lt;iframe src="BASE/f"&gt;&lt;/iframe&gt;`, 1), true},
		{"fm-self", strings.Replace(rss(1), "<channel>", `<channel><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="BASE/other"/><itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">BASE/new</itunes:new-feed-url>`, 1), true},
		{"xx-laughs", nested(20), false},
		{"xx-deep", "<rss><channel><item>" + strings.Repeat("<a>", 200_000), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			var base string
			o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, strings.ReplaceAll(tt.body, "BASE", base)) })
			base = o.URL
			r.subscribe("post", o.URL+"/feed", nil)
			r.round()
			for _, q := range o.requests() {
				if q.URL.Path != "/feed" {
					t.Errorf("the document made us ask for %s", q.URL.Path)
				}
			}
			if h := r.health("post"); tt.readable && (h.Code != store.OK || h.Articles != 1) {
				t.Errorf("code %q (%s) and %d articles, want one", h.Code, h.Detail, h.Articles)
			}
			for _, a := range r.articles("post") {
				if strings.Contains(a.Title+a.Summary, "root:") || len(a.Title)+len(a.Summary) > 1<<20 {
					t.Errorf("article %.200q", a.Title)
				}
			}
		})
	}
}

// prev returns the name of the entity before the i-th.
func prev(i int) string {
	if i == 1 {
		return "0"
	}
	return string(rune('a' + i - 1))
}
