// Package fulltext reads the page behind an article: its main text, who wrote
// it, which agency it comes from, and when it says it was published and changed.
// It reads what it is given and does no I/O.
package fulltext

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"wiredesk/fetch/clean"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// Selectors are CSS selectors that override what is found without them.
// The fields are those of the selectors section of a source.
type Selectors struct{ Body, Remove, Title, Byline, Updated string }

// Options are what is known of a page before it is read.
type Options struct {
	URL       string // where the page came from, after redirects
	Selectors Selectors
	Zone      *time.Location // of dates that name none; nil: unknown
	Lang      string         // of the source; empty: unknown
	Now       time.Time      // when the page was fetched
}

// A Page is what was read from an article's page. Any part may be missing.
type Page struct {
	Title      string // plain text
	Standfirst string // plain text
	Body       string // safe HTML: the main text, without the main image, related links and notes
	Text       string // visible text of Body
	Byline     string // plain text
	Credit     string // news agency, by its name in the list of package clean
	Language   string // BCP 47
	Canonical  string // comparison form of the page's rel=canonical, or of its address
	Claimed    string // comparison form of a rel=canonical on another site; empty: none

	Image              store.Image
	Related            []store.Link // "Read more" links that stood in the text
	Published, Updated store.Claim
	Wall               bool // a consent wall or a paywall stands before the text; Body is not the article
}

// maxPage is the most bytes of a page that are read.
const maxPage = 5 << 20

// Read reads an article's page. An error means that it is no HTML page; a page
// on which no article is found comes back with an empty Body.
func Read(page []byte, contentType string, o Options) (Page, error) {
	text, err := decode(page, contentType)
	if err != nil {
		return Page{}, fmt.Errorf("reading page %s: %w", o.URL, err)
	}
	doc, err := safe.Document(text)
	if err != nil {
		return Page{}, fmt.Errorf("parsing page %s: %w", o.URL, err)
	}
	r := reader{o: o, doc: doc, meta: metaOf(doc)}
	r.base, _ = url.Parse(o.URL)
	if href := attr(find(doc, "base"), "href"); href != "" && r.base != nil {
		if u, err := r.base.Parse(strings.TrimSpace(href)); err == nil {
			r.base = u
		}
	}
	return r.page()
}

// reader is the reading of one page.
type reader struct {
	o    Options
	doc  *html.Node
	base *url.URL
	meta meta

	headline *html.Node
	lines    []line
	related  []store.Link
	captions []string // of pictures in the text, with credits
}

func (r *reader) page() (Page, error) {
	if err := r.remove(r.o.Selectors.Remove); err != nil {
		return Page{}, err
	}
	var p Page
	var err error
	if p.Title, err = r.title(); err != nil {
		return Page{}, err
	}
	p.Canonical = r.canonical()
	p.Claimed = clean.Claimed(r.o.URL, r.meta.link["canonical"])
	r.lines = linesOf(r.doc, r.headline)
	if p.Byline, err = r.byline(); err != nil {
		return Page{}, err
	}
	p.Language = clean.Language(r.meta.lang(), "")
	if p.Language == "" {
		p.Language = r.o.Lang
	}
	p.Published, p.Updated, err = r.dates(p.Canonical)
	if err != nil {
		return Page{}, err
	}
	p.Standfirst = r.standfirst()
	p.Image = r.image()

	r.takeRelated()
	p.Related = r.related
	body, err := r.main()
	if err != nil {
		return Page{}, err
	}
	foot := r.tidy(body, &p)
	p.Body = r.render(body)
	p.Text = safe.Text(p.Body)
	p.Wall = r.walled(p.Text)
	p.Credit = r.credit(&p, foot)
	if p.Language == "" {
		p.Language = clean.Language("", p.Text)
	}
	return p, nil
}

// render writes the children of the main element as safe HTML.
func (r *reader) render(body *html.Node) string {
	if body == nil {
		return ""
	}
	var b strings.Builder
	for c := body.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return ""
		}
	}
	return strings.TrimSpace(clean.HTML(b.String(), r.base))
}

// canonical is the page's own word for its address, if it stays on its site and
// is no front page, else the address it came from.
func (r *reader) canonical() string {
	own := clean.Canonical(r.o.URL)
	for _, raw := range []string{r.meta.link["canonical"], r.meta.get("og:url")} {
		link := clean.URL(raw, r.base)
		c := clean.Canonical(link)
		if c == "" || own != "" && !clean.SameSite(link, r.o.URL) {
			continue
		}
		if u, err := url.Parse(c); err == nil && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || own == c) {
			return c
		}
	}
	return own
}
