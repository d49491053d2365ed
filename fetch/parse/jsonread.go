package parse

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// A jsonReader reads JSON as it comes: with commas too many, characters that
// should have been escaped, or cut anywhere. Values that nobody asks for are
// skipped without recursion, so that nesting costs nothing.
type jsonReader struct {
	s   string
	i   int
	cut bool
	odd bool // something was not JSON
}

// space moves to the next token and returns its first byte, 0 at the end.
func (r *jsonReader) space() byte {
	for r.i < len(r.s) {
		switch c := r.s[r.i]; c {
		case ' ', '\t', '\r', '\n':
			r.i++
		default:
			return c
		}
	}
	r.cut = true
	return 0
}

// object calls f for every member; f reads the value or leaves it. It reports
// whether there was an object.
func (r *jsonReader) object(f func(key string)) bool {
	if r.space() != '{' {
		r.skip()
		return false
	}
	r.i++
	for {
		switch r.space() {
		case 0:
			return true
		case '}':
			r.i++
			return true
		case '"':
			key := r.text()
			if r.space() == ':' {
				r.i++
			}
			at := r.i
			f(key)
			if r.i == at {
				r.skip()
			}
			r.comma()
		default:
			r.odd = true
			r.i++
		}
	}
}

// array calls f for every element; f reads it or leaves it. It reports whether
// there was an array.
func (r *jsonReader) array(f func()) bool {
	if r.space() != '[' {
		r.skip()
		return false
	}
	r.i++
	for {
		switch r.space() {
		case 0:
			return true
		case ']':
			r.i++
			return true
		case ',', '}', ':':
			r.odd = true
			r.i++
		default:
			at := r.i
			f()
			if r.i == at {
				r.skip()
			}
			r.comma()
		}
	}
}

func (r *jsonReader) comma() {
	if r.space() != ',' {
		return
	}
	r.i++
	if c := r.space(); c == '}' || c == ']' {
		r.odd = true
	}
}

// skip moves behind the next value.
func (r *jsonReader) skip() {
	depth := 0
	for {
		switch c := r.space(); c {
		case 0:
			return
		case '"':
			r.skipString()
		case '{', '[':
			depth++
			r.i++
		case '}', ']':
			if depth == 0 {
				return // the end of what we are in
			}
			depth--
			r.i++
		case ',', ':':
			if depth == 0 {
				return
			}
			r.i++
		default:
			r.literal()
		}
		if depth == 0 {
			return
		}
	}
}

func (r *jsonReader) skipString() {
	for r.i++; r.i < len(r.s); r.i++ {
		switch r.s[r.i] {
		case '\\':
			r.i++
		case '"':
			r.i++
			return
		}
	}
	r.i, r.cut = len(r.s), true
}

// literal reads a number or a word.
func (r *jsonReader) literal() string {
	start := r.i
	for r.i < len(r.s) && !strings.ContainsRune(" \t\r\n,:{}[]\"", rune(r.s[r.i])) {
		r.i++
	}
	if r.i == start {
		r.i++
	}
	return r.s[start:r.i]
}

// text reads a string, or a number or bool as it is written. Null and values
// of other kinds are skipped and give "".
func (r *jsonReader) text() string {
	switch r.space() {
	case '"':
		start := r.i + 1
		r.skipString()
		end := r.i
		if end > start && r.s[end-1] == '"' {
			end--
		}
		return unquote(r.s[start:max(start, end)])
	case '{', '[', '}', ']', ',', ':', 0:
		r.skip()
		return ""
	}
	if s := r.literal(); s != "null" {
		return s
	}
	return ""
}

// unquote decodes the escapes of a JSON string. What is no escape stays.
func unquote(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 && i+1 < len(s) {
		b.WriteString(s[:i])
		value, n := escaped(s[i:])
		b.WriteString(value)
		s = s[i+n:]
		i = strings.IndexByte(s, '\\')
	}
	b.WriteString(s)
	return scrub(b.String())
}

// escaped reads the escape that s starts with and returns its length.
func escaped(s string) (value string, n int) {
	switch c := s[1]; c {
	case 'n':
		return "\n", 2
	case 't':
		return "\t", 2
	case 'r':
		return "\r", 2
	case 'b', 'f':
		return " ", 2
	case 'u':
		u, ok := unit(s)
		if !ok {
			return s[:2], 2
		}
		if !utf16.IsSurrogate(u) {
			return string(u), 6
		}
		if low, ok := unit(s[6:]); ok {
			if r := utf16.DecodeRune(u, low); r != '\uFFFD' {
				return string(r), 12
			}
		}
		return "", 6
	default:
		return s[1:2], 2
	}
}

func unit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(v), err == nil
}
