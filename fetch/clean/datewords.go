package clean

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// asian turns the signs that follow numbers in Chinese, Japanese and Korean
// dates into the marks other dates use.
var asian = strings.NewReplacer(
	"上午", " am ", "午前", " am ", "오전", " am ", "下午", " pm ", "午後", " pm ", "午后", " pm ", "오후", " pm ",
	"星期", "週", "周", "週", "曜日", "曜",
	"年", "-", "月", "-", "日", " ", "년", "-", "월", "-", "일", " ",
	"時", ":", "时", ":", "点", ":", "시", ":", "分", ":", "분", ":", "秒", " ", "초", " ",
)

// halves are other ways to write am and pm.
var halves = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "a. m.", "am", "p. m.", "pm", "a.m", "am", "p.m", "pm", "a m ", "am ")

// read takes the string apart and sorts what it finds. It reports false as
// soon as something means nothing.
func (r *dateReader) read(s string) bool {
	if r.epoch(s) {
		return true
	}
	if strings.ContainsFunc(s, func(c rune) bool { return c >= 0x2E80 }) {
		if r.zone == nil && strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(unicode.Hangul, c) }) {
			r.zone = time.FixedZone("KST", 9*3600)
		}
		s = asianDate(s)
	}
	r.raw = r.uncomment(s)
	r.split()
	for i := 0; i < len(r.words); {
		n := r.take(i)
		if n == 0 {
			return false
		}
		i += n
	}
	if !r.zoned && r.comment != "" && r.clock {
		if _, ok := abbreviations[r.comment]; ok {
			r.abbr, r.zoned = r.comment, true
		}
	}
	return true
}

// asianDate writes a Chinese, Japanese or Korean date with Western marks, and
// without the name of its day.
func asianDate(s string) string {
	for _, mark := range []string{"星期", "周", "週"} {
		if before, after, ok := strings.Cut(s, mark); ok {
			rest := []rune(after)
			s = before + " " + string(rest[min(1, len(rest)):])
		}
	}
	if before, after, ok := strings.Cut(s, "曜"); ok {
		day := []rune(before)
		s = string(day[:max(0, len(day)-1)]) + " " + strings.TrimPrefix(after, "日")
	}
	if before, after, ok := strings.Cut(s, "요일"); ok {
		day := []rune(before)
		s = string(day[:max(0, len(day)-1)]) + " " + after
	}
	return asian.Replace(s)
}

// epoch reads Unix seconds or milliseconds.
func (r *dateReader) epoch(s string) bool {
	digits, _, _ := strings.Cut(s, ".")
	if len(digits) < 9 || len(digits) > 13 || strings.Trim(s, "0123456789.") != "" || len(digits) == 12 && digits[0] > '9' {
		return false
	}
	n := int64(0)
	for _, c := range []byte(digits) {
		n = n*10 + int64(c-'0')
	}
	if len(digits) >= 12 {
		n /= 1000
	} else if len(digits) == 11 {
		return false
	}
	t := time.Unix(n, 0).UTC()
	if !believable(t) {
		return false
	}
	r.numbers = []piece{{kind: 'n', text: t.Format("2006")}, {kind: 'n', text: t.Format("01")}, {kind: 'n', text: t.Format("02")}}
	r.hour, r.minute, r.second = t.Clock()
	r.clock, r.zoned, r.loc = true, true, time.UTC
	return true
}

// uncomment takes out what stands in parentheses and remembers a single word.
func (r *dateReader) uncomment(s string) string {
	for {
		i := strings.IndexAny(s, "(（")
		if i < 0 {
			return s
		}
		j := strings.IndexAny(s[i:], ")）")
		if j < 0 {
			return s
		}
		r.comment = strings.Trim(fold(s[i:i+j]), "(（) ")
		_, size := utf8.DecodeRuneInString(s[i+j:])
		s = s[:i] + " " + s[i+j+size:]
	}
}

