package fulltext

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// furniture are parts of a page that are no article, by what their class or id
// says. They are taken away before the text is looked for: notices about
// cookies have more sentences than many an article.
var furniture = []string{
	"cookie", "consent", "gdpr", "newsletter", "signup", "sign-up", "login", "signin", "sharedaddy", "sharing",
	"related-posts", "relatedposts", "yarpp", "outbrain", "taboola", "comment-respond", "comments-area", "comment-list", "disqus", "author-bio", "authorbox", "author-box", "about-author", "post-navigation",
}

// clear removes the furniture. What holds the headline, or a good part of the
// page's text, is none, whatever it is called.
func (r *reader) clear() {
	body := find(r.doc, "body")
	if body == nil {
		return
	}
	most := len(textUpTo(body, maxPage)) / 8
	var gone []*html.Node
	walk(body, func(n *html.Node) bool {
		if !furnished(n) || r.headline != nil && (n == r.headline || below(r.headline, n)) || len(textUpTo(n, most+1)) > most {
			return true
		}
		gone = append(gone, n)
		return false
	})
	for _, n := range gone {
		detach(n)
	}
}

func furnished(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Aside, atom.Ul, atom.Form, atom.Footer, atom.Nav, atom.P:
	default:
		return false
	}
	h := hints(n)
	for _, name := range furniture {
		if strings.Contains(h, name) {
			return true
		}
	}
	return false
}

// boxes are what pages call the element with their text, the surest first.
var boxes = []string{"articlebody", "article-body", "article__body", "entry-content", "post-content", "post-body", "article-content", "article__content", "story-body", "article-text"}

// box returns the element that a page names as its text, if it holds three
// times as much as was found; or else nil.
func (r *reader) box(have int) *html.Node {
	var best *html.Node
	most := max(3*have, 250)
	walk(r.doc, func(n *html.Node) bool {
		if n.DataAtom == atom.Head || unseen(n) {
			return false
		}
		if !boxed(n) {
			return true
		}
		if size := prose(n); size > most {
			best, most = n, size
		}
		return false
	})
	if best != nil {
		detach(best)
	}
	return best
}

func boxed(n *html.Node) bool {
	h := hints(n)
	for _, name := range boxes {
		if strings.Contains(h, name) {
			return true
		}
	}
	return n.DataAtom == atom.Article || n.DataAtom == atom.Main
}

// prose is how many bytes of an element's text stand outside of links.
func prose(n *html.Node) int {
	size := len(textUpTo(n, maxPage))
	walk(n, func(c *html.Node) bool {
		if c.DataAtom == atom.A {
			size -= len(plainText(c))
			return false
		}
		return true
	})
	return size
}

// aside begins a line that speaks of the page and not of its subject.
var aside = regexp.MustCompile(`(?i)^\W*(?:` + strings.Join([]string{
	`share (?:this|on|via|with)\b`, `click to share`, `print this`, `(?:den |diesen )?(?:artikel|beitrag) (?:teilen|drucken|bewerten|mit anderen|gefallen)`, `teile diesen`, `partage[rz]? (?:cet|sur|l')`, `compartir (?:en|este|esta)`, `condividi (?:su|questo)`, `udostępnij`,
	`this entry was posted`, `posted (?:in|by|on)\b`, `filed under`, `tagged (?:with|as)\b`, `(?:dieser|der) (?:eintrag|beitrag|text|artikel) (?:wurde|erschien)`, `veröffentlicht (?:in|unter)\b`, `cet article a été publié`, `esta entrada fue publicada`,
	`comments are (?:closed|off)`, `leave a (?:comment|reply)`, `kommentare? (?:geschlossen|deaktiviert|sind|schreiben|verfassen)`, `laissez? un commentaire`, `deja un comentario`,
	`©`, `copyright (?:©|\(c\)|(?:19|20)\d\d)`, `\(c\) (?:19|20)\d\d`, `all rights reserved`, `alle rechte vorbehalten`, `tous droits réservés`,
	`advertisement\W*$`, `anzeige\W*$`, `werbung\W*$`, `publicité\W*$`, `publicidad\W*$`, `pubblicità\W*$`, `reklama\W*$`,
	`(?:subscribe|sign up) (?:to|for) (?:our|the)\b.*newsletter`, `.{0,40}newsletter (?:abonnieren|bestellen|anmelden)`, `(?:weitere|ähnliche|verwandte|empfohlene|neueste) (?:artikel|beiträge)\W*$`, `weiterführende links?\W*$`, `das könnte (?:dich|sie) auch`,
}, "|") + `)`)
