package fetch_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// A step is one answer of an origin, the validators that the request for it
// must carry, and how the poll must end.
type step struct {
	etag, modified string // wanted in the request; "" none
	answer         func(w http.ResponseWriter)
	code           store.Code
}

func ok(numbers []int, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { say(w, rss(numbers...), header...) }
}

func status(code int, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(header); i += 2 {
			w.Header()[header[i]] = []string{header[i+1]}
		}
		w.WriteHeader(code)
	}
}

func body(text string, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { say(w, text, header...) }
}

// hijack writes bytes as they are and closes the connection.
func hijack(text string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Write([]byte(text))
	}
}

const (
	tag1 = `"one"`
	tag2 = `W/"two, 2"`
	mod1 = "Sat, 02 May 2026 10:00:00 GMT"
	mod2 = "Sun, 03 May 2026 10:00:00 GMT"
)

// cond-*: which validators are stored, kept and sent.
func TestValidatorsAreStoredWithWhatTheyValidate(t *testing.T) {
	one, two := []int{1}, []int{2, 1}
	first := step{"", "", ok(one, "ETag", tag1, "Last-Modified", mod1), store.OK}
	kept := step{tag1, mod1, status(304), store.OK}
	middle := func(answer func(http.ResponseWriter), code store.Code) []step {
		return []step{first, {tag1, mod1, answer, code}, kept}
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"cond-both", []step{first, kept, kept}},
		{"cond-none", []step{{"", "", ok(one), store.OK}, {"", "", ok(one), store.OK}, {"", "", ok(two), store.OK}}},
		{"cond-dropped", []step{first, {tag1, mod1, ok(two), store.OK}, {"", "", ok(two), store.OK}}},
		{"cond-changed", []step{first, {tag1, mod1, ok(two, "ETag", tag2), store.OK}, {tag2, "", ok(two, "ETag", tag1), store.OK}, {tag1, "", status(304), store.OK}}},
		{"cond-touch", []step{first, {tag1, mod1, ok(one, "ETag", tag2, "Last-Modified", mod2), store.OK}, {tag2, mod2, status(304), store.OK}}},
		{"cond-304-newlm", []step{first, {tag1, mod1, status(304, "ETag", tag1, "Last-Modified", mod2), store.OK}, {tag1, mod2, status(304), store.OK}}},
		{"cond-304-bare", []step{first, kept, kept, kept}},
		{"a star is no ETag", []step{{"", "", ok(one, "ETag", "*"), store.OK}, {"", "", ok(two, "ETag", "*"), store.OK}}},
		{"cond-304-first", []step{{"", "", status(304, "ETag", tag1), store.CodeSurprise}, first, kept}},
		{"cond-error-keeps", middle(status(500, "ETag", tag2), store.CodeStatus)},
		{"cond-parse-fail", middle(body("<rss><channel><item><ti", "ETag", tag2), store.CodeXML)},
		{"cond-parse-fail after an item", []step{
			first,
			{tag1, mod1, body(strings.TrimSuffix(rss(2, 1), "</channel></rss>"), "ETag", tag2), store.OK},
			{"", "", ok(two), store.OK},
		}},
		{"cond-truncated", middle(hijack("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 9999\r\n\r\n"+rss(1, 2)), store.CodeCut)},
		{"cond-empty", middle(body("", "ETag", tag2), store.CodeEmpty)},
		{"cond-portal", middle(body("<!doctype html><html><head><title>Log in</title></head><body><form></form></body></html>", "ETag", tag2, "Content-Type", "text/html"), store.CodeHTML)},
		{"cond-206", middle(hijack("HTTP/1.1 206 Partial Content\r\nETag: \"x\"\r\nContent-Range: bytes 0-9/99\r\nContent-Length: 3\r\n\r\nabc"), store.CodeStatus)},
		{"cond-204", middle(status(204), store.CodeEmpty)},
		{"cond-ignored", []step{first, {tag1, mod1, ok(one, "ETag", tag1, "Last-Modified", mod1), store.OK}, kept}},
		{"net-gzip-corrupt", middle(body("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03broken beyond all repair", "ETag", tag2, "Content-Encoding", "gzip"), store.CodeEncoding)},
		{"net-enc-unknown", middle(body("x", "ETag", tag2, "Content-Encoding", "x-rig"), store.CodeEncoding)},
		{"st-flap", []step{first, {tag1, mod1, status(500), store.CodeStatus}, kept, {tag1, mod1, status(500), store.CodeStatus}, kept}},
		{"st-103", []step{{"", "", func(w http.ResponseWriter) {
			w.Header().Set("ETag", tag2)
			w.WriteHeader(http.StatusEarlyHints)
			ok(one, "ETag", tag1, "Last-Modified", mod1)(w)
		}, store.OK}, kept}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			o := newOrigin(t, func(n int, w http.ResponseWriter, _ *http.Request) { tt.steps[min(n, len(tt.steps)-1)].answer(w) })
			r.subscribe("post", o.URL+"/feed", nil)
			for i, s := range tt.steps {
				sum := r.round()
				asked := o.requests()
				if len(asked) != i+1 {
					t.Fatalf("%d requests after round %d, want one a round", len(asked), i+1)
				}
				h := asked[i].Header
				if h.Get("If-None-Match") != s.etag || h.Get("If-Modified-Since") != s.modified {
					t.Errorf("request %d carried %q, %q; want %q, %q", i+1, h.Get("If-None-Match"), h.Get("If-Modified-Since"), s.etag, s.modified)
				}
				if got := r.health("post").Code; got != s.code {
					t.Errorf("round %d ended with %q (%s), want %q", i+1, got, r.health("post").Detail, s.code)
				}
				if s.code != store.OK && (sum.Failed[s.code] != 1 || sum.New+sum.Revised > 0) {
					t.Errorf("round %d: %+v", i+1, sum)
				}
				r.pass(26 * time.Hour)
			}
		})
	}
}