// split makes the pieces.
func (r *dateReader) split() {
	r.raw = strings.Join(strings.Fields(strings.Map(wide, r.raw)), " ")
	s := halves.Replace(strings.ToLower(r.raw) + " ")
	if len(s) != len(r.raw)+1 {
		r.raw = s
	}
	runes := []rune(s)
	gap, at := false, 0
	for i := 0; i < len(runes); {
		c := runes[i]
		start, from := i, at
		step := func() { at += len(string(runes[i])); i++ }
		switch {
		case unicode.IsSpace(c):
			gap = true
			step()
			continue
		case c >= '0' && c <= '9':
			for i < len(runes) && runes[i] >= '0' && runes[i] <= '9' {
				step()
			}
			r.words = append(r.words, piece{kind: 'n', text: string(runes[start:i]), gap: gap, at: from})
		case unicode.IsLetter(c):
			for i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.Is(unicode.Mn, runes[i]) || runes[i] == '_' || runes[i] == '\'') {
				step()
			}
			r.words = append(r.words, piece{kind: 'w', text: fold(string(runes[start:i])), gap: gap, at: from})
		default:
			step()
			r.words = append(r.words, piece{kind: byte(min(c, 255)), gap: gap, at: from})
		}
		gap = false
	}
}

// wide maps full-width digits, odd spaces and dashes to plain ones.
func wide(c rune) rune {
	switch {
	case c >= '０' && c <= '９':
		return c - '０' + '0'
	case c >= '٠' && c <= '٩':
		return c - '٠' + '0'
	case c == '：':
		return ':'
	case c == '–' || c == '—' || c == '−' || c == '‐' || c == '‑':
		return '-'
	case c == '’':
		return '\''
	case c == 0x200e || c == 0x200f:
		return -1
	}
	return c
}

// take reads what begins at piece i and returns how many pieces it was; 0: it
// means nothing.
func (r *dateReader) take(i int) int {
	p := r.words[i]
	switch p.kind {
	case 'n':
		if n := r.takeClock(i); n > 0 {
			return n
		}
		if len(r.numbers) == 3 {
			return 0
		}
		r.numbers = append(r.numbers, p)
		return 1
	case 'w':
		return r.takeWord(i)
	case '+', '-':
		if n := r.takeOffset(i); n > 0 {
			return n
		}
		if p.kind == '+' {
			return 0
		}
		if i == 0 {
			r.numbers = append(r.numbers, piece{kind: '-'}) // "-0312": a year left out
		}
		return 1
	case ',', '.', '/', ';', '|', 183, '@', ':', '\'':
		return 1
	}
	return 0
}

// is reports whether piece i is of that kind, with that many digits if any.
func (r *dateReader) is(i int, kind byte, digits ...int) bool {
	if i < 0 || i >= len(r.words) || r.words[i].kind != kind {
		return false
	}
	return len(digits) == 0 || slices.Contains(digits, len(r.words[i].text))
}

func (r *dateReader) word(i int) string {
	if r.is(i, 'w') {
		return r.words[i].text
	}
	return ""
}

func (r *dateReader) takeWord(i int) int {
	w := r.words[i].text
	if w == "am" || w == "pm" {
		before := r.clock && r.is(i-1, 'n')
		after := r.is(i+1, 'n') && r.is(i+2, ':')
		if before || after && (w == "pm" || r.lang == "" || !strings.HasPrefix(r.lang, "de")) {
			r.half = w
			return 1
		}
	}
	if r.clock || i == len(r.words)-1 && len(r.numbers) > 0 {
		if n := r.takeZone(i); n > 0 {
			return n
		}
	}
	if m, ok := months[w]; ok {
		if r.month != 0 {
			return r.secondMonth(w, m)
		}
		r.month, r.monthAt = m, len(r.numbers)
		return 1
	}
	if d, ok := weekdays[w]; ok {
		r.weekdays |= d
		if r.word(i+2) == "feira" && r.is(i+1, '-') {
			return 3
		}
		return 1
	}
	if r.is(i-1, 'n') && !r.words[i].gap && (w == "st" || w == "nd" || w == "rd" || w == "th" || w == "er" || w == "o" || w == "º" || w == "e" || w == "re") {
		return 1
	}
	if w == "w" && len(r.numbers) == 1 && r.is(i+1, 'n', 2) {
		return r.takeWeek(i)
	}
	if fillers[w] {
		return 1
	}
	return 0
}

// secondMonth decides between two names of months: one of them is a day's.
func (r *dateReader) secondMonth(w string, m int) int {
	if r.monthAt == 0 && (r.month == 3 || r.month == 12) { // "mar 14 mar 2017"
		r.month, r.monthAt = m, len(r.numbers)
		return 1
	}
	if weekdays[w] != 0 {
		return 1
	}
	return 0
}
