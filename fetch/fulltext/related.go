package fulltext

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/fetch/clean"
	"wiredesk/store"
)

// maxRelated is how many related links are kept of a page.
const maxRelated = 12

// maxList is how long a list of other articles may be, in bytes of its text.
const maxList = 1500

// furtherWords begin a list of other articles.
var furtherWords = regexp.MustCompile(`(?i)^\W*(?:read\s+(?:more|also|next|on)|also\s+read|more\s+(?:on\s+this|from\s|about\s|stories)|related(?:\s+(?:stories|articles|news|topics|coverage|content|links|reading))?|see\s+also|you\s+may\s+also\s+like|don't\s+miss|recommended|further\s+reading|lire\s+(?:aussi|également)|à\s+lire(?:\s+aussi)?|sur\s+le\s+même\s+sujet|lesen\s+sie\s+(?:auch|mehr|hier)|mehr\s+zum\s+thema|lee?\s+también|más\s+información|te\s+puede\s+interesar|noticias?\s+relacionadas?|leggi\s+anche|lees\s+ook|leia\s+(?:também|mais)|saiba\s+mais|läs\s+(?:också|även|mer)|les\s+(?:også|mer)|læs\s+også|lue\s+myös|czytaj\s+(?:też|także|więcej)|zobacz\s+(?:też|także)|читайте\s+также|ещё\s+по\s+теме|по\s+теме|читайте\s+також|ilgili\s+haberler|διαβάστε\s+(?:ακόμη|επίσης)|اقرأ\s+أيضا|关联阅读|相关阅读|延伸阅读|相關新聞|関連記事|あわせて読みたい|관련기사)`)

// takeRelated removes the lists of other articles that stand in the text, and
// keeps their links: they would be judged as changes of the article, and match
// topics that it has nothing to do with.
func (r *reader) takeRelated() {
	var labels []*html.Node
	walk(r.doc, func(n *html.Node) bool {
		if n.DataAtom == atom.Head || n == r.headline || unseen(n) {
			return false
		}
		if !blockLevel(n.DataAtom) && n.DataAtom != atom.Strong && n.DataAtom != atom.B && n.DataAtom != atom.Span && n.DataAtom != atom.Em {
			return true
		}
		if t := textUpTo(n, maxList); len(t) < maxList && furtherWords.MatchString(t) && onlyLinks(n, furtherWords.FindString(t)) {
			labels = append(labels, n)
			return false
		}
		return true
	})
	for _, n := range labels {
		r.takeList(n)
	}
}

// onlyLinks reports whether an element holds nothing but a label and links.
func onlyLinks(n *html.Node, label string) bool {
	text := len(plainText(n)) - len(label)
	linked := 0
	walk(n, func(c *html.Node) bool {
		if c.DataAtom == atom.A {
			linked += len(plainText(c))
			return false
		}
		return true
	})
	return text <= linked+linked/5+12
}

// takeList removes a label with the links in it or, if there are none, with the
// links that follow it.
func (r *reader) takeList(n *html.Node) {
	if n.Parent == nil {
		return
	}
	if r.links(n) > 0 {
		detach(n)
		return
	}
	top := n
	for top.Parent != nil && strings.TrimSpace(plainText(top.Parent)) == strings.TrimSpace(plainText(n)) {
		top = top.Parent // a label alone in its paragraph
	}
	taken := 0
	for s := top.NextSibling; s != nil; {
		next := s.NextSibling
		switch {
		case s.Type == html.TextNode && strings.Trim(s.Data, " \t\r\n·•|-–>»)") == "" || s.DataAtom == atom.Br:
		case s.Type == html.ElementNode && listed(s):
			taken += r.links(s)
			detach(s)
		default:
			next = nil
		}
		s = next
	}
	if taken > 0 {
		detach(top)
	}
}

// listed reports whether an element is a link, or holds links and little else.
func listed(n *html.Node) bool {
	if n.DataAtom == atom.A {
		return true
	}
	t := plainText(n)
	if t == "" {
		return find(n, "a") != nil || n.DataAtom == atom.Hr
	}
	return find(n, "a") != nil && onlyLinks(n, "")
}

// links keeps the links in n and returns how many it has.
func (r *reader) links(n *html.Node) int {
	count := 0
	take := func(a *html.Node) {
		link, text := clean.URL(attr(a, "href"), r.base), plainText(a)
		if link == "" || text == "" {
			return
		}
		count++
		for i, l := range r.related {
			if l.URL == link { // a picture and a headline, often; the headline says more
				if len(text) > len(l.Text) {
					r.related[i].Text = text
				}
				return
			}
		}
		if len(r.related) < maxRelated {
			r.related = append(r.related, store.Link{URL: link, Text: text})
		}
	}
	if n.DataAtom == atom.A {
		take(n)
		return count
	}
	walk(n, func(c *html.Node) bool {
		if c.DataAtom == atom.A {
			take(c)
			return false
		}
		return true
	})
	return count
}
