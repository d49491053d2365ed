package fetch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDefaultsAreGood(t *testing.T) {
	if err := Defaults().Check(); err != nil {
		t.Error(err)
	}
}

func TestConfigCheckNamesKeyAndRemedy(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*Config)
		want string
	}{
		{"negative", func(c *Config) { c.HostGap = -1 }, "host_gap: -1ns is negative"},
		{"no pace", func(c *Config) { c.Interval = 0 }, "interval: sources need a pace"},
		{"no workers", func(c *Config) { c.Workers = 0 }, "workers: 0: write a number"},
		{"too many at once", func(c *Config) { c.PerHost = 3 }, "per_host: 3: write 1 or 2"},
		{"nothing fits", func(c *Config) { c.MaxBody = 0 }, "max_body: 0: write a size"},
		{"a browser's name", func(c *Config) { c.UserAgent = "Mozilla/5.0 (X11)" }, "user_agent: "},
		{"tracking", func(c *Config) { c.Tracking = []string{"utm_x", "*"} }, `tracking: "*" is no query parameter: write its name as in fbclid`},
		{"proxy", func(c *Config) { c.Proxy = "localhost:3128" }, "proxy: write it as http://HOST:PORT"},
		{"timeouts", func(c *Config) { c.Timeouts.Idle = -time.Second }, "timeouts.idle: -1s is negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Defaults()
			tt.edit(&c)
			if err := c.Check(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Check() = %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestSourceCheckNamesKeyAndRemedy(t *testing.T) {
	open := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(open, []byte("user:pass"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		edit func(*Source)
		want string // "": no mistake
	}{
		{"good", func(*Source) {}, ""},
		{"a list of feeds", func(s *Source) { s.URL, s.OPML = "", "https://example.org/l.opml" }, ""},
		{"everything set", func(s *Source) {
			s.Read, s.Content, s.Zone, s.Lang, s.Rank, s.Tags = ReadPage, "link", "Europe/Paris", "pt-BR", 100, []string{"wire"}
			s.Updates, s.Trust, s.Daily, s.Headers = "ignore", "low", 10, map[string]string{"X-Key": "v"}
			s.Selectors.Body = "article .story > p"
		}, ""},
		{"no address", func(s *Source) { s.URL = "" }, "url: a source needs the address"},
		{"both", func(s *Source) { s.OPML = "https://h/" }, "opml: a source is one feed (url) or a list"},
		{"no scheme", func(s *Source) { s.URL = "example.org/feed" }, `url: "example.org/feed" is not an http or https address`},
		{"file", func(s *Source) { s.URL = "file:///etc/passwd" }, "url: "},
		{"password", func(s *Source) { s.URL = "https://user:secret@example.org/" }, "auth_file"},
		{"id", func(s *Source) { s.ID = "../x" }, "a source's name has"},
		{"read", func(s *Source) { s.Read = "pages" }, `read: "pages": write one of auto, feed, page`},
		{"content", func(s *Source) { s.Content = "all" }, `content: "all": write one of excerpt, full, link`},
		{"zone", func(s *Source) { s.Zone = "Paris" }, `zone: "Paris" is no time zone`},
		{"local zone", func(s *Source) { s.Zone = "Local" }, `zone: "Local" is no time zone`},
		{"lang", func(s *Source) { s.Lang = "englisch" }, `lang: "englisch"`},
		{"rank", func(s *Source) { s.Rank = 101 }, "rank: 101"},
		{"tags", func(s *Source) { s.Tags = []string{"two words"} }, `tags: "two words"`},
		{"updates", func(s *Source) { s.Updates = "sometimes" }, "updates: "},
		{"trust", func(s *Source) { s.Trust = "high" }, "trust: "},
		{"daily", func(s *Source) { s.Daily = -1 }, "daily: -1"},
		{"interval", func(s *Source) { s.Interval = -time.Hour }, "interval: -1h0m0s"},
		{"our header", func(s *Source) { s.Headers = map[string]string{"user-agent": "x"} }, "headers: user-agent is set by wiredesk"},
		{"split header", func(s *Source) { s.Headers = map[string]string{"X": "a\r\nHost: b"} }, "headers: "},
		{"selector", func(s *Source) { s.Selectors.Body = "p[" }, `selectors.body: "p[" is no CSS selector`},
		{"no secret", func(s *Source) { s.AuthFile = "/does/not/exist" }, "auth_file: "},
		{"open secret", func(s *Source) { s.AuthFile = open }, "chmod 600"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Source{ID: "afp-france24", URL: "https://example.org/feed"}
			tt.edit(&s)
			err := s.Check()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Check() = %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret@") {
				t.Errorf("Check() = %v: that tells the password", err)
			}
		})
	}
}

func TestCheckReportsAllMistakesAtOnce(t *testing.T) {
	s := Source{URL: "x", Daily: -1, Inherited: Inherited{Read: "x", Rank: -1, Zone: "x"}}
	if n := len(strings.Split(s.Check().Error(), "\n")); n != 5 {
		t.Errorf("%d lines, want 5:\n%v", n, s.Check())
	}
}

func TestSecretsOfAuthFiles(t *testing.T) {
	for content, want := range map[string]string{
		"user:pass\n":  "Basic dXNlcjpwYXNz",
		"token123\n":   "Bearer token123",
		"Bearer x:y":   "Bearer x:y",
		"":             "",
		"two\nlines\n": "",
	} {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readSecret(file); got != want || (err == nil) != (want != "") {
			t.Errorf("readSecret(%q) = %q, %v, want %q", content, got, err, want)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "one": 1, " two  words\n": 2, "it's one-two, three": 3, "東京で会議が開かれた": 5, "AFP 東京で": 2,
	} {
		if got := words(text); got != want {
			t.Errorf("words(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestOutageIsNobodysFault(t *testing.T) {
	now := time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)
	var o outage
	for _, host := range []string{"a", "b", "c", "d"} {
		if o.note(host, true, now) {
			t.Errorf("%s: four hosts are no outage", host)
		}
	}
	if !o.note("e", true, now) {
		t.Error("five of five hosts are out of reach: that is us")
	}
	for _, host := range []string{"f", "g", "h", "i", "j"} {
		o.note(host, false, now)
	}
	if o.note("e", true, now) {
		t.Error("half of the hosts answer: that is not us")
	}
	if o.note("e", true, now.Add(2*time.Minute)) {
		t.Error("what was two minutes ago does not count")
	}
}
