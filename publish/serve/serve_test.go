package serve

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const lastModified = "Mon, 02 Mar 2026 12:00:00 GMT"

var text = []byte(strings.Repeat("<p>A crane fell into the basin.</p>\n", 200))

// feed returns a site with one feed in it.
func feed(t testing.TB) *Site {
	t.Helper()
	s := New(Config{Hosts: []string{"desk.example"}})
	s.Put("/t/x/feed.atom", File{
		Type: "application/atom+xml; charset=utf-8", Body: text, Modified: noon, MaxAge: 10 * time.Minute, NoIndex: true,
		Self: "https://desk.example/t/x/feed.atom", Hubs: []string{"https://desk.example/hub"},
	})
	return s
}

// ask sends one request and returns the answer.
func ask(s http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "desk.example"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func content(t testing.TB, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestConditionalRequests(t *testing.T) {
	s := feed(t)
	etag := ask(s, "GET", "/t/x/feed.atom").Header.Get("ETag")
	zipped := ask(s, "GET", "/t/x/feed.atom", "Accept-Encoding", "gzip").Header.Get("ETag")
	for _, tt := range []struct {
		name   string
		header []string
		want   int
	}{
		{"nothing", nil, 200},
		{"the tag", []string{"If-None-Match", etag}, 304},
		{"the tag, weak", []string{"If-None-Match", "W/" + etag}, 304},
		{"another tag", []string{"If-None-Match", `"other"`}, 200},
		{"a list with the tag", []string{"If-None-Match", `"a", W/"b,c" , ` + etag}, 304},
		{"two lists", []string{"If-None-Match", `"a"`, "If-None-Match", etag}, 304},
		{"any", []string{"If-None-Match", "*"}, 304},
		{"the tag without quotes", []string{"If-None-Match", strings.Trim(etag, `"`)}, 200},
		{"an open quote", []string{"If-None-Match", `"abc`}, 200},
		{"the tag of another coding", []string{"If-None-Match", zipped}, 200},
		{"the tag of this coding", []string{"If-None-Match", zipped, "Accept-Encoding", "gzip"}, 304},
		{"the date", []string{"If-Modified-Since", lastModified}, 304},
		{"Thunderbird's first date", []string{"If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"}, 200},
		{"a second earlier", []string{"If-Modified-Since", "Mon, 02 Mar 2026 11:59:59 GMT"}, 200},
		{"a later date", []string{"If-Modified-Since", "Tue, 03 Mar 2026 00:00:00 GMT"}, 304},
		{"a later date that sorts earlier", []string{"If-Modified-Since", "Fri, 06 Mar 2026 00:00:00 GMT"}, 304},
		{"the date in an old format", []string{"If-Modified-Since", "Monday, 02-Mar-26 12:00:00 GMT"}, 304},
		{"no date", []string{"If-Modified-Since", "yesterday"}, 200},
		{"a wrong tag wins over a right date", []string{"If-None-Match", `"x"`, "If-Modified-Since", lastModified}, 200},
		{"a right tag wins over a wrong date", []string{"If-None-Match", etag, "If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"}, 304},
		{"If-Match that fails", []string{"If-Match", `"x"`}, 412},
		{"If-Unmodified-Since that fails", []string{"If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"}, 412},
		{"A-IM and an odd Accept", []string{"A-IM", "feed", "Accept", "x/y;q=2", "If-None-Match", etag}, 304},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			r := ask(s, method, "/t/x/feed.atom?utm_source=x", tt.header...)
			b := content(t, r)
			if r.StatusCode != tt.want {
				t.Errorf("%s %s: status %d, want %d", method, tt.name, r.StatusCode, tt.want)
			}
			if got := r.Header.Get("ETag"); (tt.want == 200 || tt.want == 304) && got != etag && got != zipped {
				t.Errorf("%s %s: ETag %q", method, tt.name, got)
			}
			if tt.want == 304 && (r.Header.Get("Last-Modified") != lastModified || r.Header.Get("Vary") != "Accept-Encoding" ||
				r.Header.Get("Cache-Control") == "" || r.Header.Get("Content-Length") != "") {
				t.Errorf("%s %s: headers of the 304: %v", method, tt.name, r.Header)
			}
			if len(b) > 0 && (tt.want == 304 || method == "HEAD") {
				t.Errorf("%s %s: %d bytes of body", method, tt.name, len(b))
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	r := ask(feed(t), "GET", "/t/x/feed.atom")
	for k, want := range map[string]string{
		"Content-Type":                  "application/atom+xml; charset=utf-8",
		"Content-Length":                fmt.Sprint(len(text)),
		"Last-Modified":                 lastModified,
		"Cache-Control":                 "public, max-age=600, stale-if-error=86400",
		"Vary":                          "Accept-Encoding",
		"X-Content-Type-Options":        "nosniff",
		"X-Robots-Tag":                  "noindex",
		"Link":                          `<https://desk.example/hub>; rel="hub", <https://desk.example/t/x/feed.atom>; rel="self"`,
		"Access-Control-Allow-Origin":   "*",
		"Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
		"Accept-Ranges":                 "bytes",
		"Content-Encoding":              "",
	} {
		if got := r.Header.Get(k); got != want {
			t.Errorf("%s: %q, want %q", k, got, want)
		}
	}
	if got := content(t, r); !bytes.Equal(got, text) {
		t.Errorf("body of %d bytes, want %d", len(got), len(text))
	}
}

func TestCacheControl(t *testing.T) {
	for _, tt := range []struct {
		f    File
		want string
	}{
		{File{}, "public, max-age=60, stale-if-error=86400"},
		{File{MaxAge: time.Hour}, "public, max-age=3600, stale-if-error=86400"},
		{File{Forever: true}, "public, max-age=31536000, immutable"},
		{File{Private: true}, "private, max-age=60"},
	} {
		if got := tt.f.CacheControl(); got != tt.want {
			t.Errorf("cacheControl of %+v = %q, want %q", tt.f, got, tt.want)
		}
	}
}

func TestCodings(t *testing.T) {
	s := feed(t)
	for _, tt := range []struct{ accept, want string }{
		{"", ""},
		{"gzip", "gzip"},
		{"x-gzip", "gzip"},
		{"gzip, deflate", "gzip"},
		{"br, gzip", "br"},
		{"br, zstd", "br"},
		{"gzip, zstd", "zstd"},
		{"gzip;q=1.0, br;q=0.5", "gzip"},
		{"br;q=0, gzip", "gzip"},
		{"GZIP ; Q=0.5", "gzip"},
		{"identity", ""},
		{"identity;q=1, gzip;q=0.5", ""},
		{"identity;q=0.5, gzip;q=1", "gzip"},
		{"*", "br"},
		{"*;q=0", ""},
		{"gzip;q=0, *", "br"},
		{"deflate", ""},
		{"gzip;q=nonsense", ""},
		{"gzip;q=7", ""},
		{",,;q=1,", ""},
		{"identity;q=0, compress", ""}, // nothing fits
	} {
		header := []string{"Accept-Encoding", tt.accept}
		if tt.accept == "" {
			header = nil
		}
		r := ask(s, "GET", "/t/x/feed.atom", header...)
		if got := r.Header.Get("Content-Encoding"); got != tt.want || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: %q, Vary %q, want %q", tt.accept, got, r.Header.Get("Vary"), tt.want)
		}
		if got := decode(t, tt.want, content(t, r)); !bytes.Equal(got, text) {
			t.Errorf("Accept-Encoding %q: the body is another", tt.accept)
		}
	}
}

func decode(t *testing.T, coding string, b []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(b)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "br":
		r = brotli.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Entity tags differ by coding, and each is of the bytes that were sent.
func TestTagsByCoding(t *testing.T) {
	s, tags := feed(t), map[string]bool{}
	for _, accept := range []string{"identity", "gzip", "zstd", "br"} {
		tags[ask(s, "GET", "/t/x/feed.atom", "Accept-Encoding", accept).Header.Get("ETag")] = true
	}
	if len(tags) != 4 {
		t.Errorf("tags %v, want four", tags)
	}
	for tag := range tags {
		if strings.HasPrefix(tag, "W/") || !strings.HasPrefix(tag, `"`) {
			t.Errorf("tag %s is not strong", tag)
		}
	}
}

func TestRanges(t *testing.T) {
	s := feed(t)
	etag := ask(s, "GET", "/t/x/feed.atom").Header.Get("ETag")
	for _, tt := range []struct {
		name   string
		header []string
		status int
		want   string
	}{
		{"first bytes", []string{"Range", "bytes=0-3", "Accept-Encoding", "gzip"}, 206, "<p>A"},
		{"last bytes", []string{"Range", "bytes=-5"}, 206, "</p>\n"},
		{"If-Range holds", []string{"Range", "bytes=0-3", "If-Range", etag}, 206, "<p>A"},
		{"If-Range by date", []string{"Range", "bytes=0-3", "If-Range", lastModified}, 206, "<p>A"},
		{"If-Range fails", []string{"Range", "bytes=0-3", "If-Range", `"old"`}, 200, string(text)},
		{"beyond the end", []string{"Range", "bytes=999999-"}, 416, ""},
		{"no range unit", []string{"Range", "lines=1-2"}, 416, ""},
		{"unmodified wins", []string{"Range", "bytes=0-3", "If-None-Match", etag}, 304, ""},
	} {
		r := ask(s, "GET", "/t/x/feed.atom", tt.header...)
		got := string(content(t, r))
		if r.StatusCode != tt.status || tt.status < 300 && got != tt.want || r.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: status %d, %d bytes, want %d and %d", tt.name, r.StatusCode, len(got), tt.status, len(tt.want))
		}
	}
}

func TestHosts(t *testing.T) {
	s := feed(t)
	for host, want := range map[string]int{
		"desk.example": 200, "DESK.example.": 200, "desk.example:8080": 200, "localhost": 200, "localhost:8080": 200,
		"demo.localhost": 200, "127.0.0.1:80": 200, "[::1]:8080": 200, "127.9.9.9": 200, "": 200,
		"evil.example": 421, "desk.example.evil.example": 421, "192.0.2.7": 421, "localhost.evil.example": 421,
	} {
		if r := ask(s, "GET", "/t/x/feed.atom", "Host", host); r.StatusCode != want {
			t.Errorf("Host %q: status %d, want %d", host, r.StatusCode, want)
		}
	}
}

func TestMethods(t *testing.T) {
	s := feed(t)
	for _, m := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"} {
		if r := ask(s, m, "/t/x/feed.atom"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: status %d, Allow %q", m, r.StatusCode, r.Header.Get("Allow"))
		}
	}
	r := ask(s, "OPTIONS", "/t/x/feed.atom", "Origin", "https://reader.example", "Access-Control-Request-Method", "GET")
	if r.StatusCode != 204 || r.Header.Get("Access-Control-Allow-Origin") != "*" || r.Header.Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" {
		t.Errorf("OPTIONS: status %d, %v", r.StatusCode, r.Header)
	}
}

func TestPutKeepsValidators(t *testing.T) {
	s := feed(t)
	first := ask(s, "GET", "/t/x/feed.atom")
	if s.Put("/t/x/feed.atom", File{Type: "application/atom+xml", Body: bytes.Clone(text), Modified: noon.Add(time.Hour), MaxAge: time.Hour}) {
		t.Error("Put of the same bytes reports a change")
	}
	same := ask(s, "GET", "/t/x/feed.atom")
	if same.Header.Get("Last-Modified") != lastModified || same.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("the same bytes got other validators: %v", same.Header)
	}
	if got := same.Header.Get("Cache-Control"); !strings.Contains(got, "max-age=3600") {
		t.Errorf("the new max-age is lost: %q", got)
	}
	if !s.Put("/t/x/feed.atom", File{Body: []byte("other"), Modified: noon}) {
		t.Error("Put of other bytes reports no change")
	}
	other := ask(s, "GET", "/t/x/feed.atom", "If-Modified-Since", lastModified)
	if other.StatusCode != 200 || other.Header.Get("Last-Modified") != "Mon, 02 Mar 2026 12:00:01 GMT" {
		t.Errorf("other bytes in the same second: status %d, %v", other.StatusCode, other.Header)
	}
}

