package clean

import (
	"slices"
	"strings"
	"unicode"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/text/unicode/norm"

	"wiredesk/store"
)

// Version is the version of the extractor: of all that turns a source's bytes
// into Title, Text, Canonical and Enclosures. Raise it with every change that
// gives other results for the same bytes.
//
// It stands in the upper eight bits of every [Hash], plainly, so that whoever
// compares two hashes can see whether one extractor made both. Two hashes of
// different versions are not comparable: their difference says that we changed,
// not that the source did. The judge then compares the texts themselves and, if
// it finds no significant change, keeps the new hash without a revision
// (DATES-B7). Mixed in invisibly, the version would do the opposite: each
// upgrade would revise every article.
const Version = 1

// Hash returns the content key of a (DATES-B2): title, visible text, canonical
// link and enclosures. Dates, categories, markup, white space, tracking
// parameters, relative times and counters are not in it.
func Hash(a *store.Article) uint64 {
	d := xxhash.New()
	part := func(s string) {
		_, _ = d.WriteString(s)
		_, _ = d.Write([]byte{0})
	}
	part(still(a.Title))
	part(still(a.Text))
	link := a.Canonical
	if link == "" {
		link = Canonical(a.URL)
	}
	part(link)
	files := make([]string, 0, len(a.Enclosures))
	for _, e := range a.Enclosures {
		files = append(files, Canonical(e.URL))
	}
	slices.Sort(files)
	for _, f := range slices.Compact(files) {
		part(f)
	}
	return Version<<56 | d.Sum64()&(1<<56-1)
}

// HashVersion returns the version of the extractor that made a hash.
func HashVersion(hash uint64) uint8 { return uint8(hash >> 56) }

// still returns text without what moves by itself: relative times, counters,
// white space, and characters that do not show.
func still(s string) string {
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	words := fields(s)
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(words); i++ {
		if n := moving(words[i:]); n > 0 {
			i += n - 1
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[i])
	}
	return strings.ReplaceAll(b.String(), "\u00AD", "")
}

// fields returns the words of s, parted by white space and by what parts words
// without showing.
func fields(s string) []string {
	if !strings.Contains(s, "\u200B") && !strings.Contains(s, "\u2060") {
		return strings.Fields(s)
	}
	return strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == 0x200B || r == 0x2060
	})
}

// moving returns how many words at the start of w are a relative time or a
// counter: "3 minutes ago", "vor 2 Stunden", "12 comments".
func moving(w []string) int {
	if c := w[0][0] | 0x20; c >= 'a' && c <= 'z' && c != 'v' && c != 'h' && c != 'f' && c != 'i' {
		return 0 // no number and none of the words below: nearly all words
	}
	first := strings.ToLower(strings.Trim(w[0], "()|·•,.;"))
	switch first {
	case "vor", "hace", "fa", "il":
		if first == "il" && len(w) > 4 && strings.ToLower(w[1]) == "y" && strings.ToLower(w[2]) == "a" && number(w[3]) && unit(w[4]) {
			return 5
		}
		if len(w) > 2 && number(w[1]) && unit(w[2]) {
			return 3
		}
		return 0
	}
	if !number(w[0]) || len(w) < 2 {
		return 0
	}
	second := strings.ToLower(strings.Trim(w[1], "()|·•,.;:"))
	if len(w) > 2 && unit(w[1]) {
		switch strings.ToLower(strings.Trim(w[2], "()|·•,.;")) {
		case "ago", "fa", "назад", "temu", "geleden", "atras", "atrás", "sedan", "siden":
			return 3
		}
	}
	if counters[second] {
		return 2
	}
	return 0
}

var counters = words("comments comment views view shares share likes like reads replies reply kommentare kommentar commentaires commentaire comentarios comentario commenti commento reacties комментариев комментария комментарий просмотров retweets")

func number(w string) bool {
	w = strings.Trim(w, "()|·•")
	return w != "" && strings.Trim(w, "0123456789.,+kKmM") == "" && w[0] >= '0' && w[0] <= '9'
}

func unit(w string) bool {
	switch w = fold(strings.Trim(w, "()|·•,.;")); {
	case len(w) < 1:
		return false
	default:
		return units[w]
	}
}

var units = words(`second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year years
	sekunde sekunden minuten stunde stunden tag tagen tage woche wochen monat monaten jahr jahren
	seconde secondes heure heures jour jours semaine semaines mois an ans
	segundo segundos minuto minutos hora horas dia dias semana semanas mes meses ano anos
	secondi minuti ora ore giorno giorni settimana settimane mese mesi anno anni
	секунд секунды минут минуты минуту часа часов час дней дня день недели месяца лет uur dagen dag weken`)
