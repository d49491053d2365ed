// Package fulltext reads the page behind an article: its main text, who wrote
// it, which agency it comes from, and when it says it was published and changed.
package fulltext

import (
	"time"

	"wiredesk/store"
)

// Selectors are CSS selectors that override what is found without them.
// The fields are those of the selectors section of a source.
type Selectors struct{ Body, Remove, Title, Byline, Updated string }

// Options are what is known of a page before it is read.
type Options struct {
	URL       string // where the page came from, after redirects
	Selectors Selectors
	Zone      *time.Location // of dates that name none; nil: unknown
	Lang      string         // of the source; empty: unknown
	Now       time.Time      // when the page was fetched
}

// A Page is what was read from an article's page.
type Page struct {
	Title, Standfirst, Body, Text, Byline, Credit, Language, Canonical string

	Image              store.Image
	Related            []store.Link
	Published, Updated store.Claim
	Wall               bool // a consent wall or a paywall stands before the text
}

// Read reads an article's page.
func Read(page []byte, contentType string, o Options) (Page, error) { return Page{}, nil }