// A time that has not come yet is no Last-Modified (RFC 9110, 8.8.2.1).
func TestFutureModified(t *testing.T) {
	s := New(Config{})
	s.Put("/x", File{Body: text, Modified: time.Now().Add(time.Hour)})
	r := ask(s, "GET", "/x", "Host", "localhost", "If-Modified-Since", time.Now().Add(2*time.Hour).UTC().Format(http.TimeFormat))
	if r.StatusCode != 200 || r.Header.Get("Last-Modified") != "" {
		t.Errorf("status %d, Last-Modified %q", r.StatusCode, r.Header.Get("Last-Modified"))
	}
}

func TestRedirects(t *testing.T) {
	s := feed(t)
	s.Put("/t/x/", File{Type: "text/html", Body: text})
	s.Redirect("/t/old/", "/t/x/")
	s.Put("/t/old/kept", File{Body: text})
	for p, want := range map[string]string{
		"/t/old/":               "/t/x/",
		"/t/old":                "/t/x/",
		"/t/old/feed.atom?a=b":  "/t/x/feed.atom",
		"/t/old/archive/1.atom": "/t/x/archive/1.atom",
		"/t/x":                  "/t/x/",
		"/t/old//evil.example/": "/t/x//evil.example/",
		"/t/old/%0d%0aX:%20y":   "/t/x/%0D%0AX:%20y",
	} {
		if r := ask(s, "GET", p); r.StatusCode != 301 || r.Header.Get("Location") != want {
			t.Errorf("%s: status %d to %q, want 301 to %q", p, r.StatusCode, r.Header.Get("Location"), want)
		}
	}
	for _, p := range []string{"/t/older/", "/none", "/t/", "//evil.example/", "/t/x/feed.atom/"} {
		if r := ask(s, "GET", p); r.StatusCode != 404 {
			t.Errorf("%s: status %d to %q, want 404", p, r.StatusCode, r.Header.Get("Location"))
		}
	}
	if r := ask(s, "GET", "/t/old/kept"); r.StatusCode != 200 {
		t.Errorf("what was put under a moved folder: status %d", r.StatusCode)
	}
}

