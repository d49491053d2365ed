package parse

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"wiredesk/store"
)

// entities are the general entities that a DOCTYPE's internal subset declares.
// They are expanded one level deep and never fetched.
type entities struct {
	values map[string]string
	spent  int // bytes put in so far
}

// declare reads the internal subset. RELIABILITY-X4 sets the sizes.
func (e *entities) declare(doctype string) error {
	total := 0
	for {
		_, rest, found := strings.Cut(doctype, "<!ENTITY")
		if !found {
			return nil
		}
		doctype = rest
		rest = strings.TrimLeft(rest, " \t\r\n")
		end := strings.IndexAny(rest, " \t\r\n>")
		if end <= 0 || rest[0] == '%' {
			continue // parameter entities are for DTDs
		}
		name, rest := rest[:end], strings.TrimLeft(rest[end:], " \t\r\n")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			continue // SYSTEM and PUBLIC name files: never read
		}
		value, _, closed := strings.Cut(rest[1:], rest[:1])
		if !closed {
			continue
		}
		total += len(value)
		if len(value) > 1<<10 || total > 64<<10 || len(e.values) >= 64 {
			return refuse(store.CodeHostile, "the DOCTYPE declares more or longer entities than a feed can need")
		}
		if e.values == nil {
			e.values = map[string]string{}
		}
		if _, twice := e.values[name]; !twice { // the first declaration binds (XML 1.0, 4.2)
			e.values[name] = decodeRefs(value, nil)
		}
	}
}

// decodeRefs decodes character references and named entities once. What is no
// reference stays as it is; characters that XML forbids go.
func decodeRefs(s string, e *entities) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for at >= 0 {
		b.WriteString(s[:at])
		s = s[at:]
		value, n := reference(s, e)
		if n == 0 {
			value, n = "&", 1
		}
		b.WriteString(value)
		s = s[n:]
		at = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// reference reads the reference that s starts with and returns what it stands
// for and its length, 0 if it is none.
func reference(s string, e *entities) (value string, n int) {
	if len(s) > 2 && s[1] == '#' {
		return charRef(s)
	}
	end := 1
	for end < len(s) && end < 34 && isAlnum(s[end]) {
		end++
	}
	if end == 1 || end == len(s) || s[end] != ';' {
		return longReference(s, e)
	}
	switch name := s[1:end]; name {
	case "amp":
		return "&", end + 1
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "quot":
		return `"`, end + 1
	case "apos":
		return "'", end + 1
	}
	if v, ok := e.lookup(s[1:end]); ok {
		return v, end + 1
	}
	if v := html.UnescapeString(s[:end+1]); v != s[:end+1] && !strings.HasSuffix(v, ";") {
		return v, end + 1
	}
	return "", 0
}

// longReference tries declared names, which may hold more than letters.
func longReference(s string, e *entities) (string, int) {
	if e == nil || len(e.values) == 0 {
		return "", 0
	}
	end := strings.IndexByte(s[:min(len(s), 64)], ';')
	if end < 0 {
		return "", 0
	}
	if v, ok := e.lookup(s[1:end]); ok {
		return v, end + 1
	}
	return "", 0
}

func (e *entities) lookup(name string) (string, bool) {
	if e == nil || e.values == nil {
		return "", false
	}
	v, ok := e.values[name]
	if ok {
		e.spent += len(v)
	}
	if e.spent > maxExpansion {
		return "", ok
	}
	return v, ok
}

// charRef reads a numeric reference. Numbers 128 to 159 mean windows-1252, as
// everywhere on the web; halves of a surrogate pair are joined.
func charRef(s string) (string, int) {
	r, n := number(s)
	if n == 0 {
		return "", 0
	}
	switch {
	case utf16.IsSurrogate(r):
		low, m := number(s[n:])
		if pair := utf16.DecodeRune(r, low); m > 0 && pair != '\uFFFD' {
			return string(pair), n + m
		}
		return "", n
	case r >= 0xC2 && r <= 0xF4:
		if s, m := octets(s); m > 0 {
			return s, m
		}
	case r >= 0x80 && r < 0xA0:
		return western(r), n
	}
	if r > 0x10FFFF || forbidden(r) {
		return "", n
	}
	return string(r), n
}

// octets reads references that spell the bytes of one UTF-8 character, as
// programs write them that take UTF-8 for Latin-1.
func octets(s string) (string, int) {
	var raw []byte
	n := 0
	for len(raw) < utf8.UTFMax {
		r, m := number(s[n:])
		if m == 0 || r < 0x80 || r > 0xF4 {
			break
		}
		raw, n = append(raw, byte(r)), n+m
		if c, size := utf8.DecodeRune(raw); c != utf8.RuneError && size == len(raw) {
			return string(raw), n
		}
	}
	return "", 0
}

// number reads "&#123;" or "&#x7b;", also without the semicolon.
func number(s string) (r rune, n int) {
	if !strings.HasPrefix(s, "&#") {
		return 0, 0
	}
	base, start := 10, 2
	if len(s) > 2 && (s[2] == 'x' || s[2] == 'X') {
		base, start = 16, 3
	}
	end := start
	for end < len(s) && end < start+10 && isHex(s[end]) && (base == 16 || s[end] <= '9') {
		end++
	}
	v, err := strconv.ParseUint(s[start:end], base, 31)
	if err != nil {
		return 0, 0
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return rune(v), end
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// escape is the inverse of decodeRefs for text that goes into markup.
func escape(s string) string {
	if !strings.ContainsAny(s, "&<>\"") {
		return s
	}
	return escaper.Replace(s)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")
