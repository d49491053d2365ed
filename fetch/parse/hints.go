package parse

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/rss"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// rssHints reads how often the source wants to be asked, as RSS says it.
// Garbage is ignored (FETCH-A13).
func (t *table) rssHints(doc *Document, in *rss.Feed) {
	h := &doc.Hints
	if n, err := strconv.Atoi(strings.TrimSpace(in.TTL)); err == nil && n > 0 {
		h.TTL = minutes(n)
	}
	for _, s := range in.SkipHours {
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n >= 0 && n <= 24 {
			h.SkipHours = addOnce(h.SkipHours, n%24)
		}
	}
	for _, s := range in.SkipDays {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(s), d.String()) {
				h.SkipDays = addOnce(h.SkipDays, int(d))
			}
		}
	}
}

func addOnce(list []int, n int) []int {
	for _, have := range list {
		if have == n {
			return list
		}
	}
	return append(list, n)
}

// minutes is at most a year: nothing longer is meant.
func minutes(n int) time.Duration { return time.Duration(min(n, 365*24*60)) * time.Minute }

var periods = map[string]time.Duration{
	"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour,
	"monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
}

// signals reads what all XML formats share: syndication module, hubs, paging
// and archives, a new address, and entries that were taken back.
func (t *table) signals(doc *Document) {
	e, f := &t.feed, &doc.Feed
	if p := periods[strings.ToLower(e.value("sy:updateperiod"))]; p > 0 && doc.Hints.TTL == 0 {
		n, err := strconv.Atoi(e.value("sy:updatefrequency"))
		if err != nil || n < 1 {
			n = 1
		}
		doc.Hints.TTL = (p / time.Duration(n)).Truncate(time.Second)
	}
	for _, l := range f.Links {
		switch l.Rel {
		case "hub":
			f.Hubs = append(f.Hubs, l.URL)
		case "self":
			first(&f.Self, l.URL)
		case "prev-archive":
			first(&f.Prev, l.URL)
		case "next":
			first(&f.Next, l.URL)
		}
	}
	for i := range e.kids {
		f.Complete = f.Complete || e.kids[i].name == "fh:complete"
	}
	f.MovedTo = t.address(e, "itunes:new-feed-url")
	for i := range t.deleted {
		doc.Deleted = append(doc.Deleted, t.tombstone(&t.deleted[i]))
	}
}

func (t *table) tombstone(e *element) store.Deleted {
	d := store.Deleted{Ref: e.attr("ref"), When: t.parseDate(e.attr("when")).At}
	if by := e.find("at:by"); by != nil {
		d.By = t.constructed(by).Name
	}
	return d
}

func first(to *string, v string) {
	if *to == "" {
		*to = v
	}
}

// feedLanguage decides before anything is read, because the names of months
// depend on it. The HTTP header is the last to be asked.
func (t *table) feedLanguage(o *Options) string {
	for _, l := range []string{t.feed.value("language", "dc:language"), t.feed.lang, headerLanguage(o)} {
		if l = language(safe.Line(l)); l != "" {
			return l
		}
	}
	return ""
}

func headerLanguage(o *Options) string {
	l := o.Header.Get("Content-Language")
	if strings.Contains(l, ",") {
		return "" // several: it says nothing of one text
	}
	return l
}
