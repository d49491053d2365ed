package clean

import (
	"strings"

	"github.com/abadojack/whatlanggo"
	"golang.org/x/text/language"
)

const (
	minLanguage = 20  // the least number of words that a language is told by
	maxAsked    = 600 // characters of a text that trigrams are counted in: each costs
	enoughAsked = 2   // texts of one document that trigrams are counted of
)

// Language returns the BCP 47 language of an article: what its source declares,
// put into canonical form, else what its text is written in when there is
// enough of it to be sure, else "".
func Language(declared, text string) string {
	var l Languages
	return l.Of(declared, text)
}

// Languages tells the languages of the articles of one document. Function words
// tell most texts at once. Where they do not, trigrams do, for a few hundred
// times the price; so those are counted in the document's first such texts
// only, and what these agree on holds for the rest.
type Languages struct {
	asked int
	named int    // of those asked, how many had a language
	lang  string // that all of them agree on
	mixed bool
}

// Of is [Language] for one of the document's articles.
func (l *Languages) Of(declared, text string) string {
	if tag := canonicalTag(declared); tag != "" {
		return tag
	}
	if wordCount(cut(text, maxAsked)) < minLanguage {
		return ""
	}
	if lang := byWords(text); lang != "" {
		return lang
	}
	if l.settled() {
		return l.agreed()
	}
	lang := byTrigrams(text)
	l.asked++
	if lang == "" && len(text) >= maxAsked {
		l.asked = enoughAsked // a long text in no language that is known: the others are not asked
	}
	if lang != "" {
		l.named++
		l.mixed = l.mixed || l.named > 1 && l.lang != lang
		l.lang = lang
	}
	return lang
}

// settled reports whether enough texts were asked.
func (l *Languages) settled() bool { return l.asked >= enoughAsked }

// agreed returns what the texts asked agree on, "" when they do not.
func (l *Languages) agreed() string {
	if l.mixed || l.named < 2 {
		return ""
	}
	return l.lang
}

func byTrigrams(text string) string {
	info := whatlanggo.Detect(cut(text, maxAsked))
	if !info.IsReliable() {
		return ""
	}
	return info.Lang.Iso6391()
}

// cut returns at most n characters of text.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// canonicalTag reads tags as they are written: en_US, EN-us, "English (US)" no.
func canonicalTag(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ",")
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if s == "" || len(s) > 35 {
		return ""
	}
	tag, err := language.Raw.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
