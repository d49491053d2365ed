package fulltext

import (
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/safe"
)

// walk calls f for every element, parents first; false: not its children.
func walk(n *html.Node, f func(*html.Node) bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && f(c) {
			walk(c, f)
		}
	}
}

func find(n *html.Node, name string) *html.Node {
	var found *html.Node
	walk(n, func(c *html.Node) bool {
		if found == nil && c.Data == name {
			found = c
		}
		return found == nil
	})
	return found
}

func attr(n *html.Node, key string) string {
	if n != nil {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val
			}
		}
	}
	return ""
}

// hints are what an element's class, id and itemprop say of its purpose.
func hints(n *html.Node) string {
	return strings.ToLower(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "itemprop"))
}

// longLine is the most bytes of an element's text that are looked at where a
// line is looked for: elements stand in each other, and each would be read to
// its end for every one around it.
const longLine = 4 << 10

// plainText is the visible text of an element on one line, as far as longLine.
func plainText(n *html.Node) string { return textUpTo(n, longLine) }

func textUpTo(n *html.Node, most int) string {
	var b strings.Builder
	gather(n, &b, most)
	return safe.Plain(b.String())
}

func gather(n *html.Node, b *strings.Builder, most int) {
	for c := n.FirstChild; c != nil && b.Len() <= most; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Type != html.ElementNode || unseen(c):
		default:
			if blockLevel(c.DataAtom) {
				b.WriteByte(' ')
			}
			gather(c, b, most)
			if blockLevel(c.DataAtom) {
				b.WriteByte(' ')
			}
		}
	}
}

func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Head, atom.Iframe, atom.Select, atom.Textarea, atom.Svg, atom.Button, atom.Object:
		return true
	}
	return false
}

func blockLevel(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote,
		atom.Table, atom.Tr, atom.Td, atom.Th, atom.Section, atom.Article, atom.Aside, atom.Header, atom.Footer, atom.Main,
		atom.Nav, atom.Figure, atom.Figcaption, atom.Br, atom.Hr, atom.Dl, atom.Dt, atom.Dd, atom.Form, atom.Address, atom.Pre,
		atom.Body, atom.Html, atom.Center, atom.Details, atom.Summary:
		return true
	}
	return false
}

func detach(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// selectAll returns the elements that a configured selector matches.
func (r *reader) selectAll(key, selector string) ([]*html.Node, error) {
	if strings.TrimSpace(selector) == "" {
		return nil, nil
	}
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		return nil, fmt.Errorf("selectors.%s %q: %w", key, selector, err)
	}
	return cascadia.QueryAll(r.doc, sel), nil
}

func (r *reader) remove(selector string) error {
	list, err := r.selectAll("remove", selector)
	for _, n := range list {
		detach(n)
	}
	return err
}
