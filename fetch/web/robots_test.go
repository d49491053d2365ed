package web

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/store"
)

func TestRobotsRules(t *testing.T) {
	const everybody = "User-agent: *\nDisallow: /private\n"
	for _, tt := range []struct {
		name, robots, path string
		allow              bool
	}{
		{"empty", "", "/a", true},
		{"disallowed for everyone", everybody, "/private/x", false},
		{"elsewhere", everybody, "/public", true},
		{"nothing is disallowed", "User-agent: *\nDisallow:\n", "/a", true},
		{"our own group wins", everybody + "User-agent: wiredesk\nDisallow: /other\n", "/private/x", true},
		{"our own group counts", everybody + "User-agent: WireDesk/1.0\nDisallow: /other\n", "/other", false},
		{"our groups are merged", "User-agent: wiredesk\nDisallow: /a\n\nUser-agent: wiredesk\nDisallow: /b\n", "/b", false},
		{"a longer name is not ours", "User-agent: wiredeskbot\nDisallow: /\n", "/a", true},
		{"several names for one group", "User-agent: x\nUser-agent: wiredesk\nDisallow: /a\n", "/a", false},
		{"longest match", "User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", true},
		{"equal length, kinder wins", "User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
		{"star", "User-agent: *\nDisallow: /*.php\n", "/x/y.php?z", false},
		{"end", "User-agent: *\nDisallow: /*.php$\n", "/x/y.php?z", true},
		{"end reached", "User-agent: *\nDisallow: /*.php$\n", "/a.php/b.php", false},
		{"whole path", "User-agent: *\nDisallow: /a$\n", "/a", false},
		{"comment and case", "USER-AGENT: * # all\ndisALLOW: /a # no\n", "/a", false},
		{"carriage returns", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"byte order mark", "\ufeffUser-agent: *\nDisallow: /a\n", "/a", false},
		{"sitemap between", "User-agent: *\nSitemap: http://h/s\nDisallow: /a\n", "/a", false},
		{"rules before a group", "Disallow: /\n", "/a", true},
		{"robots.txt itself", "User-agent: *\nDisallow: /\n", "/robots.txt", true},
		{"escaped without need", "User-agent: *\nDisallow: /%7Ejo%65/\n", "/~joe/x", false},
		{"not escaped where the path is", "User-agent: *\nDisallow: /~joe/\n", "/%7ejoe/x", false},
		{"escapes in small letters", "User-agent: *\nDisallow: /caf%c3%a9\n", "/caf%C3%A9", false},
		{"another script", "User-agent: *\nDisallow: /café\n", "/caf%C3%A9", false},
		{"an escaped slash is none", "User-agent: *\nDisallow: /a%2Fb\n", "/a/b", true},
		{"a broken escape", "User-agent: *\nDisallow: /100%\n", "/100%", false},
		{"binary", "\x00\x01\x02:\xff", "/a", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := parseRobots(tt.robots).allow(tt.path); got != tt.allow {
				t.Errorf("allow(%q) = %v, want %v", tt.path, got, tt.allow)
			}
		})
	}
}

// rb-disallow, rb-5xx, rb-404, and what else may come instead of the file.
func TestRobotsGovernPages(t *testing.T) {
	for _, tt := range []struct {
		name   string
		robots http.HandlerFunc
		want   store.Code
	}{
		{"rb-disallow", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /page\n")
		}, store.CodeRobots},
		{"rb-allow", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /private\n")
		}, store.OK},
		{"rb-404", http.NotFound, store.OK},
		{"rb-401", redirect(401, ""), store.OK},
		{"rb-5xx", redirect(503, ""), store.CodeRobots},
		{"rb-empty", func(http.ResponseWriter, *http.Request) {}, store.OK},
		{"rb-redirect loop", redirect(302, "/robots.txt"), store.OK},
		{"rb-huge", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /page\n"+strings.Repeat("#"+strings.Repeat("x", 98)+"\n", 20_000))
		}, store.CodeRobots},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			var asked []string
			origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked = append(asked, r.URL.Path)
				mu.Unlock()
				if r.URL.Path == "/robots.txt" {
					tt.robots(w, r)
					return
				}
				_, _ = io.WriteString(w, "page")
			})
			c := testClient(t, nil)
			if c.Forbidden(origin + "/page") {
				t.Error("forbidden before robots.txt was read")
			}
			for range 2 {
				wantCode(t, c, Request{URL: origin + "/page", Robots: true}, tt.want)
			}
			if asked[0] != "/robots.txt" || tt.want != store.OK && slices.Contains(asked, "/page") {
				t.Errorf("asked for %q", asked)
			}
			if n := len(asked) - strings.Count(strings.Join(asked, " "), "/page"); n > 1+robotsHops {
				t.Errorf("robots.txt was asked for %d times", n)
			}
			if got := c.Forbidden(origin + "/page"); got != (tt.name == "rb-disallow" || tt.name == "rb-huge") {
				t.Errorf("Forbidden = %v afterwards", got)
			}
		})
	}
}

func TestRobotsAreReadAgainAfterADay(t *testing.T) {
	now, reads := time.Now(), 0
	origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			reads++
		}
		_, _ = io.WriteString(w, "x")
	})
	c := testClient(t, func(c *Config) { c.Now = func() time.Time { return now } })
	for range 3 {
		mustGet(t, c, Request{URL: origin + "/page", Robots: true})
		now = now.Add(13 * time.Hour)
	}
	if reads != 2 {
		t.Errorf("robots.txt was read %d times in 26 hours, want 2", reads)
	}
}
