package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/store/diff"
)

func TestSameURL(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"https://a.example/feed", "http://A.example:80/feed", true},
		{"https://a.example", "https://a.example/", true},
		{"https://a.example/feed#x", "https://a.example/feed", true},
		{"https://a.example/feed?x=1", "https://a.example/feed", false},
		{"https://a.example:8443/feed", "https://a.example/feed", false},
		{"https://a.example/Feed", "https://a.example/feed", false},
	} {
		if got := sameURL(tt.a) == sameURL(tt.b); got != tt.same {
			t.Errorf("sameURL(%q) == sameURL(%q) is %v, want %v", tt.a, tt.b, got, tt.same)
		}
	}
}

func TestSlug(t *testing.T) {
	for _, tt := range []struct{ title, address, want string }{
		{"BBC News – World", "https://x.example/", "bbc-news-world"},
		{"新聞", "https://www.paper.example/feed", "paper-example"},
		{"2024", "https://x.example/", "source-2024"},
		{"True", "https://x.example/", "source-true"},
		{strings.Repeat("long ", 20), "https://x.example/", "long-long-long-long-long-long-long-long"},
	} {
		if got := slug(tt.title, tt.address); got != tt.want {
			t.Errorf("slug(%q, %q) = %q, want %q", tt.title, tt.address, got, tt.want)
		}
	}
	taken := map[string]bool{"a": true, "a-2": true}
	if got := free(taken, "a"); got != "a-3" {
		t.Errorf("free = %q, want a-3", got)
	}
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "8080": "127.0.0.1:8080", ":8080": "127.0.0.1:8080", "0.0.0.0:80": "0.0.0.0:80", "unix:/run/x": "unix:/run/x",
	} {
		if got := loopback(address); got != want {
			t.Errorf("loopback(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestPrintableCannotSteerATerminal(t *testing.T) {
	for _, s := range []string{"\x1b[31mred", "a\rb", "a\u202eb", "\u009b2J", "bell\a"} {
		if got := printable(s); strings.ContainsAny(got, "\x1b\r\a\u009b\u202e") {
			t.Errorf("printable(%q) = %q", s, got)
		}
	}
}

func TestMarked(t *testing.T) {
	got := marked([]diff.Span{
		{Op: diff.Equal, Text: "one two three four five six seven eight nine ten eleven twelve thirteen "},
		{Op: diff.Delete, Text: "old"},
		{Op: diff.Insert, Text: "new"},
		{Op: diff.Equal, Text: " end."},
	})
	want := "… eight nine ten eleven twelve thirteen [-old-] {+new+} end."
	if got != want {
		t.Errorf("marked = %q, want %q", got, want)
	}
}

// TestTokenFile reads a topic's secret, from a file that only we can read.
func TestTokenFile(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("config.yaml", "version: 1\ntopics:\n  t: {match: '*', token_file: token}\n", 0o644)
	write("token", "s3cret-s3cret-s3cret\n", 0o600)
	c, err := load(strict.Input{Path: config, Env: os.LookupEnv})
	if err != nil || c.Topics[0].Token != "s3cret-s3cret-s3cret" {
		t.Fatalf("topics %+v, %v, want the token of the file", c.Topics, err)
	}
	write("token", "s3cret-s3cret-s3cret\n", 0o640)
	if _, err = load(strict.Input{Path: config, Env: os.LookupEnv}); err == nil || !strings.Contains(err.Error(), "config.yaml:3:31: token_file: others can read") {
		t.Errorf("load = %v, want it to refuse the file", err)
	}
}

// TestDefaultsOfAnEmptyFile keeps what nobody wrote sensible.
func TestDefaultsOfAnEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := load(strict.Input{Path: path, Env: os.LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	if c.Publish.Listen != "127.0.0.1:8080" || c.Store.Path != filepath.Join(filepath.Dir(path), "wiredesk.db") || c.Defaults.Content != "excerpt" {
		t.Errorf("defaults are %+v", c)
	}
}
