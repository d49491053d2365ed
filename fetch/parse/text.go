package parse

import (
	"encoding/base64"
	"net/url"
	"strings"

	"wiredesk/store/safe"
)

// fragment reads the text s of element e as what its type says it is, and
// returns HTML. In RSS every text is HTML; in Atom the type decides
// (RFC 4287, 3.1.1 and 4.1.3.3).
func (t *table) fragment(e *element, s string) string {
	s, html := t.typed(e, s)
	if html {
		return paragraphs(s, false)
	}
	return paragraphs(s, true)
}

// line returns the text s of element e as plain text on one line.
func (t *table) line(e *element, s string) string {
	s, html := t.typed(e, s)
	if html {
		return short(safe.Line(s))
	}
	return short(safe.Plain(s))
}

// short cuts what should be one line after its thousandth character.
func short(s string) string {
	if len(s) <= maxLine {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxLine {
			return s[:i]
		}
	}
	return s
}

// typed returns the text of e and whether it is HTML.
func (t *table) typed(e *element, s string) (text string, html bool) {
	kind := strings.ToLower(e.attr("type"))
	if strings.EqualFold(e.attr("mode"), "base64") || t.atom && isBinary(kind) {
		if raw, ok := decodeBase64(s); ok {
			return raw, soup(raw)
		}
	}
	switch {
	case e.markup:
		return s, true
	case kind == "html", kind == "text/html":
		return s, true
	case kind == "plain", kind == "text", kind == "text/plain":
		return s, false
	case strings.Contains(kind, "xhtml"):
		return s, e.cdata && soup(s)
	case !t.atom:
		return s, !strings.HasPrefix(e.name, "atom:")
	case e.name == "title" || e.name == "name":
		return s, false
	}
	return s, soup(s)
}

// isBinary reports whether content of a media type comes in base64.
func isBinary(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "xml")
}

func decodeBase64(s string) (string, bool) {
	s = strings.Join(strings.Fields(s), "")
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		raw, err = base64.RawStdEncoding.DecodeString(s)
	}
	if err != nil {
		return "", false
	}
	text, _ := decode(raw, "")
	return text, true
}

// soup reports whether text that claims no type is HTML after all: it has an
// end tag or an element that stands alone.
func soup(s string) bool {
	s = s[:strings.LastIndexByte(s, '>')+1]
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+2 >= len(s) {
			return false
		}
		s = s[i+1:]
		if s[0] == '/' && isNameStart(s[1]) {
			return true
		}
		name := strings.ToLower(nameAt(s, 0))
		if rest := s[len(name):]; void[name] && rest != "" && strings.IndexByte(" />\t\n", rest[0]) >= 0 {
			return true
		}
	}
}

// paragraphs keeps the blank lines of text without markup visible. Plain text
// is escaped.
func paragraphs(s string, plain bool) string {
	s = strings.TrimSpace(s)
	if !plain && strings.IndexByte(s, '<') >= 0 {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if plain {
		s = escape(s)
	}
	if !strings.Contains(s, "\n\n") {
		return s
	}
	var b strings.Builder
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + p + "</p>")
		}
	}
	return b.String()
}

// clean returns a fragment made safe, its addresses resolved.
func (t *table) clean(e *element, s string, link *url.URL) string {
	if e == nil || strings.TrimSpace(s) == "" {
		return ""
	}
	return strings.TrimSpace(t.sanitize(t.fragment(e, s), t.base(e, link)))
}

// at returns the base of an address in e: xml:base, else the feed's page, else
// the document.
func (t *table) at(e *element) *url.URL { return t.base(e, t.page) }

// base returns what relative addresses in e are relative to: xml:base, else
// the page it belongs to, else the document.
func (t *table) base(e *element, page *url.URL) *url.URL {
	if e.base != t.home || page == nil {
		return e.base
	}
	return page
}

// language brings a language into the form of BCP 47: "en_us" is "en-US".
func language(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if s == "" || len(s) > 35 || strings.IndexFunc(s, func(r rune) bool { return r != '-' && !letterOrDigit(r) }) >= 0 {
		return ""
	}
	parts := strings.Split(s, "-")
	for i, p := range parts {
		switch {
		case i > 0 && len(p) == 2:
			parts[i] = strings.ToUpper(p)
		case i > 0 && len(p) == 4:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		default:
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "-")
}

func letterOrDigit(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' }

// term returns a media type, a link relation or a version as it may be written
// into an attribute, or "" if it is none: those are no words of a language.
func term(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxName || strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune("<>&'`\\", r) }) >= 0 {
		return ""
	}
	return s
}
