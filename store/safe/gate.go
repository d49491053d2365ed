package safe

import (
	"net/url"
	"sort"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// gate is bluemonday with the same elements, attributes and schemes as the
// filter. It should find nothing to do; what it does change makes the two
// renderings differ, and that is noticed. It checks neither srcset nor poster.
//
// It judges a tag by the tag alone, and lets all elements here pass without
// attributes. So it is shown the tags that have some; text it would only copy.
var gate = newGate()

func newGate() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel", "xmpp", "ftp", "magnet", "gemini")
	p.AllowURLSchemeWithCustomPolicy("data", dataImage)
	names := make([]string, 0, len(elements))
	for a, own := range elements {
		names = append(names, a.String())
		for key := range own {
			p.AllowAttrs(key).OnElements(a.String())
		}
		for _, kv := range added[a] {
			p.AllowAttrs(kv[0]).OnElements(a.String())
		}
	}
	sort.Strings(names)
	p.AllowNoAttrs().OnElements(names...)
	p.AllowElements(names...)
	p.AllowAttrs(outward[0]).OnElements("a")
	for key := range everywhere {
		p.AllowAttrs(key).Globally()
	}
	return p
}

// dataImage lets through what picture made of a data: address.
func dataImage(u *url.URL) bool {
	return len(u.Opaque) < maxData && strings.HasPrefix(u.Opaque, "image/")
}
