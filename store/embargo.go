package store

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// embargoMark matches a line that keeps a text back until an hour. The word
// alone is a headline about trade.
var embargoMark = regexp.MustCompile(`^[\W_]{0,3}(?:(?i:(?:strictly )?(?:under )?embargo(?:ed)?(?: notice)?[ :-]+(?:until|till|to|for(?: release| use| publication)?|by)\b|not for (?:release|publication|use) (?:before|until)\b|(?:sous )?embargo[ :-]+jusqu['’ ](?:à|au|a)?|sperrfrist\s*:?|frei (?:ab|für)\b|(?:embargad[oa]|bajo embargo|embargo) hasta|sotto embargo fino|embargo fino|onder embargo tot|embargo tot)|EMBARGO(?:ED)?\s*[:–—-])(.*)`)

var (
	embargoHour = regexp.MustCompile(`(?i)\b(\d{1,2})(?:[:.h](\d{2})|h\b|([0-5]\d)\b)?\s*(a\.?m\.?|p\.?m\.?|uhr|hrs?|hours)?\s*\(?(gmt|utc|z|bst|ce?st|edt|est|cdt|cst|mdt|mst|pdt|pst|et|cet|mez|mesz|jst|ist)?\b`)
	embargoDate = regexp.MustCompile(`(?i)\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})(?:st|nd|rd|th|\.|er)?\s+(?:de )?(\p{L}{3,10})\.?(?:,?\s+(?:de )?(\d{4}))?|\b(\p{L}{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?|\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b`)
)

// Zones that embargoes name, in minutes east of UTC.
var embargoZones = map[string]int{
	"gmt": 0, "utc": 0, "z": 0, "bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "est": -300, "edt": -240, "et": -300,
	"cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "jst": 540, "ist": 330,
}

const (
	embargoUnread = 24 * time.Hour      // how long a text is kept back whose hour cannot be read
	embargoMost   = 14 * 24 * time.Hour // and at most, whatever the hour
)

// embargo returns the mark and hour of a line that keeps its text back; the
// zero time if it does not, or no longer does.
func embargo(line string, now time.Time) (mark string, until time.Time) {
	m := embargoMark.FindStringSubmatch(line)
	if m == nil {
		return "", time.Time{}
	}
	until, ok := embargoTime(m[1], now)
	switch {
	case !ok && strings.HasPrefix(strings.TrimLeft(line, "*[( "), "EMBARGO") && !strings.Contains(m[0], "EMBARGOED"):
		return "", time.Time{} // "EMBARGO: EU BANS STEEL"
	case !ok:
		until = now.Add(embargoUnread)
	case !until.After(now):
		return "", time.Time{}
	case until.After(now.Add(embargoMost)):
		until = now.Add(embargoMost)
	}
	return strings.TrimSpace(line), until
}

// withoutEmbargo returns a headline without the hour that stands before it.
func withoutEmbargo(title string) string {
	if !embargoMark.MatchString(title) {
		return title
	}
	for _, end := range []string{": ", " – ", " — ", " - "} {
		if _, rest, found := strings.Cut(title, end); found && len(words(rest)) > 1 {
			return rest
		}
	}
	return title
}

// embargoTime reads an hour and, if there is one, a date. Without a date it is
// the next such hour; without a zone UTC.
func embargoTime(s string, now time.Time) (time.Time, bool) {
	year, month, day, rest, dated := embargoDay(s, now)
	h := embargoHour.FindStringSubmatch(rest)
	if h == nil || h[2] == "" && h[3] == "" && h[4] == "" && h[5] == "" && !strings.Contains(strings.ToLower(h[0]), "h") {
		if !dated {
			return time.Time{}, false
		}
		h = []string{"", "0", "00", "", "", ""}
	}
	hour, _ := strconv.Atoi(h[1])
	minute, _ := strconv.Atoi(h[2] + h[3])
	switch half := strings.ToLower(strings.ReplaceAll(h[4], ".", "")); {
	case half == "pm" && hour < 12:
		hour += 12
	case half == "am" && hour == 12:
		hour = 0
	}
	if hour > 24 || minute > 59 {
		return time.Time{}, false
	}
	zone := time.FixedZone("", 60*embargoZones[strings.ToLower(h[5])])
	if !dated {
		year, month, day = now.In(zone).Date()
	}
	t := time.Date(year, month, day, hour, minute, 0, 0, zone).UTC()
	if !dated && !t.After(now) {
		t = t.Add(24 * time.Hour)
	}
	return t, true
}

// embargoDay finds a date in s, and returns what is left of s without it.
func embargoDay(s string, now time.Time) (year int, month time.Month, day int, rest string, ok bool) {
	for _, at := range embargoDate.FindAllStringSubmatchIndex(s, -1) {
		g := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return s[at[2*i]:at[2*i+1]]
		}
		y, m, d := g(1)+g(6)+g(9)+g(12), monthOf(g(5)+g(7)), g(3)+g(4)+g(8)+g(10)
		if n := g(2) + g(11); n != "" {
			k, _ := strconv.Atoi(n)
			m = time.Month(k)
		}
		if day, _ = strconv.Atoi(d); m < 1 || m > 12 || day < 1 || day > 31 {
			continue
		}
		if year, _ = strconv.Atoi(y); year == 0 {
			year = now.Year()
			if m < now.Month()-6 {
				year++
			}
		}
		return year, m, day, s[:at[0]] + " " + s[at[1]:], true
	}
	return 0, 0, 0, s, false
}

// monthOf returns the month that a name begins, 0 if none does.
func monthOf(name string) time.Month {
	name = strings.ToLower(name)
	for i, forms := range monthForms {
		for f := range strings.SplitSeq(forms, " ") {
			if len(name) >= 3 && strings.HasPrefix(name, f) {
				return time.Month(i + 1)
			}
		}
	}
	return 0
}

// monthForms are how months begin in the languages of the marks.
var monthForms = [12]string{
	"jan ene gen", "feb fév fev", "mar mär maa", "apr avr abr", "may mai mag mei mayo", "jun juin giu", "jul juil lug",
	"aug aoû ago", "sep set", "oct okt ott out", "nov", "dec dez déc dic",
}