func TestOnDemand(t *testing.T) {
	s := New(Config{
		Render: func(_ context.Context, path string, q url.Values) (*File, error) {
			switch path {
			case "/search":
				return &File{Type: "text/html; charset=utf-8", Body: []byte(strings.Repeat("<p>", 1000) + q.Get("q")), NoIndex: true}, nil
			case "/teapot":
				return &File{Type: "text/plain", Body: []byte("short and stout"), Status: 418}, nil
			case "/s/1/":
				return &File{Type: "text/html", Body: []byte("a story")}, nil
			case "/broken":
				return nil, errors.New("the disk is on fire")
			}
			return nil, nil
		},
		Error: func(status int, detail string) []byte { return fmt.Appendf(nil, "<h1>%d</h1>%s", status, detail) },
	})
	for _, tt := range []struct {
		path   string
		status int
		holds  string
	}{
		{"/search?q=crane", 200, "crane"},
		{"/teapot", 418, "stout"},
		{"/broken", 500, "<h1>500</h1>"},
		{"/none", 404, "<h1>404</h1>"},
		{"/s/1/", 200, "a story"},
		{"/s/1", 301, ""},
		{"/s/1//", 404, ""},
		{"/s/2", 404, ""},
	} {
		r := ask(s, "GET", tt.path, "Host", "localhost")
		b := string(content(t, r))
		if r.StatusCode != tt.status || !strings.Contains(b, tt.holds) || strings.Contains(b, "fire") {
			t.Errorf("%s: status %d, %q", tt.path, r.StatusCode, b)
		}
	}
	var page *http.Response
	for _, coding := range []string{"br", "gzip"} {
		page = ask(s, "GET", "/search?q=crane", "Host", "localhost", "Accept-Encoding", coding)
		if got := decode(t, coding, content(t, page)); page.Header.Get("Content-Encoding") != coding || !bytes.Contains(got, []byte("crane")) {
			t.Errorf("a page made on demand, as %s: %v", coding, page.Header)
		}
	}
	etag := page.Header.Get("ETag")
	if r := ask(s, "GET", "/search?q=crane", "Host", "localhost", "Accept-Encoding", "gzip", "If-None-Match", etag); r.StatusCode != 304 {
		t.Errorf("the same page again: status %d, want 304", r.StatusCode)
	}
	if r := ask(s, "GET", "/search", "Host", "localhost"); !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("a page without a policy: %v", r.Header)
	}
}

