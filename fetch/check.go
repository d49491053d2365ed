package fetch

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/http/httpguts"
	"golang.org/x/text/language"

	"wiredesk/fetch/web"
)

// Check reports every mistake of c. Each line names the key and the remedy.
func (c Config) Check() error {
	var errs []error
	for _, d := range []struct {
		key   string
		value time.Duration
	}{
		{"interval", c.Interval},
		{"min_interval", c.MinInterval},
		{"host_gap", c.HostGap},
		{"timeouts.dial", c.Timeouts.Dial},
		{"timeouts.tls", c.Timeouts.TLS},
		{"timeouts.headers", c.Timeouts.Headers},
		{"timeouts.idle", c.Timeouts.Idle},
		{"timeouts.total", c.Timeouts.Total},
	} {
		if d.value < 0 {
			errs = append(errs, fmt.Errorf("%s: %v is negative: write a duration as in 90s or 1h, or 0s for none", d.key, d.value))
		}
	}
	if c.Interval == 0 {
		errs = append(errs, errors.New("interval: sources need a pace: write a duration as in 1h"))
	}
	if c.Workers < 1 || c.Workers > 4096 {
		errs = append(errs, fmt.Errorf("workers: %d: write a number from 1 to 4096", c.Workers))
	}
	if c.PerHost < 1 || c.PerHost > 2 {
		errs = append(errs, fmt.Errorf("per_host: %d: write 1 or 2; more is not polite", c.PerHost))
	}
	if c.MaxBody < 1<<10 || c.MaxBody > 1<<30 {
		errs = append(errs, fmt.Errorf("max_body: %s: write a size from 1KiB to 1GiB, as in 10MiB", c.MaxBody))
	}
	if !productName.MatchString(c.UserAgent) {
		errs = append(errs, fmt.Errorf("user_agent: %q: write a product's name in letters and digits, as in wiredesk; the version is added", c.UserAgent))
	}
	for _, name := range c.Tracking {
		if !parameter.MatchString(name) {
			errs = append(errs, fmt.Errorf("tracking: %q is no query parameter: write its name as in fbclid, or x_* for all that begin with x_", name))
		}
	}
	return errors.Join(append(errs, checkProxy(c.Proxy))...)
}

