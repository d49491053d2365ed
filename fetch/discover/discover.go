// Package discover finds feeds: at an address that a person gives, and in the
// lists of sources (OPML) that feed readers exchange.
package discover

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"wiredesk/fetch/parse"
	"wiredesk/fetch/web"
	"wiredesk/store"
)

// maxTries is how many addresses are asked in one search, the first included.
const maxTries = 12

// guesses are the well-known places, tried only where a page names no feed
// (FETCH-A28).
var guesses = []string{"atom.xml", "feed.xml", "feed/", "index.xml", "rss.xml", "rss/", "feed.json", "index.rss"}

// A Found is a feed that exists and can be read.
type Found struct {
	URL      string // where it was found, before redirects
	Title    string
	Format   string // as package parse names it
	Home     string
	Language string
	Items    int
	Guessed  bool // no page names it
}

// Feeds returns the feeds at an address: the feed that it is, else those that
// its page names, in the page's order, else those at well-known places. It is
// an error if there are none.
func Feeds(ctx context.Context, client *web.Client, address string) ([]Found, error) {
	res, err := client.Get(ctx, web.Request{URL: address, Accept: web.Feeds})
	if err != nil {
		return nil, fmt.Errorf("look for feeds at %s: %w", address, err)
	}
	if found, err := read(res, address); err == nil {
		return []Found{found}, nil
	}
	candidates, guessed := Links(res.Body, res.URL), false
	if len(candidates) == 0 {
		candidates, guessed = wellKnown(res.URL), true
	}
	var list []Found
	seen := make(map[string]bool)
	for _, c := range candidates[:min(len(candidates), maxTries-1)] {
		if seen[c] {
			continue
		}
		seen[c] = true
		res, err := client.Get(ctx, web.Request{URL: c, Accept: web.Feeds})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			continue
		}
		if found, err := read(res, c); err == nil {
			found.Guessed = guessed
			list = append(list, found)
		}
		if guessed && len(list) > 0 {
			break
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("look for feeds at %s: %w", address, ErrNone)
	}
	return list, nil
}

// ErrNone says that there is no feed.
var ErrNone = errors.New("no feed there")

func read(res *web.Response, address string) (Found, error) {
	doc, err := parse.Parse(res.Body, parse.Options{URL: res.URL, Header: res.Header})
	if err != nil {
		return Found{}, err
	}
	// Where the feed has moved for good, its new address is the one to keep.
	if res.Moved != "" && res.Moved == res.URL {
		address = res.Moved
	}
	return Found{
		URL: address, Title: doc.Feed.Title, Format: doc.Feed.Format, Home: doc.Feed.URL, Language: doc.Feed.Language, Items: len(doc.Items),
	}, nil
}

// wellKnown returns the places to guess at: beside the page, not above it, and
// at the root.
func wellKnown(page string) []string {
	base, err := url.Parse(page)
	if err != nil {
		return nil
	}
	list := make([]string, 0, len(guesses))
	for _, g := range guesses {
		if u, err := base.Parse("/" + g); err == nil {
			list = append(list, u.String())
		}
	}
	return list
}

// Code returns the code of the failure in err, or "".
func Code(err error) store.Code {
	var e *web.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return store.OK
}
