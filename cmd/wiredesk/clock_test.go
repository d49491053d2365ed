package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Only a build with the tag testclock takes its time from WIREDESK_NOW and from
// the file that WIREDESK_CLOCK_OFFSET names.
func TestClockIsSetFromOutsideByTagOnly(t *testing.T) {
	for _, tt := range []struct {
		tags string
		want string
		ours bool
	}{{"", "2031-05-07T07:08", false}, {"testclock", "2031-05-07T07:08", true}} {
		t.Run("tags="+tt.tags, func(t *testing.T) {
			dir := t.TempDir()
			bin := filepath.Join(dir, "wiredesk")
			if out, err := exec.Command("go", "build", "-tags", tt.tags, "-o", bin, ".").CombinedOutput(); err != nil {
				t.Fatalf("go build: %v\n%s", err, out)
			}
			config := "version: 1\nstore: {path: w.db}\nfetch: {timeouts: {dial: 1s}}\nsources: {one: {url: \"http://127.0.0.1:9/\"}}\n" +
				"topics: {all: {match: \"*\"}}\npublish: {listen: \"\", dir: out}\n"
			if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "ahead"), []byte("86400\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			run := func(args ...string) string {
				cmd := exec.Command(bin, args...)
				cmd.Dir, cmd.Env = dir, append(cmd.Environ(), "WIREDESK_NOW=2031-05-06T07:08:09Z", "WIREDESK_CLOCK_OFFSET=ahead")
				out, _ := cmd.CombinedOutput()
				return string(out)
			}
			run("fetch")
			if out := run("sources", "--json"); strings.Contains(out, `"attempt":"`+tt.want) != tt.ours {
				t.Errorf("sources says %s; want the set clock in it: %v", out, tt.ours)
			}
		})
	}
}

// A daemon notices a clock that somebody set, and none that only runs.
func TestClockThatWasSetIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jump := jumps(time.Now())
		for _, tt := range []struct{ set, want time.Duration }{{0, 0}, {0, 0}, {time.Hour, time.Hour}, {time.Hour, 0}, {0, -time.Hour}} {
			time.Sleep(time.Second)
			if got := jump(time.Now().Add(tt.set)); got != tt.want {
				t.Errorf("a clock that is ahead by %v was set by %v, want %v", tt.set, got, tt.want)
			}
		}
	})
}
