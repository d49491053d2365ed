package serve

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// locked returns a site with a public topic, a private one, and the private
// one's old name.
func locked(t *testing.T) *Site {
	t.Helper()
	s := feed(t)
	s.Lock("/t/budget/", "k3y-of-the-budget")
	s.Lock("/t/money/", "k3y-of-the-budget")
	s.Redirect("/t/money/k3y-of-the-budget/", "/t/budget/k3y-of-the-budget/")
	s.Put("/t/budget/k3y-of-the-budget/", File{Type: "text/html; charset=utf-8", Body: text, Private: true})
	s.Put("/t/budget/k3y-of-the-budget/feed.atom", File{Type: "application/atom+xml", Body: text, Private: true})
	return s
}

func TestLock(t *testing.T) {
	s := locked(t)
	for _, tt := range []struct {
		name, path, password string
		want                 int
	}{
		{"the token in the address", "/t/budget/k3y-of-the-budget/feed.atom", "", 200},
		{"without the last slash", "/t/budget/k3y-of-the-budget", "", 301},
		{"a wrong token", "/t/budget/k3y-of-the-budgeT/feed.atom", "", 404},
		{"no token", "/t/budget/feed.atom", "", 401},
		{"no token, the page", "/t/budget/", "", 401},
		{"no token, no slash", "/t/budget", "", 401},
		{"Basic", "/t/budget/feed.atom", "k3y-of-the-budget", 200},
		{"Basic, the page", "/t/budget/", "k3y-of-the-budget", 200},
		{"Basic, a file that is not there", "/t/budget/feed.rss", "k3y-of-the-budget", 404},
		{"a wrong password", "/t/budget/feed.atom", "guess", 401},
		{"the old name", "/t/money/k3y-of-the-budget/feed.atom", "", 301},
		{"the old name without a token tells nothing", "/t/money/feed.atom", "", 401},
		{"another topic", "/t/x/feed.atom", "", 200},
		{"a topic that is not there", "/t/none/feed.atom", "", 404},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://desk.example"+tt.path, nil)
		if tt.password != "" {
			r.SetBasicAuth("anybody", tt.password)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.want)
		}
		challenged := w.Header().Get("WWW-Authenticate") != ""
		if challenged != (tt.want == http.StatusUnauthorized) {
			t.Errorf("%s: WWW-Authenticate %q with %d", tt.name, w.Header().Get("WWW-Authenticate"), w.Code)
		}
	}
	// No cache between may keep what only some may read, nor the refusal.
	if got := ask(s, "GET", "/t/budget/k3y-of-the-budget/feed.atom").Header.Get("Cache-Control"); got != "private, max-age=60" {
		t.Errorf("Cache-Control of a private feed: %q", got)
	}
	if got := ask(s, "GET", "/t/budget/feed.atom").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control of a refusal: %q", got)
	}
}

// Only who speaks from a trusted network says for whom, and only as far as it
// cannot be forged.
func TestProxies(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8", "127.0.0.1/32"})
	if err != nil {
		t.Fatal(err)
	}
	forwarded := map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "news.example"}
	for _, tt := range []struct {
		name, from string
		header     map[string]string
		client     string
		host       string
		scheme     string
	}{
		{"a stranger", "192.0.2.1:999", forwarded, "192.0.2.1", "desk.example", "http"},
		{"a proxy", "10.1.2.3:999", forwarded, "203.0.113.9", "news.example", "https"},
		{"a Unix socket", "@", forwarded, "203.0.113.9", "news.example", "https"},
		{"a proxy that says nothing", "10.1.2.3:999", nil, "10.1.2.3", "desk.example", "http"},
		{"a client that lies to the proxy", "10.1.2.3:999", map[string]string{"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}, "203.0.113.9", "desk.example", "http"},
		{"two proxies", "10.1.2.3:999", map[string]string{"X-Forwarded-For": "203.0.113.9, 10.9.9.9"}, "203.0.113.9", "desk.example", "http"},
		{"rubbish", "10.1.2.3:999", map[string]string{"X-Forwarded-For": "none", "X-Forwarded-Proto": "gopher"}, "10.1.2.3", "desk.example", "http"},
		{"IPv6", "10.1.2.3:999", map[string]string{"X-Forwarded-For": "2001:db8::1"}, "2001:db8::1", "desk.example", "http"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/desk/", nil)
		r.RemoteAddr, r.Host = tt.from, "desk.example"
		for k, v := range tt.header {
			r.Header.Set(k, v)
		}
		got := proxies.Unwrap(r)
		if c := Client(got).String(); c != tt.client || got.Host != tt.host || got.URL.Scheme != tt.scheme {
			t.Errorf("%s: %s at %s by %s, want %s at %s by %s", tt.name, c, got.Host, got.URL.Scheme, tt.client, tt.host, tt.scheme)
		}
	}
	if _, err := ParseProxies([]string{"10.0.0.1"}); err == nil {
		t.Error("an address is taken for a network")
	}
}
