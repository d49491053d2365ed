package clean

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/safe"
)

// HTML returns the fragment as it may be republished: addresses resolved
// against base (nil: left as they are), images that scripts would have loaded
// put in place, embeds turned into frames of known players or into links, and
// everything made safe. HTML(HTML(s, b), b) == HTML(s, b).
func HTML(fragment string, base *url.URL) string {
	if strings.IndexByte(fragment, '<') < 0 {
		return safe.HTML(fragment)
	}
	if out, ok := safe.Simple(fragment, alone(fragment, base)); ok {
		return out
	}
	return safe.Rewrite(fragment, func(root *html.Node) { tree(root, base) })
}

// alone does to one element what tree does to all. It reports false of those
// that cannot be judged alone: what has to become something else, and links
// within the fragment.
func alone(fragment string, base *url.URL) func(n *html.Node) bool {
	t := treeEdit{}
	return func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Img, atom.Source:
			lazy(n)
		case atom.Iframe:
			if first(n, lazySources) != "" || safe.Player(get(n, "src")) == "" {
				return false
			}
		}
		if href := strings.TrimSpace(get(n, "href")); len(href) > 1 && href[0] == '#' {
			if low := strings.ToLower(fragment); strings.Contains(low, "id=") || strings.Contains(low, "name=") {
				return false
			}
		}
		t.resolve(n, base)
		return true
	}
}

// tree does what [HTML] does before the tree is made safe.
func tree(root *html.Node, base *url.URL) {
	t := treeEdit{ids: map[string]bool{}}
	t.names(root)
	t.children(root, base)
}

// treeEdit is one pass over a tree.
type treeEdit struct {
	ids map[string]bool // of the fragment, that its own links may point to
}

func (t *treeEdit) names(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		for _, a := range c.Attr {
			if a.Key == "id" || a.Key == "name" && c.DataAtom == atom.A {
				t.ids[a.Val] = true
			}
		}
		t.names(c)
	}
}

func (t *treeEdit) children(n *html.Node, base *url.URL) {
	var next *html.Node
	for c := n.FirstChild; c != nil; c = next {
		next = c.NextSibling
		if c.Type == html.ElementNode {
			t.element(n, c, base)
		}
	}
}

func (t *treeEdit) element(parent, n *html.Node, base *url.URL) {
	base = inScope(n, base)
	switch n.DataAtom {
	case atom.Noscript:
		if !images(n) || repeats(n) {
			parent.RemoveChild(n)
			return
		}
	case atom.Img, atom.Source:
		lazy(n)
	case atom.Iframe, atom.Embed, atom.Object:
		if link := embedded(n, base); link != nil {
			parent.InsertBefore(link, n)
			parent.RemoveChild(n)
			return
		}
	}
	switch n.Data {
	case "amp-img":
		n.Data, n.DataAtom = "img", atom.Img
		hoist(parent, n)
	case "amp-youtube":
		frame(n, "https://www.youtube.com/embed/"+url.PathEscape(get(n, "data-videoid")))
	case "amp-video":
		n.Data, n.DataAtom = "video", atom.Video
	case "amp-audio":
		n.Data, n.DataAtom = "audio", atom.Audio
	}
	t.resolve(n, base)
	t.children(n, base)
}

// hoist puts what an element without content was given as content behind it.
func hoist(parent, n *html.Node) {
	for c := n.LastChild; c != nil; c = n.LastChild {
		n.RemoveChild(c)
		if c.DataAtom != atom.Noscript {
			parent.InsertBefore(c, n.NextSibling)
		}
	}
}

func frame(n *html.Node, src string) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
	}
	n.Data, n.DataAtom = "iframe", atom.Iframe
	set(n, "src", src)
}

// inScope is base as an xml:base attribute of n changes it.
func inScope(n *html.Node, base *url.URL) *url.URL {
	for _, a := range n.Attr {
		if a.Key == "xml:base" || a.Key == "base" && a.Namespace == "xml" {
			if u, err := url.Parse(strings.TrimSpace(a.Val)); err == nil {
				if base != nil {
					return base.ResolveReference(u)
				}
				if u.IsAbs() {
					return u
				}
			}
		}
	}
	return base
}

// resolve makes n's addresses absolute.
func (t *treeEdit) resolve(n *html.Node, base *url.URL) {
	if base == nil {
		return
	}
	for i, a := range n.Attr {
		switch a.Key {
		case "href":
			if f, ok := strings.CutPrefix(strings.TrimSpace(a.Val), "#"); ok && f != "" && (t.ids[f] || t.ids["user-content-"+f]) {
				continue
			}
			n.Attr[i].Val = absolute(a.Val, base)
		case "src", "poster", "cite", "data":
			if strings.TrimSpace(a.Val) != "" {
				n.Attr[i].Val = absolute(a.Val, base)
			}
		case "srcset":
			list := safe.Candidates(a.Val)
			for k := range list {
				list[k].URL = absolute(list[k].URL, base)
			}
			n.Attr[i].Val = safe.Srcset(list)
		}
	}
}

