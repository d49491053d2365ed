package clean

import (
	"net/url"
	"strings"
	"time"
)

// abbreviations of time zones, folded, in minutes east of Greenwich. US ones
// are as RFC 822 has them. Where one stands for several zones, the source's own
// zone decides (see abbreviated); here is the one most feeds mean.
var abbreviations = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "zulu": 0, "uct": 0, "tu": 0, "мск": 180, "msk": 180, "msd": 240,
	"bst": 60, "ist": 330, "west": 60, "cet": 60, "met": 60, "mez": 60, "cest": 120, "mest": 120, "mesz": 120, "heure": 0,
	"eet": 120, "eest": 180, "sast": 120, "cat": 120, "eat": 180, "wat": 60, "idt": 180, "trt": 180, "aze": 240, "azt": 240, "gst": 240,
	"irst": 210, "irdt": 270, "aft": 270, "pkt": 300, "uzt": 300, "yekt": 300, "npt": 345, "bdt": 360, "almt": 360, "mmt": 390,
	"ict": 420, "wib": 420, "wita": 480, "wit": 540, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "phst": 480, "awst": 480, "ulat": 480, "cnst": 480,
	"jst": 540, "kst": 540, "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "chst": 600, "vlat": 600, "magt": 660, "nct": 660, "sbt": 660,
	"nzst": 720, "fjt": 720, "nzdt": 780, "tot": 780, "sst": -660, "hst": -600, "hast": -600, "hadt": -540, "akst": -540, "akdt": -480,
	"pst": -480, "pdt": -420, "pt": -480, "mst": -420, "mdt": -360, "mt": -420, "cst": -360, "cdt": -300, "ct": -360, "est": -300, "edt": -240, "et": -300,
	"ast": -240, "adt": -180, "at": -240, "nst": -210, "ndt": -150, "art": -180, "brt": -180, "brst": -120, "clt": -240, "clst": -180, "cot": -300,
	"pet": -300, "vet": -240, "uyt": -180, "pyt": -240, "bot": -240, "ect": -300, "gyt": -240, "gft": -180, "egt": -60, "azot": -60, "cvt": -60,
}

// general are abbreviations that name both halves of the year: the zone's own
// rule decides which.
var general = map[string]string{
	"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles", "at": "America/Halifax",
}

// elsewhere are abbreviations that mean another zone in some countries, by the
// region of the language (DATES-B11).
var elsewhere = map[string]map[string]string{
	"ist": {"ie": "Europe/Dublin", "il": "Asia/Jerusalem"},
	"bst": {"bd": "Asia/Dhaka"},
	"cst": {"cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "mo": "Asia/Macau", "cu": "America/Havana"},
	"cdt": {"cu": "America/Havana"},
	"ast": {"sa": "Asia/Riyadh", "iq": "Asia/Baghdad", "kw": "Asia/Kuwait", "bh": "Asia/Bahrain", "qa": "Asia/Qatar"},
}

// homes are the regions of languages that are at home in one of them.
var homes = map[string]string{"he": "il", "iw": "il", "ga": "ie", "zh": "cn"}

// Located adds to a language without a region the one that the address's top
// level domain names, where dates are written otherwise there.
func Located(lang, address string) string {
	u, err := url.Parse(address)
	if err != nil || region(lang) != "" {
		return lang
	}
	host := u.Hostname()
	top := strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
	for _, countries := range elsewhere {
		if countries[top] != "" {
			if lang == "" {
				lang = "und"
			}
			return lang + "-" + strings.ToUpper(top)
		}
	}
	return lang
}

// region returns the region of a language tag, folded, or "".
func region(lang string) string {
	parts := strings.Split(strings.ToLower(lang), "-")
	for _, p := range parts[1:] {
		if len(p) == 2 {
			return p
		}
	}
	return homes[parts[0]]
}

// military returns the offset of a one-letter zone, which RFC 5322 says to
// read as unknown, UTC, for all but Z.
func military(word string) bool {
	return len(word) == 1 && word[0] >= 'a' && word[0] <= 'z' && word[0] != 'j'
}

// abbreviated returns the time zone that word stands for at the wall clock
// time t, as a source in zone, or of that language, would mean it.
func abbreviated(word string, t time.Time, zone *time.Location, lang string) (*time.Location, bool) {
	minutes, ok := abbreviations[word]
	if !ok {
		if military(word) {
			return time.UTC, true
		}
		return nil, false
	}
	if name := general[word]; name != "" {
		if l, err := time.LoadLocation(name); err == nil {
			return l, true
		}
	}
	if zone != nil && zone != time.UTC {
		winter := time.Date(t.Year(), time.January, 15, 12, 0, 0, 0, time.UTC)
		for _, at := range [...]time.Time{t, winter, winter.AddDate(0, 6, 0)} {
			name, offset := at.In(zone).Zone()
			if fold(name) == word {
				return time.FixedZone(name, offset), true
			}
		}
	}
	if name := elsewhere[word][region(lang)]; name != "" {
		if l, err := time.LoadLocation(name); err == nil {
			return l, true
		}
	}
	return time.FixedZone(word, minutes*60), true
}
