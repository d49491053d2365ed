package fulltext

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/fetch/clean"
	"wiredesk/store"
)

// dates reads what the page says of its first and its last version, in the
// order of DATES-B9 and B10, and keeps the evidence. The first claim that can
// be true is taken; which of several to believe is for those to decide who
// know when the page was seen to change.
func (r *reader) dates(canonical string) (published, updated store.Claim, err error) {
	chosen, err := r.selectAll("updated", r.o.Selectors.Updated)
	if err != nil {
		return published, updated, err
	}
	var changed []store.Claim
	for _, n := range chosen {
		raw := attr(n, "datetime")
		if raw == "" {
			raw = plainText(n)
		}
		_, rest := label(raw)
		changed = append(changed, r.claimIn(rest, raw, "page"))
	}
	var first []store.Claim
	for _, a := range r.meta.articles {
		if !r.own(a, canonical) {
			continue
		}
		changed = append(changed, r.claim(a.modified, "page: JSON-LD dateModified"))
		first = append(first, r.claim(a.published, "page: JSON-LD datePublished"))
	}
	for _, name := range []string{"article:modified_time", "og:updated_time", "datemodified", "last-modified-date", "dc.date.modified", "dcterms.modified"} {
		changed = append(changed, r.claim(r.meta.get(name), "page: "+name))
	}
	for _, name := range []string{"article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "dc.date.issued", "dcterms.created", "dc.date", "pubdate", "publishdate", "sailthru.date", "date"} {
		first = append(first, r.claim(r.meta.get(name), "page: "+name))
	}
	tf, tc := r.timeElements()
	vf, vc := r.visibleDates()
	first, changed = append(append(first, tf...), vf...), append(append(append(changed, tc...), vc...), r.footDates()...)
	first = append(first, r.inAddress())
	return r.best(first), r.best(changed), nil
}

// own reports whether a JSON-LD article is this page's, not a teaser's.
func (r *reader) own(a ldArticle, canonical string) bool {
	if a.url == "" {
		return len(r.meta.articles) == 1 || alike(a.headline, r.meta.get("og:title")) || r.headline != nil && alike(a.headline, plainText(r.headline))
	}
	c := clean.Canonical(clean.URL(a.url, r.base))
	return c == canonical || c == clean.Canonical(r.o.URL) || len(r.meta.articles) == 1 && r.headline != nil && alike(a.headline, plainText(r.headline))
}

func (r *reader) claim(raw, from string) store.Claim { return r.claimIn(raw, raw, from) }

func (r *reader) claimIn(raw, quote, from string) store.Claim {
	if strings.TrimSpace(raw) == "" {
		return store.Claim{}
	}
	now := r.o.Now
	if now.IsZero() {
		now = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return clean.Quoted(raw, quote, from, r.dateLang(), r.o.Zone, now)
}

func (r *reader) dateLang() string {
	lang := r.o.Lang
	if lang == "" {
		lang = r.meta.lang()
	}
	return clean.Located(lang, r.o.URL)
}

// best is the first claim that can be true. A time within a minute of the
// visit is when the page was put together, unless nothing else is said.
func (r *reader) best(list []store.Claim) store.Claim {
	var fresh store.Claim
	for _, c := range list {
		switch {
		case c.At.IsZero() || !r.o.Now.IsZero() && c.At.After(r.o.Now.Add(store.Skew)):
		case !c.Day && !r.o.Now.IsZero() && c.At.After(r.o.Now.Add(-time.Minute)):
			if fresh.At.IsZero() {
				fresh = c
			}
		default:
			return c
		}
	}
	return fresh
}

// timeElements reads <time datetime> below the headline, by what its
// surroundings call it.
func (r *reader) timeElements() (first, changed []store.Claim) {
	below := r.headline == nil
	var visit func(n *html.Node, margin bool)
	visit = func(n *html.Node, margin bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			at := attr(c, "datetime")
			if at == "" {
				at = attr(c, "content")
			}
			h := hints(c) + " " + hints(n)
			if c.DataAtom == atom.Time && at != "" && !margin && !inside(c, atom.A) && !inside(c, atom.Li) {
				name, _ := label(plainText(c))
				before, _ := label(plainText(n))
				switch {
				case strings.Contains(h, "modified") || strings.Contains(h, "updated") || name == changedLabel || before == changedLabel && name != firstLabel:
					changed = append(changed, r.claim(at, "page: time element"))
				case below || strings.Contains(h, "publi"):
					first = append(first, r.claim(at, "page: time element"))
				}
			} else if at != "" && c.DataAtom != atom.Time && c.DataAtom != atom.Meta {
				switch strings.ToLower(attr(c, "itemprop")) {
				case "datemodified":
					changed = append(changed, r.claim(at, "page: itemprop dateModified"))
				case "datepublished":
					first = append(first, r.claim(at, "page: itemprop datePublished"))
				}
			}
			visit(c, margin || marginal(c))
			if c == r.headline {
				below = true
			}
		}
	}
	visit(r.doc, false)
	return first, changed
}

