package render

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/safe"
)

// publishable sanitizes HTML once more, by the rules of today, and resolves
// what addresses in it still are relative to the article's own.
func publishable(body, base string) string {
	body = strings.ReplaceAll(strings.ToValidUTF8(body, ""), "\uFFFD", "")
	if hasRelative(body) {
		body = absolute(body, base)
	}
	body = strings.TrimSpace(safe.XML(safe.HTML(body)))
	// Character references may have brought it back. Putting something in its
	// place cannot join what it parted.
	return strings.ReplaceAll(body, "\uFFFD", "?")
}

// reference finds the attributes that hold one address.
var reference = regexp.MustCompile(`(?i)(?:href|src|poster|cite|srcset)\s*=\s*["']?\s*([^"'\s>]{0,8})`)

// hasRelative reports whether body may hold a relative address. It errs on the
// side of yes.
func hasRelative(body string) bool {
	if strings.IndexByte(body, '=') < 0 { // no attribute, as in most excerpts
		return false
	}
	for _, m := range reference.FindAllStringSubmatch(body, -1) {
		v := strings.ToLower(m[1])
		if !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "mailto:") && !strings.HasPrefix(v, "#") {
			return true
		}
	}
	return false
}

// absolute resolves the relative addresses in a fragment against base, and
// drops those that lead nowhere.
func absolute(fragment, base string) string {
	root, _ := url.Parse(base)
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return html.EscapeString(safe.Text(fragment))
	}
	var b strings.Builder
	for _, n := range nodes {
		for d := range n.Descendants() {
			resolveAttrs(d, root)
		}
		resolveAttrs(n, root)
		if err := html.Render(&b, n); err != nil {
			return html.EscapeString(safe.Text(fragment))
		}
	}
	return b.String()
}

func resolveAttrs(n *html.Node, base *url.URL) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		switch a.Key {
		case "srcset":
			continue // the src stays
		case "href", "src", "poster", "cite":
			u, err := url.Parse(strings.TrimSpace(a.Val))
			if err != nil {
				continue
			}
			if !u.IsAbs() && !strings.HasPrefix(a.Val, "#") {
				if base == nil || !base.IsAbs() {
					continue
				}
				a.Val = base.ResolveReference(u).String()
			}
		}
		kept = append(kept, a)
	}
	n.Attr = kept
}
