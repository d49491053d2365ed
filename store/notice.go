package store

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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

// ReadNotice returns what an article says to editors: in its headline, in one
// of the first lines of its text, or in its labels. by is its source; now bounds
// embargoes.
func ReadNotice(a *Article, by Source, now time.Time) Notice {
	w := reading{agency: Agency(by, marking), now: now}
	w.language, _, _ = strings.Cut(strings.ToLower(a.Language), "-")
	for _, line := range noticeLines(a) {
		if n := w.line(line, a.Title); n.Kind != NoNotice {
			return n
		}
	}
	for _, c := range a.Categories {
		for _, term := range []string{c.Term, c.Label} {
			if n := w.label(term, a.Title); n.Kind != NoNotice {
				return n
			}
		}
	}
	return Notice{}
}

const (
	maxNoticeLine = 300 // bytes of a line that speaks to editors
	noticeDepth   = 4   // lines of a text that may: slugs and datelines come first
)

// noticeLines returns an article's headline and the first lines of its text, as
// far as they are short enough to be read by people in a hurry.
func noticeLines(a *Article) []string {
	list := []string{strings.TrimSpace(a.Title)}
	for l := range strings.SplitSeq(a.Text, "\n") {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		if list = append(list, l); len(list) > noticeDepth {
			break
		}
	}
	return slices.DeleteFunc(list, func(l string) bool { return l == "" || len(l) > maxNoticeLine })
}

// A reading is who says something to editors, in which language, and when.
type reading struct {
	agency, language string
	now              time.Time
}

// line reads one line.
func (w *reading) line(line, title string) Notice {
	if m := labelOf(line); m != nil {
		if n := w.label(m[1], title); n.Kind != NoNotice {
			return n
		}
		line = m[1]
	}
	low, loud := strings.ToLower(line), shouts(line)
	for i := range noticeMarks {
		n := &noticeMarks[i]
		if n.agency != "" && n.agency != w.agency || n.language != "" && w.language != "" && n.language != w.language || !hinted(n.hints, line, low, loud) {
			continue
		}
		if m := n.form.FindStringSubmatch(line); m != nil {
			return Notice{Kind: n.kind, Mark: noticeMark(m[1], n.kind), Headline: headline(m, title)}
		}
	}
	if hinted(embargoHints, low, low, false) {
		if mark, until := embargo(line, w.now); !until.IsZero() {
			return Notice{Kind: Embargo, Mark: mark, Until: until}
		}
	}
	return slug(line, title)
}

// hinted reports whether a line has one of the hints. Those in lower case are
// looked for in low, the others only where somebody shouts.
func hinted(hints []string, line, low string, loud bool) bool {
	for _, h := range hints {
		if r, _ := utf8.DecodeRuneInString(h); unicode.IsLower(r) {
			if strings.Contains(low, h) {
				return true
			}
		} else if loud && strings.Contains(line, h) {
			return true
		}
	}
	return false
}

// shouts reports whether a line has a word in capitals, or a script that has
// none.
func shouts(line string) bool {
	run := 0
	for _, r := range line {
		switch {
		case r >= 0x0e00 && unicode.IsLetter(r):
			return true
		case unicode.IsUpper(r):
			if run++; run == 2 {
				return true
			}
		default:
			run = 0
		}
	}
	return false
}

// labelOf returns what follows the label of a line, as [labelled] has it.
func labelOf(line string) []string {
	head := line[:min(len(line), maxLabel)]
	if !strings.ContainsAny(head, ":-") && !strings.Contains(head, "：") && !strings.Contains(head, "–") && !strings.Contains(head, "—") {
		return nil
	}
	return labelled.FindStringSubmatch(line)
}

// maxLabel is how many bytes a label may have.
const maxLabel = 48

// labelled matches a line that says by a name of its own what follows.
var labelled = regexp.MustCompile(`^(?i:slug(?:line)?|keywords?|label|(?:pub(?:lishing)? ?)?status|instructions?|urgent note|(?:editorial|editor['’]?s['’]?) note|notes? to editors|attention editors|eds|editors|` +
	`an die redaktionen|hinweis(?: an die redaktionen)?|note aux (?:clients|rédactions|abonnés)|nota a (?:los )?(?:editores|clientes|abonados)|nota per (?:i clienti|le redazioni)|к сведению редакций)\s*[:：–—-]\s*(.+)$`)

// label reads a value that stands alone: a category, or what a line is labelled
// with. NewsML says canceled, withheld and usable (IPTC, publishing status).
func (w *reading) label(value, title string) Notice {
	value = strings.TrimSpace(value)
	switch strings.ToLower(strings.TrimPrefix(value, "stat:")) {
	case "canceled", "cancelled":
		return Notice{Kind: Kill, Mark: value, Headline: title}
	case "withheld":
		return Notice{Kind: Hold, Mark: value, Headline: title}
	}
	if len(value) > maxNoticeLine || strings.ToUpper(value) != value {
		return Notice{}
	}
	for _, n := range noticeMarks {
		if m := n.form.FindStringSubmatch(value); m != nil && m[3] == "" && n.agency == "" && (n.language == "" || w.language == "" || n.language == w.language) {
			return Notice{Kind: n.kind, Mark: noticeMark(m[1], n.kind), Headline: title}
		}
	}
	return slug(value, title)
}

// slugMark matches a slug, a key without blanks, of which one part is a mark:
// "MAYOR-THEFT/KILL", "BC-EU--Mayor-Theft, HOLD".
var (
	slugLine = regexp.MustCompile(`^[\p{L}\d_/.,'’-]+(?:, ?[\p{L}\d_/.'’-]+)*$`)
	slugPart = regexp.MustCompile(`[-/,._ ]+`)

	slugHints    = []string{"KILL", "HOLD", "WITHDRAWN"}
	embargoHints = []string{"embarg", "sperrfrist", "not for ", "frei "}
)

func slug(line, title string) Notice {
	if !strings.ContainsAny(line, "-/") || !hinted(slugHints, line, line, true) {
		return Notice{}
	}
	parts := slugPart.Split(line, -1)
	if len(parts) < 3 || !slugLine.MatchString(line) {
		return Notice{}
	}
	for _, part := range []string{parts[0], parts[len(parts)-1]} {
		switch part {
		case "KILL", "KILLED", "WITHDRAWN":
			return Notice{Kind: Kill, Mark: part, Headline: title}
		case "HOLD":
			return Notice{Kind: Hold, Mark: part, Headline: title}
		}
	}
	return Notice{}
}

// noticeMark returns a mark as it is told to people; one that stands at the end
// is told by its kind.
func noticeMark(mark string, kind NoticeKind) string {
	if mark == "" {
		return strings.ToUpper(kind.String())
	}
	return mark
}

// headline returns the headline that a notice names: what it quotes, or what
// follows its mark, or the article's own when the mark stands alone.
func headline(m []string, title string) string {
	if strings.ToUpper(m[1]) == m[1] {
		if s := strings.TrimSpace(m[3]); len(words(s)) >= 2 && (strings.Contains(s, " ") || !strings.ContainsAny(s, "-/_")) {
			return s
		}
	} else if q := quotedTitle.FindStringSubmatch(m[0]); q != nil {
		return strings.TrimRight(q[1], ",.")
	}
	return title
}

// quotedTitle matches a headline within a sentence.
var quotedTitle = regexp.MustCompile(`[“"«„]([^”"»“]{8,200})[”"»“]`)

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
	title := words(withoutEmbargo(other.Title))
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
