package safe

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attributes reads the attributes at n and returns the index behind the tag, or
// a negative number.
func (s *simple) attributes(n int) int {
	in := s.in
	for {
		from := n
		for n < len(in) && (in[n] == ' ' || in[n] == '\n' || in[n] == '\t') {
			n++
		}
		switch {
		case strings.HasPrefix(in[n:], ">"):
			return n + 1
		case strings.HasPrefix(in[n:], "/>"):
			return n + 2
		case n == from || len(s.node.Attr) >= 32:
			return -1
		}
		name := n
		for n < len(in) && (alnum(in[n]) || in[n] == '-' || in[n] == '_' || in[n] == ':') {
			n++
		}
		a := html.Attribute{Key: strings.ToLower(in[name:n])}
		if a.Key == "" || a.Key == "xml:base" || attr(&s.node, a.Key) != "" {
			return -1
		}
		if strings.HasPrefix(in[n:], "=") {
			raw, end := value(in, n+1)
			if end < 0 {
				return -1
			}
			var ok bool
			if a.Val, ok = reference(raw); !ok {
				return -1
			}
			n = end
		}
		s.node.Attr = append(s.node.Attr, a)
	}
}

// value returns the attribute value at i, in quotes or a plain word, and the
// index behind it, or a negative number.
func value(in string, i int) (raw string, end int) {
	if i >= len(in) {
		return "", -1
	}
	if in[i] != '"' && in[i] != '\'' {
		end = i
		for end < len(in) && (alnum(in[end]) || in[end] == '-' || in[end] == '#' || in[end] == '%') {
			end++
		}
		if end == i || end == len(in) || in[end] != ' ' && in[end] != '>' {
			return "", -1
		}
		return in[i:end], end
	}
	n := strings.IndexByte(in[i+1:], in[i])
	if n < 0 {
		return "", -1
	}
	return in[i+1 : i+1+n], i + n + 2
}

// reference decodes an attribute's value, if its references are such as all
// agree on.
func reference(v string) (string, bool) {
	i := strings.IndexByte(v, '&')
	if i < 0 {
		return v, true
	}
	var b strings.Builder
	b.Grow(len(v))
	for ; i >= 0; i = strings.IndexByte(v, '&') {
		b.WriteString(v[:i])
		v = v[i:]
		n := 1
		for n < len(v) && (v[n]|0x20 >= 'a' && v[n]|0x20 <= 'z' || v[n] >= '0' && v[n] <= '9' || v[n] == '#' || v[n] == '_') {
			n++
		}
		switch {
		case n < len(v) && v[n] == '=' && v[1] != '#', n == 1: // a query's, of old
			b.WriteByte('&')
			n = 1
		case n == len(v) || v[n] != ';':
			return "", false
		default:
			n++
			switch v[:n] {
			case "&amp;", "&quot;", "&lt;", "&gt;", "&#39;", "&#34;", "&#38;", "&#038;", "&#8217;":
				b.WriteString(html.UnescapeString(v[:n]))
			default:
				return "", false
			}
		}
		v = v[n:]
	}
	b.WriteString(v)
	return b.String(), true
}

// judge filters the tag at hand as the tree's filter would. ok is false where
// edit, or the filter, has more to do than this can.
func (s *simple) judge(a atom.Atom) (hidden, ok bool) {
	n := &s.node
	if len(n.Attr) > 0 && s.edit != nil && !s.edit(n) {
		return false, false
	}
	alt, picture := "", s.top() == atom.Picture
	switch {
	case a == atom.Font:
		return true, true
	case a == atom.Img:
		if tracking(n) {
			return true, !picture
		}
		alt = attr(n, "alt")
	case concealed(n):
		return false, false
	}
	if len(n.Attr) > 0 || added[a] != nil {
		attributes(n, elements[a])
	}
	s.seen = s.seen || a == atom.Img
	switch {
	case a == atom.Picture, a == atom.Source && attr(n, "srcset") != "", a != atom.Source && useful(n):
		return false, true
	}
	return true, alt == "" && !picture && a != atom.Iframe
}

func (s *simple) write(name string) {
	s.out = append(append(s.out, '<'), name...)
	shown := len(s.tags)
	s.tags = append(append(s.tags, '<'), name...)
	none := len(s.tags)
	for _, a := range s.node.Attr {
		start := len(s.out)
		s.out = append(append(append(s.out, ' '), a.Key...), '=', '"')
		s.out = append(escape(s.out, a.Val, true), '"')
		if !numeric(a.Key) && (name != "a" || a.Key != outward[0]) && (name != "img" || a.Key != "referrerpolicy") {
			s.tags = append(s.tags, s.out[start:]...)
		}
	}
	s.out = append(s.out, '>')
	if s.tags = append(s.tags, '>'); len(s.tags) == none+1 {
		s.tags = s.tags[:shown]
	} else if name == "iframe" {
		s.tags = append(s.tags, "</iframe>"...)
	}
}

// numeric reports whether an attribute's value holds no word of a stranger's:
// the gate need not see it.
func numeric(key string) bool { return key == "width" || key == "height" }

// web reports whether raw is a web address that is its own canonical form:
// what parseURL would only hand back.
func web(raw string) bool {
	rest, ok := strings.CutPrefix(raw, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(raw, "http://")
	}
	if !ok || len(raw) > maxURL {
		return false
	}
	host := strings.IndexAny(rest, "/?")
	if host < 0 {
		host = len(rest)
	}
	if host == 0 {
		return false
	}
	for _, c := range []byte(rest[:host]) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	for _, c := range []byte(rest[host:]) {
		if !webByte[c] {
			return false
		}
	}
	return true
}

// webByte are the bytes that nobody encodes in a path or a query.
var webByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80 || c >= '0' && c <= '9' || bytes.IndexByte([]byte("-._~/?=&+"), byte(c)) >= 0
	}
	return t
}()