// cond-304-forever: a server that says 304 to everything is asked again in
// full, but not more often than weekly.
func TestEternal304IsDoubted(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(n int, w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		ok([]int{n + 1}, "ETag", tag1)(w)
	})
	r.subscribe("post", o.URL, nil)
	var full []time.Time
	for range 40 {
		before := len(o.requests())
		r.round()
		for _, q := range o.requests()[before:] {
			if q.Header.Get("If-None-Match") == "" {
				full = append(full, r.clock())
			}
		}
		r.pass(26 * time.Hour)
	}
	for i := 1; i < len(full); i++ {
		if gap := full[i].Sub(full[i-1]); gap < 7*24*time.Hour {
			t.Errorf("asked in full after %v", gap)
		}
	}
	if len(full) < 4 {
		t.Errorf("asked in full %d times in 43 days", len(full))
	}
}

// An edited address, or other credentials, are another question (FETCH-A6).
func TestValidatorsEndWithTheQuestion(t *testing.T) {
	r := newRoom(t)
	o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{1}, "ETag", tag1)(w) })
	r.subscribe("post", o.URL+"/a", nil)
	r.round()
	for _, change := range []func(){
		func() { r.subscribe("post", o.URL+"/b", nil) },
		func() {
			s := r.sources["post"]
			s.Headers = map[string]string{"Authorization": "Bearer x"}
			r.sources["post"] = s
			r.configure()
		},
	} {
		change()
		for i, want := range []string{"", tag1} {
			r.pass(26 * time.Hour)
			before := len(o.requests())
			r.round()
			asked := o.requests()[before:]
			if len(asked) != 1 || asked[0].Header.Get("If-None-Match") != want {
				t.Errorf("request %d after the change: %d requests, want one with If-None-Match %q", i+1, len(asked), want)
			}
		}
	}
	if n := len(r.articles("post")); n != 1 {
		t.Errorf("%d articles, want 1", n)
	}
}

// What is wrong with one source stays with it.
func TestOneBrokenSourceHarmsNoOther(t *testing.T) {
	r := newRoom(t)
	good := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { ok([]int{3, 2, 1})(w) })
	r.subscribe("good", good.URL, nil)
	laughs := `<!DOCTYPE l [<!ENTITY a "ha">` + strings.Repeat(`<!ENTITY b "&a;&a;&a;&a;&a;&a;">`, 20) + `]><rss><channel><title>&b;</title></channel></rss>`
	for id, text := range map[store.SourceID]string{
		"empty": "", "html": "<html><body>hello</body></html>", "zip": "PK\x03\x04....", "cut": "<rss><channel><item>",
		"deep": strings.Repeat("<a>", 200_000), "laughs": laughs, "json": `{"version":"https://jsonfeed.org/version/1.1","items":"x"}`,
		"binary": "\x00\x01\x02\x03", "text": "just words",
	} {
		o := newOrigin(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, text) })
		r.subscribe(id, o.URL, nil)
	}
	r.subscribe("refused", "http://127.0.0.1:9/", nil)
	r.subscribe("private", "http://127.66.0.1/", nil)
	r.subscribe("nowhere", "http://nowhere.invalid/feed", nil)
	sum := r.round()
	if n := len(r.articles("good")); n != 3 {
		t.Errorf("the good source has %d articles, want 3; %+v", n, sum)
	}
	if sum.Sources != len(r.sources) {
		t.Errorf("%d sources were polled, want %d", sum.Sources, len(r.sources))
	}
	for _, e := range sum.Errors {
		if e.Code.Sentence() == "" {
			t.Errorf("%s: code %q is not on the closed list", e.Source, e.Code)
		}
	}
}
