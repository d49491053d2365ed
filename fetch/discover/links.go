package discover

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// maxLinks is how many feed links of a page are looked at.
const maxLinks = 64

// feedTypes are the media types that link elements give feeds.
var feedTypes = []string{"application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml"}

// Links returns the addresses of the feeds that a page names, alternates first,
// each kind in document order (FETCH-A28).
func Links(page []byte, address string) []string {
	base, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var alternates, feeds []string
	decoded, err := charset.NewReader(bytes.NewReader(page), "text/html")
	if err != nil {
		return nil
	}
	z := html.NewTokenizer(decoded)
	z.SetMaxBuf(1 << 20)
	for len(alternates)+len(feeds) < maxLinks {
		switch z.Next() {
		case html.ErrorToken:
			return append(alternates, feeds...)
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		name, more := z.TagName()
		tag := atom.Lookup(name)
		if !more || tag != atom.Link && tag != atom.A && tag != atom.Base {
			continue
		}
		at := attributes(z)
		target, err := base.Parse(strings.TrimSpace(at["href"]))
		if err != nil || at["href"] == "" || target.Scheme != "http" && target.Scheme != "https" || target.User != nil {
			continue
		}
		rels := strings.Fields(strings.ToLower(at["rel"]))
		kind, _, _ := strings.Cut(strings.ToLower(at["type"]), ";")
		switch {
		case tag == atom.Base:
			base = target
		case tag == atom.Link && slices.Contains(rels, "alternate") && slices.Contains(feedTypes, strings.TrimSpace(kind)):
			alternates = appendNew(alternates, target)
		case slices.Contains(rels, "feed"):
			feeds = appendNew(feeds, target)
		}
	}
	return append(alternates, feeds...)
}

func attributes(z *html.Tokenizer) map[string]string {
	list := make(map[string]string, 4)
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if name := string(key); len(list) < 32 && list[name] == "" {
			list[name] = string(value)
		}
	}
	return list
}

func appendNew(list []string, u *url.URL) []string {
	u.Fragment, u.RawFragment = "", ""
	if s := u.String(); !slices.Contains(list, s) {
		list = append(list, s)
	}
	return list
}