// While an edition is replaced, every reader gets one version, whole, and its
// own validators.
func TestNoTornReads(t *testing.T) {
	s := New(Config{})
	version := func(n int) []byte { return bytes.Repeat([]byte{byte('a' + n%26)}, 64<<10) }
	s.Put("/x", File{Type: "text/plain", Body: version(0)})
	srv := httptest.NewServer(s)
	defer srv.Close()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			tags := map[string]byte{}
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := srv.Client().Get(srv.URL + "/x")
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(r.Body)
				r.Body.Close()
				if err != nil || len(b) != 64<<10 || bytes.Count(b, b[:1]) != len(b) {
					t.Errorf("a torn read: %d bytes, %v", len(b), err)
					return
				}
				tag := r.Header.Get("ETag")
				if was, ok := tags[tag]; ok && was != b[0] {
					t.Errorf("tag %s stands for %c and %c", tag, was, b[0])
				}
				tags[tag] = b[0]
			}
		})
	}
	for n := range 60 {
		s.Put("/x", File{Type: "text/plain", Body: version(n)})
	}
	close(stop)
	wg.Wait()
}

// A client that sends its headers drop by drop is cut off.
func TestServerLimits(t *testing.T) {
	srv := NewServer(feed(t), discard())
	if srv.ReadHeaderTimeout != 5*time.Second || srv.ReadTimeout != 10*time.Second || srv.IdleTimeout != 60*time.Second ||
		srv.WriteTimeout != 30*time.Second || srv.MaxHeaderBytes != 16<<10 {
		t.Errorf("limits: %+v", srv)
	}
}

