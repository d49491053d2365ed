package query

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// words splits text that starts at byte offset at into the words to look for.
func (p *parser) words(text string, at int, exact bool) ([]word, *Error) {
	list := split(text)
	if len(list) == 0 {
		return nil, p.fail(at, "", "%q has no letter or digit to look for", text)
	}
	for i := range list {
		list[i].exact = exact
	}
	if i := badStar(text); i >= 0 {
		return nil, p.fail(at+i, "put it at the end of a word, as in econom*", "* stands inside or before a word")
	}
	return list, nil
}

// badStar returns where text has a star that does not end a word, or -1.
func badStar(text string) int {
	for i := range len(text) {
		if text[i] != '*' {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, n := utf8.DecodeRuneInString(text[i+1:])
		if i == 0 || !wordRune(before) || n > 0 && (wordRune(after) || after == '*') {
			return i
		}
	}
	return -1
}

// split returns the folded words of text. What it returns, written out again,
// splits into the same words.
func split(text string) []word {
	list := splitOnce(text)
	for range 3 {
		again := splitOnce((&leaf{words: list}).spaced())
		if slices.Equal(again, list) {
			break
		}
		list = again
	}
	return list
}

func (l *leaf) spaced() string {
	return strings.Trim(strings.TrimPrefix(l.quoted(true), "="), `"`)
}

func splitOnce(text string) []word {
	var list []word
	joins := false
	spans(text, func(s span) {
		w := word{text: fold(text[s.start:s.end]), unspaced: s.unspaced}
		if w.text == "" {
			joins = false
			return
		}
		if s.unspaced && joins {
			list[len(list)-1].text += w.text
		} else {
			w.prefix = !s.unspaced && strings.HasPrefix(text[s.end:], "*")
			list = append(list, w)
		}
		joins = s.unspaced && s.joined
	})
	return list
}
