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
var wireLabel = regexp.MustCompile(`^\W{0,3}(?i:(update|corrected|correction|correct|refile|rpt|repeat|recasts|writethru|adds|advancer|breaking update|updated)(?:[ -]?\d{1,2})?\b)`)

// takeMark matches what stands before or after a headline when an agency sends
// another take of a story: AP numbers them, others say it in their language.
// These are words of every day too, so they must be shouted and parted.
var (
	takeMark = regexp.MustCompile(`^[\W_]{0,3}(?:(?:ATTENTION|ACHTUNG|ATENCIÓN)\W{1,3})?(ACTUALISATION|ACTUALISE|RECTIFICATIF|CORRIGÉ|ANNULE ET REMPLACE|KORREKTUR|BERICHTIGUNG|AKTUALISIERUNG|ACTUALIZACIÓN|ACTUALIZA|RECTIFICA(?:CIÓN)?|CORRIGE|AMPLIACIÓN|RETTIFICA|CORREZIONE|AGGIORNAMENTO|RETIFICAÇÃO|CORREÇÃO|ATUALIZAÇÃO|CORRECTIE|RECTIFICATIE|ИСПРАВЛЕНО|ИСПРАВЛЕНИЕ|ДОПОЛНЕНО|УТОЧНЕНИЕ|訂正|差し替え|更正)(?:\s*[:：–—\])】]|\s+-\s)`)
	takeEnd  = regexp.MustCompile(`(?:^|, ?)(?i:((?:\d(?:st|nd|rd|th) )?Ld(?:-| )?Writethru|\d(?:st|nd|rd|th) Ld))(?:$|,)`)
)

// label returns the mark that a title or text opens with, or "".
func label(title, text string) string {
	for _, s := range []string{title, text} {
		if m := wireLabel.FindStringSubmatch(s); m != nil {
			return strings.ToUpper(m[1])
		}
		if m := takeMark.FindStringSubmatch(s); m != nil {
			return m[1]
		}
	}
	if m := takeEnd.FindStringSubmatch(title); m != nil {
		return strings.ToUpper(m[1])
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
