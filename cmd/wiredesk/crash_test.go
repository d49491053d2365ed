package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledWhileIngesting kills the program at many moments of a round. After
// each the store is clean and holds every article that was announced; in the
// end a whole round leaves each article there once.
func TestKilledWhileIngesting(t *testing.T) {
	const sources, items = 24, 12
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title>`, r.URL.Path)
		for i := range items {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%d</guid><link>http://paper.example%s/%d</link><title>Report %d of%s</title><description>%s</description></item>`,
				i, r.URL.Path, i, i, r.URL.Path, strings.Repeat(fmt.Sprintf("Line %d of %s. ", i, r.URL.Path), 200))
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	defer srv.Close()
	config := filepath.Join(t.TempDir(), "config.yaml")
	var text strings.Builder
	text.WriteString("version: 1\nsite: {contact: ops@test.example}\nstore: {path: test.db}\ndefaults: {read: feed}\n" +
		"fetch: {allow_networks: [127.0.0.0/8], min_interval: 0s, host_gap: 0s, per_host: 2}\npublish: {dir: out}\ntopics: {all: {match: '*'}}\nsources:\n")
	for i := range sources {
		fmt.Fprintf(&text, "  s%d: {url: %q}\n", i, fmt.Sprintf("%s/s%d", srv.URL, i))
	}
	if err := os.WriteFile(config, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for i := range 8 {
		for id := range killed(t, config, time.Duration(15*(i+1))*time.Millisecond) {
			told[id] = true
		}
		if out, err := exec.Command("wiredesk", "verify", "-c", config).CombinedOutput(); err != nil {
			t.Fatalf("verify after kill %d: %v\n%s", i, err, out)
		}
		stored := ids(t, config)
		for id := range told {
			if !stored[id] {
				t.Fatalf("article %s was announced before kill %d and is gone", id, i)
			}
		}
	}
	if out, err := exec.Command("wiredesk", "fetch", "--force", "-c", config).CombinedOutput(); err != nil {
		t.Fatalf("last round: %v\n%s", err, out)
	}
	if n := len(ids(t, config)); n != sources*items {
		t.Errorf("%d articles, want %d", n, sources*items)
	}
}

// killed runs a round, kills it, and returns the articles that it announced.
func killed(t *testing.T, config string, after time.Duration) map[string]bool {
	t.Helper()
	cmd := exec.Command("wiredesk", "fetch", "--force", "--log-format", "json", "-c", config)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
	told := map[string]bool{}
	for lines := bufio.NewScanner(&log); lines.Scan(); {
		var e struct{ Msg, ID string }
		if json.Unmarshal(lines.Bytes(), &e) == nil && e.Msg == "stored" {
			told[e.ID] = true
		}
	}
	return told
}

// ids returns the articles in the store.
func ids(t *testing.T, config string) map[string]bool {
	t.Helper()
	out, err := exec.Command("wiredesk", "articles", "--json", "-c", config).Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for line := range bytes.Lines(out) {
		var a struct{ ID string }
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		if all[a.ID] {
			t.Errorf("article %s is listed twice", a.ID)
		}
		all[a.ID] = true
	}
	return all
}
