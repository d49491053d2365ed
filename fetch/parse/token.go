package parse

import "strings"

type tokenKind uint8

const (
	textToken tokenKind = iota
	cdataToken
	startToken
	endToken
	doctypeToken
	doneToken
)

// A token is a piece of the document. Its strings are parts of the source.
type token struct {
	kind  tokenKind
	text  string // text and CDATA as they stand; the inside of a DOCTYPE
	name  string // of a tag, with its prefix
	attrs string // of a start tag, unparsed
	empty bool   // <name/>
	pos   int    // of its first byte
}

// A tokenizer cuts text that wants to be XML into tokens. It never fails:
// what is no markup is text. Comments and processing instructions are skipped.
type tokenizer struct {
	src string
	pos int

	// Set once no more such end exists, so that a document full of openings
	// is not searched to its end for each.
	noComment, noCDATA, noPI bool
	doctypes                 bool // one was there: another is junk
	cut                      bool // the document ends inside a tag, comment or CDATA section
}

func (z *tokenizer) next() token {
	for z.pos < len(z.src) {
		start := z.pos
		if z.src[start] != '<' {
			return z.text(start)
		}
		rest := z.src[start:]
		switch {
		case strings.HasPrefix(rest, "<![CDATA["):
			return z.cdata(start)
		case strings.HasPrefix(rest, "<!--"):
			z.skipTo("-->", 4, &z.noComment)
		case strings.HasPrefix(rest, "<?"):
			z.skipTo("?>", 2, &z.noPI)
		case !z.doctypes && len(rest) > 9 && strings.EqualFold(rest[:9], "<!DOCTYPE"):
			return z.doctype(start)
		case strings.HasPrefix(rest, "<!"):
			z.skipTag(start + 2)
		case len(rest) > 2 && rest[1] == '/' && isNameStart(rest[2]):
			return z.endTag(start)
		case len(rest) > 1 && isNameStart(rest[1]):
			return z.startTag(start)
		default:
			return z.text(start)
		}
	}
	return token{kind: doneToken, pos: len(z.src)}
}

// text returns everything up to the next "<" that starts markup.
func (z *tokenizer) text(start int) token {
	end := start + 1
	for {
		n := strings.IndexByte(z.src[end:], '<')
		if n < 0 {
			end = len(z.src)
			break
		}
		end += n
		if z.markup(end) {
			break
		}
		end++
	}
	z.pos = end
	return token{kind: textToken, text: z.src[start:end], pos: start}
}

// markup reports whether the "<" at i starts a tag, comment or the like.
func (z *tokenizer) markup(i int) bool {
	if i+1 >= len(z.src) {
		return false
	}
	switch c := z.src[i+1]; {
	case isNameStart(c), c == '?', c == '!':
		return true
	case c == '/':
		return i+2 < len(z.src) && isNameStart(z.src[i+2])
	}
	return false
}

func (z *tokenizer) cdata(start int) token {
	body := start + len("<![CDATA[")
	n := -1
	if !z.noCDATA {
		n = strings.Index(z.src[body:], "]]>")
	}
	if n < 0 {
		z.noCDATA, z.cut, z.pos = true, true, len(z.src)
		return token{kind: cdataToken, text: z.src[body:], pos: start}
	}
	z.pos = body + n + 3
	return token{kind: cdataToken, text: z.src[body : body+n], pos: start}
}

// skipTo moves behind end, or where there is none behind the next ">".
func (z *tokenizer) skipTo(end string, from int, none *bool) {
	from += z.pos
	if !*none {
		if n := strings.Index(z.src[from:], end); n >= 0 {
			z.pos = from + n + len(end)
			return
		}
		*none = true
	}
	z.skipTag(from)
}

func (z *tokenizer) skipTag(from int) {
	n := strings.IndexByte(z.src[from:], '>')
	if n < 0 {
		z.cut, z.pos = true, len(z.src)
		return
	}
	z.pos = from + n + 1
}

