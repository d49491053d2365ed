package safe

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// filter reduces the tree below root to what is allow-listed. It leaves only
// text and elements of the HTML namespace.
func filter(root *html.Node) {
	var next *html.Node
	for n := root.FirstChild; n != nil; n = next {
		next = n.NextSibling
		switch n.Type {
		case html.TextNode:
			n.Data = characters(n.Data)
		case html.ElementNode:
			next = filterElement(root, n)
		default:
			root.RemoveChild(n)
		}
	}
}

// filterElement judges one child of parent and returns the node to go on with.
func filterElement(parent, n *html.Node) *html.Node {
	next := n.NextSibling
	if n.Namespace != "" {
		if n.Namespace == "math" {
			replace(parent, n, formula(n))
		}
		parent.RemoveChild(n)
		return next
	}
	own, known := elements[n.DataAtom]
	switch {
	case removed(n.DataAtom):
		parent.RemoveChild(n)
		return next
	case !known:
		return unwrap(parent, n)
	case n.DataAtom == atom.Img && tracking(n):
		parent.RemoveChild(n)
		return next
	}
	if concealed(n) {
		unpicture(n)
	}
	alt := attr(n, "alt")
	attributes(n, own)
	if n.DataAtom == atom.Iframe {
		empty(n)
	}
	filter(n)
	switch {
	case useful(n):
	case n.DataAtom == atom.Img && alt != "":
		replace(parent, n, []*html.Node{{Type: html.TextNode, Data: characters(alt)}})
		parent.RemoveChild(n)
	case n.DataAtom == atom.Img || n.DataAtom == atom.Iframe || n.DataAtom == atom.Source || n.DataAtom == atom.Track:
		parent.RemoveChild(n)
	default:
		for c := n.FirstChild; c != nil; c = n.FirstChild { // its content was judged already
			n.RemoveChild(c)
			parent.InsertBefore(c, n)
		}
		parent.RemoveChild(n)
	}
	return next
}

// useful reports whether an element still does what it is there for.
func useful(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A:
		return attr(n, "href") != "" || attr(n, "id") != ""
	case atom.Img:
		return attr(n, "src") != "" || attr(n, "srcset") != ""
	case atom.Source:
		return (attr(n, "src") != "" || attr(n, "srcset") != "") && n.Parent != nil &&
			(n.Parent.DataAtom == atom.Picture || n.Parent.DataAtom == atom.Video || n.Parent.DataAtom == atom.Audio)
	case atom.Iframe, atom.Track:
		return attr(n, "src") != ""
	case atom.Video, atom.Audio:
		return attr(n, "src") != "" || child(n, atom.Source)
	case atom.Picture:
		return child(n, atom.Img)
	}
	return true
}

func child(n *html.Node, a atom.Atom) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == a {
			return true
		}
	}
	return false
}

// attributes reduces n's attributes to those in own and everywhere, and writes
// those that we add.
func attributes(n *html.Node, own map[string]check) {
	kept := n.Attr[:0]
	name := ""
	for _, a := range n.Attr {
		if a.Namespace != "" {
			continue
		}
		f, ok := own[a.Key]
		if !ok {
			f, ok = everywhere[a.Key]
		}
		if !ok {
			if a.Key == "name" && n.DataAtom == atom.A {
				name = a.Val
			}
			continue
		}
		if val, ok := f(a.Val); ok {
			kept = append(kept, html.Attribute{Key: a.Key, Val: val})
		}
	}
	n.Attr = kept
	if n.DataAtom == atom.A {
		linkAttributes(n, name)
	}
	for _, kv := range added[n.DataAtom] {
		n.Attr = append(n.Attr, html.Attribute{Key: kv[0], Val: kv[1]})
	}
	slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) }) // as the parser does for some
}

// linkAttributes turns an old anchor's name into an id, points links within
// the article to the prefixed ids, and adds rel to links that leave it.
func linkAttributes(n *html.Node, name string) {
	if id, ok := anchor(name); ok && attr(n, "id") == "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "id", Val: id})
	}
	for i, a := range n.Attr {
		if a.Key != "href" {
			continue
		}
		if fragment, ok := strings.CutPrefix(a.Val, "#"); ok {
			if id, ok := anchor(fragment); ok {
				n.Attr[i].Val = "#" + id
			}
		} else {
			n.Attr = append(n.Attr, html.Attribute{Key: outward[0], Val: outward[1]})
		}
		return
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// unwrap puts n's children in its place and returns the first of them.
func unwrap(parent, n *html.Node) *html.Node {
	next := n.NextSibling
	if n.FirstChild != nil {
		next = n.FirstChild
	}
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		parent.InsertBefore(c, n)
	}
	parent.RemoveChild(n)
	return next
}

// replace inserts nodes before n.
func replace(parent, n *html.Node, nodes []*html.Node) {
	for _, x := range nodes {
		parent.InsertBefore(x, n)
	}
}

func empty(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
	}
}
