package parse

import (
	"fmt"
	"net/url"

	"github.com/cespare/xxhash/v2"
)

// generation is part of every fingerprint: raise it when items of the same
// bytes would be read in another way.
const generation = "1"

// identify gives every item an ID (PARSE-N8): its own, untouched; else its
// address; else its enclosure's; else a hash of what it says. Where two items
// have the same, the later one's Key is made different by its link or place.
func identify(doc *Document, pick []int) {
	seen := make(map[string]bool, len(pick))
	for _, i := range pick {
		it := &doc.Items[i]
		it.ID = it.GUID
		switch {
		case it.ID != "":
		case it.URL != "":
			it.ID = it.URL
		case len(it.Enclosures) > 0:
			it.ID = it.Enclosures[0].URL
		default:
			it.ID = contentID(doc.Feed.ID, it)
		}
		if it.Key = it.ID; seen[it.Key] {
			if it.Key = it.ID + " " + it.URL; it.URL == "" || it.URL == it.ID || seen[it.Key] {
				it.Key = fmt.Sprintf("%s #%d", it.ID, i)
			}
		}
		seen[it.Key] = true
	}
}

func contentID(feed string, it *Item) string {
	body := it.ContentHTML
	if body == "" {
		body = it.SummaryHTML
	}
	return fmt.Sprintf("text:%016x", xxhash.Sum64String(feed+"\x00"+it.Title+"\x00"+it.Published.Raw+"\x00"+body))
}

// fingerprints gives every item the hash of its bytes and of what it inherits
// from the feed and from the options.
func fingerprints(t *table, f *Feed, o *Options) []uint64 {
	var d xxhash.Digest
	zone := ""
	if o.Zone != nil {
		zone = o.Zone.String()
	}
	for _, s := range []string{generation, t.format, o.URL, zone, o.Lang, f.Language, f.URL, baseText(t.feed.base), fmt.Sprint(f.Authors)} {
		_, _ = d.WriteString(s)
		_, _ = d.Write([]byte{0})
	}
	inherited := d.Sum64()
	out := make([]uint64, len(t.entries))
	for i := range t.entries {
		// Odd multiplier: equal entries of unequal feeds differ.
		out[i] = t.entries[i].print ^ inherited*0x9E3779B97F4A7C15
	}
	return out
}

func baseText(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}
