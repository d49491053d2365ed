package safe

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Text returns the visible text of the fragment, decoded, with blocks and line
// breaks parted by "\n", cells by a space, and no other white space in a row.
func Text(fragment string) string {
	if text, ok := simpleText(fragment); ok {
		return text
	}
	return tokenText(fragment)
}

// tokenText is Text for whatever strangers write.
func tokenText(fragment string) string {
	var b block
	z := html.NewTokenizer(strings.NewReader(guard(fragment)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.text()
		case html.TextToken:
			b.write(string(z.Text()))
		case html.StartTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); silent(a) {
				skip(z, string(name))
			} else {
				b.part(a)
			}
		case html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			b.part(atom.Lookup(name))
		}
	}
}

// Line returns s as plain text on one line: tags gone, entities decoded, and
// nothing in it that turns, hides or splits what stands beside it.
func Line(s string) string {
	if strings.IndexByte(s, '<') >= 0 && hasTag(s) {
		s = Text(s)
	} else if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	return Plain(s)
}

// Plain is Line for text that was decoded already: "<" and "&" stand for
// themselves, unless they would still make a tag for whoever reads it as HTML.
func Plain(s string) string {
	s = shapeless.Replace(characters(s))
	for range 3 {
		if strings.IndexByte(s, '<') < 0 || !hasTag(s) {
			break
		}
		s = untag(s)
	}
	if hasTag(s) { // what tags leave behind can make tags without end
		s = strings.ReplaceAll(s, "<", "")
	}
	return strings.Join(strings.Fields(s), " ")
}

// untag takes the tags out of s and leaves what stands between them. A "<"
// that no ">" follows goes alone.
func untag(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(s[i:], '>')
		b.WriteString(s[:i])
		switch {
		case !hasTag(s[i:min(i+2, len(s))]):
			b.WriteByte('<')
			s = s[i+1:]
		case end < 0:
			s = s[i+1:]
		default:
			s = s[i+end+1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// shapeless are characters that a headline does not need and a search trips on.
var shapeless = strings.NewReplacer("\u00AD", "", "\u200B", "", "\u2060", "")

// hasTag reports whether a parser would see a tag or a comment in s.
func hasTag(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '<' {
			continue
		}
		c := s[i+1]
		if c == '!' || c == '?' || c == '/' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			return true
		}
	}
	return false
}

// silent reports whether the content of an element is no text of the page.
func silent(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Noembed, atom.Noframes, atom.Svg,
		atom.Applet, atom.Video, atom.Audio, atom.Textarea, atom.Select, atom.Datalist, atom.Head:
		return true
	}
	return false
}

// skip reads on to the end tag that closes name.
func skip(z *html.Tokenizer, name string) {
	for depth := 1; depth > 0; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if n, _ := z.TagName(); string(n) == name {
				depth++
			}
		case html.EndTagToken:
			if n, _ := z.TagName(); string(n) == name {
				depth--
			}
		}
	}
}

// block gathers text, white space collapsed.
type block struct {
	out  strings.Builder
	gap  bool // white space is due
	line bool // a line break is due
}

func (b *block) part(a atom.Atom) {
	switch a {
	case atom.Td, atom.Th:
		b.gap = true
	case atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Blockquote, atom.Pre, atom.Table, atom.Tr, atom.Caption, atom.Dl, atom.Dt, atom.Dd, atom.Hr,
		atom.Figure, atom.Figcaption, atom.Section, atom.Article, atom.Aside, atom.Header, atom.Footer, atom.Main,
		atom.Nav, atom.Address, atom.Details, atom.Summary, atom.Form, atom.Fieldset, atom.Center, atom.Hgroup,
		atom.Option, atom.Tbody, atom.Thead, atom.Tfoot, atom.Title, atom.Body, atom.Dir, atom.Menu:
		b.line = true
	}
}

func (b *block) word(w string) {
	if b.out.Len() > 0 {
		switch {
		case b.line:
			b.out.WriteByte('\n')
		case b.gap:
			b.out.WriteByte(' ')
		}
	}
	b.gap, b.line = false, false
	b.out.WriteString(w)
}

func (b *block) text() string { return b.out.String() }
