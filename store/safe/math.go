package safe

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// formula writes a MathML tree as text with raised and lowered parts: a
// reader's program may know no MathML, and a foreign namespace is where parsers
// disagree.
func formula(math *html.Node) []*html.Node {
	var f formulaText
	f.children(math)
	if len(f.nodes) == 0 {
		if alt := attr(math, "alttext"); alt != "" {
			f.text(alt)
		}
	}
	return f.nodes
}

type formulaText struct{ nodes []*html.Node }

func (f *formulaText) text(s string) {
	s = strings.Join(strings.Fields(characters(s)), " ")
	if s == "" {
		return
	}
	if n := len(f.nodes); n > 0 && f.nodes[n-1].Type == html.TextNode {
		f.nodes[n-1].Data += s
		return
	}
	f.nodes = append(f.nodes, &html.Node{Type: html.TextNode, Data: s})
}

func (f *formulaText) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		f.node(c)
	}
}

func (f *formulaText) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		f.text(n.Data)
	case n.Type != html.ElementNode || n.Namespace == "svg" || removed(n.DataAtom):
	case n.Namespace == "math":
		f.element(n)
	default: // HTML in an mtext: its text
		f.children(n)
	}
}

func (f *formulaText) element(n *html.Node) {
	p := parts(n)
	switch {
	case n.Data == "annotation" || n.Data == "annotation-xml" || n.Data == "none" || n.Data == "mprescripts":
	case n.Data == "mo" || n.Data == "mspace":
		f.operator(n)
	case (n.Data == "msup" || n.Data == "mover") && len(p) == 2:
		f.node(p[0])
		f.small(atom.Sup, p[1])
	case (n.Data == "msub" || n.Data == "munder") && len(p) == 2:
		f.node(p[0])
		f.small(atom.Sub, p[1])
	case (n.Data == "msubsup" || n.Data == "munderover") && len(p) == 3:
		f.node(p[0])
		f.small(atom.Sub, p[1])
		f.small(atom.Sup, p[2])
	case n.Data == "mfrac" && len(p) == 2:
		f.bracketed(p[0])
		f.text("/")
		f.bracketed(p[1])
	case n.Data == "msqrt":
		f.text("√(")
		f.children(n)
		f.text(")")
	case n.Data == "mroot" && len(p) == 2:
		f.small(atom.Sup, p[1])
		f.text("√(")
		f.node(p[0])
		f.text(")")
	default:
		f.children(n)
	}
}

// operator sets a sign apart as printers do.
func (f *formulaText) operator(n *html.Node) {
	var o formulaText
	o.children(n)
	for _, x := range o.nodes {
		switch x.Data {
		case "=", "+", "−", "<", ">", "≤", "≥", "≠", "≈", "→", "∈", "±":
			f.nodes = append(f.nodes, &html.Node{Type: html.TextNode, Data: " " + x.Data + " "})
		case "\u2061", "\u2062", "\u2063", "\u2064": // invisible
		default:
			f.text(x.Data)
		}
	}
}

func (f *formulaText) small(a atom.Atom, n *html.Node) {
	var inner formulaText
	inner.node(n)
	if len(inner.nodes) == 0 {
		return
	}
	e := &html.Node{Type: html.ElementNode, Data: a.String(), DataAtom: a}
	for _, x := range inner.nodes {
		e.AppendChild(x)
	}
	f.nodes = append(f.nodes, e)
}

func (f *formulaText) bracketed(n *html.Node) {
	if n.Data == "mrow" && len(parts(n)) > 1 {
		f.text("(")
		f.node(n)
		f.text(")")
		return
	}
	f.node(n)
}

func parts(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			list = append(list, c)
		}
	}
	return list
}
