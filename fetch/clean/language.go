package clean

import (
	"strings"

	"github.com/abadojack/whatlanggo"
	"golang.org/x/text/language"
)

// minLanguage is the least number of words that a language is told by.
const minLanguage = 20

// Language returns the BCP 47 language of an article: what its source declares,
// put into canonical form, else what its text is written in when there is
// enough of it to be sure, else "".
func Language(declared, text string) string {
	if tag := canonicalTag(declared); tag != "" {
		return tag
	}
	if wordCount(text) < minLanguage {
		return ""
	}
	if len(text) > 4000 {
		text = strings.ToValidUTF8(text[:4000], "")
	}
	info := whatlanggo.Detect(text)
	if !info.IsReliable() {
		return ""
	}
	return info.Lang.Iso6391()
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
