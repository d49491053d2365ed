package curate

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"wiredesk/publish/query"
)

// Defaults returns a topic as it is when nothing but its match is given.
func Defaults() Topic {
	return Topic{Sort: SortUpdated, Settle: 2 * time.Minute, Formats: []string{"atom", "rss", "json", "html"}}
}

// MaxLimit is the most entries that an edition may have: what the greediest
// reader takes (PUBLISH-C15).
const MaxLimit = 300

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Check reports all mistakes in the topic's configuration, joined.
func (t Topic) Check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !slug.MatchString(t.Slug) {
		wrong("slug %q: write 1 to 64 small letters, digits and hyphens, a letter or digit first", t.Slug)
	}
	if err := t.checkMatch(); err != nil {
		errs = append(errs, err)
	}
	if t.Limit < 0 || t.Limit > MaxLimit {
		wrong("limit %d: write a number from 1 to %d", t.Limit, MaxLimit)
	}
	if t.PerSource < 0 {
		wrong("per_source %d: cannot be negative; 0 means no cap", t.PerSource)
	}
	if t.MinOutlets < 0 {
		wrong("min_outlets %d: cannot be negative", t.MinOutlets)
	}
	if t.MaxAge < 0 {
		wrong("max_age %s: cannot be negative; 0s means that nothing is too old", t.MaxAge)
	}
	if t.Settle < 0 || t.Settle > 24*time.Hour {
		wrong("settle %s: write a time from 0s to 24h", t.Settle)
	}
	errs = append(errs, oneOf("sort", t.Sort, "", SortUpdated, SortNew, SortTop), oneOf("content", t.Content, "", Excerpt, Full, LinkOnly))
	for _, f := range slices.DeleteFunc(slices.Clone(t.Formats), func(f string) bool { return f == "" }) { // was blamed when it was read
		errs = append(errs, oneOf("formats", f, "atom", "rss", "json", "html"))
	}
	for _, was := range t.Was {
		if !slug.MatchString(was) {
			wrong("was %q: is no slug, so it was never this topic's address", was)
		} else if was == t.Slug {
			wrong("was %q: is the slug that the topic has now", was)
		}
	}
	for _, from := range t.From {
		if name, ok := strings.CutPrefix(from, "tag:"); from == "" || ok && name == "" {
			wrong("from %q: name a source or tag:NAME", from)
		}
	}
	if t.Token != "" && !safeToken.MatchString(t.Token) {
		wrong("token: write 16 or more letters, digits, - and _, so that it can stand in an address")
	}
	return errors.Join(errs...)
}

var safeToken = regexp.MustCompile(`^[A-Za-z0-9_-]{16,}$`)

// checkMatch parses the query. A topic that names its sources may do without one.
func (t Topic) checkMatch() error {
	_, err := t.query()
	var mistake *query.Error
	if !errors.As(err, &mistake) {
		return err
	}
	return fmt.Errorf("match: %w\n%s", err, mistake.Caret(t.Match))
}

// Plain returns what the topic takes in plain words.
func (t Topic) Plain() string {
	q, err := t.query()
	if err != nil {
		return t.Match // it was checked
	}
	return q.Plain()
}

func (t Topic) query() (*query.Query, error) {
	if strings.TrimSpace(t.Match) == "" && len(t.From) > 0 {
		return query.Parse("*")
	}
	return query.Parse(t.Match)
}

func oneOf(key, got string, want ...string) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s %q: write one of %s", key, got, strings.Join(slices.DeleteFunc(want, func(s string) bool { return s == "" }), ", "))
}
