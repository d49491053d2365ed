package fulltext

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/safe"
)

// A line is a stretch of visible text between two block boundaries.
type line struct {
	text   string
	node   *html.Node // innermost element around all of it
	below  bool       // it follows the headline
	margin bool       // in navigation, masthead, sidebar or the site's foot
	foot   bool       // in the site's foot, and in nothing else marginal
	linked bool       // all of it is a link
}

// linesOf reads a page as its visitor does, from top to bottom.
func linesOf(doc, headline *html.Node) []line {
	l := lining{headline: headline}
	l.children(doc, within{}, false)
	l.flush()
	return l.lines
}

type lining struct {
	headline *html.Node
	lines    []line
	text     strings.Builder
	linked   int // letters inside links
	at       *html.Node
	in       within
	below    bool
}

// within is what marginal elements a text stands in.
type within struct{ margin, foot bool }

func (w within) enter(n *html.Node) within {
	if marginal(n) {
		return within{margin: true, foot: !w.margin && (n.DataAtom == atom.Footer || strings.Contains(hints(n), "footer"))}
	}
	return w
}

func (l *lining) children(n *html.Node, in within, link bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			if l.at == nil && strings.TrimSpace(c.Data) != "" {
				l.at, l.in = n, in
			}
			l.text.WriteString(c.Data)
			if link {
				l.linked += countLetters(c.Data)
			}
		case c.Type != html.ElementNode || unseen(c):
		default:
			l.element(c, in, link)
		}
	}
}

func (l *lining) element(c *html.Node, in within, link bool) {
	block := blockLevel(c.DataAtom)
	if block {
		l.flush()
	}
	l.children(c, in.enter(c), link || c.DataAtom == atom.A)
	if block {
		l.flush()
	}
	if c == l.headline {
		l.below = true
	}
}

func (l *lining) flush() {
	if t := safe.Plain(l.text.String()); t != "" {
		l.lines = append(l.lines, line{text: t, node: l.at, below: l.below, margin: l.in.margin, foot: l.in.foot, linked: l.linked*10 >= countLetters(t)*8})
	}
	l.text.Reset()
	l.linked, l.at = 0, nil
}

func countLetters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// marginal reports whether an element holds what stands around an article.
// A header or footer inside an article belongs to it.
func marginal(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside:
		return true
	case atom.Header, atom.Footer:
		return !inside(n, atom.Article) && !inside(n, atom.Main)
	case atom.Div, atom.Section, atom.Ul, atom.Table, atom.Td:
		h := hints(n)
		for _, name := range [...]string{"masthead", "sidebar", "topbar", "top-bar", "site-header", "site-footer", "navbar", "menu", "breadcrumb", "most-read", "mostread", "trending", "newsletter", "recommend", "comments", "disqus", "cookie", "advert"} {
			if strings.Contains(h, name) {
				return true
			}
		}
	}
	return false
}

func inside(n *html.Node, a atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == a {
			return true
		}
	}
	return false
}
