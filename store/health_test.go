package store

import (
	"strings"
	"testing"
	"time"
)

func TestState(t *testing.T) {
	ok := Kept{Attempt: noon, OK: noon, Items: 20, Articles: 20}
	failed := func(c Code, n int, since time.Duration) Kept {
		k := ok
		k.Code, k.Errors, k.FailedAt = c, n, noon.Add(-since)
		return k
	}
	never := func(k Kept) Kept { k.OK = time.Time{}; return k }
	for _, tt := range []struct {
		name string
		kept Kept
		want State
	}{
		{"never polled", Kept{}, StateNew},
		{"fine", ok, StateOK},
		{"paused", Kept{Paused: true, Stopped: true}, StatePaused},
		{"stopped", Kept{Stopped: true, Attempt: noon}, StateGone},
		{"gone", failed(CodeGone, 1, 0), StateGone},
		{"slow", failed(CodeTimeout, 1, 0), StateSlow},
		{"asked to wait", failed(CodeLimited, 1, 0), StateSlow},
		{"blocked", failed(CodeBlocked, 1, 0), StateBlocked},
		{"HTML", failed(CodeHTML, 1, 0), StateUnreadable},
		{"missing for an hour", failed(CodeMissing, 20, time.Hour), StateSlow},
		{"missing for a month", failed(CodeMissing, 20, 30*24*time.Hour), StateDead},
		{"never was there", never(failed(CodeDNS, 1, 0)), StateDead},
		{"our fault", failed(CodeLocal, 1, 0), StateOK},
		{"empty", Kept{Attempt: noon, OK: noon}, StateEmpty},
		{"empty today", Kept{Attempt: noon, OK: noon, Articles: 3}, StateOK},
		{"moved", Kept{Attempt: noon, OK: noon, Items: 1, Redirects: 2}, StateMoved},
		{"churning", Kept{Attempt: noon, OK: noon, Items: 9, Churned: 5}, StateChurning},
		{"ahead of time", Kept{Attempt: noon, OK: noon, Items: 9, Ahead: true}, StateClock},
	} {
		if got := tt.kept.State(); got != tt.want {
			t.Errorf("%s: State() = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Every code says what it means and, after a semicolon, what comes of it.
func TestEveryCodeHasASentence(t *testing.T) {
	for _, c := range Codes() {
		s := c.Sentence()
		if c != OK && c != CodeLimited && (!strings.Contains(s, "; ") || len(s) > 140 || strings.HasSuffix(s, ".")) {
			t.Errorf("%s means %q", c, s)
		}
	}
}
