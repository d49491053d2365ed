package clean

import (
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	if name == "" {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// dates by family; an empty want is no date. A want without a time is a day.
var dates = []struct{ in, lang, zone, want string }{
	// RFC 822 to 5322
	{"Sat, 14 Mar 2026 10:00:00 GMT", "", "", "2026-03-14T10:00:00Z"},
	{"Sat, 14 Mar 2026 10:00:00 +0200", "", "", "2026-03-14T08:00:00Z"},
	{"14 Mar 26 10:00 EST", "", "", "2026-03-14T15:00:00Z"},
	{"Sat,14 Mar 2026 10:00:00 GMT", "", "", "2026-03-14T10:00:00Z"},
	{"Sat, 4 Apr 2026 9:05:07 Z", "", "", "2026-04-04T09:05:07Z"},
	{"Sat, 14 Mar 2026 10:00:00 +0200 (EET)", "", "", "2026-03-14T08:00:00Z"},
	{"Sat,\u00a014 Mar 2026\n 10:00:00 GMT", "", "", "2026-03-14T10:00:00Z"},
	{"Wed, 14 Mar 2026 10:00:00 GMT", "", "", "2026-03-14T10:00:00Z"},
	{"Thurs, 14 March 2026 10:00:00 GMT", "", "", "2026-03-14T10:00:00Z"},
	// RFC 850, asctime, JavaScript
	{"Saturday, 14-Mar-26 10:00:00 GMT", "", "", "2026-03-14T10:00:00Z"},
	{"Sat Mar 14 10:00:00 2026", "", "", "2026-03-14T10:00:00Z"},
	{"Sat Mar 14 2026 10:00:00 GMT+0100 (Central European Time)", "", "", "2026-03-14T09:00:00Z"},
	{"Sat Mar 14 10:00:00 +0000 2026", "", "", "2026-03-14T10:00:00Z"},
	// ISO 8601, W3CDTF
	{"2026-03-14T10:00:00Z", "", "", "2026-03-14T10:00:00Z"},
	{"2026-03-14t10:00:00z", "", "", "2026-03-14T10:00:00Z"},
	{"2026-03-14T10:00:00.5+02:00", "", "", "2026-03-14T08:00:00.5Z"},
	{"2026-03-14T10:00+02", "", "", "2026-03-14T08:00:00Z"},
	{"20260314T100000Z", "", "", "2026-03-14T10:00:00Z"},
	{"2026-03-14 10:00:00", "", "", "2026-03-14T10:00:00Z"},
	{"2026-3-4T9:5:7Z", "", "", "2026-03-04T09:05:07Z"},
	{"2026-03-14", "", "", "2026-03-14"},
	{"2026-03", "", "", "2026-03-01"},
	{"2026-073", "", "", "2026-03-14"},
	{"2026-W11-6", "", "", "2026-03-14"},
	{"20260314", "", "", "2026-03-14"},
	{"2026-03-14T10:00:00-05:00Z", "", "", "2026-03-14T15:00:00Z"},
	{"2026-03-14T24:00:00Z", "", "", "2026-03-15T00:00:00Z"},
	{"2026/03/14 10:00:00", "", "", "2026-03-14T10:00:00Z"},
	{"2026.03.14", "", "", "2026-03-14"},
	// zones
	{"14 Mar 2026 10:00:00 JST", "", "", "2026-03-14T01:00:00Z"},
	{"14 Mar 2026 10:00:00 NZDT", "", "", "2026-03-13T21:00:00Z"},
	{"14 Mar 2026 10:00:00 GMT+2", "", "", "2026-03-14T08:00:00Z"},
	{"14 Mar 2026 10:00:00 UTC-0330", "", "", "2026-03-14T13:30:00Z"},
	{"14 Mar 2026 10:00:00 Europe/Paris", "", "", "2026-03-14T09:00:00Z"},
	{"14 Mar 2026 10:00:00 europe/paris", "", "", "2026-03-14T09:00:00Z"},
	{"14 Mar 2026 10:00:00 America/Port-au-Prince", "", "", "2026-03-14T14:00:00Z"},
	{"14 Mar 2026 10:00:00 Etc/GMT", "", "", "2026-03-14T10:00:00Z"},
	{"14 Jul 2026 10:00:00 ET", "", "", "2026-07-14T14:00:00Z"},
	{"14 Mar 2026 10:00:00 Q", "", "", "2026-03-14T10:00:00Z"},
	{"14 Mar 2026 10:00:00 MESZ", "", "", "2026-03-14T08:00:00Z"},
	{"14 Mar 2026 10:00:00 IST", "", "", "2026-03-14T04:30:00Z"},
	{"14 Jul 2026 10:00:00 IST", "", "Europe/Dublin", "2026-07-14T09:00:00Z"},
	{"14 Mar 2026 10:00:00 IST", "", "Asia/Jerusalem", "2026-03-14T08:00:00Z"},
	{"14 Mar 2026 10:00:00 CST", "", "Asia/Shanghai", "2026-03-14T02:00:00Z"},
	{"14 Mar 2026 10:00:00 CST", "", "", "2026-03-14T16:00:00Z"},
	{"14 Jul 2026 10:00:00 IST", "en-IE", "", "2026-07-14T09:00:00Z"},
	{"14 Mar 2026 10:00:00 IST", "he", "", "2026-03-14T08:00:00Z"},
	{"14 Mar 2026 10:00:00 IST", "en-IN", "", "2026-03-14T04:30:00Z"},
	{"14 Mar 2026 10:00:00 CST", "zh-Hans", "", "2026-03-14T02:00:00Z"},
	{"14 Mar 2026 10:00:00 CST", "zh-CN", "America/Chicago", "2026-03-14T16:00:00Z"},
	{"14 Jul 2026 10:00:00 BST", "en-GB", "", "2026-07-14T09:00:00Z"},
	{"14 Jul 2026 10:00:00 BST", "bn-BD", "", "2026-07-14T04:00:00Z"},
	// the source's zone, DATES-B11: winter, summer, the hour that is missing and the hour that comes twice
	{"December 27, 2018 04:24 PM", "", "America/New_York", "2018-12-27T21:24:00Z"},
	{"July 27, 2018 04:24 PM", "", "America/New_York", "2018-07-27T20:24:00Z"},
	{"2026-03-08 02:30", "", "America/New_York", "2026-03-08T07:30:00Z"},
	{"2026-11-01 01:30", "", "America/New_York", "2026-11-01T05:30:00Z"},
	{"2026-03-29 02:30", "", "Europe/Berlin", "2026-03-29T01:30:00Z"},
	{"2026-04-05 02:30", "", "Australia/Sydney", "2026-04-04T15:30:00Z"},
	{"December 27, 2018 04:24 PM", "", "Asia/Dubai", "2018-12-27T12:24:00Z"},
	{"2018-12-27", "", "Asia/Dubai", "2018-12-27"},
	// clocks
	{"Mar 14, 2026 1:55 PM EST", "", "", "2026-03-14T18:55:00Z"},
	{"March 14, 2026 - 3:09pm", "", "", "2026-03-14T15:09:00Z"},
	{"Nov. 16, 2020, 10:57 a.m.", "", "", "2020-11-16T10:57:00Z"},
	{"14 Mar 2026 12:30 AM", "", "", "2026-03-14T00:30:00Z"},
	{"14 Mar 2026 12:30 p.m.", "", "", "2026-03-14T12:30:00Z"},
	{"Jan 5th 2026, 9am", "", "", "2026-01-05T09:00:00Z"},
	{"10:30, 14 March 2026", "", "", "2026-03-14T10:30:00Z"},
	{"14 Mar 2026 10:00:60 GMT", "", "", "2026-03-14T10:01:00Z"},
	// names in other languages
	{"Sa, 14 Mrz 2026 10:00:00 +0100", "", "", "2026-03-14T09:00:00Z"},
	{"5. März 2026, 16:54 Uhr", "de", "", "2026-03-05T16:54:00Z"},
	{"Am 5. März 2026 um 16.54 Uhr", "de", "", "2026-03-05T16:54:00Z"},
	{"le 5 mars 2026 à 16h54", "fr", "", "2026-03-05T16:54:00Z"},
	{"ven, 14 août 2026 10:00:00 +0200", "", "", "2026-08-14T08:00:00Z"},
	{"mar., 01 déc. 2020 16:11:02 +0000", "", "", "2020-12-01T16:11:02Z"},
	{"5 de marzo de 2026", "es", "", "2026-03-05"},
	{"sáb, 14 ene 2026 10:00:00 +0100", "", "", "2026-01-14T09:00:00Z"},
	{"mar 14 mar 2017", "es", "", "2017-03-14"},
	{"gio, 14 mag 2026 10:00", "it", "", "2026-05-14T10:00:00Z"},
	{"quinta-feira, 12 de março de 2026", "pt", "", "2026-03-12"},
	{"14 марта 2026 г., 10:05", "ru", "Europe/Moscow", "2026-03-14T07:05:00Z"},
	{"14 marca 2026 10:00", "", "", "2026-03-14T10:00:00Z"},
	{"Κυρ, 11 Ιούλ 2004 12:00:00 EST", "", "", "2004-07-11T17:00:00Z"},
	{"2004-július-13T9:15-05:00", "", "", "2004-07-13T14:15:00Z"},
	{"14 mars 2026 kl. 10:30", "sv", "", "2026-03-14T10:30:00Z"},
	{"14 Mart 2026 10:30", "tr", "", "2026-03-14T10:30:00Z"},
	{"2026年03月14日 10:00:00", "", "", "2026-03-14T10:00:00Z"},
	{"2026年3月14日（土） 午後3時20分", "", "Asia/Tokyo", "2026-03-14T06:20:00Z"},
	{"2004-05-25 오후 11:23:17", "", "", "2004-05-25T14:23:17Z"},
	{"2004년 05월 28일  01:31:15", "", "", "2004-05-27T16:31:15Z"},
	{"14 березня 2026, 10:00", "", "", "2026-03-14T10:00:00Z"},
	{"14 maaliskuuta 2026", "", "", "2026-03-14"},
	// numbers in their order
	{"09/15/2014 4:20 pm PST", "", "", "2014-09-16T00:20:00Z"},
	{"Fri, 26/06/2020", "", "", "2020-06-26"},
	{"03/04/2026", "", "", "2026-03-04"},
	{"03/04/2026", "fr", "", "2026-04-03"},
	{"03/04/2026", "en-GB", "", "2026-04-03"},
	{"Fri 03/04/2026", "", "", "2026-04-03"},
	{"03/04/2026", "", "Europe/London", "2026-04-03"},
	{"30.10.23", "", "", "2023-10-30"},
	{"3.4.2026 21:55", "", "", "2026-04-03T21:55:00Z"},
	{"10/30/23 21:55:58", "", "", "2023-10-30T21:55:58Z"},
	// Unix times
	{"1773482400", "", "", "2026-03-14T10:00:00Z"},
	{"1773482400000", "", "", "2026-03-14T10:00:00Z"},
	// no dates, and none invented
	{"", "", "", ""},
	{"yesterday", "", "", ""},
	{"4 days ago", "", "", ""},
	{"March 2026", "", "", ""},
	{"14 March", "", "", ""},
	{"10:00", "", "", ""},
	{"1/2/3", "", "", ""},
	{"12", "", "", ""},
	{"Invalid date", "", "", ""},
	{"2026-W11", "", "", ""},
	{"0000-00-00 00:00:00", "", "", ""},
	{"0001-01-01T00:00:00Z", "", "", ""},
	{"Thu, 01 Jan 1970 00:00:00 +0000", "", "", ""},
	{"0", "", "", ""},
	{"Thu, 30 Feb 2026 10:00:00 GMT", "", "", ""},
	{"2026-02-29", "", "", ""},
	{"14 Mar 2026 25:00:00 GMT", "", "", ""},
	{"2026-03-14T10:61:00Z", "", "", ""},
	{"2026-03-14T10:00:61Z", "", "", ""},
	{"2026-13-01", "", "", ""},
	{"14 Mar 1979 10:00:00 GMT", "", "", ""},
	{"14 Mar 2026 10:00:00 +00:zz", "", "", ""},
	{"2013-01-28T11:30:00-06:00Textra", "", "", ""},
	{"14 Mar 2026 13:00 AM", "", "", ""},
	{"Sun, Dec x 2012 11:47:32 GMT", "", "", ""},
}

func TestDate(t *testing.T) {
	for _, tt := range dates {
		got, day, _, err := Date(tt.in, tt.lang, zone(t, tt.zone))
		s := ""
		switch {
		case err == nil && day:
			s = got.Format(time.DateOnly)
		case err == nil:
			s = got.Format(time.RFC3339Nano)
		}
		if s != tt.want {
			t.Errorf("Date(%q, %q, %s) = %q, want %q", tt.in, tt.lang, tt.zone, s, tt.want)
		}
	}
}

func TestDateSaysWhetherItNamedItsZone(t *testing.T) {
	for in, want := range map[string]bool{"2026-03-14T10:00:00Z": true, "2026-03-14 10:00:00": false, "14 Mar 2026 10:00 PST": true, "14 Mar 2026 10:00 (CEST)": true, "1773482400": true} {
		if _, _, zoned, err := Date(in, "", nil); zoned != want || err != nil {
			t.Errorf("Date(%q): zoned %v, %v, want %v", in, zoned, err, want)
		}
	}
}

func TestClaim(t *testing.T) {
	seen := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, raw, zone, at string
		day                 bool
		from                string
	}{
		{"exact", "2026-03-14T08:00:00Z", "", "2026-03-14T08:00:00Z", false, `feed: pubDate: "2026-03-14T08:00:00Z"`},
		{"in the source's zone", "13 Mar 2026 10:00", "Asia/Dubai", "2026-03-13T06:00:00Z", false, `feed: pubDate: "13 Mar 2026 10:00" (Asia/Dubai)`},
		{"zone unknown", "13 Mar 2026 10:00", "", "2026-03-13T10:00:00Z", true, `feed: pubDate: "13 Mar 2026 10:00" (zone unknown)`},
		{"a day is noon there", "2026-03-12", "America/New_York", "2026-03-12T16:00:00Z", true, `feed: pubDate: "2026-03-12" (America/New_York)`},
		{"the day it was seen", "2026-03-14", "", "2026-03-14T09:00:00Z", true, `feed: pubDate: "2026-03-14"`},
		{"ahead is kept", "2026-03-20T08:00:00Z", "", "2026-03-20T08:00:00Z", false, `feed: pubDate: "2026-03-20T08:00:00Z"`},
		{"too far ahead", "2029-03-20T08:00:00Z", "", "", false, `feed: pubDate: "2029-03-20T08:00:00Z"`},
		{"before the web", "1989-03-20T08:00:00Z", "", "", false, `feed: pubDate: "1989-03-20T08:00:00Z"`},
		{"no date", "soon", "", "", true, `feed: pubDate: "soon" (zone unknown)`},
		{"nothing", " ", "", "", false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Claim(tt.raw, "feed: pubDate", "", zone(t, tt.zone), seen)
			at := ""
			if !c.At.IsZero() {
				at = c.At.Format(time.RFC3339)
			}
			if at != tt.at || c.Day != tt.day || c.From != tt.from {
				t.Errorf("Claim(%q) = %s day %v from %s, want %s day %v from %s", tt.raw, at, c.Day, c.From, tt.at, tt.day, tt.from)
			}
		})
	}
}

