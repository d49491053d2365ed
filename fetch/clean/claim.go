package clean

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"wiredesk/store"
)

// farthest is how far ahead a source may date an article that it holds ready.
// Anything later is a mistake.
const farthest = 366 * 24 * time.Hour

// Claim reads raw, found at the place that from names ("feed: pubDate",
// "page: og:updated_time"), as a date and judges whether it can be (DATES-B11
// to B13). seen is when we first saw the article; zone is the source's own, or
// nil. The result always keeps what was read as evidence; At is zero when it
// cannot be believed.
//
// A day without a time is noon in the source's zone, or seen if that is the
// same day. A time without a zone, of a source whose zone nobody knows, is good
// for its day only. A claim that lies ahead of seen is kept, because scheduled
// articles are dated so; [store.Article.PublishedAt] waits until it has passed.
func Claim(raw, from, lang string, zone *time.Location, seen time.Time) store.Claim {
	return Quoted(raw, raw, from, lang, zone, seen)
}

// Quoted is Claim for a date that stands inside a longer line: quote is the
// line, kept as evidence.
func Quoted(raw, quote, from, lang string, zone *time.Location, seen time.Time) store.Claim {
	raw = strings.Join(strings.Fields(raw), " ")
	if raw == "" {
		return store.Claim{}
	}
	t, day, zoned, err := Date(raw, lang, zone)
	c := store.Claim{Day: day || !zoned && zone == nil, From: evidence(strings.Join(strings.Fields(quote), " "), from, day, zoned, zone)}
	if err != nil || t.Year() < 1990 || t.After(seen.Add(farthest)) {
		return c
	}
	if day {
		t = noon(t, zone, seen)
	}
	c.At = t
	return c
}

// noon turns a day into the moment that stands for it.
func noon(day time.Time, zone *time.Location, seen time.Time) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	t := Wall(day.Add(12*time.Hour), zone)
	ty, tm, td := t.In(zone).Date()
	sy, sm, sd := seen.In(zone).Date()
	if ty == sy && tm == sm && td == sd {
		return seen.UTC()
	}
	return t
}

// evidence is the line that explains a claim to people.
func evidence(raw, from string, day, zoned bool, zone *time.Location) string {
	if len(raw) > 120 {
		raw = strings.ToValidUTF8(raw[:120], "") + "…"
	}
	s := fmt.Sprintf("%s: %s", from, strconv.Quote(raw))
	if from == "" {
		s = strconv.Quote(raw)
	}
	switch {
	case zoned:
	case zone != nil:
		s += " (" + zone.String() + ")"
	case !day:
		s += " (zone unknown)"
	}
	return s
}
