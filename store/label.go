package store

import (
	"regexp"
	"strings"
)

// erratumText matches the opening of a paper's column of corrections, which
// quotes the article that it is about.
var erratumText = regexp.MustCompile(`^(?i:corrections?|clarifications?):?\s+(?:An?|The|In an?|In the|Our)\s+(?i:article|story|report|column|item|piece)\b`)

// erratum reports whether a text is a note that corrects another article.
func erratum(title, text string) bool {
	return erratumText.MatchString(strings.TrimSpace(text)) || strings.HasPrefix(title, "Corrections:") || strings.HasPrefix(title, "Corrections and clarifications")
}

// wireLabel matches the marks that agencies and papers put before a text that
// takes the place of an earlier one.
var wireLabel = regexp.MustCompile(`^\W{0,3}(?i:(update|updates|corrected|corrects|correction|correct|refile|refiles|rpt|repeat|recasts|writethru|adds|advancer|breaking update|updated)(?:[ -]?\d{1,2})?\b)`)

// takeMark matches what stands before or after a headline when an agency sends
// another take of a story: AP numbers them, others say it in their language.
// These are words of every day too, so they must be shouted and parted, or
// stand in brackets before the text: "(Actualiza con declaraciones)".
var (
	takeMark = regexp.MustCompile(`^[\W_]{0,3}(?:(?:ATTENTION|ACHTUNG|ATENCIÓN|DPA)\W{1,3})?(` +
		`ACTUALISATION|ACTUALISE|RECTIFICATIF|CORRIGÉ|ANNULE ET REMPLACE|PRÉCISION|RÉPÉTITION|` +
		`KORREKTUR|BERICHTIGUNG|BERICHTIGT|AKTUALISIERUNG|AKTUALISIERT|WIEDERHOLUNG|` +
		`ACTUALIZACIÓN|ACTUALIZA|RECTIFICA(?:CIÓN)?|CORRIGE|CORRECCIÓN|AMPLIACIÓN|AMPLÍA|REPETICIÓN|` +
		`RETTIFICA|CORREZIONE|AGGIORNAMENTO|RPT|RIPETIZIONE|RETIFICAÇÃO|CORREÇÃO|ATUALIZAÇÃO|CORRECTIE|RECTIFICATIE|` +
		`ИСПРАВЛЕНО|ИСПРАВЛЕНИЕ|ДОПОЛНЕНО|ДОПОЛНЕНИЕ|УТОЧНЕНИЕ|ПОПРАВКА|ПОВТОР|訂正|差し替え|更正|改稿)(?:\s*[:：–—\])】]|\s+-\s)`)
	takeBrackets = regexp.MustCompile(`^\((?i:(actualisé?e?|ajoute|précise|corrige|actualiza|añade|amplía|aggiorna|aggiunge|corregge|aktualisiert|ergänzt|berichtigt|korrigiert|neu|atualiza|acrescenta|обновлено|дополнено|уточнено|исправлено))(?:[ ,:;)]|\s-)`)
	takeEnd      = regexp.MustCompile(`(?:^|, ?)(?i:((?:\d(?:st|nd|rd|th) )?Ld(?:-| )?Writethru|\d(?:st|nd|rd|th) Ld))(?:$|,)`)
)

// label returns the mark that a title or the first lines of a text open with,
// or "".
func label(title, text string) string {
	for _, s := range []string{title, text} {
		if m := wireLabel.FindStringSubmatch(s); m != nil {
			return strings.ToUpper(m[1])
		}
	}
	for _, s := range noticeLines(&Article{Title: title, Text: text}) {
		m := labelOf(s)
		if m != nil {
			s = m[1]
		}
		if w := wireLabel.FindStringSubmatch(s); w != nil && (m != nil || s[0] == '(' || strings.ToUpper(w[1]) == w[1]) {
			return strings.ToUpper(w[1])
		}
		for _, form := range []*regexp.Regexp{takeMark, takeBrackets, takeEnd} {
			if m := form.FindStringSubmatch(s); m != nil {
				return strings.ToUpper(m[1])
			}
		}
	}
	return ""
}

// bare returns a headline without the mark that it opens with.
func bare(title string) string {
	if m := wireLabel.FindString(title); m != "" {
		return title[len(m):]
	}
	return title
}
