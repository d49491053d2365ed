package clean

import (
	"strings"
	"time"
)

// takeClock reads a time of day that begins with the number at i.
func (r *dateReader) takeClock(i int) int {
	p := r.words[i]
	if r.clock || len(p.text) > 6 {
		return 0
	}
	if len(p.text) > 2 {
		return r.takeBasic(i)
	}
	n := i + 1
	switch {
	case r.is(n, ':') && r.is(n+1, 'n', 1, 2):
		n += 2
	case (r.word(n) == "h" || r.word(n) == "u") && r.is(n+1, 'n', 2) && len(r.words[n+1].text) == 2:
		n += 2
	case r.is(n, '.') && r.is(n+1, 'n', 2) && (r.word(n+2) == "uhr" || r.word(n+2) == "am" || r.word(n+2) == "pm" || r.announced(i)):
		n += 2
	case r.word(n) == "am" || r.word(n) == "pm":
		before := r.is(n+1, 'n') && r.is(n+2, ':') // "25 pm 11:23"
		if before || p.value() > 12 || r.word(n) == "am" && strings.HasPrefix(r.lang, "de") {
			return 0
		}
		r.clock, r.hour, r.half = true, p.value(), r.word(n)
		return n + 1 - i
	case r.word(n) == "uhr" || r.word(n) == "h" && len(r.numbers) >= 2:
		r.clock, r.hour = true, p.value()
		return n + 1 - i
	default:
		return 0
	}
	r.clock, r.hour, r.minute = true, p.value(), r.words[n-1].value()
	if r.is(n, ':') && r.is(n+1, 'n', 1, 2) {
		r.second = r.words[n+1].value()
		n += 2
		if (r.is(n, '.') || r.is(n, ',')) && r.is(n+1, 'n') && !r.words[n+1].gap {
			r.nano = fraction(r.words[n+1].text)
			n += 2
		}
	}
	return n - i
}

// announced reports whether the word before number i says that a time follows.
func (r *dateReader) announced(i int) bool {
	w := r.word(i - 1)
	if r.is(i-1, '.') {
		w = r.word(i - 2)
	}
	return w == "kl" || w == "klo" || w == "kello" || w == "ore" || w == "alle" || w == "um"
}

// takeBasic reads the time of 20260314T100000Z.
func (r *dateReader) takeBasic(i int) int {
	p := r.words[i]
	if r.word(i-1) != "t" || len(p.text)%2 != 0 {
		return 0
	}
	r.clock = true
	r.hour, r.minute = piece{text: p.text[:2]}.value(), piece{text: p.text[2:4]}.value()
	if len(p.text) == 6 {
		r.second = piece{text: p.text[4:]}.value()
	}
	return 1
}

func fraction(digits string) int {
	n := 0
	for i := range 9 {
		n *= 10
		if i < len(digits) {
			n += int(digits[i] - '0')
		}
	}
	return n
}

// takeOffset reads a zone of the form +0200, -05:00, +2 after a time of day.
func (r *dateReader) takeOffset(i int) int {
	if !r.clock || r.loc != nil || !r.is(i+1, 'n', 1, 2, 4) || r.words[i+1].gap || !r.afterClock(i) {
		return 0
	}
	n := i + 2
	p := r.words[i+1]
	minutes := p.value() * 60
	if len(p.text) == 4 {
		minutes = p.value()/100*60 + p.value()%100
	} else if r.is(n, ':') && r.is(n+1, 'n', 2) {
		minutes += r.words[n+1].value()
		n += 2
	}
	if minutes > 18*60 {
		return 0
	}
	if r.words[i].kind == '-' {
		minutes = -minutes
	}
	r.loc, r.abbr, r.zoned = time.FixedZone("", minutes*60), "", true
	return n - i
}

// afterClock reports whether piece i follows the time of day, or its zone.
func (r *dateReader) afterClock(i int) bool {
	if r.is(i-1, 'n') {
		return len(r.numbers) == 0 || r.words[i-1].at != r.numbers[len(r.numbers)-1].at
	}
	return r.is(i-1, 'w')
}

// takeZone reads a zone by its name.
func (r *dateReader) takeZone(i int) int {
	w := r.words[i].text
	if r.is(i+1, '/') && r.word(i+2) != "" {
		return r.takeCity(i)
	}
	if r.zoned { // "-05:00Z", "+0000 GMT"
		if _, ok := abbreviations[w]; ok {
			return 1
		}
		return 0
	}
	if w == "at" && r.is(i+1, 'n') {
		return 0
	}
	if _, ok := abbreviations[w]; !ok && !(military(w) && r.clock && r.is(i-1, 'n')) {
		return 0
	}
	r.abbr, r.zoned = w, true
	return 1
}

// takeCity reads a zone like Europe/Paris.
func (r *dateReader) takeCity(i int) int {
	at := r.words[i].at
	name, _, _ := strings.Cut(r.raw[min(at, len(r.raw)):], " ")
	loc, err := location(strings.TrimRight(name, ".,;"))
	if err != nil {
		return 0
	}
	r.loc, r.zoned = loc, true
	n := 0
	for i+n < len(r.words) && r.words[i+n].at < at+len(name) {
		n++
	}
	return n
}

// location finds a zone by its IANA name, in any case.
func location(name string) (*time.Location, error) {
	if loc, err := time.LoadLocation(name); err == nil {
		return loc, nil
	}
	title := []byte(strings.ToLower(name))
	for i := range title {
		if (i == 0 || title[i-1] == '/' || title[i-1] == '_' || title[i-1] == '-') && title[i] >= 'a' && title[i] <= 'z' {
			title[i] -= 'a' - 'A'
		}
	}
	if loc, err := time.LoadLocation(string(title)); err == nil {
		return loc, nil
	}
	area, city, _ := strings.Cut(string(title), "/")
	return time.LoadLocation(area + "/" + strings.ToUpper(city)) // Etc/GMT
}

