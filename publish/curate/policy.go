package curate

import (
	"html"
	"strings"
	"unicode"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// The content policies of a source and of a topic, the strictest first. What
// readers are shown of an article is decided here and nowhere else.
const (
	// LinkOnly shows the headline and the link.
	LinkOnly = "link"
	// Excerpt shows a teaser and the main picture; it is the default.
	Excerpt = "excerpt"
	// Full shows the whole text.
	Full = "full"
)

const (
	excerptWords = 60
	excerptShare = 4  // the excerpt is at most one in so many words of the text
	excerptLeast = 12 // words that say anything at all
	summaryChars = 300
)

// Policy returns the stricter of what a source allows and a topic shows.
func Policy(source, topic string) string {
	if source == "" {
		source = Excerpt
	}
	switch {
	case source == LinkOnly || topic == LinkOnly:
		return LinkOnly
	case source == Full && (topic == Full || topic == ""):
		return Full
	}
	return Excerpt
}

// A text is one version of an article.
type text struct {
	title, url, summary, body, plain string

	page       bool // body was read from the page
	image      store.Image
	authors    []store.Person
	enclosures []store.Enclosure
}

func textOf(a *store.Article) text {
	return text{a.Title, a.URL, a.Summary, a.Body, a.Text, a.Page == store.PageRead, a.Image, a.Authors, a.Enclosures}
}

func textOfRevision(r *store.Revision) text {
	return text{r.Title, r.URL, r.Summary, r.Body, r.Text, r.Page, r.Image, r.Authors, r.Enclosures}
}

// excerpt returns the teaser of a text, as plain paragraphs.
//
// It starts with the publisher's own summary, which was written to be shown
// elsewhere, and takes the opening of the text where there is none. It is at
// most 60 words and at most a quarter of the text (PUBLISH-C19), though never
// so short that it says nothing: 12 words are always allowed. Where the feed
// gives no more than 60 words and no page was read, they are not the article
// but the teaser that the publisher offers, and are shown as they are. An
// excerpt ends with a sentence where one ends in its second half.
func (t text) excerpt() string {
	teaser := safe.Text(t.summary)
	if strings.TrimSpace(teaser) == "" {
		teaser = t.plain
	}
	n := countWords(t.plain)
	if n <= excerptWords && !t.page {
		return cut(teaser, excerptWords)
	}
	return cut(teaser, min(excerptWords, max(n/excerptShare, excerptLeast)))
}

// shown returns the content and the summary of a text under a policy.
func (t text) shown(policy string) (content, summary string) {
	teaser := t.excerpt()
	switch policy {
	case LinkOnly:
		return "", ""
	case Full:
		content = t.body
		if content == "" {
			content = t.summary
		}
	default:
		content = paragraphs(teaser)
	}
	if t.image.URL != "" && !strings.Contains(content, "<img") {
		content = picture(t.image) + content
	}
	return content, Summarize(teaser)
}

func paragraphs(plain string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(plain, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	return b.String()
}

func picture(i store.Image) string {
	return `<p><img src="` + html.EscapeString(i.URL) + `" alt="` + html.EscapeString(i.Caption) + `"/></p>`
}

// Summarize returns plain text as one line of at most 300 characters.
func Summarize(plain string) string {
	line := strings.Join(strings.Fields(plain), " ")
	runes := []rune(line)
	if len(runes) <= summaryChars {
		return line
	}
	short := string(runes[:summaryChars-1])
	if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:–-") + "…"
}

// countWords counts words. Scripts without spaces count two characters as one.
func countWords(s string) int {
	n, _ := scan(s, -1)
	return n
}

// cut returns the first limit words of a plain text.
func cut(s string, limit int) string {
	s = strings.TrimSpace(s)
	n, end := scan(s, limit)
	if n < limit || end >= len(s) {
		return s
	}
	if stop := sentenceEnd(s[:end]); stop > end/2 {
		return s[:stop]
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:–-", r) }) + "…"
}

// scan counts the words of s and stops after limit of them; negative: never.
func scan(s string, limit int) (n, end int) {
	half, inside := 0, false
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			inside = false
		case r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			if half++; half%2 == 1 {
				if n == limit {
					return n, i
				}
				n++
			}
			inside = false
		case !inside:
			if n == limit {
				return n, i
			}
			n, inside = n+1, true
		}
	}
	return n, len(s)
}

// sentenceEnd returns where the last whole sentence of s ends, or 0.
func sentenceEnd(s string) int {
	best := 0
	for i, r := range s {
		end := i + len(string(r))
		switch r {
		case '.', '!', '?', '…':
			if rest := strings.TrimLeft(s[end:], `"'”’»)`); rest == "" || rest[0] == ' ' || rest[0] == '\n' {
				best = len(s) - len(rest)
			}
		case '。', '！', '？':
			best = end
		}
	}
	return best
}
