package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wiredesk/store"
)

// Scenarios net-*, st-*, cond-truncated, cond-empty, cond-206, cond-204 and
// enc-unknown of the polling rules: what an origin does, and the code it gets.
func TestFailuresHaveCodes(t *testing.T) {
	quick := func(c *Config) {
		c.Timeouts = Timeouts{Dial: 2 * time.Second, TLS: 2 * time.Second, Headers: 2 * time.Second, Idle: 2 * time.Second, Total: 6 * time.Second}
		c.MaxBody = 64 << 10
	}
	ok := "HTTP/1.1 200 OK\r\n"
	for _, tt := range []struct {
		name   string
		answer func(net.Conn)
		want   store.Code
	}{
		{"net-stall", drips("", "", time.Millisecond*50), store.CodeTimeout},
		{"net-slow-header", drips(ok+"X: ", "a", 20*time.Millisecond), store.CodeTimeout},
		{"net-slow-body", drips(ok+"Connection: close\r\n\r\n", "a", 20*time.Millisecond), store.CodeTimeout},
		{"net-idle-body", drips(ok+"Connection: close\r\n\r\nabc", "", 20*time.Millisecond), store.CodeTimeout},
		{"net-endless-body", drips(ok+"Connection: close\r\n\r\n", strings.Repeat("x", 8<<10), 0), store.CodeTooBig},
		{"net-length-lie", drips(ok+"Content-Length: 10737418240\r\n\r\n", "a", 20*time.Millisecond), store.CodeTooBig},
		{"net-endless-header", drips(ok, "X-A: "+strings.Repeat("x", 1000)+"\r\n", 0), store.CodeHTTP},
		{"endless 1xx", drips("", "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n", 0), store.CodeHTTP},
		{"net-enc-unknown", says(answer(200, "Content-Encoding: x-rig\r\n", "abc")), store.CodeEncoding},
		{"two codings", says(answer(200, "Content-Encoding: gzip, gzip\r\n", "abc")), store.CodeEncoding},
		{"cond-truncated", says(ok + "Content-Length: 100\r\n\r\nabc"), store.CodeCut},
		{"cut chunks", says(ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), store.CodeCut},
		{"cond-empty", says(answer(200, "ETag: \"e\"\r\n", "")), store.CodeEmpty},
		{"cond-204", says("HTTP/1.1 204 No Content\r\n\r\n"), store.CodeEmpty},
		{"cond-206", says(answer(206, "Content-Range: bytes 0-2/9\r\n", "abc")), store.CodeStatus},
		{"cond-304-first", says("HTTP/1.1 304 Not Modified\r\n\r\n"), store.CodeSurprise},
		{"st-401", says(answer(401, "WWW-Authenticate: Basic\r\n", "no")), store.CodeLogin},
		{"st-403", says(answer(403, "", "no")), store.CodeBlocked},
		{"st-403-challenge", says(answer(503, "Cf-Mitigated: challenge\r\n", "no")), store.CodeBlocked},
		{"st-404", says(answer(404, "", "no")), store.CodeMissing},
		{"st-410", says(answer(410, "", "no")), store.CodeGone},
		{"st-429", says(answer(429, "", "no")), store.CodeLimited},
		{"st-500", says(answer(500, "ETag: \"e\"\r\n", "no")), store.CodeStatus},
		{"st-503", says(answer(503, "", "no")), store.CodeBusy},
		{"no HTTP", says("220 smtp ready\r\n"), store.CodeHTTP},
		{"nothing", says(""), store.CodeReset},
		{"net-reset", func(c net.Conn) {
			_, _ = io.WriteString(c, ok+"Content-Length: 100\r\n\r\nabc")
			_ = c.(*net.TCPConn).SetLinger(0)
		}, store.CodeReset},
		{"conflicting lengths", says(ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), store.CodeHTTP},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := wantCode(t, testClient(t, quick), Request{URL: raw(t, tt.answer) + "/feed"}, tt.want)
			if e.Wire > 1<<20 {
				t.Errorf("%d bytes were taken from the wire", e.Wire)
			}
		})
	}
}