const (
	noLabel = iota
	firstLabel
	changedLabel
)

// Labels stand before a date that people read, in the languages of the press.
var (
	changedWords = regexp.MustCompile(`(?i)(?:^|[\s|·•(,;–—-])(?:(?:last|page last)?\s*(?:updated|modified|revised|corrected|amended)(?:\s+(?:on|at))?|last\s+update|(?:zuletzt\s+)?aktualisiert(?:\s+am)?|letzte\s+aktualisierung|(?:zuletzt\s+)?geändert|stand|mise?\s+à\s+jour(?:\s+le)?|modifiée?(?:\s+le)?|actualizad[oa](?:\s+el)?|última\s+actualización|aggiornat[oa](?:\s+il)?|ultimo\s+aggiornamento|ultima\s+modifica|atualizad[oa](?:\s+em)?|última\s+atualização|(?:laatst\s+)?(?:bijgewerkt|gewijzigd)(?:\s+op)?|update|senast\s+uppdaterad|uppdaterad|(?:sist\s+)?oppdatert|(?:sidst\s+)?opdateret|päivitetty|(?:ostatnia\s+)?aktualizacja|zaktualizowano|обновлено|изменено|оновлено|son\s+güncelleme|güncellen?me(?:\s+tarihi)?|ενημερώθηκε|τελευταία\s+ενημέρωση|aktualizováno|frissítve|actualizat|آخر\s+تحديث|تحديث|更新时间|更新時間|最終更新|更新日時|更新|최종수정|수정|업데이트)\s*[:：]?\s*`)
	firstWords   = regexp.MustCompile(`(?i)(?:^|[\s|·•(,;–—-])(?:(?:first\s+|originally\s+)?(?:published|posted|issued|created|released)(?:\s+(?:on|at))?|veröffentlicht(?:\s+am)?|erschienen(?:\s+am)?|publiée?(?:\s+le)?|publicad[oa](?:\s+(?:el|em))?|pubblicat[oa](?:\s+il)?|gepubliceerd(?:\s+op)?|geplaatst(?:\s+op)?|publicerad|publisert|udgivet|julkaistu|opublikowano|опубликовано|yayınlan?ma(?:\s+tarihi)?|δημοσιεύτηκε|発表|公開日|发布时间|發布時間|입력|등록|نشر)\s*[:：]?\s*`)
)

// label tells what a line's date is, and returns what follows the label.
func label(s string) (kind int, rest string) {
	if loc := changedWords.FindStringIndex(s); loc != nil {
		return changedLabel, s[loc[1]:]
	}
	if loc := firstWords.FindStringIndex(s); loc != nil {
		return firstLabel, s[loc[1]:]
	}
	return noLabel, s
}

