package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wiredesk/store/sketch"
)

// SameArticle reports whether what came under an article's identity is that article.
// It is not when a source gave an old id to another text: then address, title
// and text are all others (RELIABILITY-ID6).
func SameArticle(old, in *Article) bool {
	return old.Canonical == in.Canonical || old.Canonical == "" || in.Canonical == "" ||
		alike(old.Title, in.Title) || overlap(old.Text, in.Text) >= 0.1
}

// Churned reports whether what came under a new identity, with the address or
// the content of a stored article of the same source, is that article after
// all. An address alone is not enough: all items of some feeds link to one
// page.
func Churned(old, in *Article) bool {
	if old.Hash == in.Hash {
		return true
	}
	share := overlap(old.Text, in.Text)
	if counted(old.GUID, in.GUID) {
		return share >= 0.2 || alike(old.Title, in.Title)
	}
	return share >= 0.5 || squeezed(old.Title) == squeezed(in.Title) && old.Title != "" && (share >= 0.2 || old.Text == "" || in.Text == "")
}

// counted reports whether two guids are one address but for what a source counts
// up with each version: "…/news/uk-1#0" and "…/news/uk-1#3".
func counted(a, b string) bool {
	a, _, ok := strings.Cut(a, "#")
	b, _, also := strings.Cut(b, "#")
	return ok && also && a == b && strings.Contains(a, "://")
}

// alike reports whether two headlines share half of the shorter one's words.
func alike(a, b string) bool {
	x, y := words(a), words(b)
	if len(x) == 0 || len(y) == 0 {
		return len(x) == len(y)
	}
	return share(x, y) >= 0.5
}

// overlap returns how much of the shorter text stands in the longer, 0 to 1,
// by pairs of neighbouring words.
func overlap(a, b string) float64 { return share(pairs(words(a)), pairs(words(b))) }

// words returns the words of s in lower case; of scripts that part none by
// spaces, the characters.
func words(s string) (list []string) {
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		start := 0
		for i, r := range w {
			if !sketch.Spaceless(r) {
				continue
			}
			if start < i {
				list = append(list, w[start:i])
			}
			start = i + utf8.RuneLen(r)
			list = append(list, w[i:start])
		}
		if start < len(w) {
			list = append(list, w[start:])
		}
	}
	return list
}

func pairs(words []string) []string {
	if len(words) < 2 {
		return words
	}
	list := make([]string, len(words)-1)
	for i := range list {
		list[i] = words[i] + " " + words[i+1]
	}
	return list
}

func share(a, b []string) float64 {
	x, y := set(a), set(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	n := 0
	for w := range x {
		if y[w] {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, w := range list {
		m[w] = true
	}
	return m
}