// absolute resolves a web address; others, and what is no address, stay for
// package safe to judge.
func absolute(raw string, base *url.URL) string {
	if u := safe.URL(raw, base); u != "" {
		return u
	}
	return raw
}

// lazySources are where pages keep an image's address until a script has seen
// that it is needed, the best first.
var lazySources = []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "data-url", "data-img-src", "data-hi-res-src", "data-full-src", "data-image", "data-actualsrc", "data-echo", "data-orig-file", "data-large-file", "data-td-src-property", "data-cfsrc", "nitro-lazy-src"}

var lazySets = []string{"data-srcset", "data-lazy-srcset", "data-original-set", "nitro-lazy-srcset"}

// lazy puts an image's real address in place of its placeholder's.
func lazy(n *html.Node) {
	if list := first(n, lazySets); list != "" && (get(n, "srcset") == "" || strings.HasPrefix(get(n, "srcset"), "data:")) {
		set(n, "srcset", list)
	}
	src := first(n, lazySources)
	if src == "" || strings.ContainsAny(src, "{}<>") || strings.HasPrefix(src, "data:") {
		return
	}
	if old := get(n, "src"); old == "" || placeholder(old) || get(n, "data-src") != "" {
		set(n, "src", src)
	}
}

func first(n *html.Node, keys []string) string {
	for _, k := range keys {
		if v := strings.TrimSpace(get(n, k)); v != "" {
			return v
		}
	}
	return ""
}

// placeholder reports whether an image only keeps the place of another.
func placeholder(src string) bool {
	if strings.HasPrefix(src, "data:") {
		return true
	}
	s := strings.ToLower(src)
	for _, name := range [...]string{"blank.", "placeholder", "spacer.", "transparent.", "lazy", "loading.", "pixel.", "grey.", "gray.", "1x1", "default.gif", "about:"} {
		if strings.Contains(s, name) {
			return true
		}
	}
	return false
}

// images reports whether a noscript element holds pictures, or anything but a
// request to turn scripts on.
func images(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Img || c.DataAtom == atom.Picture || c.DataAtom == atom.Iframe || c.DataAtom == atom.Video || images(c) {
			return true
		}
	}
	return false
}

// repeats reports whether a noscript element shows what the image before it
// shows with scripts. That image is made to work without, so one of them goes.
func repeats(n *html.Node) bool {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.TextNode && strings.TrimSpace(p.Data) == "" {
			continue
		}
		return p.DataAtom == atom.Img && get(p, "src") != "" && !placeholder(get(p, "src")) || p.DataAtom == atom.Picture
	}
	return false
}

// embedded returns the link that stands for a frame or plugin, or nil if it is
// a known player's frame (package safe decides), or has something to show
// instead.
func embedded(n *html.Node, base *url.URL) *html.Node {
	src := get(n, "src")
	if n.DataAtom == atom.Object {
		src = get(n, "data")
		if src == "" {
			src = movie(n)
		}
	}
	if lazySrc := first(n, lazySources); lazySrc != "" && (src == "" || strings.HasPrefix(src, "about:")) {
		src = lazySrc
	}
	link := safe.URL(src, base)
	if link == "" {
		return nil
	}
	if safe.Player(link) != "" {
		frame(n, link)
		return nil
	}
	if n.DataAtom == atom.Object && fallback(n) || hidden(n) {
		return nil
	}
	text := get(n, "title")
	if strings.TrimSpace(text) == "" {
		u, _ := url.Parse(link)
		text = strings.TrimPrefix(u.Hostname(), "www.") + strings.TrimSuffix(u.Path, "/")
	}
	a := &html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{{Key: "href", Val: link}}}
	a.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	if n.Parent != nil && n.Parent.DataAtom != atom.Div {
		return a
	}
	p := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
	p.AppendChild(a)
	return p
}

// movie is the address in an object's parameters.
func movie(n *html.Node) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Param && (strings.EqualFold(get(c, "name"), "movie") || strings.EqualFold(get(c, "name"), "src")) {
			return get(c, "value")
		}
	}
	return ""
}

// fallback reports whether an object holds something to show instead of it.
func fallback(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) != "":
			return true
		case c.Type == html.ElementNode && c.DataAtom != atom.Param:
			return true
		}
	}
	return false
}

// hidden reports whether a frame is there to be loaded, not to be seen.
func hidden(n *html.Node) bool {
	w, h := strings.TrimSpace(get(n, "width")), strings.TrimSpace(get(n, "height"))
	return w == "0" || w == "1" || h == "0" || h == "1" || strings.Contains(strings.ReplaceAll(get(n, "style"), " ", ""), "display:none")
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func set(n *html.Node, key, val string) {
	for i, a := range n.Attr {
		if a.Key == key {
			n.Attr[i].Val = val
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: val})
}
