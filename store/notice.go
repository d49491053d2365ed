package store

import (
	"regexp"
	"strings"
	"time"
)

// A NoticeKind is what a wire asks of those who carry its copy.
type NoticeKind uint8

const (
	NoNotice NoticeKind = iota
	Kill                // take it back for good
	Hold                // take it back until told otherwise
	Release             // a hold is over
	Embargo             // not before its hour
)

func (k NoticeKind) String() string { return [...]string{"", "kill", "hold", "release", "embargo"}[k] }

// A Notice is what an article says to editors of itself or of an earlier one.
type Notice struct {
	Kind     NoticeKind
	Mark     string    // as it stands there: "KILL", "SPERRFRIST: 14.00 Uhr"
	Headline string    // what follows the mark: of the article that it is about
	Until    time.Time // of an embargo, UTC
}

// noticeMarks are the marks by language, and by agency where only one writes
// so. They are shouted, and parted from what follows: "Kill Bill returns" and
// "HOLD THE LINE" are headlines.
var noticeMarks = []struct {
	kind     NoticeKind
	agency   string // "": any
	language string // "": any
	form     *regexp.Regexp
}{
	{Release, "", "en", shouted(`(?:HOLD|KILL) (?:LIFTED|RELEASED|WITHDRAWN|CANCELLED)`)},
	{Release, "", "de", shouted(`FREIGABE|FREIGEGEBEN`)},
	{Release, "", "fr", shouted(`LEVÉE D['’]EMBARGO|PUBLICATION AUTORISÉE`)},
	{Kill, "", "en", shouted(`(?:MANDATORY |STORY |URGENT )?KILL(?:ED)?(?: NOTICE| STORY)?|(?:STORY |ARTICLE )?(?:WITHDRAWN|RETRACTED)`)},
	{Kill, "Reuters", "en", regexp.MustCompile(`^(WITHDRAWN|KILLED)()-(.+)$`)},
	{Kill, "AP", "en", regexp.MustCompile(`^()()(?:BC-)?(.+?), ?(?:1st Ld-?)?KILL$`)},
	{Kill, "AFP", "", shouted(`KILLS?|STORY KILLED`)},
	{Kill, "", "fr", shouted(`ANNUL(?:ATION|ÉE?|E ET REMPLACE|E)|DÉPÊCHE ANNULÉE`)},
	{Kill, "", "de", shouted(`STORNO|STORNIERT|ZURÜCKGEZOGEN|RÜCKZUG|MELDUNG ZURÜCKGEZOGEN|KILL`)},
	{Kill, "", "es", shouted(`ANUL(?:ACIÓN|ADA|A)|NOTICIA ANULADA`)},
	{Kill, "", "it", shouted(`ANNULL(?:AMENTO|ATA|A)|NOTIZIA ANNULLATA`)},
	{Kill, "", "pt", shouted(`ANUL(?:AÇÃO|ADA)`)},
	{Kill, "", "nl", shouted(`INTREKKING|INGETROKKEN|VERVALLEN`)},
	{Kill, "", "ru", shouted(`АННУЛИРУЕТСЯ|АННУЛИРОВАНО|ОТЗЫВ`)},
	{Kill, "", "ja", shouted(`取り?消し?|記事取り消し`)},
	{Kill, "", "zh", shouted(`撤稿|撤销|撤銷`)},
	{Hold, "", "en", shouted(`HOLD(?: NOTICE| STORY| FOR RELEASE)?|DO NOT USE|DO NOT PUBLISH|NOT FOR PUBLICATION`)},
	{Hold, "", "fr", shouted(`NE PAS (?:PUBLIER|UTILISER|DIFFUSER)`)},
	{Hold, "", "de", shouted(`(?:BITTE )?NICHT (?:VERWENDEN|VERÖFFENTLICHEN)|ZURÜCKHALTEN`)},
	{Hold, "", "es", shouted(`NO (?:PUBLICAR|USAR|UTILIZAR)|RETENER`)},
	{Hold, "", "it", shouted(`NON (?:PUBBLICARE|UTILIZZARE|USARE)`)},
	{Hold, "", "nl", shouted(`NIET (?:GEBRUIKEN|PUBLICEREN)`)},
}

