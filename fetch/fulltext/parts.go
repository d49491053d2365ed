package fulltext

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/fetch/clean"
	"wiredesk/store/safe"
)

// title finds the headline and remembers its element: what stands above it is
// the masthead.
func (r *reader) title() (string, error) {
	list, err := r.selectAll("title", r.o.Selectors.Title)
	if err != nil {
		return "", err
	}
	if len(list) > 0 {
		r.headline = list[0]
		if t := plainText(list[0]); t != "" {
			return t, nil
		}
	}
	var heads []*html.Node
	walk(r.doc, func(n *html.Node) bool {
		if n.DataAtom == atom.H1 && plainText(n) != "" {
			heads = append(heads, n)
		}
		return true
	})
	told := r.toldTitles()
	for _, h := range heads {
		t := plainText(h)
		for _, told := range told {
			if alike(t, told) {
				r.headline = h
				return t, nil
			}
		}
	}
	if len(heads) == 1 && len(strings.Fields(plainText(heads[0]))) > 2 {
		r.headline = heads[0]
		return plainText(heads[0]), nil
	}
	r.headline = r.headed(told)
	if r.headline != nil {
		return plainText(r.headline), nil
	}
	if len(told) > 0 {
		return told[0], nil
	}
	return "", nil
}

// toldTitles are the headlines that the page states for machines.
func (r *reader) toldTitles() []string {
	var list []string
	add := func(s string) {
		if s = safe.Line(s); s != "" {
			list = append(list, s)
		}
	}
	for _, a := range r.meta.articles {
		add(a.headline)
	}
	site := r.meta.get("og:site_name")
	add(withoutSite(r.meta.get("og:title", "twitter:title", "dc.title", "headline"), site))
	if t := find(r.doc, "title"); t != nil && t.FirstChild != nil {
		add(withoutSite(t.FirstChild.Data, site))
	}
	return list
}

// withoutSite cuts the outlet's name off a title: "Headline | The Outlet".
func withoutSite(title, site string) string {
	for _, sep := range []string{" | ", " – ", " — ", " - ", " :: ", " » ", " • "} {
		i := strings.LastIndex(title, sep)
		if i <= 0 {
			continue
		}
		head, tail := title[:i], title[i+len(sep):]
		if site != "" && strings.Contains(strings.ToLower(tail), strings.ToLower(site)) || sep != " - " && sep != " – " && sep != " — " && len(strings.Fields(tail)) <= 4 && len(strings.Fields(head)) >= 4 {
			return head
		}
	}
	return title
}

// headed finds another element that shows one of the told headlines.
func (r *reader) headed(told []string) *html.Node {
	var found *html.Node
	walk(r.doc, func(n *html.Node) bool {
		if found != nil || n.DataAtom == atom.Head || n.DataAtom == atom.A || marginal(n) {
			return false
		}
		h := hints(n)
		if n.DataAtom == atom.H2 || n.DataAtom == atom.H3 || strings.Contains(h, "headline") || strings.Contains(h, "title") {
			t := plainText(n)
			for _, s := range told {
				if len(t) < 400 && alike(t, s) {
					found = n
				}
			}
		}
		return true
	})
	return found
}

// alike compares two lines by their letters and digits.
func alike(a, b string) bool {
	a, b = letters(a), letters(b)
	return a != "" && (a == b || len(b) > 20 && strings.HasPrefix(a, b) || len(a) > 20 && strings.HasPrefix(b, a))
}

var notLetters = regexp.MustCompile(`[^\p{L}\p{N}]+`)

func letters(s string) string { return strings.ToLower(notLetters.ReplaceAllString(s, "")) }

var by = regexp.MustCompile(`(?i)^\s*(?:written by|reported by|by|von|par|por|di|door|av|autor|author|text|texte|от|автор)\s*:?\s+`)

// byline finds the author line.
func (r *reader) byline() (string, error) {
	list, err := r.selectAll("byline", r.o.Selectors.Byline)
	if err != nil {
		return "", err
	}
	if len(list) > 0 {
		return by.ReplaceAllString(plainText(list[0]), ""), nil
	}
	for _, a := range r.meta.articles {
		if len(a.authors) > 0 {
			return safe.Line(strings.Join(a.authors, ", ")), nil
		}
	}
	shown := ""
	walk(r.doc, func(n *html.Node) bool {
		h := hints(n)
		if shown == "" && (strings.Contains(h, "byline") || strings.Contains(h, "author") || attr(n, "rel") == "author") && !marginal(n) {
			if t := plainText(n); t != "" && len(t) < 120 && !strings.Contains(h, "bio") {
				shown = by.ReplaceAllString(t, "")
			}
		}
		return shown == ""
	})
	if shown != "" {
		return shown, nil
	}
	if name := r.meta.get("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author"); name != "" && !strings.Contains(name, "://") {
		return by.ReplaceAllString(safe.Line(name), ""), nil
	}
	return r.lineBelow(func(t string) bool { return len(t) < 100 && strings.HasPrefix(strings.ToLower(t), "by ") }), nil
}

// lineBelow returns the first of the six lines below the headline that f wants.
func (r *reader) lineBelow(f func(string) bool) string {
	seen := 0
	for _, l := range r.lines {
		if !l.below || l.margin {
			continue
		}
		if f(l.text) {
			return by.ReplaceAllString(l.text, "")
		}
		if seen++; seen == 6 {
			break
		}
	}
	return ""
}

// standfirst finds the sentence under the headline, else the page's summary.
func (r *reader) standfirst() string {
	found := ""
	walk(r.doc, func(n *html.Node) bool {
		if found != "" || marginal(n) {
			return false
		}
		h := hints(n)
		for _, name := range [...]string{"standfirst", "subheadline", "sub-headline", "subhead", "article-summary", "article__summary", "article-lead", "article__lead", "deck", "dek", "chapo", "alternativeheadline"} {
			if strings.Contains(h, name) {
				if t := plainText(n); len(t) > 20 && len(t) < 600 {
					found = t
				}
				break
			}
		}
		return found == ""
	})
	if found != "" {
		return found
	}
	for _, a := range r.meta.articles {
		if a.description != "" {
			return safe.Line(a.description)
		}
	}
	return safe.Line(r.meta.get("og:description", "description", "twitter:description", "dc.description"))
}

// person reports whether a byline names someone of the outlet's own.
func person(byline, site string) bool {
	low := strings.ToLower(byline)
	if site != "" && strings.Contains(low, strings.ToLower(site)) {
		low = strings.ReplaceAll(low, strings.ToLower(site), "")
	}
	for _, w := range [...]string{"staff", "desk", "agenc", "newsroom", "team", "reporter", "online", "editor", "redaktion", "redacción", "rédaction", "redazione", "web"} {
		if strings.Contains(low, w) {
			return false
		}
	}
	return len(strings.Fields(low)) >= 2
}

// credit finds the agency: in the byline, the dateline, the foot; else, unless
// somebody of the outlet signed the article, in the credit of its picture,
// where papers that print an agency's text often leave the only trace of it.
func (r *reader) credit(p *Page, foot []string) string {
	if c := clean.Credit(p.Byline, p.Text); c != "" {
		return c
	}
	for i := len(foot) - 1; i >= 0; i-- {
		if c := clean.Credit(foot[i], ""); c != "" {
			return c
		}
	}
	if person(p.Byline, r.meta.get("og:site_name")) {
		return ""
	}
	for _, c := range append([]string{p.Image.Credit, p.Image.Caption}, r.captions...) {
		if a := clean.Credit("", c); a != "" {
			return a
		}
	}
	return ""
}
