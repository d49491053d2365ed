package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgress(t *testing.T) {
	for _, tt := range []struct {
		name  string
		width int
		takes time.Duration
		want  string
	}{
		{"quick", 80, 900 * time.Millisecond, ""},
		{"slow", 80, 2500 * time.Millisecond, "\r\x1b[Kcounting \u00e9 (1s)\r\x1b[Kcounting \u00e9 (2s)\r\x1b[K"},
		{"narrow", 9, 1500 * time.Millisecond, "\r\x1b[Kcountin…\r\x1b[K"},
		{"no terminal", 0, time.Hour, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				bar := (&program{err: &out, width: tt.width}).progress()
				bar.show("counting %s", "\u00e9\x1b")
				time.Sleep(tt.takes)
				bar.clear()
				if out.String() != tt.want {
					t.Errorf("wrote %q, want %q", out.String(), tt.want)
				}
			})
		})
	}
}
