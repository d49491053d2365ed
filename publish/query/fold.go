package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A span is one word of a text, as byte offsets. Text of a script that writes
// no spaces comes as one span a character, joined tells that the next one
// follows without a gap.
type span struct {
	start, end int
	unspaced   bool
	joined     bool // unspaced only: another unspaced character follows at once
}

// spans calls yield for every word of s, in order. A word is a run of letters,
// digits and the marks on them. An apostrophe parts words, as in l'homme or
// O'Brien, but a possessive or contracted ending is no word of its own.
func spans(s string, yield func(span)) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case !wordRune(r):
			i += n
		case unspacedRune(r):
			i = unspacedSpan(s, i, yield)
		default:
			i = wordSpan(s, i, yield)
		}
	}
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// unspacedRune reports whether r belongs to a script whose words are not
// parted by spaces; such text is matched by pairs of characters.
func unspacedRune(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// halfVoiced reports the marks that voice a half-width katakana: letters by
// their class, parts of the character before by their use.
func halfVoiced(r rune) bool { return r == 0xFF9E || r == 0xFF9F }

// character returns the end of the character at i with the marks on it.
func character(s string, i int) int {
	_, n := utf8.DecodeRuneInString(s[i:])
	for i += n; i < len(s); i += n {
		r, size := utf8.DecodeRuneInString(s[i:])
		if n = size; r < utf8.RuneSelf || !unicode.IsMark(r) && !halfVoiced(r) {
			break
		}
	}
	return i
}

func unspacedSpan(s string, i int, yield func(span)) int {
	end := character(s, i)
	next, _ := utf8.DecodeRuneInString(s[end:])
	yield(span{i, end, true, unspacedRune(next) && wordRune(next)})
	return end
}

func wordSpan(s string, start int, yield func(span)) int {
	i := start
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\'' || r == '’' {
			tail := ending(s[i+n:])
			if tail == 0 {
				break
			}
			if tail == 1 && (s[i+n] == 's' || s[i+n] == 'S') {
				yield(span{start: start, end: i})
				return i + n + tail
			}
			i += n + tail
			continue
		}
		if r >= utf8.RuneSelf && unicode.IsMark(r) || wordRune(r) && !unspacedRune(r) {
			i += n
			continue
		}
		break
	}
	yield(span{start: start, end: i})
	return i
}

// ending returns the length of the contracted ending that s starts with, as in
// don't, we'll or Reuters's; 0 if it starts with something else.
func ending(s string) int {
	n := 0
	for n < len(s) && n < 3 && wordRune(rune(s[n])) {
		n++
	}
	if r, _ := utf8.DecodeRuneInString(s[n:]); n == len(s) || !wordRune(r) && !unicode.IsMark(r) {
		switch strings.ToLower(s[:n]) {
		case "s", "t", "d", "m", "re", "ll", "ve":
			return n
		}
	}
	return 0
}

// fold returns a word in the form in which words are compared: lower case,
// without accents, compatibility forms resolved; empty if no letter or digit is left.
func fold(word string) string {
	ascii, lower := true, true
	for i := range len(word) {
		c := word[i]
		ascii = ascii && c < utf8.RuneSelf
		lower = lower && (c < 'A' || c > 'Z') && c != '\''
	}
	switch {
	case ascii && lower:
		return word
	case ascii:
		return strings.ReplaceAll(strings.ToLower(word), "'", "")
	}
	folded := norm.NFC.String(bare(norm.NFKD.String(word)))
	if strings.IndexFunc(folded, wordRune) < 0 {
		return ""
	}
	return folded
}

func bare(decomposed string) string {
	var b strings.Builder
	var last rune
	for _, r := range decomposed {
		r = unicode.ToLower(r)
		if accent(r, last) || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			continue
		}
		if b.Len() == 0 && unicode.IsMark(r) {
			continue
		}
		last = r
		if plain := undecomposed(r); plain != "" {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// accent reports the marks that people leave out when they search. The breve
// of a Cyrillic й stays: it is a letter, and stemming needs it. Marks of Indic
// and other scripts stay: they are vowels.
func accent(r, on rune) bool {
	switch {
	case r == 0x0306 && on == 'и':
		return false
	case 0x0300 <= r && r <= 0x036F, 0x0591 <= r && r <= 0x05C7, 0x064B <= r && r <= 0x0652, r == 0x0640:
		return true
	}
	return false
}

// undecomposed spells letters that Unicode does not take apart and people do.
func undecomposed(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	return ""
}

// foldLine folds a value that is compared as a whole, such as a tag.
func foldLine(s string) string {
	var words []string
	for w := range strings.FieldsSeq(s) {
		words = append(words, strings.ToLower(norm.NFKC.String(strings.ToLower(w))))
	}
	return strings.Join(words, " ")
}
