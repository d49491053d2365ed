package discover

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/fetch/web"
)

const feed = `<rss version="2.0"><channel><title>Harbour Post</title><link>http://h.example/</link><description>d</description>
<item><title>A</title><link>http://h.example/a</link><guid>1</guid></item></channel></rss>`

// site serves pages by path and counts what was asked.
func site(t *testing.T, pages map[string]string) (address string, asked func() []string, client *web.Client) {
	t.Helper()
	var mu sync.Mutex
	var log []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		log = append(log, r.URL.Path)
		mu.Unlock()
		body, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	client, err := web.New(web.Config{
		Agent: "wiredesk/test", MaxBody: 1 << 20, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Timeouts: web.Timeouts{Total: 5 * time.Second},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return s.URL, func() []string { mu.Lock(); defer mu.Unlock(); return slices.Clone(log) }, client
}

func TestFeeds(t *testing.T) {
	link := func(rel, kind, href string) string {
		return fmt.Sprintf(`<link rel="%s" type="%s" href="%s">`, rel, kind, href)
	}
	many := ""
	for i := range 40 {
		many += link("alternate", "application/rss+xml", fmt.Sprint("/feeds/", i))
	}
	for _, tt := range []struct {
		name  string
		pages map[string]string
		want  []string // paths
		asked int      // requests at most
	}{
		{"the address is a feed", map[string]string{"/": feed}, []string{"/"}, 1},
		{"dc-autodiscovery", map[string]string{
			"/":  "<html><head>" + link("alternate", "application/atom+xml", "/1") + link("alternate", "application/rss+xml", "2") + "</head><body>x</body></html>",
			"/1": feed, "/2": feed, "/feed.xml": feed,
		}, []string{"/1", "/2"}, 3},
		{"a link that leads nowhere", map[string]string{
			"/":  "<html>" + link("alternate", "application/rss+xml", "/gone") + link("ALTERNATE nofollow", "Application/RSS+xml; charset=utf-8", "/2") + "</html>",
			"/2": feed,
		}, []string{"/2"}, 3},
		{"rel=feed comes second", map[string]string{
			"/":  "<html><a rel='feed' href='/2'>f</a>" + link("alternate", "application/rss+xml", "/1") + "</html>",
			"/1": feed, "/2": feed,
		}, []string{"/1", "/2"}, 3},
		{"base", map[string]string{"/": "<html><base href='/sub/'>" + link("alternate", "application/rss+xml", "f") + "</html>", "/sub/f": feed}, []string{"/sub/f"}, 2},
		{"other alternates are no feeds", map[string]string{"/": "<html>" + link("alternate", "text/html", "/de") + link("stylesheet", "application/rss+xml", "/s") + "</html>", "/rss.xml": feed}, []string{"/rss.xml"}, 9},
		{"guessed", map[string]string{"/": "<html><body>hello</body></html>", "/feed.xml": feed, "/rss.xml": feed}, []string{"/feed.xml"}, 9},
		{"none", map[string]string{"/": "<html><body>hello</body></html>"}, nil, 9},
		{"a link to itself", map[string]string{"/": "<html>" + link("alternate", "application/rss+xml", "/") + "</html>"}, nil, 2},
		{"many", map[string]string{"/": "<html>" + many + "</html>"}, nil, 12},
		{"hostile addresses", map[string]string{"/": "<html>" + link("alternate", "application/rss+xml", "javascript:1") + link("alternate", "application/rss+xml", "http://u:p@h/") + "</html>"}, nil, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, asked, client := site(t, tt.pages)
			list, err := Feeds(t.Context(), client, address+"/")
			if tt.want == nil && !errors.Is(err, ErrNone) {
				t.Fatalf("Feeds = %v, %v, want ErrNone", list, err)
			}
			var got []string
			for _, f := range list {
				got = append(got, strings.TrimPrefix(f.URL, address))
				if f.Title != "Harbour Post" || f.Items != 1 {
					t.Errorf("found %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("feeds (-want +got):\n%s", diff)
			}
			if n := len(asked()); n > tt.asked {
				t.Errorf("%d requests, want %d at most: %v", n, tt.asked, asked())
			}
		})
	}
}

func TestFeedsAtADeadAddress(t *testing.T) {
	address, _, client := site(t, nil)
	if _, err := Feeds(t.Context(), client, address); Code(err) != "not-found" {
		t.Errorf("Feeds = %v, want code not-found", err)
	}
}

func TestOPML(t *testing.T) {
	const doc = `<?xml version="1.0"?><opml version="2.0"><head><title>mine</title></head><body>
<outline text="News"><outline text="World News &amp; Wires">
<outline type="rss" text="Post &lt;b&gt;" xmlUrl="http://post.example/feed" htmlUrl="http://post.example/"/></outline>
<outline TITLE="Herald" xmlurl="https://herald.example/rss" category="/Local/Sport,wire"/></outline>
<outline text="again" xmlUrl="http://post.example/feed"/>
<outline text="bad" xmlUrl="javascript:1"><outline text="inside bad" xmlUrl="http://inner.example/"/></outline>
<outline text="secret" xmlUrl="http://u:p@h.example/"/><outline text="Other"><outline xmlUrl="feed://post.example/feed"/></outline></body></opml>`
	got, err := OPML(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	want := []Outline{
		{Title: "Post", URL: "http://post.example/feed", Home: "http://post.example/", Tags: []string{"news", "world-news-&-wires", "other"}},
		{Title: "Herald", URL: "https://herald.example/rss", Tags: []string{"news", "local-sport", "wire"}},
		{Title: "inside bad", URL: "http://inner.example/"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("OPML (-want +got):\n%s", diff)
	}
}

func TestHostileOPML(t *testing.T) {
	for name, doc := range map[string]string{
		"no OPML":       "<html><body>x</body></html>",
		"empty":         "",
		"deep":          "<opml>" + strings.Repeat("<outline text='x'>", 200_000),
		"many":          "<opml>" + strings.Repeat("<outline xmlUrl='http://h/'/>", maxOutlines+1) + "</opml>",
		"larger":        "<opml>" + strings.Repeat(" ", maxOPML) + "</opml>",
		"laughs":        `<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><opml><outline text="&b;" xmlUrl="http://h/"`,
		"cut":           "<opml><body><outline text='a' xmlUrl='http://h/'",
		"not even text": "\x00\x01\xff",
	} {
		if list, err := OPML(strings.NewReader(doc)); err == nil {
			t.Errorf("%s: %d feeds and no error", name, len(list))
		} else if strings.ContainsAny(err.Error(), "\n\x00") || !strings.HasPrefix(err.Error(), "read OPML: ") {
			t.Errorf("%s: error %q", name, err)
		}
	}
}

func FuzzOPML(f *testing.F) {
	f.Add([]byte(`<opml><body><outline text="a"><outline xmlUrl="http://h/" category="x"/></outline></body></opml>`))
	f.Fuzz(func(t *testing.T, in []byte) {
		list, _ := OPML(strings.NewReader(string(in)))
		for _, o := range list {
			if err := web.CheckURL(o.URL); err != nil {
				t.Errorf("%q: %v", o.URL, err)
			}
			for _, tag := range o.Tags {
				if tag == "" || strings.ContainsAny(tag, " \n\"():") {
					t.Errorf("tag %q", tag)
				}
			}
		}
	})
}

func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<html><base href="/x/"><link rel=alternate type="application/rss+xml" href="f">`))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, link := range Links(in, "http://h.example/a/b") {
			if err := web.CheckURL(link); err != nil {
				t.Errorf("%q: %v", link, err)
			}
		}
	})
}