func TestUnreachableHosts(t *testing.T) {
	c := testClient(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	wantCode(t, c, Request{URL: "http://" + l.Addr().String() + "/"}, store.CodeRefused)
	wantCode(t, c, Request{URL: "http://no-such-host.invalid/"}, store.CodeDNS)
}

// Every spelling of a closed address ends at the same wall: the connection.
func TestPrivateAddressesInEverySpelling(t *testing.T) {
	c := testClient(t, func(c *Config) { c.Allow = nil })
	for _, u := range []string{
		"http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://127。0。0。1/", "http://①②⑦.0.0.1/",
		"http://169.254.169.254/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/", "http://0.0.0.0/", "http://10.0.0.1/",
	} {
		wantCode(t, c, Request{URL: u}, store.CodePrivate)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	c := testClient(t, nil)
	for _, u := range []string{
		"", "feed", "/feed", "file:///etc/passwd", "gopher://h/", "data:text/xml,x", "javascript:1", "ftp://h/", "http://", "http:///x",
		"http://user:pass@h/", "http://h:99999/", "http://[::1/", "http://a b/", "feed://h/x",
	} {
		wantCode(t, c, Request{URL: u}, store.CodeScheme)
	}
}

// url-verbatim, g-*: the request is what the configuration says and no more.
func TestRequestIsPlain(t *testing.T) {
	var mu sync.Mutex
	var seen []*http.Request
	origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r)
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
		_, _ = io.WriteString(w, "x")
	})
	c := testClient(t, nil)
	paths := []string{
		"/feed?b=2&a=1&&c=%7e&d=x+y%20z", "/a|b^c`{d}?q=[x]|y", "/%7Euser/%e9?x", "/a/../b/./c", "/?", "/x;p=1,2", "//double/slash", "/x?u=http://h/y?z#frag",
	}
	for _, p := range paths {
		mustGet(t, c, Request{URL: origin + p, Accept: Feeds})
	}
	for i, r := range seen {
		if want, _, _ := strings.Cut(paths[i], "#"); r.RequestURI != want {
			t.Errorf("asked for %q, want %q", r.RequestURI, want)
		}
		if r.Method != http.MethodGet || r.UserAgent() != "wiredesk/test" || r.Header.Get("Accept") != Feeds || r.Header.Get("Accept-Encoding") != codings {
			t.Errorf("request %d: %s %v", i, r.Method, r.Header)
		}
		for _, name := range []string{"Cookie", "Referer", "Range", "Cache-Control", "Pragma", "A-Im", "If-None-Match", "If-Modified-Since"} {
			if r.Header.Get(name) != "" {
				t.Errorf("request %d has %s: %s", i, name, r.Header.Get(name))
			}
		}
	}
}

// cond-etag-*, cond-lm-*, cond-both: validators travel byte for byte.
func TestValidatorsTravelVerbatim(t *testing.T) {
	for _, tt := range []struct{ name, etag, modified string }{
		{"cond-etag-strong", `"abc-1"`, ""},
		{"cond-etag-weak", `W/"xyzzy"`, ""},
		{"cond-etag-unquoted", `abc123`, ""},
		{"cond-etag-odd", `"a, b  c--gzip"`, ""},
		{"cond-lm-only", "", "Sat, 01 Jan 2000 00:00:00 GMT"},
		{"cond-lm-odd", "", "2000-01-01 00:00:00 +0100"},
		{"cond-both", `"x"`, "Sat, 01 Jan 2000 00:00:00 GMT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := make(chan http.Header, 2)
			origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked <- r.Header
				if tt.etag != "" {
					w.Header().Set("ETag", tt.etag)
				}
				if tt.modified != "" {
					w.Header().Set("Last-Modified", tt.modified)
				}
				if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				_, _ = io.WriteString(w, "x")
			})
			c := testClient(t, nil)
			first := mustGet(t, c, Request{URL: origin})
			<-asked
			res := mustGet(t, c, Request{URL: origin, Validators: first.Validators, ValidFor: first.URL})
			h := <-asked
			if h.Get("If-None-Match") != tt.etag || h.Get("If-Modified-Since") != tt.modified || !res.NotModified {
				t.Errorf("sent %q %q, got %d; want %q %q and a 304", h.Get("If-None-Match"), h.Get("If-Modified-Since"), res.Status, tt.etag, tt.modified)
			}
		})
	}
}

func TestValidatorsThatCouldHarmAreDropped(t *testing.T) {
	origin := raw(t, says(answer(200, "ETag: \"\xff\xfe\"\r\nLast-Modified: "+strings.Repeat("x", 2000)+"\r\n", "x")))
	if v := mustGet(t, testClient(t, nil), Request{URL: origin}).Validators; v != (store.Validators{}) {
		t.Errorf("kept %+q, want nothing", v.ETag+v.LastModified)
	}
}

