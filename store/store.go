// Package store is wiredesk's memory: what was fetched, when it changed, and
// which articles tell the same story.
//
// It holds the domain types and the rules that need the past to decide. It
// does no I/O; package bolt keeps these types in a file. Nothing here reads
// the clock: every time arrives inside a [Delivery], so that replaying the
// same deliveries always rebuilds the same store.
//
// The integer cbor keys of these types are the format on disk: a key is never
// reused, and a field that goes leaves its number behind.
package store

import (
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNotFound reports that no record has the requested ID.
	ErrNotFound = errors.New("not found")
	// ErrUnfit reports a delivery that nothing can be made of, whatever was done
	// about it: it is not to be tried again.
	ErrUnfit = errors.New("nothing can be made of it")
	// ErrForgotten reports that retention took away what was asked for.
	ErrForgotten = errors.New("it is kept no longer")
	// ErrMoved reports that a bookmark is no longer where the caller thought.
	ErrMoved = errors.New("moved meanwhile")
)

// A SourceID names one configured feed. It is the key in config.yaml, not a
// URL, so that a feed may move without losing its history.
type SourceID string

// An ArticleID is unique in a store and never reused. The upper 8 bits are the
// shard that minted it (0 on one machine), the lower 56 a sequence that starts
// at the store's birth time, so that a store made anew never mints an old ID.
// Zero means none.
type ArticleID uint64

// A StoryID numbers a story as [ArticleID] numbers an article. Zero means none.
type StoryID uint64

// String returns the ID as people and addresses write it, as in "a5k0w2q1".
func (id ArticleID) String() string { return "a" + encodeID(uint64(id)) }

// String returns the ID as people and addresses write it, as in "s5k0w2q1".
func (id StoryID) String() string { return "s" + encodeID(uint64(id)) }

// ParseArticleID reads what [ArticleID.String] wrote.
func ParseArticleID(s string) (ArticleID, error) {
	n, err := decodeID('a', s)
	return ArticleID(n), err
}

// ParseStoryID reads what [StoryID.String] wrote.
func ParseStoryID(s string) (StoryID, error) {
	n, err := decodeID('s', s)
	return StoryID(n), err
}

// digits is base 32 without i, l, o and u, which are misread or misspelt.
var digits = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func encodeID(n uint64) string {
	// 65 bits fill 13 digits; a leading zero byte keeps the number right-aligned.
	var raw [10]byte
	binary.BigEndian.PutUint64(raw[2:], n)
	s := strings.TrimLeft(digits.EncodeToString(raw[:]), "0")
	if s == "" {
		return "0"
	}
	return s
}

func decodeID(kind byte, s string) (uint64, error) {
	if len(s) < 2 || len(s) > 14 || s[0] != kind {
		return 0, fmt.Errorf("id %q: want %c and up to 13 letters or digits", s, kind)
	}
	raw, err := digits.DecodeString(strings.Repeat("0", 16-len(s[1:])) + s[1:])
	if err != nil || raw[0] != 0 || raw[1] != 0 {
		return 0, fmt.Errorf("id %q is not one that wiredesk wrote", s)
	}
	return binary.BigEndian.Uint64(raw[2:]), nil
}

// A Verdict says what an incoming article turned out to be: on its own
// [Unchanged], [Revised] or [New]; as a member of its story [New], [Update] or
// [Copy].
type Verdict uint8

const (
	Unchanged Verdict = iota // seen before, same content
	Revised                  // seen before, other content
	New                      // never seen; in a story: its first article
	Update                   // joined a story and carries it further
	Copy                     // joined a story that already said all this
)

func (v Verdict) String() string {
	return [...]string{"unchanged", "revised", "new", "update", "copy"}[v]
}

// A Class says how much a revision matters to a reader.
type Class uint8

const (
	NoClass    Class = iota // not a revision
	Minor                   // visible, but nobody needs to be told
	Edit                    // a change worth a new updated time
	Correction              // the source says that it was wrong
)

func (c Class) String() string { return [...]string{"", "minor", "edit", "correction"}[c] }

// Significant reports whether a revision of this class moves the updated time
// (RFC 4287, 4.2.15).
func (c Class) Significant() bool { return c >= Edit }
