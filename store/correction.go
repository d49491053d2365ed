package store

import (
	"regexp"
	"slices"
	"strings"
)

// correctionMark matches how a paper opens a note that it was wrong: a word of
// its own at the head of a line, with a mark after it or brackets around it.
var correctionMark = regexp.MustCompile(`^\W{0,3}(?i:` + strings.Join([]string{
	`corrections?(?: and clarifications?)?`, `corrected`, `corrects`, `correcting`, `clarifications?`, `retraction`, `retracted`, `errat(?:um|a)`, `editor['’]s note`, // English
	`rectificatifs?`, `rectification`, `corrigé`, // French
	`korrektur`, `korrigiert`, `berichtigung`, `richtigstellung`, // German
	`corrección`, `corregid[oa]`, `corrige`, `rectificación`, `fe de err(?:atas|ores)`, // Spanish
	`correzione`, `rettifica`, `errata corrige`, // Italian
	`correção`, `corrigid[oa]`, // Portuguese
	`correctie`, `gecorrigeerd`, `rectificatie`, // Dutch
	`rättelse`, `rettelse`, `oikaisu`, `korjaus`, // Nordic
	`sprostowanie`, `korekta`, `oprava`, `düzeltme`, `διόρθωση`,
	`исправление`, `исправлено`, `уточнение`, `поправка`, `опровержение`, `виправлення`,
	`تصحيح`, `תיקון`, `更正`, `勘误`, `訂正`, `おわび`, `정정`, `바로잡습니다`,
}, "|") + `)(?:\s*[:：—–.\])|】-]|\s+(?:to|in|of|an?|the|paragraph|headline|spelling|name|story|on|dans|zu|de|del)\s|\s*$)`)

// correctionPhrase matches the same said within a sentence.
var correctionPhrase = regexp.MustCompile(`(?i:` + strings.Join([]string{
	`an earlier version of this`, `(?:story|article|report|headline|piece|post) (?:has been|was) (?:corrected|amended|retracted|withdrawn)`, `was amended on`,
	`une version précédente de (?:cet|ce)`, `in einer früheren (?:version|fassung)`, `una versión anterior de est[ea]`,
	`una versione precedente di quest`, `uma versão anterior d`, `in een eerdere versie`, `en tidigare version av`,
}, "|") + `)`)

// updateMark matches how a source says that a text takes the place of another.
var updateMark = regexp.MustCompile(`^\W{0,3}(?i:update[ds]?|updat(?:e|ed)[ -]?\d{1,2}|refile|recasts|writethru|mise à jour|actualisé|aktualisiert|actualización|actualizado|aggiornamento|aggiornato|atualização|atualizado|обновлено|дополнено|更新)(?:\s*[:：—–.\])|-]|\s+\d{1,2}\b|\s*$)`)

// corrects returns the mark of a correction that in carries and old did not.
func corrects(old, in *Article) string {
	if l := gained(old, in, correctionMark); l != "" {
		return l
	}
	if n := correctionPhrases(in.Text); len(n) > 0 && len(n) > len(correctionPhrases(old.Text)) {
		return n[0]
	}
	return ""
}

// correctionPhrases returns where a text speaks of its correction. Few do, and
// the expression takes a thousand times what it takes to see that one does not.
func correctionPhrases(text string) []string {
	small := strings.ToLower(text)
	for _, word := range []string{"versi", "versã", "fassung", "corrected", "amended", "retracted", "withdrawn"} { // one is in every phrase
		if strings.Contains(small, word) {
			return correctionPhrase.FindAllString(text, -1)
		}
	}
	return nil
}

// updates returns the mark of an update that in carries and old did not.
func updates(old, in *Article) string { return gained(old, in, updateMark) }

// gained returns the first mark at the head of a line of in that no line of
// old has. A marked line that was only polished is no new one.
func gained(old, in *Article, mark *regexp.Regexp) string {
	var had []string
	for l := range lines(old) {
		if mark.MatchString(l) {
			had = append(had, l)
		}
	}
	for l := range lines(in) {
		m := mark.FindString(l)
		if m != "" && !slices.ContainsFunc(had, func(h string) bool { return polished(h, l) }) {
			return strings.TrimRight(strings.TrimSpace(m), ":：—–-. ")
		}
	}
	return ""
}

// polished reports whether a line says what an older one said: most of it
// stands, and little was added.
func polished(old, in string) bool {
	return old == in || overlap(old, in) >= .5 && len(words(in))-len(words(old)) < manyWords
}

// lines yields an article's title and the paragraphs of its text.
func lines(a *Article) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if !yield(a.Title) {
			return
		}
		for l := range strings.SplitSeq(a.Text, "\n") {
			if !yield(l) {
				return
			}
		}
	}
}