func FuzzDate(f *testing.F) {
	for _, tt := range dates {
		f.Add(tt.in, tt.lang)
	}
	f.Fuzz(func(t *testing.T, in, lang string) {
		got, day, _, err := Date(in, lang, nil)
		if err != nil {
			if !got.IsZero() {
				t.Errorf("Date(%q) = %v with an error", in, got)
			}
			return
		}
		if y := got.Year(); y < firstYear-1 || y > lastYear+1 || got.Location() != time.UTC {
			t.Errorf("Date(%q) = %v", in, got)
		}
		form := time.RFC3339Nano
		if day {
			form = time.DateOnly
		}
		if again, _, _, err := Date(got.Format(form), "", nil); got.Year() >= firstYear && got.Year() <= lastYear && (err != nil || !again.Equal(got)) {
			t.Errorf("Date(%q) = %v, but that is read as %v, %v", in, got, again, err)
		}
	})
}

func TestLocated(t *testing.T) {
	for _, tt := range []struct{ lang, url, want string }{
		{"en", "https://news.example.ie/feed", "en-IE"},
		{"", "https://x.co.il/", "und-IL"},
		{"en-US", "https://x.ie/", "en-US"},
		{"he", "https://x.example/", "he"},
		{"en", "https://x.example.com/", "en"},
		{"", "", ""},
		{"en", "http://[", "en"},
	} {
		if got := Located(tt.lang, tt.url); got != tt.want {
			t.Errorf("Located(%q, %q) = %q, want %q", tt.lang, tt.url, got, tt.want)
		}
	}
}

func BenchmarkDate(b *testing.B) {
	for name, in := range map[string]string{"rfc822": "Sat, 14 Mar 2026 10:00:00 GMT", "rfc3339": "2026-03-14T10:00:00+02:00", "named zone": "Sat, 14 Mar 2026 10:00:00 EST", "french": "ven., 03 juil. 2020 15:09:58 +0000"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Date(in, "", nil)
			}
		})
	}
}
