package safe

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// steady reports whether the children of root are known to come back from
// render and parse as they are, without trying: elements that no parser closes
// early, moves, or opens again where they stand. Most articles are of this
// kind; a second parse would find what is certain. Tables, media, ruby and
// everything doubtful are tried (see settle), and a fuzz test tries the rest.
func steady(root *html.Node) bool { return steadyUnder(root, nest{}) }

// nest is what an element stands in.
type nest struct {
	inline bool // below an element that a block would end
	link   bool // below an a
	depth  int
}

func steadyUnder(n *html.Node, in nest) bool {
	if in.depth++; in.depth > 300 {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if strings.IndexByte(c.Data, '\r') >= 0 {
				return false
			}
			continue
		}
		below := in
		switch kindOf(c.DataAtom) {
		case phrase:
			if c.DataAtom == atom.A {
				if in.link {
					return false
				}
				below.link = true
			}
		case container, item:
			if in.inline || kindOf(c.DataAtom) == item && !listOf(c.DataAtom, n.DataAtom) {
				return false
			}
		case line:
			if in.inline {
				return false
			}
			below.inline = true
		default:
			return false
		}
		if !steadyUnder(c, below) {
			return false
		}
	}
	return true
}

type kind uint8

const (
	other     kind = iota
	phrase         // stands in a line of text
	container      // ends a paragraph, holds anything
	line           // ends a paragraph, holds phrases only
	item           // stands in its list
)

func kindOf(a atom.Atom) kind {
	switch a {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.I, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U,
		atom.Span, atom.Abbr, atom.Acronym, atom.Cite, atom.Kbd, atom.Mark, atom.Q, atom.Samp, atom.Sub, atom.Sup, atom.Time,
		atom.Var, atom.Bdi, atom.Bdo, atom.Dfn, atom.Del, atom.Ins, atom.Data, atom.Br, atom.Img, atom.Wbr:
		return phrase
	case atom.Div, atom.Section, atom.Article, atom.Aside, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Address,
		atom.Figure, atom.Figcaption, atom.Blockquote, atom.Ul, atom.Ol, atom.Dl, atom.Details, atom.Summary, atom.Center, atom.Hr:
		return container
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre:
		return line
	case atom.Li, atom.Dt, atom.Dd:
		return item
	}
	return other
}

func listOf(a, parent atom.Atom) bool {
	if a == atom.Li {
		return parent == atom.Ul || parent == atom.Ol
	}
	return parent == atom.Dl
}
