// Package render turns an edition into the bytes of its feeds: Atom 1.0, RSS
// 2.0, JSON Feed 1.1 and OPML 2.0. It alone imports gorilla/feeds, whose types
// it extends by all that they cannot say (PARSE, section 5).
//
// The same edition always gives the same bytes: nothing here reads a clock or
// draws a number. Every string is cleaned before it is written, every document
// is parsed strictly before it is returned, and an entry that would spoil one
// is set aside and reported instead: the edition lives on without it.
package render

import (
	"fmt"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// The media types of the formats (PUBLISH-C11).
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

// Atom renders e as an Atom 1.0 feed (RFC 4287).
func Atom(e curate.Edition) ([]byte, []Skipped, error) { return Prepare(e).Atom() }

// RSS renders e as an RSS 2.0 feed.
func RSS(e curate.Edition) ([]byte, []Skipped, error) { return Prepare(e).RSS() }

// JSON renders e as a JSON Feed 1.1.
func JSON(e curate.Edition) ([]byte, []Skipped, error) { return Prepare(e).JSON() }

// Atom writes the feed as Atom 1.0 (RFC 4287).
func (f *Feed) Atom() ([]byte, []Skipped, error) { return f.write("atom", writeAtom, checkAtom) }

// RSS writes the feed as RSS 2.0.
func (f *Feed) RSS() ([]byte, []Skipped, error) { return f.write("rss", writeRSS, checkRSS) }

// JSON writes the feed as JSON Feed 1.1.
func (f *Feed) JSON() ([]byte, []Skipped, error) { return f.write("json", writeJSON, checkJSON) }

// write renders f and checks the outcome. Cleaning leaves nothing to find; if
// the check finds something all the same, each entry is tried alone and those
// that fail are left out.
func (f *Feed) write(format string, render func(*Feed) ([]byte, error), check func([]byte, *Feed) error) ([]byte, []Skipped, error) {
	attempt := func(f *Feed) ([]byte, error) {
		b, err := render(f)
		if err == nil {
			err = check(b, f)
		}
		return b, err
	}
	b, err := attempt(f)
	for err == nil && len(b) > maxDocument && len(f.entries) > 1 {
		f = f.shortened(len(b))
		b, err = attempt(f)
	}
	if err == nil {
		return b, f.skipped, nil
	}
	good, skipped := *f, append([]Skipped(nil), f.skipped...)
	good.entries = nil
	for i := range f.entries {
		alone := *f
		alone.entries = f.entries[i : i+1]
		if _, err := attempt(&alone); err != nil {
			skipped = append(skipped, Skipped{Story: f.entries[i].story, ID: f.entries[i].id, Err: err})
			continue
		}
		good.entries = append(good.entries, f.entries[i])
	}
	b, err = attempt(&good)
	for err == nil && len(b) > maxDocument && len(good.entries) > 1 {
		good = *good.shortened(len(b))
		b, err = attempt(&good)
	}
	if err != nil {
		return nil, skipped, fmt.Errorf("render %s: as %s: %w", f.slug, format, err)
	}
	return b, skipped, nil
}

// maxDocument is the most bytes that a feed may have: what every reader and
// hub takes (PUBLISH-C15).
const maxDocument = 1 << 20

// shortened returns f without as many of its last entries as make it size
// bytes long where maxDocument are allowed, as far as that can be told.
func (f *Feed) shortened(size int) *Feed {
	short := *f
	n := len(f.entries) * maxDocument / size
	short.entries = f.entries[:min(max(1, n), len(f.entries)-1)]
	return &short
}
