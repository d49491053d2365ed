package web

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"wiredesk/store"
)

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if to != "" {
			w.Header().Set("Location", to)
		}
		w.WriteHeader(status)
	}
}

// rd-302 … rd-mixed: followed, and only chains of 301 and 308 count as a move.
func TestRedirectsAreFollowed(t *testing.T) {
	end := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "feed") })
	for _, tt := range []struct {
		status int
		moved  bool
	}{{301, true}, {302, false}, {303, false}, {307, false}, {308, true}} {
		t.Run(fmt.Sprint("rd-", tt.status), func(t *testing.T) {
			from := serve(t, redirect(tt.status, end+"/new"))
			res := mustGet(t, testClient(t, nil), Request{URL: from + "/old"})
			if res.URL != end+"/new" || res.Asked != from+"/old" || (res.Moved == end+"/new") != tt.moved || string(res.Body) != "feed" {
				t.Errorf("status %d: came from %s, moved %q", tt.status, res.URL, res.Moved)
			}
		})
	}
	t.Run("rd-mixed", func(t *testing.T) {
		second := serve(t, redirect(302, end))
		first := serve(t, redirect(301, second))
		if res := mustGet(t, testClient(t, nil), Request{URL: first}); res.Moved != "" {
			t.Errorf("moved to %q, want nowhere: one hop was temporary", res.Moved)
		}
	})
	t.Run("rd-chain", func(t *testing.T) {
		at := end
		for range 4 {
			at = serve(t, redirect(308, at))
		}
		if res := mustGet(t, testClient(t, nil), Request{URL: at}); res.Moved != end+"/" {
			t.Errorf("moved to %q, want %q", res.Moved, end+"/")
		}
	})
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	var hops atomic.Int32
	endless := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprintf("/%d", hops.Add(1)), http.StatusFound)
	})
	loop := serve(t, redirect(301, "/"))
	for _, tt := range []struct {
		name, url string
		want      store.Code
	}{
		{"rd-loop", loop + "/", store.CodeRedirect},
		{"rd-long", endless, store.CodeRedirect},
		{"rd-nolocation", serve(t, redirect(301, "")), store.CodeRedirect},
		{"rd-scheme file", serve(t, redirect(302, "file:///etc/passwd")), store.CodeRedirect},
		{"rd-scheme gopher", serve(t, redirect(302, "gopher://h/")), store.CodeRedirect},
		{"rd-scheme data", serve(t, redirect(302, "data:text/xml,x")), store.CodeRedirect},
		{"rd-scheme javascript", serve(t, redirect(302, "javascript:alert(1)")), store.CodeRedirect},
		{"userinfo", serve(t, redirect(302, "http://a:b@127.0.0.1/")), store.CodeRedirect},
		{"rd-private", serve(t, redirect(302, "http://127.66.0.1/")), store.CodePrivate},
		{"rd-private metadata", serve(t, redirect(301, "http://169.254.169.254/latest")), store.CodePrivate},
		{"rd-301-dead", serve(t, redirect(301, serve(t, http.NotFound))), store.CodeMissing},
		{"control characters", raw(t, says("HTTP/1.1 302 X\r\nLocation: http://h/\x01\x1b[2J\r\nContent-Length: 0\r\n\r\n")), store.CodeHTTP},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := wantCode(t, testClient(t, nil), Request{URL: tt.url}, tt.want)
			if strings.ContainsAny(e.Detail, "\x1b\n\r\x01") {
				t.Errorf("the detail carries control characters: %q", e.Detail)
			}
		})
	}
	if n := hops.Load(); n > 11 {
		t.Errorf("an endless chain was followed for %d hops", n)
	}
}

// rd-relative: RFC 3986, and the fragment stays here.
func TestRelativeRedirect(t *testing.T) {
	asked := make(chan string, 2)
	origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.RequestURI
		if r.URL.Path == "/dir/feed" {
			w.Header()["Location"] = []string{"../rd-relative/sub/../moved?x=1&y=%2F#frag"}
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		_, _ = io.WriteString(w, "x")
	})
	mustGet(t, testClient(t, nil), Request{URL: origin + "/dir/feed"})
	<-asked
	if got := <-asked; got != "/rd-relative/moved?x=1&y=%2F" {
		t.Errorf("went to %q", got)
	}
}

// rd-credentials: what is meant for one origin is told to no other.
func TestCredentialsStayAtHome(t *testing.T) {
	var leaked, given string
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		leaked = r.Header.Get("Authorization") + r.Header.Get("X-Key") + r.Header.Get("Referer")
		_, _ = io.WriteString(w, "x")
	})
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		given = r.Header.Get("Authorization") + r.Header.Get("X-Key")
		http.Redirect(w, r, other, http.StatusFound)
	})
	secret := "Basic " + base64.StdEncoding.EncodeToString([]byte("user:pass"))
	mustGet(t, testClient(t, nil), Request{URL: home, Header: map[string]string{"Authorization": secret, "X-Key": "k"}})
	if given != secret+"k" || leaked != "" {
		t.Errorf("home got %q, the other host %q", given, leaked)
	}
}

// cond-redirect-etag: a hop's validators are nobody's, and ours go only where
// they came from.
func TestValidatorsBelongToTheFinalAddress(t *testing.T) {
	var atHop, atEnd []string
	end := serve(t, func(w http.ResponseWriter, r *http.Request) {
		atEnd = append(atEnd, r.Header.Get("If-None-Match"))
		w.Header().Set("ETag", `"end"`)
		_, _ = io.WriteString(w, "x")
	})
	hop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		atHop = append(atHop, r.Header.Get("If-None-Match"))
		w.Header().Set("ETag", `"hop"`)
		http.Redirect(w, r, end+"/feed", http.StatusFound)
	})
	c := testClient(t, nil)
	first := mustGet(t, c, Request{URL: hop})
	mustGet(t, c, Request{URL: hop, Validators: first.Validators, ValidFor: first.URL})
	if first.Validators.ETag != `"end"` || atHop[1] != "" || atEnd[1] != `"end"` {
		t.Errorf("kept %s, sent %q to the hop and %q to the end", first.Validators.ETag, atHop[1], atEnd[1])
	}
}
