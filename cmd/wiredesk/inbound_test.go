package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// knock sends one request as it is written, and returns the answer.
func knock(t *testing.T, at, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

// What strangers send to a daemon (RELIABILITY-A1 to A7, W1): no name but its
// own, no method that changes anything, no way out, and nothing of the
// operator's.
func TestInbound(t *testing.T) {
	_, at := begin(t, trial+"sources: {}\npublish: {listen: LISTEN, hub: true}\n")
	callback := "/websub/" + strings.Repeat("0a", 16)
	for _, tt := range []struct {
		name, request string
		want          int
	}{
		{"A1 front page under a foreign name", "GET / HTTP/1.1\nHost: evil.example", 421},
		{"A1 feed under a foreign name", "GET /t/all/feed.atom HTTP/1.1\nHost: evil.example", 421},
		{"A1 hub under a foreign name", "POST /hub HTTP/1.1\nHost: evil.example\nContent-Length: 0", 421},
		{"A1 callback under a foreign name", "GET " + callback + " HTTP/1.1\nHost: evil.example", 421},
		{"A1 desk under a foreign name", "GET /desk/ HTTP/1.1\nHost: evil.example", 421},
		{"A1 name of a proxy that nobody trusts", "GET / HTTP/1.1\nHost: evil.example\nX-Forwarded-Host: " + at, 421},
		{"A1 whole address in the request line", "GET http://evil.example/ HTTP/1.1\nHost: " + at, 421},
		{"A2 page put", "PUT / HTTP/1.1\nHost: " + at + "\nContent-Length: 0", 405},
		{"A2 feed deleted", "DELETE /t/all/feed.atom HTTP/1.1\nHost: " + at, 405},
		{"A2 story posted to", "POST /s/s1/ HTTP/1.1\nHost: " + at + "\nContent-Length: 0", 405},
		{"A2 hub asked by GET", "GET /hub?hub.mode=subscribe HTTP/1.1\nHost: " + at, 405},
		{"A2 hub asked by a page elsewhere", "POST /hub HTTP/1.1\nHost: " + at + "\nSec-Fetch-Site: cross-site\nContent-Length: 0", 403},
		{"A6 profile", "GET /debug/pprof/ HTTP/1.1\nHost: " + at, 404},
		{"A7 metrics", "GET /metrics HTTP/1.1\nHost: " + at, 404},
		{"A7 health", "GET /readyz HTTP/1.1\nHost: " + at, 404},
		{"W1 unknown callback", "GET " + callback + "?hub.mode=subscribe&hub.challenge=%3Cscript%3E HTTP/1.1\nHost: " + at, 404},
		{"W1 push to an unknown callback", "POST " + callback + " HTTP/1.1\nHost: " + at + "\nContent-Length: 0", 404},
	} {
		res, body := knock(t, at, tt.request)
		if res.StatusCode != tt.want || res.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(body, "<script>") || strings.Contains(body, "evil") {
			t.Errorf("%s: status %d, want %d, with nosniff and nothing of the request:\n%v\n%s", tt.name, res.StatusCode, tt.want, res.Header, body)
		}
	}
	for _, path := range []string{"//evil.example/", "//evil.example", "/\\evil.example", "/t/all?next=//evil.example", "/t//evil.example/..", "/%2f%2fevil.example"} {
		res, _ := knock(t, at, "GET "+path+" HTTP/1.1\nHost: "+at)
		if to := res.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") || strings.Contains(to, "evil")) {
			t.Errorf("A2: %s leads to %q", path, to)
		}
	}
}

// What is asked besides the path changes nothing of a feed, and pages allow
// nothing that could run (RELIABILITY-A3, A5).
func TestInboundAnswers(t *testing.T) {
	_, at := begin(t, trial+"sources: {}\npublish: {listen: LISTEN, hub: true}\n")
	plain, want := knock(t, at, "GET /t/all/feed.atom HTTP/1.1\nHost: "+at)
	for _, odd := range []string{"?utm_source=x HTTP/1.1\nHost: " + at, " HTTP/1.1\nX-Forwarded-Host: evil.example\nX-Forwarded-Proto: https\nForwarded: host=evil.example\nHost: " + at, " HTTP/1.1\nA-IM: feed\nAccept: text/nonsense\nHost: " + at} {
		res, body := knock(t, at, "GET /t/all/feed.atom"+odd)
		if body != want || res.Header.Get("ETag") != plain.Header.Get("ETag") || res.StatusCode != 200 {
			t.Errorf("%q: status %d, another body or tag", odd, res.StatusCode)
		}
	}
	if !strings.Contains(want, fmt.Sprintf(`href="http://%s/t/all/feed.atom"`, at)) {
		t.Errorf("the feed does not name its configured address:\n%s", want)
	}
	for _, page := range []string{"/", "/t/all/", "/search?q=%3Cscript%3Ealert(1)", "/nothing"} {
		res, body := knock(t, at, "GET "+page+" HTTP/1.1\nHost: "+at)
		policy := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q lacks %s", page, policy, part)
			}
		}
		if strings.Contains(body, "<script") {
			t.Errorf("%s: a script", page)
		}
	}
}