func TestNoAllocation(t *testing.T) {
	s := feed(t)
	etag := ask(s, "GET", "/t/x/feed.atom", "Accept-Encoding", "gzip").Header["Etag"]
	for _, tt := range []struct {
		name   string
		header http.Header
	}{
		{"200", http.Header{"Accept-Encoding": {"gzip, br"}}},
		{"304", http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": etag}},
		{"304 by date", http.Header{"If-Modified-Since": {lastModified}}},
	} {
		r := httptest.NewRequest("GET", "/t/x/feed.atom", nil)
		r.Host, r.Header = "desk.example", tt.header
		w := &blackHole{header: http.Header{}}
		if n := testing.AllocsPerRun(100, func() { clear(w.header); s.ServeHTTP(w, r) }); n > 1 {
			t.Errorf("%s: %v allocations a request", tt.name, n)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("gzip, br;q=0.5", `W/"a", *`, "Mon, 02 Mar 2026 12:00:00 GMT", "bytes=0-1", "desk.example:80")
	f.Add(";;q=,=", `"`, "", "bytes=-", "[::1")
	f.Fuzz(func(t *testing.T, accept, tag, since, ranges, host string) {
		s := feed(t)
		r := ask(s, "GET", "/t/x/feed.atom", "Accept-Encoding", accept, "If-None-Match", tag, "If-Modified-Since", since, "Host", host)
		switch r.StatusCode {
		case 200:
			if !bytes.Equal(decode(t, r.Header.Get("Content-Encoding"), content(t, r)), text) {
				t.Error("another body")
			}
		case 304, 421:
		default:
			t.Errorf("status %d", r.StatusCode)
		}
		if r := ask(s, "GET", "/t/x/feed.atom", "Range", ranges); r.StatusCode != 200 && r.StatusCode != 206 && r.StatusCode != 416 {
			t.Errorf("Range %q: status %d", ranges, r.StatusCode)
		}
	})
}
