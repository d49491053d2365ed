package fulltext

import (
	"slices"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/fetch/clean"
	"wiredesk/store/safe"
)

// maxElements is the most elements of a page that are scored; scoring visits
// each many times.
const maxElements = 30_000

// main returns an element that holds the main text, and may be changed: what
// the source's selector matches, else what readability finds.
func (r *reader) main() (*html.Node, error) {
	list, err := r.selectAll("body", r.o.Selectors.Body)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		for _, n := range list {
			if n.Parent == nil || slices.ContainsFunc(list, func(m *html.Node) bool { return m != n && below(n, m) }) {
				continue
			}
			detach(n)
			box.AppendChild(n)
		}
		return box, nil
	}
	r.clear()
	p := readability.NewParser()
	p.MaxElemsToParse = maxElements
	p.DisableJSONLD = true
	p.KeepClasses = true
	found, err := p.ParseDocument(r.doc, r.base)
	if err != nil || found.Node == nil {
		return r.fromData(r.box(0)), nil
	}
	if box := r.box(len(textUpTo(found.Node, maxPage))); box != nil {
		return r.fromData(box), nil
	}
	found.Node.DataAtom = atom.Lookup([]byte(found.Node.Data))
	walk(found.Node, func(n *html.Node) bool { // readability renames elements and leaves their atoms
		n.DataAtom = atom.Lookup([]byte(n.Data))
		return true
	})
	return r.fromData(found.Node), nil
}

func below(n, above *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p == above {
			return true
		}
	}
	return false
}

// fromData takes the text that the page states for machines where it is much
// longer than the one found.
func (r *reader) fromData(found *html.Node) *html.Node {
	have := 0
	if found != nil {
		have = len(textUpTo(found, maxPage))
	}
	for _, a := range r.meta.articles {
		if len(a.body) < 2*have || len(a.body) < 400 {
			continue
		}
		box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		for _, par := range strings.Split(safe.Text(strings.ReplaceAll(a.body, "\n", "<br>")), "\n") {
			p := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
			p.AppendChild(&html.Node{Type: html.TextNode, Data: par})
			box.AppendChild(p)
		}
		return box
	}
	return found
}

// tidy takes out of the main text what stands elsewhere in the Page or is no
// text: the headline, the main image with its caption however often printed,
// notes of dates, and an agency's name alone on its line. It returns those
// lines.
func (r *reader) tidy(body *html.Node, p *Page) (foot []string) {
	if body == nil {
		return nil
	}
	t := tidying{r: r, p: p, seen: map[string]bool{}, way: map[string]bool{}}
	for _, l := range r.lines {
		if l.linked && !l.below {
			t.way[letters(l.text)] = true
		}
	}
	t.lead(body)
	t.gatherCaptions(body)
	t.blocks(body)
	return t.foot
}

type tidying struct {
	r    *reader
	p    *Page
	seen map[string]bool // letters of captions, and of lines long enough to be told apart
	way  map[string]bool // letters of the lines of links above the headline
	foot []string
	read int // paragraphs of text so far
}

// lead removes the main image where it stands before the text.
func (t *tidying) lead(body *html.Node) {
	file := fileName(t.p.Image.URL)
	var gone *html.Node
	words := 0
	var visit func(n *html.Node) bool
	visit = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode && !inside(c, atom.Figure) {
				words += len(strings.Fields(c.Data))
			}
			if words > 60 {
				return false
			}
			if c.DataAtom == atom.Img && (file != "" && fileName(address(c)) == file) {
				gone = c
				return false
			}
			if !visit(c) {
				return false
			}
		}
		return true
	}
	visit(body)
	for _, c := range []string{t.p.Image.Caption, t.p.Image.Caption + " " + t.p.Image.Credit} {
		if l := letters(c); l != "" {
			t.seen[l] = true
		}
	}
	if gone == nil {
		return
	}
	for up := gone.Parent; up != nil && up != body && (up.DataAtom == atom.Figure || up.DataAtom == atom.Picture || up.DataAtom == atom.A || t.onlyCaption(up)); up = up.Parent {
		gone = up
	}
	detach(gone)
}

