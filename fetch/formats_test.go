package fetch_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"wiredesk/store"
)

// fm-*: a document that is a feed is read whatever it is called, so that its
// ETag is sent the next time.
func TestFormats(t *testing.T) {
	const (
		item = `<item><title>Ferry</title><link>http://h.example/1</link><guid>g1</guid><description>late</description></item>`
		atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:f</id><updated>2026-05-01T10:00:00Z</updated><entry><title>Ferry</title><id>urn:1</id><updated>2026-05-01T10:00:00Z</updated><link href="http://h.example/1"/><summary>late</summary></entry></feed>`
		json = `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"http://h.example/1","content_text":"late"}]}`
	)
	wrap := func(s string) string {
		return `<rss version="2.0"><channel><title>T</title><link>http://h.example/</link><description>d</description>` + s + `</channel></rss>`
	}
	with := func(title string) string { return strings.Replace(wrap(item), "Ferry", title, 1) }
	utf16le := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(`<?xml version="1.0" encoding="utf-8"?>` + with("Fährschiff"))) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	for _, tt := range []struct{ name, kind, body, title string }{
		{"fm-rss20", "application/rss+xml", wrap(item), "Ferry"},
		{"fm-atom10", "application/atom+xml", atom, "Ferry"},
		{"fm-rdf", "application/rdf+xml", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="u"><title>T</title><link>http://h.example/</link><description>d</description></channel><item rdf:about="http://h.example/1"><title>Ferry</title><link>http://h.example/1</link></item></rdf:RDF>`, "Ferry"},
		{"fm-json", "application/feed+json", json, ""},
		{"fm-atom03", "application/xml", `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><modified>2026-05-01T10:00:00Z</modified><entry><title>Ferry</title><id>urn:1</id><link rel="alternate" type="text/html" href="http://h.example/1"/><issued>2026-05-01T10:00:00Z</issued></entry></feed>`, "Ferry"},
		{"fm-rss091", "text/xml", `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>T</title><link>http://h.example/</link><description>d</description><language>en</language><item><title>Ferry</title><link>http://h.example/1</link></item></channel></rss>`, "Ferry"},
		{"fm-ct-html", "text/html", wrap(item), "Ferry"},
		{"fm-ct-plain", "text/plain", atom, "Ferry"},
		{"fm-ct-octet", "application/octet-stream", json, ""},
		{"fm-ct-none", "", wrap(item), "Ferry"},
		{"fm-utf16", "application/xml", string(utf16le), "Fährschiff"},
		{"fm-bom", "application/xml", "\ufeff\n\n" + `<?xml version="1.0"?>` + wrap(item), "Ferry"},
		{"fm-1252", "application/xml", `<?xml version="1.0" encoding="utf-8"?>` + with("F\xe4hre \x96 sp\xe4t"), "Fähre – spät"},
		{"fm-latin1-header", "application/xml; charset=iso-8859-1", with("F\xe4hre"), "Fähre"},
		{"fm-entities", "application/xml", with("Fish &nbsp;&eacute;&amp; chips & peas"), "Fish é& chips & peas"},
		{"fm-control", "application/xml", with("Fer\x0bry\x00"), "Ferry"},
		{"fm-trailing", "application/xml", wrap(item) + "<!-- served in 3 ms --><script>x</script> junk", "Ferry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.kind}
				if tt.kind == "" {
					w.Header()["Content-Type"] = nil
				}
				w.Header().Set("ETag", tag1)
				_, _ = io.WriteString(w, tt.body)
			})
			r.subscribe("post", o.URL, nil)
			r.round()
			list := r.articles("post")
			if len(list) != 1 || tt.title != "" && strings.Join(strings.Fields(list[0].Title), " ") != tt.title {
				t.Fatalf("%d articles, %+v; want one called %q (%s)", len(list), list, tt.title, r.health("post").Detail)
			}
			r.pass(26 * time.Hour)
			r.round()
			if got := o.requests()[1].Header.Get("If-None-Match"); got != tag1 {
				t.Errorf("the second request carried %q, want %s", got, tag1)
			}
		})
	}
}

// fm-noitems: a feed may be empty.
func TestFeedWithoutItems(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok(nil, "ETag", tag1)(w) })
	r.subscribe("post", o.URL, nil)
	r.round()
	r.next("post")
	if h := r.health("post"); h.Code != store.OK || o.requests()[1].Header.Get("If-None-Match") != tag1 {
		t.Errorf("health %+v", h)
	}
}

// Items that were known are dropped before they travel; what changed is not.
func TestOnlyWhatIsNewTravels(t *testing.T) {
	r := newRoom(t)
	text := rss(3, 2, 1)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, text) })
	r.subscribe("post", o.URL, nil)
	if s := r.round(); s.New != 3 {
		t.Errorf("first: %+v", s)
	}
	for i, step := range []struct {
		text                    string
		new, revised, unchanged int
	}{
		{rss(3, 2, 1), 0, 0, 0},
		{rss(4, 3, 2, 1), 1, 0, 0},
		{strings.Replace(rss(4, 3, 2, 1), "Ferry 2 delayed", "Ferry 2 cancelled for good", 1), 0, 1, 0},
		{rss(5), 1, 0, 0},
	} {
		text = step.text
		r.pass(26 * time.Hour)
		if s := r.round(); s.New != step.new || s.Revised != step.revised || s.Unchanged != step.unchanged {
			t.Errorf("step %d: %+v, want %d new, %d revised, %d unchanged", i, s, step.new, step.revised, step.unchanged)
		}
	}
	if n := len(r.articles("post")); n != 5 {
		t.Errorf("%d articles, want 5: what leaves the window is not deleted", n)
	}
}

// Polls a second of what a daemon does nearly always: nothing new.
func BenchmarkPoll(b *testing.B) {
	var numbers []int
	for i := range 30 {
		numbers = append(numbers, i)
	}
	document := rss(numbers...)
	for _, tt := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
	}{
		{"304", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			ok(numbers, "ETag", tag1)(w)
		}},
		{"same 200", func(w http.ResponseWriter, _ *http.Request) { say(w, document) }},
		{"touched 200", func(w http.ResponseWriter, _ *http.Request) {
			say(w, document+fmt.Sprintf("<!-- %d -->", time.Now().UnixNano()))
		}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			r := newRoom(b)
			o := newOrigin(b, func(_ int, w http.ResponseWriter, q *http.Request) { tt.answer(w, q) })
			r.subscribe("post", o.URL, nil)
			r.round()
			b.ReportAllocs()
			for b.Loop() {
				r.pass(48 * time.Hour)
				visits, _, err := r.db.Claim(b.Context(), r.clock(), 1)
				if err != nil || len(visits) != 1 {
					b.Fatalf("claimed %d visits: %v", len(visits), err)
				}
				if err := r.f.Do(b.Context(), visits[0]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "polls/s")
		})
	}
}