// visibleDates reads the lines that people read. A date without a label counts
// only close below the headline: a masthead shows the day of the visit, and
// lists show the days of other articles.
func (r *reader) visibleDates() (first, changed []store.Claim) {
	below := 0
	for i, l := range r.lines {
		if l.margin || l.linked || len(l.text) > 240 {
			continue
		}
		if l.below {
			below++
		}
		if len(l.text) > 60 && !strings.ContainsAny(l.text, "0123456789") {
			continue
		}
		if !l.below && r.headline != nil && r.today(l.text) {
			continue
		}
		if loc := changedWords.FindStringIndex(l.text); loc != nil {
			if c := r.afterLabel(i, loc[1]); !c.At.IsZero() {
				changed = append(changed, c)
			}
		}
		if loc := firstWords.FindStringIndex(l.text); loc != nil {
			if c := r.afterLabel(i, loc[1]); !c.At.IsZero() {
				first = append(first, c)
			}
		} else if l.below && below <= 8 && len(l.text) < 80 && !r.labelled(i) {
			if c := r.claimIn(l.text, l.text, "page"); !c.At.IsZero() {
				first = append(first, c)
			}
		}
	}
	return first, changed
}

// footDates reads what the site's foot says of the last change: some papers
// print it there and nowhere else. A date of the site itself is not taken.
func (r *reader) footDates() (changed []store.Claim) {
	for i, l := range r.lines {
		if !l.foot || !l.below || l.linked || len(l.text) > 120 {
			continue
		}
		if loc := changedWords.FindStringIndex(l.text); loc != nil && loc[0] == 0 {
			if c := r.afterLabel(i, loc[1]); !c.At.IsZero() {
				changed = append(changed, c)
			}
		}
	}
	return changed
}

// labelled reports whether line i is what the label alone on the line above
// it speaks of.
func (r *reader) labelled(i int) bool {
	if i == 0 {
		return false
	}
	kind, rest := label(r.lines[i-1].text)
	return kind != noLabel && strings.TrimSpace(rest) == ""
}

// today reports whether a line above the headline shows the day of the visit.
func (r *reader) today(s string) bool {
	_, rest := label(s)
	t, day, _, err := clean.Date(rest, r.dateLang(), r.o.Zone)
	return err == nil && day && !r.o.Now.IsZero() && t.Sub(r.o.Now).Abs() < 48*time.Hour
}

// afterLabel reads the date behind a label, on the label's line or, if nothing
// follows there, on the next.
func (r *reader) afterLabel(i, from int) store.Claim {
	text, quote := r.lines[i].text[from:], r.lines[i].text
	if strings.TrimSpace(text) == "" && i+1 < len(r.lines) {
		text = r.lines[i+1].text
		quote += " " + text
	}
	return r.claimIn(r.longest(text), quote, "page")
}

// afterLabelIn is the date at the start of a line's rest.
func (r *reader) afterLabelIn(rest string) store.Claim {
	return r.claimIn(r.longest(rest), rest, "page")
}

// longest finds the longest run of words at the start of text that is a date.
func (r *reader) longest(text string) string {
	for _, words := range []*regexp.Regexp{changedWords, firstWords} {
		if m := words.FindStringIndex(text); m != nil && m[0] > 0 { // another label follows
			text = text[:m[0]]
		}
	}
	words := strings.Fields(text)
	for n := min(len(words), 12); n > 0; n-- {
		raw := strings.Trim(strings.Join(words[:n], " "), "|·•(),;.–— -")
		if _, _, _, err := clean.Date(raw, r.dateLang(), r.o.Zone); err == nil {
			return raw
		}
	}
	return ""
}

var addressDate = regexp.MustCompile(`/((?:19|20)\d\d)[/-]([01]?\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[/-]([0-3]?\d)(?:[/-]|$)`)

// inAddress reads the day in an address like /2018/12/27/title.
func (r *reader) inAddress() store.Claim {
	m := addressDate.FindStringSubmatch(r.o.URL)
	if m == nil {
		return store.Claim{}
	}
	raw := m[1] + "-" + m[2] + "-" + m[3]
	if len(m[2]) == 3 {
		raw = m[3] + " " + m[2] + " " + m[1]
	}
	return r.claimIn(raw, strings.Trim(m[0], "/"), "page address")
}
