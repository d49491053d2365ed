// Package sketch is wiredesk's near-duplicate mathematics: text to tokens,
// tokens to a small sample of shingles, which texts may share passages, and
// exactly which words they share.
//
// It is pure: it keeps no clock, reads no file and knows no story. Shingles are
// hashed with a secret seed of the installation, so that nobody can craft texts
// that collide.
package sketch

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
)

// MaxTokens bounds how much of a text is looked at; what follows is ignored.
const MaxTokens = 20_000

// A Token is one word of a text. Scripts that are written without spaces give
// one token a character.
type Token struct {
	Hash  uint64
	Start uint32 // byte offset of the word in the text
	Flags Flags
}

// Flags say what a token is besides its letters.
type Flags uint8

const (
	Number Flags = 1 << iota // has a digit, or is a number word
	Name                     // capitalised, and not the first word of a sentence
	Quoted                   // inside quotation marks
)

// Tokens splits text into words: runs of letters and digits, case folded,
// apostrophes dropped, so that "Don't" and "dont" are one word.
func Tokens(text string) []Token {
	s := scanner{text: text, list: make([]Token, 0, len(text)/6+1), sentence: true}
	for i, r := range text {
		if len(s.list) >= MaxTokens {
			break
		}
		s.step(i, r)
	}
	s.end()
	return s.list
}

type scanner struct {
	text     string
	list     []Token
	start    int // of the open word, or of none when word is empty
	word     []byte
	flags    Flags
	quoted   bool
	sentence bool // the next word opens a sentence
}

func (s *scanner) step(i int, r rune) {
	switch {
	case 'a' <= r && r <= 'z': // first, for this is most of most texts
		if len(s.word) == 0 {
			s.start = i
		}
		s.flags &^= Number
		s.word = append(s.word, byte(r))
	case r == ' ':
		s.end()
	case Spaceless(r):
		s.end()
		s.start, s.word = i, utf8.AppendRune(s.word, r)
		s.end()
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		if len(s.word) == 0 {
			s.start = i
			if unicode.IsUpper(r) && !s.sentence {
				s.flags |= Name
			}
		}
		switch {
		case unicode.IsDigit(r) && len(s.word) == 0:
			s.flags |= Number
		case !unicode.IsDigit(r):
			s.flags &^= Number // 800km, 20o0
		}
		s.word = utf8.AppendRune(s.word, unicode.ToLower(r))
	case (r == '\'' || r == '’') && len(s.word) > 0: // within or after a word
	case (r == '.' || r == ',') && s.flags&Number != 0 && s.digitAt(i+1): // 1,250.75 is one word
		s.word = append(s.word, byte(r))
	default:
		s.end()
		s.mark(r)
	}
}

// mark takes note of what stands between words.
func (s *scanner) mark(r rune) {
	switch r {
	case '"':
		s.quoted = !s.quoted
	case '“', '„', '«':
		s.quoted = true
	case '”', '»':
		s.quoted = false
	case '\n':
		s.quoted, s.sentence = false, true
	case '.', '!', '?', ':', ';':
		s.sentence = true
	}
}

func (s *scanner) digitAt(i int) bool {
	return i < len(s.text) && s.text[i] >= '0' && s.text[i] <= '9'
}

func (s *scanner) end() {
	if len(s.word) == 0 {
		return
	}
	if s.quoted {
		s.flags |= Quoted
	}
	if s.flags&Number == 0 && numberWord(string(s.word)) {
		s.flags |= Number
	}
	s.list = append(s.list, Token{Hash: xxhash.Sum64(s.word), Start: uint32(s.start), Flags: s.flags})
	s.word, s.flags, s.sentence = s.word[:0], 0, false
}

// Spaceless reports whether r belongs to a script that is written without
// spaces between words.
func Spaceless(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// numberWord reports whether w is an English cardinal. Digits carry the figures
// of most wire copy in every language; words below thirteen do in English.
func numberWord(w string) bool {
	switch w {
	case "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty",
		"forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion",
		"dozen", "half", "third", "quarter", "first", "second", "fourth", "fifth":
		return true
	}
	return false
}

// Words returns the text from token i to token j, exclusive, on one line.
func Words(text string, list []Token, i, j int) string {
	end := len(text)
	if j < len(list) {
		end = int(list[j].Start)
	}
	if i >= len(list) || i >= j {
		return ""
	}
	return strings.Join(strings.Fields(text[list[i].Start:end]), " ")
}
