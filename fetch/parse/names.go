package parse

import "strings"

// native is the prefix of the format's own elements: RSS in an RSS document,
// Atom in an Atom one.
const native = ""

// foreign is the prefix of namespaces that nothing here reads.
const foreign = "?"

// prefixes gives every namespace that is read one prefix, whatever the
// document calls it. Atom 0.3 and 1.0 share one: their elements differ in
// name where they differ in meaning.
var prefixes = map[string]string{
	"http://www.w3.org/2005/atom":                                    "atom",
	"http://purl.org/atom/ns#":                                       "atom",
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#":                    "rdf",
	"http://purl.org/rss/1.0/":                                       "rss",
	"http://channel.netscape.com/rdf/simple/0.9/":                    "rss",
	"http://my.netscape.com/rdf/simple/0.9/":                         "rss",
	"http://backend.userland.com/rss2":                               "rss",
	"http://backend.userland.com/rss":                                "rss",
	"http://blogs.law.harvard.edu/tech/rss":                          "rss",
	"http://cyber.law.harvard.edu/rss":                               "rss",
	"http://my.netscape.com/publish/formats/rss-0.91":                "rss",
	"http://purl.org/dc/elements/1.0/":                               "dc",
	"http://purl.org/dc/elements/1.1/":                               "dc",
	"http://purl.org/dc/terms/":                                      "dcterms",
	"http://purl.org/rss/1.0/modules/dcterms/":                       "dcterms",
	"http://purl.org/rss/1.0/modules/content/":                       "content",
	"http://purl.org/rss/1.0/modules/syndication/":                   "sy",
	"http://purl.org/rss/1.0/modules/taxonomy/":                      "taxo",
	"http://purl.org/rss/1.0/modules/link/":                          "l",
	"http://www.w3.org/1999/xhtml":                                   "xhtml",
	"http://www.w3.org/xml/1998/namespace":                           "xml",
	"http://search.yahoo.com/mrss":                                   "media",
	"http://video.search.yahoo.com/mrss":                             "media",
	"http://api.twitter.com/media":                                   "media",
	"http://www.itunes.com/dtds/podcast-1.0.dtd":                     "itunes",
	"http://example.com/dtds/podcast-1.0.dtd":                        "itunes",
	"http://www.google.com/schemas/play-podcasts/1.0":                "googleplay",
	"http://rssnamespace.org/feedburner/ext/1.0":                     "feedburner",
	"http://prismstandard.org/namespaces/1.2/basic/":                 "prism",
	"http://prismstandard.org/namespaces/basic/1.2/":                 "prism",
	"http://prismstandard.org/namespaces/basic/2.0/":                 "prism",
	"http://purl.org/syndication/history/1.0":                        "fh",
	"http://purl.org/atompub/tombstones/1.0":                         "at",
	"http://creativecommons.org/ns#":                                 "cc",
	"http://web.resource.org/cc/":                                    "cc",
	"http://backend.userland.com/creativecommonsrssmodule":           "creativecommons",
	"http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
	"http://webns.net/mvcb/":                                         "admin",
	"http://www.w3.org/2000/svg":                                     "svg",
	"http://www.w3.org/1998/math/mathml":                             "math",
}

// prefixOf returns the canonical prefix of a namespace. Feeds write them with
// spaces, in other cases, and with or without a slash at the end.
func prefixOf(uri string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	if p, ok := prefixes[uri]; ok {
		return p
	}
	if p, ok := prefixes[strings.TrimSuffix(uri, "/")]; ok {
		return p
	}
	if p, ok := prefixes[uri+"/"]; ok {
		return p
	}
	return foreign
}

// usual binds prefixes that are used without a declaration.
func usual(prefix string) string {
	switch p := strings.ToLower(prefix); p {
	case "rss", "rdf", "dc", "dcterms", "content", "sy", "media", "itunes", "googleplay", "feedburner", "prism",
		"fh", "at", "cc", "creativecommons", "atom", "xhtml", "xml", "admin", "taxo", "l", "svg", "math":
		return p
	case "a10", "atom10", "atom03":
		return "atom"
	case "html", "h":
		return "xhtml"
	}
	return foreign
}

// A binding ties a prefix of the document to a canonical one.
type binding struct{ prefix, canonical string }

// split cuts a qualified name.
func split(qname string) (prefix, local string) {
	if i := strings.IndexByte(qname, ':'); i >= 0 {
		return qname[:i], qname[i+1:]
	}
	return "", qname
}

// boxes are elements whose children are read one by one. All others are texts:
// what stands in them, elements included, is their value.
var boxes = map[string]bool{
	"author": true, "contributor": true, "source": true, "image": true, "textinput": true, "cloud": true,
	"skiphours": true, "skipdays": true, "items": true,
	"atom:author": true, "atom:contributor": true, "atom:source": true,
	"itunes:owner": true, "itunes:category": true, "googleplay:category": true,
	"media:group": true, "media:content": true, "at:deleted-entry": true, "at:by": true,
	"dc:creator": true, "dc:author": true, "dc:contributor": true, "dc:publisher": true,
	"rdf:bag": true, "rdf:seq": true, "rdf:li": true, "rdf:description": true,
	"content:items": true, "content:item": true, "taxo:topics": true, "cc:work": true, "cc:license": true,
}

// formText are the native elements of RSS that hold one line. An element
// that follows before their end means that the end was forgotten.
var formText = map[string]bool{
	"title": true, "link": true, "guid": true, "pubdate": true, "author": true, "category": true, "comments": true,
	"enclosure": true, "dc:creator": true, "dc:date": true, "itunes:author": true, "itunes:duration": true, "itunes:keywords": true,
}

// closers are native elements that no text of the format contains: they end an
// open one. HTML has no element of these names.
var closers = map[string]bool{
	"guid": true, "pubdate": true, "enclosure": true, "description": true, "category": true, "comments": true,
	"channel": true, "lastbuilddate": true, "managingeditor": true, "webmaster": true, "generator": true, "ttl": true,
	"entry": true, "id": true, "updated": true, "published": true, "content": true, "subtitle": true, "author": true,
}

// void are the HTML elements that have no end.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true, "link": true,
	"meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// addressed are the HTML attributes that hold one address.
var addressed = map[string]bool{
	"href": true, "src": true, "cite": true, "poster": true, "data": true, "longdesc": true, "background": true, "action": true,
}
