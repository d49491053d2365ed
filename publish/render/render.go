// Package render turns an edition into the bytes of its feeds: Atom 1.0, RSS
// 2.0, JSON Feed 1.1 and OPML 2.0. It alone imports gorilla/feeds, whose types
// it extends by all that they cannot say (PARSE, section 5).
//
// The same edition always gives the same bytes: nothing here reads a clock or
// draws a number. Every document is parsed strictly before it is returned, and
// an entry that would spoil one is set aside and reported instead.
package render

import (
	"fmt"

	"wiredesk/store"
)

// The media types of the formats.
const (
	TypeAtom = "application/atom+xml; charset=utf-8"
	TypeRSS  = "application/rss+xml; charset=utf-8"
	TypeJSON = "application/feed+json"
	TypeOPML = "text/x-opml; charset=utf-8"
)

// A Skipped is an entry that an edition had to do without, and why.
type Skipped struct {
	Story store.StoryID
	ID    string
	Err   error
}

func (s Skipped) Error() string { return fmt.Sprintf("set aside story %s: %v", s.Story, s.Err) }

func (s Skipped) Unwrap() error { return s.Err }
