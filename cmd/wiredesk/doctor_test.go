package main

import (
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// Whatever is wrong with a source is said in words, with what to do about it.
func TestEveryTroubleHasARemedy(t *testing.T) {
	kept := store.Kept{Attempt: time.Unix(1, 0), Errors: 1, FailedAt: time.Unix(1, 0)}
	for _, c := range store.Codes() {
		kept.Code = c
		for _, last := range []time.Time{{}, time.Unix(1, 0)} {
			kept.OK = last
			h := store.Health{Source: "post", URL: "http://post.example/feed", Code: c, State: kept.State(), MovedTo: "http://new.example/"}
			if c == store.OK {
				h.State = store.StateMoved
			}
			if what := trouble(h); strings.HasSuffix(what, "it has trouble") || strings.HasSuffix(what, ": ") {
				t.Errorf("%s: %q", c, what)
			}
			if next := remedy(h); next == "" || strings.HasPrefix(next, "wiredesk parse ") {
				t.Errorf("%s, %s: the remedy is %q", c, h.State, next)
			}
		}
	}
}