// doctype returns the declaration with its internal subset.
func (z *tokenizer) doctype(start int) token {
	z.doctypes = true
	n := strings.IndexAny(z.src[start:], "[>")
	if n >= 0 && z.src[start+n] == '[' {
		if end := strings.Index(z.src[start:], "]"); end >= 0 {
			z.skipTag(start + end)
			return token{kind: doctypeToken, text: z.src[start:z.pos], pos: start}
		}
	}
	z.skipTag(start)
	return token{kind: doctypeToken, text: z.src[start:z.pos], pos: start}
}

func (z *tokenizer) endTag(start int) token {
	name := nameAt(z.src, start+2)
	end := start + 2 + len(name)
	for end < len(z.src) && z.src[end] != '>' && z.src[end] != '<' {
		end++
	}
	if end < len(z.src) && z.src[end] == '>' {
		end++
	} else if end == len(z.src) {
		z.cut = true
	}
	z.pos = end
	return token{kind: endToken, name: name, pos: start}
}

func (z *tokenizer) startTag(start int) token {
	name := nameAt(z.src, start+1)
	from := start + 1 + len(name)
	end, closed := tagEnd(z.src, from)
	if end == len(z.src) && !closed {
		z.cut = true
	}
	t := token{kind: startToken, name: name, attrs: z.src[from:end], pos: start}
	z.pos = end
	if closed {
		z.pos++
	}
	if trimmed, ok := strings.CutSuffix(t.attrs, "/"); ok && !unquoted(trimmed) {
		t.attrs, t.empty = trimmed, true
	}
	return t
}

// unquoted reports whether attrs end in a value without quotes, to which a
// slash would belong, as in <a href=http://example.org/>.
func unquoted(attrs string) bool {
	last := attrs[strings.LastIndexAny(attrs, " \t\r\n")+1:]
	eq := strings.IndexByte(last, '=')
	return eq >= 0 && eq+1 < len(last) && last[eq+1] != '"' && last[eq+1] != '\'' && strings.Contains(last, "://")
}

// tagEnd finds the ">" of a start tag, honouring quotes; a "<" outside of
// them means that the ">" was forgotten.
func tagEnd(src string, i int) (end int, closed bool) {
	var quote byte
	for start := i; i < len(src); i++ {
		switch c := src[i]; {
		case quote != 0:
			n := strings.IndexByte(src[i:], quote)
			if n < 0 { // an unclosed value: end at the first ">" after all
				if n = strings.IndexByte(src[start:], '>'); n < 0 {
					return len(src), false
				}
				return start + n, true
			}
			i, quote = i+n, 0
		case c == '>':
			return i, true
		case c == '<':
			return i, false
		case (c == '"' || c == '\'') && opensValue(src[start:i]):
			quote = c
		}
	}
	return len(src), false
}

// opensValue reports whether a quote after s opens an attribute's value.
func opensValue(s string) bool {
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return s[i] == '='
		}
	}
	return false
}

func nameAt(src string, i int) string {
	end := i
	for end < len(src) && isName(src[end]) {
		end++
	}
	return src[i:end]
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func isName(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}

// An attr is an attribute, its name canonical and its value decoded.
type attr struct{ name, value string }

// eachAttr calls f for every attribute of a start tag, at most maxAttributes.
// Values may lack quotes or be missing.
func eachAttr(attrs string, f func(name, raw string)) (dropped bool) {
	for range maxAttributes {
		attrs = strings.TrimLeft(attrs, " \t\r\n/\"'")
		if attrs == "" {
			return false
		}
		n := strings.IndexAny(attrs, "= \t\r\n")
		if n < 0 {
			f(attrs, "")
			return false
		}
		name, rest := attrs[:n], strings.TrimLeft(attrs[n:], " \t\r\n")
		if !strings.HasPrefix(rest, "=") {
			f(name, "")
			attrs = rest
			continue
		}
		rest = strings.TrimLeft(rest[1:], " \t\r\n")
		var value string
		switch {
		case rest == "":
		case rest[0] == '"' || rest[0] == '\'':
			value, rest, _ = strings.Cut(rest[1:], rest[:1])
		default:
			end := strings.IndexAny(rest, " \t\r\n")
			if end < 0 {
				end = len(rest)
			}
			value, rest = rest[:end], rest[end:]
		}
		if name != "" {
			f(name, value)
		}
		attrs = rest
	}
	return attrs != ""
}
