package render

import "wiredesk/publish/curate"

// Atom renders e as an Atom 1.0 feed (RFC 4287).
func Atom(e curate.Edition) ([]byte, []Skipped, error) { return nil, nil, nil }

// RSS renders e as an RSS 2.0 feed.
func RSS(e curate.Edition) ([]byte, []Skipped, error) { return nil, nil, nil }

// JSON renders e as a JSON Feed 1.1.
func JSON(e curate.Edition) ([]byte, []Skipped, error) { return nil, nil, nil }

// Topics renders the list of all topics as OPML 2.0 (/opml.xml).
func Topics(site curate.Site, list []curate.Edition) ([]byte, error) { return nil, nil }

// Sources renders the list of e's sources as OPML 2.0 (/t/SLUG/sources.opml).
func Sources(e curate.Edition) ([]byte, error) { return nil, nil }