var (
	productName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,63}$`)
	fingerprint = regexp.MustCompile(`^([0-9A-Fa-f]{2}:?){32}$`)
	parameter   = regexp.MustCompile(`^[A-Za-z0-9_.\[\]-]{2,64}\*?$`)
	sourceName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

func checkProxy(proxy string) error {
	if proxy == "" {
		return nil
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
		return errors.New("proxy: write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")
	}
	return nil
}

// Check reports every mistake of s. Each line names the key and the remedy.
func (s Source) Check() error {
	var errs []error
	if s.ID != "" && !sourceName.MatchString(string(s.ID)) {
		errs = append(errs, fmt.Errorf("source %q: a source's name has up to 64 letters, digits, dots, dashes and underscores", s.ID))
	}
	errs = append(errs, s.checkAddress()...)
	if s.Interval < 0 {
		errs = append(errs, fmt.Errorf("interval: %v is negative: write a duration as in 30m", s.Interval))
	}
	if s.Daily < 0 {
		errs = append(errs, fmt.Errorf("daily: %d is negative: write how many new articles a day are believable, or leave it out", s.Daily))
	}
	for _, e := range []struct{ key, value, allowed string }{
		{"updates", s.Updates, "normal ignore always"},
		{"trust", s.Trust, "normal low"},
	} {
		errs = append(errs, checkWord(e.key, e.value, e.allowed))
	}
	if s.Certificate != "" && !fingerprint.MatchString(s.Certificate) {
		errs = append(errs, fmt.Errorf("certificate: %q: write the SHA-256 fingerprint, 64 hex digits, as in openssl x509 -noout -fingerprint -sha256", s.Certificate))
	}
	errs = append(errs, s.Inherited.Check(), s.Selectors.Check(), checkHeaders(s.Headers), checkSecret(s.AuthFile))
	return errors.Join(errs...)
}

// checkAddress wants exactly one of url and opml, and no secret in it: addresses
// are shown on public pages and in logs.
func (s Source) checkAddress() []error {
	key, address := "url", s.URL
	switch {
	case s.URL == "" && s.OPML == "":
		return []error{errors.New("url: a source needs the address of its feed, as in https://example.org/feed.xml")}
	case s.URL != "" && s.OPML != "":
		return []error{errors.New("opml: a source is one feed (url) or a list of feeds (opml): leave one of them out")}
	case s.OPML != "":
		key, address = "opml", s.OPML
	}
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return []error{fmt.Errorf("%s: take the password out of the address and put user:password into a file named by auth_file", key)}
	}
	if err := web.CheckURL(address); err != nil {
		return []error{fmt.Errorf("%s: %w", key, err)}
	}
	return nil
}

// Check reports every mistake in the keys that sources inherit.
func (i Inherited) Check() error {
	errs := []error{
		checkWord("read", string(i.Read), "auto feed page"),
		checkWord("content", i.Content, "excerpt full link"),
	}
	if _, err := time.LoadLocation(i.Zone); err != nil || i.Zone == "Local" {
		errs = append(errs, fmt.Errorf("zone: %q is no time zone: write one as in Europe/Paris or UTC", i.Zone))
	}
	if i.Lang != "" {
		if _, err := language.Parse(i.Lang); err != nil {
			errs = append(errs, fmt.Errorf("lang: %q is no language tag: write one as in en or pt-BR", i.Lang))
		}
	}
	if i.Rank < 0 || i.Rank > 100 {
		errs = append(errs, fmt.Errorf("rank: %d: write a number from 0 to 100", i.Rank))
	}
	for _, tag := range i.Tags {
		if strings.TrimSpace(tag) == "" || strings.ContainsAny(tag, " \t\n\"():") {
			errs = append(errs, fmt.Errorf("tags: %q: a tag is one word without blanks, quotes, colons and parentheses", tag))
		}
	}
	return errors.Join(errs...)
}

// Check reports selectors that are not CSS.
func (s Selectors) Check() error {
	var errs []error
	for _, e := range []struct{ key, value string }{
		{"body", s.Body}, {"remove", s.Remove}, {"title", s.Title}, {"byline", s.Byline}, {"updated", s.Updated},
	} {
		if e.value == "" {
			continue
		}
		if _, err := cascadia.ParseGroup(e.value); err != nil {
			errs = append(errs, fmt.Errorf("selectors.%s: %q is no CSS selector (%v): write one as in article .story", e.key, e.value, err))
		}
	}
	return errors.Join(errs...)
}

func checkWord(key, value, allowed string) error {
	words := strings.Fields(allowed)
	if value == "" || slices.Contains(words, value) {
		return nil
	}
	return fmt.Errorf("%s: %q: write one of %s", key, value, strings.Join(words, ", "))
}

// ours are the request fields that are wiredesk's own to set.
var ours = []string{
	"accept-encoding", "cache-control", "connection", "content-length", "host", "if-modified-since", "if-none-match",
	"pragma", "range", "referer", "te", "transfer-encoding", "upgrade", "user-agent",
}

func checkHeaders(headers map[string]string) error {
	var errs []error
	for name, value := range headers {
		switch {
		case !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value):
			errs = append(errs, fmt.Errorf("headers: %q is no header field: write it as Name: value", name))
		case slices.Contains(ours, strings.ToLower(name)):
			errs = append(errs, fmt.Errorf("headers: %s is set by wiredesk: leave it out", name))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func checkSecret(file string) error {
	if file == "" {
		return nil
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return fmt.Errorf("auth_file: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("auth_file: %s is not a file", file)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("auth_file: others can read %s: type chmod 600 %s", file, file)
	}
	return nil
}
