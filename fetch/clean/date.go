package clean

import (
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // dates must not depend on the zones of the machine
)

// ErrNoDate says that a string names no date, or one that cannot be.
var ErrNoDate = errors.New("no date")

// Years outside these are mistakes: software did not write news before, and
// nobody schedules it after.
const (
	firstYear = 1980
	lastYear  = 2100
)

// Date reads a date in any of the forms sources use: RFC 822 to 5322, asctime,
// ISO 8601 and what W3C made of it, Unix seconds and milliseconds, numbers in
// the order of lang, names of months and days in some thirty languages, 12-hour
// clocks, and zones by offset, abbreviation or Region/City.
//
// day says that no time of day was given: t is then midnight UTC of that day.
// zoned says that the string named its zone; without, zone is taken, or UTC if
// zone is nil. What is not understood to its last letter is ErrNoDate: a date
// is never guessed from a part of it, and no part is taken from today.
func Date(s, lang string, zone *time.Location) (t time.Time, day, zoned bool, err error) {
	s = strings.TrimSpace(s)
	if t, ok := quick(s); ok {
		if !believable(t) {
			return time.Time{}, false, false, ErrNoDate
		}
		return t, false, true, nil
	}
	if len(s) < 3 || len(s) > 120 {
		return time.Time{}, false, false, ErrNoDate
	}
	r := dateReader{lang: lang, zone: zone}
	if !r.read(s) {
		return time.Time{}, false, false, ErrNoDate
	}
	if t, err = r.result(); err != nil {
		return time.Time{}, false, false, err
	}
	return t, !r.clock, r.zoned, nil
}

// quick reads the two forms that most feeds use.
func quick(s string) (time.Time, bool) {
	if len(s) >= 20 && s[4] == '-' && s[10] == 'T' {
		t, err := time.Parse(time.RFC3339, s)
		return t.UTC(), err == nil
	}
	if len(s) < 28 || s[3] != ',' {
		return time.Time{}, false
	}
	if rest, ok := strings.CutSuffix(s, " GMT"); ok {
		t, err := time.Parse("Mon, 02 Jan 2006 15:04:05", rest)
		return t, err == nil
	}
	t, err := time.Parse(time.RFC1123Z, s)
	return t.UTC(), err == nil
}

func believable(t time.Time) bool { return t.Year() >= firstYear && t.Year() <= lastYear }

// dateReader gathers the parts of a date from its words and numbers.
type dateReader struct {
	lang string
	zone *time.Location

	words    []piece
	raw      string
	numbers  []piece // of the date, in their order
	month    int     // named; 0: none
	monthAt  int     // how many numbers came before it
	weekdays uint8   // a bit a day; 0: none named

	clock        bool // a time of day was found
	hour, minute int
	second, nano int
	half         string // "am" or "pm"

	loc     *time.Location // named zone
	abbr    string         // zone abbreviation, resolved once the date is known
	zoned   bool
	comment string
}

// A piece is a word, a number or a mark of the string.
type piece struct {
	kind byte   // 'n' number, 'w' word, else the mark itself
	text string // folded
	gap  bool   // white space stands before it
	at   int    // index in raw
}

func (p piece) value() int {
	n := 0
	for _, c := range []byte(p.text) {
		n = n*10 + int(c-'0')
		if n > 1e9 {
			break
		}
	}
	return n
}

// result puts the parts together.
func (r *dateReader) result() (time.Time, error) {
	y, m, d, ok := r.date()
	if !ok || y < firstYear || y > lastYear || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return time.Time{}, ErrNoDate
	}
	date := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if !r.clock {
		return date, nil
	}
	if !r.clockValid() {
		return time.Time{}, ErrNoDate
	}
	wall := date.Add(time.Duration(r.hour)*time.Hour + time.Duration(r.minute)*time.Minute + time.Duration(r.second)*time.Second + time.Duration(r.nano))
	return Wall(wall, r.where(wall)), nil
}

// where is the zone the wall clock hung in.
func (r *dateReader) where(wall time.Time) *time.Location {
	switch {
	case r.loc != nil:
		return r.loc
	case r.abbr != "":
		if l, ok := abbreviated(r.abbr, wall, r.zone, r.lang); ok {
			return l
		}
	case r.zone != nil:
		return r.zone
	}
	return time.UTC
}

func (r *dateReader) clockValid() bool {
	switch r.half {
	case "am":
		if r.hour > 12 {
			return false
		}
		r.hour %= 12
	case "pm":
		if r.hour < 12 {
			r.hour += 12
		}
	}
	if r.hour == 24 {
		return r.minute == 0 && r.second == 0
	}
	return r.hour < 24 && r.minute < 60 && r.second <= 60
}

// Wall returns the moment at which clocks in zone showed the time of day that
// t shows in UTC. When they showed it twice, it is the first; when they
// skipped it, what they would have shown without the skip (DATES-B11).
func Wall(t time.Time, zone *time.Location) time.Time {
	at := func(u time.Time) int { _, offset := u.In(zone).Zone(); return offset }
	near := t.Add(-time.Duration(at(t)) * time.Second)
	before := t.Add(-time.Duration(at(near.Add(-24*time.Hour))) * time.Second)
	if at(before) == at(near.Add(-24*time.Hour)) {
		return before.UTC()
	}
	after := t.Add(-time.Duration(at(near.Add(24*time.Hour))) * time.Second)
	if at(after) == at(near.Add(24*time.Hour)) {
		return after.UTC()
	}
	return before.UTC()
}

func daysIn(y, m int) int { return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() }
