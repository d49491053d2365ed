package fetch

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/clean"
	"wiredesk/fetch/parse"
	"wiredesk/fetch/schedule"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// fullWords is how many words make an item's own text good enough to judge and
// fold by; under it, ReadAuto reads the page.
const fullWords = 120

// maxKey bounds the part of an article's key that a source chooses. One wrote
// a guid of a megabyte.
const maxKey = 512

// A reader makes articles of the items of one document.
type reader struct {
	feed      *feed
	doc       *parse.Document
	zone      *time.Location
	at        time.Time
	forbidden func(address string) bool
	languages clean.Languages
	links     clean.Rules
}

// article brings an item into the form that is stored. It has no identity
// beyond its source yet: that is the store's to give.
func (r *reader) article(item *parse.Item) store.Article {
	a := store.Article{
		Source: r.feed.ID, GUID: cut(item.GUID, maxKey), URL: clean.URL(item.URL, nil), Title: item.Title,
		Authors: item.Authors, Categories: item.Categories, Enclosures: item.Enclosures,
		Rights:  safe.Line(first(item.Rights, r.doc.Feed.Rights)),
		Image:   store.Image{URL: item.Image.URL, Caption: safe.Line(item.Image.Title), Credit: item.Image.Credit},
		Summary: item.SummaryHTML, Body: item.ContentHTML,
	}
	if len(item.GUID) > maxKey {
		a.GUID = ""
	}
	a.Text = safe.Text(first(a.Body, a.Summary))
	a.Canonical = r.links.Canonical(a.URL)
	a.Claimed = clean.Claimed(a.URL, a.GUID)
	a.Key = key(item, &a)
	a.Language = r.languages.Of(first(item.Language, item.ContentLanguage, r.doc.Feed.Language, r.feed.Lang), a.Text)
	a.Credit = clean.Credit(names(a.Authors), a.Text)
	a.Published = r.claim(item.Published, "published", a.Language)
	a.Updated = r.claim(item.Updated, "updated", a.Language)
	if r.wantsPage(&a) {
		a.Page, a.PageBy = store.PageWanted, r.at.Add(schedule.PagePatience)
	}
	a.Hash = clean.Hash(&a)
	return a
}

// claim keeps a date with its evidence.
func (r *reader) claim(d parse.Date, what, lang string) store.Claim {
	if d.Raw == "" {
		return store.Claim{}
	}
	return clean.Claim(d.Raw, "feed: "+what, lang, r.zone, r.at)
}

// wantsPage reports whether the page behind an article is worth reading.
func (r *reader) wantsPage(a *store.Article) bool {
	if a.URL == "" || r.feed.Read == ReadFeed || r.forbidden(a.URL) {
		return false
	}
	return r.feed.Read == ReadPage || words(a.Text) < fullWords
}

// key returns an item's identity within its source: what the source says it
// is, else where it is, else what it says.
func key(item *parse.Item, a *store.Article) string {
	switch {
	case item.GUID != "" && len(item.GUID) <= maxKey:
		return "id:" + item.GUID
	case item.GUID != "":
		return fmt.Sprintf("id:#%016x%016x", xxhash.Sum64String(item.GUID), xxhash.Sum64String(item.GUID[:len(item.GUID)/2]))
	case a.Canonical != "" && len(a.Canonical) <= 4*maxKey:
		return "url:" + a.Canonical
	}
	return fmt.Sprintf("text:%016x", xxhash.Sum64String(a.Title+"\n"+a.Text+"\n"+enclosed(a)))
}

func enclosed(a *store.Article) string {
	if len(a.Enclosures) == 0 {
		return ""
	}
	return a.Enclosures[0].URL
}

// info is what a source's document says of itself.
func info(f *parse.Feed) store.FeedInfo {
	return store.FeedInfo{
		ID: f.ID, Title: f.Title, URL: f.URL, Self: f.Self, Language: f.Language, Rights: safe.Line(f.Rights),
		Icon: f.Icon, Hubs: f.Hubs, Format: f.Format,
	}
}

// words counts the words of a text. Scripts without blanks count two
// characters as a word.
func words(text string) int {
	n, dense, inside := 0, 0, false
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			dense++
			inside = false
		case unicode.IsSpace(r):
			inside = false
		case !inside:
			n++
			inside = true
		}
	}
	return n + dense/2
}

func names(people []store.Person) string {
	list := make([]string, 0, len(people))
	for _, p := range people {
		if p.Name != "" {
			list = append(list, p.Name)
		}
	}
	return strings.Join(list, ", ")
}

// first returns the first of its arguments that is not empty.
func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// cut shortens s to at most n bytes, at the end of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
