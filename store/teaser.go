package store

import (
	"regexp"
	"strings"

	"wiredesk/store/sketch"
)

const (
	fewShared  = 60 // words: a pair that shares no more is judged as teasers are
	veryFew    = 30 // words: so little may be an opening that all of an outlet's texts have
	openingGap = 12 // words that may stand before a teaser in the text that it opens
	cutGap     = 4  // words after the last shared one in a text that was cut there
)

// teaserObjection returns why few shared words are not enough to fold by. A
// teaser says little, much of which may be what its outlet puts before every
// text, so everything else that is known of the two must agree.
func (p *pair) teaserObjection(in *NearDoc) string {
	if p.words >= fewShared {
		return ""
	}
	headlines := alike(in.Title, p.c.Title)
	switch {
	case in.Impostor || p.c.Impostor:
		return "few words, of a source that put texts of its own under the addresses of others"
	case in.Source == p.c.Source && !headlines:
		return "few words, of one source, under other headlines"
	case roundupMark.MatchString(in.Title) || roundupMark.MatchString(p.c.Title):
		return "few words, and a headline that announces many stories"
	case commentMark.MatchString(in.Title) != commentMark.MatchString(p.c.Title):
		return "few words, and only one of the headlines announces an opinion"
	case !headlines && p.words < veryFew && p.differs() >= 2:
		return "few words, and the rest has other names or figures"
	case p.opening() > openingGap && !headlines:
		return "few words, not at its beginning, under other headlines"
	}
	return ""
}

// differs returns how many names and figures of the shorter text the longer
// one lacks, in words that are not shared. Where both texts end with what they
// share, one is only cut later than the other.
func (p *pair) differs() (n int) {
	short, long, marks, other := p.o.A, p.o.B, p.o.InA, p.o.InB
	if !p.shorterIsNew {
		short, long, marks, other = long, short, other, marks
	}
	have := map[uint64]bool{}
	for _, t := range long.Tokens {
		have[t.Hash] = true
	}
	end := last(marks) + 1
	if len(other)-last(other) > cutGap {
		end = len(marks)
	}
	for i, t := range short.Tokens[:end] {
		if !marks[i] && t.Flags&(sketch.Number|sketch.Name) != 0 && !have[t.Hash] && !short.IsFurniture(i) {
			have[t.Hash] = true
			n++
		}
	}
	return n
}

func last(marks []bool) int {
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i] {
			return i
		}
	}
	return -1
}

// opening returns how many words of the longer text stand before the first
// that is shared.
func (p *pair) opening() int {
	long, marks := p.o.B, p.o.InB
	if !p.shorterIsNew {
		long, marks = p.o.A, p.o.InA
	}
	n := 0
	for i, m := range marks {
		if m {
			break
		}
		if !long.IsFurniture(i) {
			n++
		}
	}
	return n
}

// roundupMark matches headlines of texts that carry the day's stories: digests,
// newsletters and live pages. "Live:" alone is put before any report.
var roundupMark = regexp.MustCompile(`^\W{0,3}(?i:` + strings.Join([]string{
	`(?:morning|midday|evening|daily|weekly|weekend) (?:briefing|briefs?|headlines|roundup|digest|newsletter)`,
	`(?:today['’]s )?top stories`, `(?:the )?news (?:at|in) \w+`, `news in brief`, `news ?letter`, `round-?up`, `headlines`, `\w+ things (?:to|you)`,
	`(?:das wichtigste|die wichtigsten|nachrichten)(?: \w+){0,3} (?:des tages|am \w+|im überblick|kompakt)`, `l['’]essentiel de l['’]actu`,
}, "|") + `)\b|(?i:\blive ?(?:blog|ticker)|\blive (?:updates?|coverage)|\brolling coverage|\bas it happened|\bminut[oe] (?:a|par) minut[oe])\b`)

// commentMark matches headlines of texts about the news: they quote a report,
// and are not it.
var commentMark = regexp.MustCompile(`(?:^|[:|–—]\s*)\W{0,3}(?i:opinions?|op-?ed|comment(?:ary)?|analysis|editorial|perspective|viewpoint|explainer|fact[ -]check|` +
	`meinung|kommentar|leitartikel|analyse|tribune|éditorial|opinión|análisis|opinione|commento|analisi|opinião|análise|opinie|мнение|комментарий|анализ|社説|評論|评论|分析)\s*(?:[:：—–|/]|$)`)
