package parse

import (
	"strings"
	"time"

	"wiredesk/fetch/clean"
)

// date returns a date among the kids of e: of the first of these names that
// has one that can be read, the last; or else what was written there.
func (t *table) date(e *element, names ...string) Date {
	var bad Date
	for _, name := range names {
		for i := len(e.kids) - 1; i >= 0; i-- {
			k := &e.kids[i]
			if k.name != name {
				continue
			}
			d := t.parseDate(k.text)
			if !d.At.IsZero() {
				return d
			}
			if bad.Raw == "" {
				bad = d
			}
		}
	}
	return bad
}

func (t *table) parseDate(s string) Date {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 200 {
		return Date{}
	}
	at, day, zoned, err := clean.Date(s, t.lang, t.zone)
	if err != nil {
		return Date{Raw: s}
	}
	if day {
		at = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	}
	return Date{At: at.UTC(), Day: day, Zoned: zoned, Raw: s}
}
