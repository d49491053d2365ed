package safe

import (
	"strings"

	"golang.org/x/net/html"
)

// render writes the children of root. Once limit bytes are written, the rest
// of the tree is left out; what is open is closed. The second result holds the
// tags that have attributes, and no text, for the gate. hint is about how long the
// output will be.
func render(root *html.Node, limit, hint int) (out, tags []byte) {
	w := rendering{limit: limit - 8192, out: make([]byte, 0, hint)} // room for the end tags of 512 open elements
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	return w.out, w.tags
}

type rendering struct {
	out   []byte
	tags  []byte
	limit int
	full  bool
}

func (w *rendering) node(n *html.Node) {
	if w.full {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.ElementNode:
		w.element(n)
	case html.CommentNode: // the filter leaves none: here to be seen by settle
		w.out = append(append(append(w.out, "<!--"...), n.Data...), "-->"...)
	}
}

func (w *rendering) text(s string) {
	start := len(w.out)
	w.out = escape(w.out, s, false)
	if len(w.out) <= w.limit {
		return
	}
	w.full = true
	w.out = w.out[:start]
	if room := (w.limit - start) / 5; room > 0 {
		w.out = escape(w.out, cut(s, room), false)
	}
}

func (w *rendering) element(n *html.Node) {
	start := len(w.out)
	w.out = append(w.out, '<')
	w.out = append(w.out, n.Data...)
	for _, a := range n.Attr {
		w.out = append(w.out, ' ')
		w.out = append(w.out, a.Key...)
		w.out = append(w.out, '=', '"')
		w.out = escape(w.out, a.Val, true)
		w.out = append(w.out, '"')
	}
	w.out = append(w.out, '>')
	if len(w.out) > w.limit {
		w.full = true
		w.out = w.out[:start]
		return
	}
	if len(n.Attr) > 0 {
		w.tags = append(w.tags, w.out[start:]...)
		if n.Data == "iframe" { // or it would swallow the tags behind it
			w.tags = append(w.tags, "</iframe>"...)
		}
	}
	if void(n.DataAtom) {
		return
	}
	if n.Data == "pre" && n.FirstChild != nil && n.FirstChild.Type == html.TextNode && strings.HasPrefix(n.FirstChild.Data, "\n") {
		w.out = append(w.out, '\n') // a parser drops the first line feed of a pre
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	w.out = append(w.out, '<', '/')
	w.out = append(w.out, n.Data...)
	w.out = append(w.out, '>')
}

// escape appends s as HTML text, or as the content of a quoted attribute.
func escape(out []byte, s string, attr bool) []byte {
	kept := 0
	for i := 0; i < len(s); i++ {
		var e string
		switch s[i] {
		case '&':
			e = "&amp;"
		case '<':
			e = "&lt;"
		case '>':
			e = "&gt;"
		case '\r':
			e = "&#13;"
		case '"':
			if !attr {
				continue
			}
			e = "&#34;"
		default:
			continue
		}
		out = append(out, s[kept:i]...)
		out = append(out, e...)
		kept = i + 1
	}
	return append(out, s[kept:]...)
}