// takeWeek reads the rest of 2026-W11-6.
func (r *dateReader) takeWeek(i int) int {
	week, day, n := r.words[i+1].value(), 1, 2
	if !r.is(i+2, '-') || !r.is(i+3, 'n', 1) {
		return 0 // a week is no day
	}
	day, n = r.words[i+3].value(), 4
	year := r.numbers[0].value()
	if len(r.numbers[0].text) != 4 || week < 1 || week > 53 || day < 1 || day > 7 {
		return 0
	}
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	t := monday.AddDate(0, 0, (week-1)*7+day-1)
	r.numbers = []piece{{kind: 'n', text: t.Format("2006")}, {kind: 'n', text: t.Format("01")}, {kind: 'n', text: t.Format("02")}}
	return n
}

// date finds year, month and day among the numbers.
func (r *dateReader) date() (y, m, d int, ok bool) {
	if r.month != 0 {
		return r.named()
	}
	n := r.numbers
	switch len(n) {
	case 1:
		return compact(n[0].text)
	case 2:
		return r.two()
	case 3:
		return r.three()
	}
	return 0, 0, 0, false
}

// named has the month by name: a day and a year are left.
func (r *dateReader) named() (y, m, d int, ok bool) {
	if len(r.numbers) != 2 || r.numbers[0].kind != 'n' {
		return 0, 0, 0, false
	}
	a, b := r.numbers[0], r.numbers[1]
	if len(a.text) == 4 || len(a.text) == 2 && r.monthAt == 1 && a.value() > 31 {
		a, b = b, a
	}
	if len(a.text) > 2 {
		return 0, 0, 0, false
	}
	y, ok = year(b.text)
	return y, r.month, a.value(), ok
}

func (r *dateReader) two() (y, m, d int, ok bool) {
	a, b := r.numbers[0], r.numbers[1]
	switch {
	case r.clock:
		return 0, 0, 0, false
	case a.kind == '-' && len(b.text) == 4: // -0312
		return 2000 + b.value()/100, b.value() % 100, 1, true
	case len(a.text) == 4 && len(b.text) == 3: // 2026-073
		return ordinal(a.value(), b.value())
	case len(a.text) == 4 && len(b.text) <= 2: // 2026-03, the month's first day in W3C's profile
		return a.value(), b.value(), 1, strings.Contains(r.raw, "-")
	}
	return 0, 0, 0, false
}

func (r *dateReader) three() (y, m, d int, ok bool) {
	a, b, c := r.numbers[0], r.numbers[1], r.numbers[2]
	if a.kind == '-' { // -03-12
		return 2000 + b.value(), c.value(), 1, len(b.text) == 2 && len(c.text) == 2 && !r.clock
	}
	if len(a.text) == 4 {
		return a.value(), b.value(), c.value(), len(b.text) <= 3 && len(c.text) <= 2
	}
	if len(a.text) > 2 || len(b.text) > 2 {
		return 0, 0, 0, false
	}
	dashes := strings.Contains(r.raw, a.text+"-"+b.text+"-"+c.text)
	if dashes && len(c.text) == 2 && len(a.text) == 2 && c.value() <= 31 && b.value() <= 12 { // 03-12-31
		y, ok = year(a.text)
		return y, b.value(), c.value(), ok
	}
	y, ok = year(c.text)
	if !ok {
		return 0, 0, 0, false
	}
	if r.dayFirst(y, a.value(), b.value()) {
		return y, b.value(), a.value(), true
	}
	return y, a.value(), b.value(), true
}

// dayFirst decides between 3/4 as the third of April and the fourth of March:
// by what is possible, by the named weekday, by the marks, by the language.
func (r *dateReader) dayFirst(y, a, b int) bool {
	if a > 12 || b > 12 {
		return a > 12
	}
	if r.weekdays != 0 {
		named := func(m, d int) bool {
			return r.weekdays&(1<<time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Weekday()) != 0
		}
		if named(a, b) != named(b, a) {
			return named(b, a)
		}
	}
	if !strings.Contains(r.raw, "/") {
		return true
	}
	switch lang := strings.ToLower(r.lang); {
	case lang == "en-us" || lang == "en-ph":
		return false
	case lang != "" && lang != "en":
		return true
	}
	return r.zone != nil && r.zone != time.UTC && !strings.HasPrefix(r.zone.String(), "America/") && !strings.HasPrefix(r.zone.String(), "US/")
}

// year reads a year of four digits, or of two.
func year(s string) (int, bool) {
	n := piece{text: s}.value()
	switch {
	case len(s) == 4:
		return n, true
	case len(s) == 2 && n < 70:
		return 2000 + n, true
	case len(s) == 2:
		return 1900 + n, true
	}
	return 0, false
}

// compact reads a date written as one number.
func compact(s string) (y, m, d int, ok bool) {
	n := piece{text: s}.value()
	switch {
	case len(s) == 4: // a year, the first of January in W3C's profile
		return n, 1, 1, true
	case len(s) == 5 && s[0] == '0': // 03335; later years have no such dates, but numbers
		return ordinal(2000+n/1000, n%1000)
	case len(s) == 6:
		y, ok = year(s[:2])
		return y, n / 100 % 100, n % 100, ok
	case len(s) == 8:
		return n / 10000, n / 100 % 100, n % 100, true
	}
	return 0, 0, 0, false
}

func ordinal(y, n int) (int, int, int, bool) {
	t := time.Date(y, 1, n, 0, 0, 0, 0, time.UTC)
	return y, int(t.Month()), t.Day(), n >= 1 && t.Year() == y
}