// onlyCaption reports whether an element shows no text but the main image's caption.
func (t *tidying) onlyCaption(n *html.Node) bool {
	text, caption := letters(plainText(n)), letters(t.p.Image.Caption)
	return text == "" || caption != "" && strings.HasPrefix(text, caption) && len(text) <= len(caption)+40
}

// gatherCaptions remembers the captions of the pictures in the text, so that a
// second print of one is told.
func (t *tidying) gatherCaptions(body *html.Node) {
	walk(body, func(n *html.Node) bool {
		if n.DataAtom == atom.Figcaption {
			text := plainText(n)
			t.r.captions = append(t.r.captions, text)
			caption, _ := splitCaption(n)
			t.seen[letters(text)], t.seen[letters(caption)] = true, true
			return false
		}
		if n.DataAtom == atom.Img && len(strings.Fields(attr(n, "alt"))) > 3 {
			t.seen[letters(attr(n, "alt"))] = true
		}
		return true
	})
	delete(t.seen, "")
}

// blocks goes through the blocks of the text in their order.
func (t *tidying) blocks(n *html.Node) {
	var next *html.Node
	for c := n.FirstChild; c != nil; c = next {
		next = c.NextSibling
		if c.Type != html.ElementNode || c.DataAtom == atom.Figcaption || c.DataAtom == atom.Figure {
			continue
		}
		if !holdsBlocks(c) {
			text := plainText(c)
			if blockLevel(c.DataAtom) && c.DataAtom != atom.Br && !t.keep(text) || len(strings.Fields(text)) >= 4 && !blockLevel(c.DataAtom) && t.seen[letters(text)] {
				detach(c)
			}
			continue
		}
		t.blocks(c)
		if plainText(c) == "" && !shows(c) {
			detach(c)
		}
	}
}

// shows reports whether an element without text has something to look at.
func shows(n *html.Node) bool {
	found := false
	walk(n, func(c *html.Node) bool {
		switch c.DataAtom {
		case atom.Img, atom.Video, atom.Audio, atom.Iframe, atom.Object, atom.Embed, atom.Svg, atom.Noscript:
			found = true
		}
		return !found
	})
	return found
}

func holdsBlocks(n *html.Node) bool {
	found := false
	walk(n, func(c *html.Node) bool {
		found = found || blockLevel(c.DataAtom) && c.DataAtom != atom.Br && c.DataAtom != atom.Hr
		return !found
	})
	return found
}

// keep judges one line of text.
func (t *tidying) keep(text string) bool {
	if text == "" {
		return true
	}
	l := letters(text)
	switch {
	case t.read == 0 && (t.way[l] || alike(text, t.p.Title) || t.p.Byline != "" && alike(text, t.p.Byline)):
		return false
	case len(strings.Fields(text)) >= 4 && t.seen[l]:
		return false
	case len(text) < 160 && aside.MatchString(text):
		return false
	case len(text) < 160 && t.note(text):
		t.foot = append(t.foot, text)
		return false
	case len(text) < 60 && t.signature(text):
		t.foot = append(t.foot, text)
		return false
	}
	if n := len(strings.Fields(text)); n >= 6 {
		t.seen[l] = true
		t.read++
	}
	return true
}

// note reports whether a line only says when the article was published or
// changed.
func (t *tidying) note(text string) bool {
	kind, rest := label(text)
	if kind == noLabel {
		_, _, _, err := clean.Date(text, t.r.dateLang(), t.r.o.Zone)
		return err == nil && len(text) < 60
	}
	return !t.r.afterLabelIn(rest).At.IsZero() && len(strings.Fields(text)) < 20
}

// signature reports whether a line holds nothing but an agency's name.
func (t *tidying) signature(text string) bool {
	return len(strings.Fields(text)) <= 4 && clean.Credit("", text) != ""
}
