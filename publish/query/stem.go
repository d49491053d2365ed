package query

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"
)

// A tongue is a language that words are stemmed in.
type tongue uint8

const (
	unstemmed tongue = iota
	inEnglish
	inDanish
	inDutch
	inFinnish
	inFrench
	inGerman
	inHungarian
	inIrish
	inItalian
	inNorwegian
	inPortuguese
	inRomanian
	inRussian
	inSpanish
	inSwedish
	inTurkish
	tongues
)

// tongueOf returns the tongue of a BCP 47 language. Text of an unknown
// language is stemmed as English: the words asked for are, too, so that at
// worst two forms of a word stand apart.
func tongueOf(lang string) tongue {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "en", "", "und":
		return inEnglish
	case "da":
		return inDanish
	case "nl":
		return inDutch
	case "fi":
		return inFinnish
	case "fr":
		return inFrench
	case "de":
		return inGerman
	case "hu":
		return inHungarian
	case "ga":
		return inIrish
	case "it":
		return inItalian
	case "no", "nb", "nn":
		return inNorwegian
	case "pt":
		return inPortuguese
	case "ro":
		return inRomanian
	case "ru":
		return inRussian
	case "es":
		return inSpanish
	case "sv":
		return inSwedish
	case "tr":
		return inTurkish
	}
	return unstemmed
}

// stem returns the stem of a folded word. Both sides of a comparison are
// folded before they are stemmed, so that an accent more or less never parts
// two forms of a word.
func (t tongue) stem(word string) string {
	if len(word) < 3 || len(word) > 60 || t == unstemmed {
		return word
	}
	env := snowballstem.NewEnv(word)
	stemmer(t)(env)
	if s := env.Current(); s != "" {
		return s
	}
	return word
}

func stemmer(t tongue) func(*snowballstem.Env) bool {
	return [tongues]func(*snowballstem.Env) bool{
		inEnglish: english.Stem, inDanish: danish.Stem, inDutch: dutch.Stem, inFinnish: finnish.Stem,
		inFrench: french.Stem, inGerman: german.Stem, inHungarian: hungarian.Stem, inIrish: irish.Stem,
		inItalian: italian.Stem, inNorwegian: norwegian.Stem, inPortuguese: portuguese.Stem,
		inRomanian: romanian.Stem, inRussian: russian.Stem, inSpanish: spanish.Stem,
		inSwedish: swedish.Stem, inTurkish: turkish.Stem,
	}[t]
}
