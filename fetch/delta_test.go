package fetch_test

import (
	"net/http"
	"testing"
	"time"

	"wiredesk/fetch"
	"wiredesk/store"
)

// st-226: where a source's headers ask for a delta, it is merged: its ETag is
// stored, and what it leaves out is not gone. Where none was asked for, it is an
// error.
func TestDeltaIsMerged(t *testing.T) {
	answer := func(n int, w http.ResponseWriter, _ *http.Request) {
		switch n {
		case 0:
			ok([]int{2, 1}, "ETag", tag1)(w)
		case 1:
			w.Header()["ETag"] = []string{tag2}
			w.WriteHeader(http.StatusIMUsed)
			_, _ = w.Write([]byte(rss(3)))
		default:
			ok([]int{3, 2, 1}, "ETag", tag1)(w)
		}
	}
	for _, tt := range []struct {
		name  string
		asked bool
		code  store.Code
		sent  string // as If-None-Match after it
		items int
	}{
		{"st-226", true, store.OK, tag2, 3},
		{"st-226 unasked", false, store.CodeStatus, tag1, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t)
			o := newOrigin(t, answer)
			r.subscribe("post", o.URL, func(s *fetch.Source) {
				if tt.asked {
					s.Headers = map[string]string{"A-IM": "feed"}
				}
			})
			for range 2 {
				r.round()
				r.pass(26 * time.Hour)
			}
			if h := r.health("post"); h.Code != tt.code || h.Items != tt.items {
				t.Errorf("code %q with %d items, want %q with %d", h.Code, h.Items, tt.code, tt.items)
			}
			if n := len(r.articles("post")); n != tt.items {
				t.Errorf("%d articles, want %d", n, tt.items)
			}
			if sum := r.round(); tt.asked && sum.Revised+sum.New+sum.Unchanged > 0 {
				t.Errorf("the next document is read anew: %+v", sum)
			}
			if got := o.requests()[2].Header.Get("If-None-Match"); got != tt.sent {
				t.Errorf("If-None-Match %q, want %q", got, tt.sent)
			}
		})
	}
}