// marking are the agencies with marks of their own.
var marking = []string{"Reuters", "AP", "AFP"}

// shouted matches a mark at the head of a line, and takes what follows it.
func shouted(marks string) *regexp.Regexp {
	return regexp.MustCompile(`^[\W_]{0,3}(?:(?:ATTENTION|ACHTUNG|ATENCIÓN|ATTENZIONE|EDS|EDITORS|ADVISORY)\W{1,3})?(` + marks + `)(\s*[:：–—\])】!]+\s*|\s*-\s+|\s*$)(.*)$`)
}

// ReadNotice returns what an article says to editors, in its headline or the
// first line of its text. by is its source; now bounds embargoes.
func ReadNotice(a *Article, by Source, now time.Time) Notice {
	agency := Agency(by, marking)
	language, _, _ := strings.Cut(strings.ToLower(a.Language), "-")
	first, _, _ := strings.Cut(strings.TrimSpace(a.Text), "\n")
	for _, line := range []string{a.Title, first} {
		line = strings.TrimSpace(line)
		if len(line) > maxNoticeLine {
			continue
		}
		for _, n := range noticeMarks {
			if n.agency != "" && n.agency != agency || n.language != "" && language != "" && n.language != language {
				continue
			}
			if m := n.form.FindStringSubmatch(line); m != nil {
				return Notice{Kind: n.kind, Mark: noticeMark(m[1]), Headline: headline(m, a.Title)}
			}
		}
		if mark, until := embargo(line, now); !until.IsZero() {
			return Notice{Kind: Embargo, Mark: mark, Until: until}
		}
	}
	return Notice{}
}

// maxNoticeLine is how long a line, in bytes, may be that speaks to editors.
const maxNoticeLine = 300

func noticeMark(mark string) string {
	if mark == "" {
		return "KILL" // it stands at the end
	}
	return mark
}

// headline returns the headline that a notice names: what follows its mark, or
// the article's own when the mark stands alone.
func headline(m []string, title string) string {
	if s := strings.TrimSpace(m[3]); len(words(s)) >= 2 {
		return s
	}
	return title
}

// Concerns reports whether a notice in the article by is about other, an
// earlier one of the same source: it names its headline, links to it, or
// quotes the headline in its text.
func (n Notice) Concerns(by, other *Article) bool {
	switch {
	case other.Source != by.Source || other.ID == by.ID:
		return false
	case by.Seen.Sub(other.Seen) > noticeWindow:
		return false
	case by.Canonical != "" && by.Canonical == other.Canonical:
		return true
	}
	title := words(other.Title)
	if len(title) < 3 {
		return false
	}
	named := words(n.Headline)
	if len(named) >= 3 && share(title, named) >= .8 && 3*min(len(title), len(named)) >= 2*max(len(title), len(named)) {
		return true
	}
	return len(title) >= 4 && strings.Contains(strings.Join(words(by.Text), " "), strings.Join(title, " "))
}

// Replaces reports whether a notice took the place of old: it bears that
// headline, or little but its mark. A revision under another headline in
// capitals is news.
func (n Notice) Replaces(old *Article) bool {
	return len(words(n.Headline)) < 4 || alike(n.Headline, old.Title)
}

// noticeWindow is how far back a notice reaches.
const noticeWindow = 7 * 24 * time.Hour

// Binds reports whether what an agency says of its story binds a member of it:
// what its own source sent, and what others carry under its credit. Nobody
// else's word does: a mark is forged as easily as any text.
func Binds(by *Article, agency string, m *Member) bool {
	if m.Source == by.Source {
		return false // only those that the notice names
	}
	return agency != "" && m.Article.Credit == agency && m.Relation != Contains && m.Relation != ByHand
}

// Agency returns the agency whose own wire a source is, by the name that the
// operator gave it: of the credits in a story, the one that the source's name
// or id begins with. What a feed says of itself counts for nothing, and nor
// does a source of low trust.
func Agency(s Source, credits []string) string {
	if s.LowTrust {
		return ""
	}
	for _, c := range credits {
		for _, name := range []string{s.Name, string(s.ID)} {
			if w := words(c); len(w) > 0 && strings.HasPrefix(strings.Join(words(name), " ")+" ", strings.Join(w, " ")+" ") {
				return c
			}
		}
	}
	return ""
}
