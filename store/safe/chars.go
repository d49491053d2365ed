package safe

import (
	"strings"
	"unicode/utf8"
)

// XML returns s without what XML 1.0 forbids or discourages: control
// characters, noncharacters, and bytes that are not UTF-8. Everything else,
// white space included, stays as it is.
func XML(s string) string {
	if plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if discouraged(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// characters is XML for text that readers see: it also takes away what shows
// nothing and misleads. A form feed becomes a space, because it parts words.
func characters(s string) string {
	if plain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return ' '
		case discouraged(r), deceptive(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return isolate(s)
}

// plain reports whether s is UTF-8 without any character to remove or replace.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if !suspect[s[i]] {
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError || r == '\f' || discouraged(r) || deceptive(r) || r == 0x2028 || r == 0x2029 || r >= 0x2066 && r <= 0x2069 {
			return false
		}
	}
	return utf8.ValidString(s)
}

// suspect are the bytes that begin a character worth a look.
var suspect = func() (t [256]bool) {
	for c := range t {
		t[c] = c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f || c == 0xC2 || c == 0xE2 || c == 0xEF || c >= 0xF0
	}
	return t
}()

// discouraged are the characters that XML 1.0 forbids or advises against.
func discouraged(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r <= 0x9f ||
		r >= 0xD800 && r <= 0xDFFF || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
}

// deceptive are characters without a shape that turn or hide text: overrides
// and embeddings of the direction, tag characters, a byte order mark inside.
func deceptive(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0xE0000 && r <= 0xE007F || r == 0xFEFF || r >= 0xFFF9 && r <= 0xFFFB
}

// isolate closes the isolates (U+2066 to U+2068) that s opens, and removes
// ends of isolates that it does not open, so that no text turns its neighbours.
func isolate(s string) string {
	if !strings.ContainsAny(s, "\u2066\u2067\u2068\u2069") {
		return s
	}
	open := 0
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x2066 && r <= 0x2068:
			open++
		case r == 0x2069 && open == 0:
			return -1
		case r == 0x2069:
			open--
		}
		return r
	}, s)
	return s + strings.Repeat("\u2069", min(open, 64))
}
