package fulltext

import (
	"encoding/json"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// meta is what a page says of itself for machines.
type meta struct {
	tags     map[string]string // meta elements by name, property or itemprop, lower case; the first wins
	link     map[string]string // link elements by rel
	language string
	articles []ldArticle
}

func (m meta) get(names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(m.tags[n]); v != "" {
			return v
		}
	}
	return ""
}

func (m meta) lang() string {
	if m.language != "" {
		return m.language
	}
	return m.get("og:locale", "content-language", "language")
}

// ldArticle is an article as JSON-LD describes it (schema.org).
type ldArticle struct {
	kind, url, headline, description, body string
	published, modified                    string
	authors                                []string
	image, caption                         string
	locked                                 bool // isAccessibleForFree is false
}

func metaOf(doc *html.Node) meta {
	m := meta{tags: map[string]string{}, link: map[string]string{}}
	walk(doc, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Html:
			m.language = attr(n, "lang")
			if m.language == "" {
				m.language = attr(n, "xml:lang")
			}
		case atom.Meta:
			for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
				for _, name := range strings.Fields(strings.ToLower(attr(n, key))) {
					if m.tags[name] == "" {
						m.tags[name] = attr(n, "content")
					}
				}
			}
		case atom.Link:
			for _, rel := range strings.Fields(strings.ToLower(attr(n, "rel"))) {
				if m.link[rel] == "" {
					m.link[rel] = attr(n, "href")
				}
			}
		case atom.Script:
			if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil {
				m.articles = append(m.articles, linkedData(n.FirstChild.Data)...)
			}
			return false
		}
		return true
	})
	return m
}

// linkedData finds the articles in a JSON-LD script, which may be wrapped in a
// comment or CDATA, or hold line breaks inside strings.
func linkedData(s string) []ldArticle {
	if len(s) > 1<<20 {
		return nil
	}
	s = strings.TrimSpace(s)
	for _, wrap := range []string{"<!--", "-->", "//<![CDATA[", "//]]>", "<![CDATA[", "]]>", "/*", "*/"} {
		s = strings.TrimSuffix(strings.TrimPrefix(s, wrap), wrap)
	}
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		flat := strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, s)
		if json.Unmarshal([]byte(strings.TrimRight(strings.TrimSpace(flat), ";")), &v) != nil {
			return nil
		}
	}
	var list []ldArticle
	collect(v, 0, &list)
	return list
}

func collect(v any, depth int, list *[]ldArticle) {
	if depth > 8 || len(*list) >= 16 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			collect(x, depth+1, list)
		}
	case map[string]any:
		if k := words(v["@type"]); isArticle(k) {
			*list = append(*list, article(v, k))
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "hasPart", "itemListElement", "item"} {
			collect(v[key], depth+1, list)
		}
	}
}

func isArticle(kind string) bool {
	return strings.Contains(kind, "Article") || strings.Contains(kind, "BlogPosting") || kind == "Report" || strings.Contains(kind, "Review")
}

func article(v map[string]any, kind string) ldArticle {
	a := ldArticle{
		kind: kind, headline: words(v["headline"]), description: words(v["description"]), body: words(v["articleBody"]),
		published: words(v["datePublished"]), modified: words(v["dateModified"]),
	}
	a.url = named(v["mainEntityOfPage"], "@id", "url")
	if a.url == "" {
		a.url = named(v["url"], "@id", "url")
	}
	if a.headline == "" {
		a.headline = words(v["name"])
	}
	switch by := v["author"].(type) {
	case []any:
		for _, x := range by {
			if n := named(x, "name"); n != "" {
				a.authors = append(a.authors, n)
			}
		}
	default:
		if n := named(by, "name"); n != "" {
			a.authors = append(a.authors, n)
		}
	}
	picture := v["image"]
	if l, ok := picture.([]any); ok && len(l) > 0 {
		picture = l[0]
	}
	a.image = named(picture, "url", "contentUrl", "@id")
	if m, ok := picture.(map[string]any); ok {
		a.caption = words(m["caption"])
	}
	switch free := v["isAccessibleForFree"].(type) {
	case bool:
		a.locked = !free
	case string:
		a.locked = strings.EqualFold(free, "false")
	}
	return a
}

// named is a string, or the first of an object's members that is one.
func named(v any, keys ...string) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case map[string]any:
		for _, k := range keys {
			if s := words(v[k]); s != "" {
				return s
			}
		}
	case []any:
		if len(v) > 0 {
			return named(v[0], keys...)
		}
	}
	return ""
}

// words is a string, or the strings of a list, with spaces between.
func words(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		var list []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				list = append(list, s)
			}
		}
		return strings.Join(list, " ")
	}
	return ""
}