// cond-304-body, st-103
func TestOddButValidAnswers(t *testing.T) {
	c := testClient(t, nil)
	with304 := raw(t, says("HTTP/1.1 304 Not Modified\r\nETag: \"n\"\r\n\r\nbody that must not be here"))
	res := mustGet(t, c, Request{URL: with304 + "/", Validators: store.Validators{ETag: `"e"`}})
	if !res.NotModified || res.Validators.ETag != `"n"` {
		t.Errorf("304 with a body: %+v", res)
	}
	hints := raw(t, says("HTTP/1.1 103 Early Hints\r\nETag: \"no\"\r\n\r\n"+answer(200, "ETag: \"yes\"\r\n", "x")))
	if got := mustGet(t, c, Request{URL: hints}).Validators.ETag; got != `"yes"` {
		t.Errorf("after a 103 the ETag is %s, want that of the 200", got)
	}
}

// A body that is larger than the tokens allow many of still comes whole.
func TestLargeBodies(t *testing.T) {
	body := strings.Repeat("0123456789abcdef", 1<<17) // 2 MiB
	origin := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	c := testClient(t, func(c *Config) { c.MaxBody = 4 << 20 })
	var wg sync.WaitGroup
	for range 2 * maxLarge {
		wg.Go(func() {
			if res, err := c.Get(t.Context(), Request{URL: origin}); err != nil || string(res.Body) != body {
				t.Errorf("Get: %v", err)
			}
		})
	}
	wg.Wait()
}

// herd: requests to one host stand in line.
func TestHostIsAskedOneAtATime(t *testing.T) {
	for _, width := range []int{1, 2} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			var now, most atomic.Int32
			origin := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				n := now.Add(1)
				defer now.Add(-1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				time.Sleep(5 * time.Millisecond)
				_, _ = io.WriteString(w, "x")
			})
			c := testClient(t, func(c *Config) { c.PerHost = width })
			var wg sync.WaitGroup
			for range 12 {
				wg.Go(func() { mustGet(t, c, Request{URL: origin}) })
			}
			wg.Wait()
			if got := int(most.Load()); got > width {
				t.Errorf("%d requests at once, want %d at most", got, width)
			}
		})
	}
}

func TestProxyGetsTheWholeAddress(t *testing.T) {
	asked := make(chan string, 1)
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.RequestURI
		_, _ = io.WriteString(w, "x")
	})
	c := testClient(t, func(c *Config) { c.Proxy, c.Allow = proxy, nil })
	mustGet(t, c, Request{URL: "http://feeds.example/a|b?x=1"})
	if got := <-asked; got != "http://feeds.example/a|b?x=1" {
		t.Errorf("the proxy was asked for %q", got)
	}
	for _, closed := range []string{
		"127.0.0.1", "127.0.0.1.", "[::1]", "[::ffff:10.0.0.1]", "0", "2130706433", "0177.0.0.1", "127.1", "0x7f.0.0.1", "0x7f000001", "127.0.0.0x1",
		"127\u30020\u30020\u30021", "\u2460\u2461\u2466.0.0.1", "localhost", "LOCALHOST.", "www.localhost", "feeds.example:25", "169.254.169.254",
	} {
		wantCode(t, c, Request{URL: "http://" + closed + "/"}, store.CodePrivate)
	}
}

// A SOCKS proxy looks names up; what it is asked for is checked here.
func TestSOCKSProxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	names := make(chan string, 9)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go socks(conn, names)
		}
	}()
	c := testClient(t, func(c *Config) { c.Proxy, c.Allow = "socks5://"+l.Addr().String(), nil })
	if res := mustGet(t, c, Request{URL: "http://feeds.example/x"}); string(res.Body) != "/x" {
		t.Errorf("got %q by the proxy", res.Body)
	}
	if name := <-names; name != "feeds.example" {
		t.Errorf("the proxy was asked for %q", name)
	}
	wantCode(t, c, Request{URL: "http://0x7f.1/"}, store.CodePrivate)
	if len(names) > 0 {
		t.Errorf("the proxy was asked for %q", <-names)
	}
}

// socks serves one connection of a SOCKS5 proxy: it answers requests itself, with
// their paths.
func socks(conn net.Conn, names chan<- string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	greeting := make([]byte, 3)
	_, _ = io.ReadFull(in, greeting)
	_, _ = conn.Write([]byte{5, 0})
	head := make([]byte, 5)
	_, _ = io.ReadFull(in, head)
	rest := make([]byte, int(head[4])+2)
	_, _ = io.ReadFull(in, rest)
	names <- string(rest[:head[4]])
	_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	if r, err := http.ReadRequest(in); err == nil {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(r.URL.Path), r.URL.Path)
	}
}
