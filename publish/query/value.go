package query

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"
)

// number reads the value of outlets: or age:, as in >=3 or <48h.
func (p *parser) number(f field) (*leaf, *Error) {
	start, text := p.pos, p.bare()
	p.pos += len(text)
	l := &leaf{kind: outlets, field: f, cmp: "="}
	for _, c := range []string{">=", "<=", ">", "<", "="} {
		if rest, ok := strings.CutPrefix(text, c); ok {
			l.cmp, text = c, rest
			break
		}
	}
	if f == fOutlets {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1e6 {
			return nil, p.fail(start, "as in outlets:>=3", "outlets: wants a number")
		}
		l.count = n
		return l, nil
	}
	d, ok := duration(text)
	if !ok || l.cmp == "=" {
		return nil, p.fail(start, "as in age:<48h or age:>2d", "age: wants < or > and a time")
	}
	l.kind, l.span = age, d
	return l, nil
}

// duration reads 90m, 48h, 2d or 1w.
func duration(s string) (time.Duration, bool) {
	unit := time.Hour
	digits := ""
	if s != "" {
		digits = s[:len(s)-1]
	}
	switch {
	case strings.HasSuffix(s, "d"):
		unit *= 24
	case strings.HasSuffix(s, "w"):
		unit *= 7 * 24
	default:
		d, err := time.ParseDuration(s)
		return d, err == nil && d >= 0
	}
	n, err := strconv.Atoi(digits)
	return time.Duration(n) * unit, err == nil && n >= 0 && n < 10000
}

var language = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{1,8})*$`)

// entire reads a value that is compared as a whole: of source, tag, lang or site.
func (p *parser) entire(f field) (*leaf, *Error) {
	start, text := p.pos, ""
	if p.ahead(`"“”`) {
		var err *Error
		if text, err = p.quoted(); err != nil {
			return nil, err
		}
	} else {
		text = p.bare()
		p.pos += len(text)
	}
	w := word{text: text}
	if w.text, w.prefix = strings.CutSuffix(text, "*"); strings.Contains(w.text, "*") {
		return nil, p.fail(start+strings.IndexByte(text, '*'), "", "* stands only at the end of a value")
	}
	w.text = facetValue(f, w.text)
	switch {
	case w.text == "":
		return nil, p.fail(start, "", "%s: has no value", f)
	case f == fLang && (w.prefix || !language.MatchString(w.text)):
		return nil, p.fail(start, "as in lang:en or lang:pt-br", "lang: wants a language code")
	}
	return &leaf{kind: facet, field: f, words: []word{w}}, nil
}

// facetValue brings a whole value into the form in which it is compared.
func facetValue(f field, s string) string {
	s = foldLine(s)
	switch f {
	case fLang:
		return strings.ReplaceAll(s, "_", "-")
	case fSite:
		if _, rest, ok := strings.Cut(s, "://"); ok {
			s = rest
		}
		s, _, _ = strings.Cut(s, "/")
		return strings.TrimPrefix(s, "www.")
	}
	return s
}

func (p *parser) pattern(f field) (*leaf, *Error) {
	start := p.pos
	end := p.pos + 1
	for end < len(p.src) && p.src[end] != '/' {
		if p.src[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(p.src) {
		return nil, p.fail(start, "close it with a second one; to look for a slash, put it in quotes", "/ is never closed")
	}
	raw := p.src[p.pos+1 : end]
	p.pos = end + 1
	if raw == "" || len(raw) > maxPattern {
		return nil, p.fail(start, "", "a regular expression has 1 to %d bytes", maxPattern)
	}
	if tree, err := syntax.Parse(strings.ReplaceAll(raw, `\/`, "/"), syntax.Perl); err == nil && steps(tree) > maxProgram {
		return nil, p.fail(start, "use fewer or shorter repetitions", "the regular expression is too large")
	}
	re, err := regexp.Compile("(?i)" + strings.ReplaceAll(raw, `\/`, "/"))
	if err != nil {
		return nil, p.fail(start, "the syntax is RE2's", "bad regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return &leaf{kind: pattern, field: f, re: re, raw: raw}, nil
}

// steps counts what a regular expression would be if its repetitions were
// written out, without doing so.
func steps(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		n += steps(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(1, re.Min, re.Max)
	}
	return min(n, maxProgram+1)
}
