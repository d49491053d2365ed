package demo

import (
	"html"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"wiredesk/store"
)

// An item is what one feed prints of a story. Its upper fields are what the
// outlet shows, its lower ones the truth that nobody but the demo knows.
type item struct {
	feed      *feed
	guid      string
	url       string
	title     string
	by        string
	section   string
	intro     string   // set before the first paragraph, as in "ARDMOOR (Meridian) – "
	caption   string   // of its picture; empty: no picture
	picture   string   // address of the picture
	paras     []string // plain text
	box       []string // "Read more" headlines set among the paragraphs
	credit    string   // line at the foot
	published time.Time
	updated   time.Time
	origin    *feed // planet: the feed that it was taken from; nil: its own

	text     string        // slug of the story whose text it carries
	hostile  bool          // quotes another's text whole; must never stand for it
	classes  []store.Class // of the revisions it goes through, in order
	gone     time.Time     // when the publisher withdrew it; zero: live
	pageOnly bool          // the feed carries a teaser, the page the text
}

// print makes an item of a story as its own newsroom prints it.
func (s story) print(f *feed, at time.Time) *item {
	it := &item{
		feed: f, title: s.title, by: s.by, section: s.section, paras: slices.Clone(s.paras), published: at, updated: at,
		text: s.slug, pageOnly: f.teaser,
	}
	it.url = f.site.base + "/" + s.section + "/" + slugify(it.title) + ".html"
	it.guid = f.mint(it.url)
	if s.photo != "" {
		it.caption, it.picture = s.photo, f.site.base+"/pictures/"+s.slug+".png"
	}
	if s.place != "" && f.agency != "" {
		it.intro = s.place + " (" + f.agency + ") – "
	}
	return it
}

// A reprint says what an outlet does to a story before it prints it.
type reprint struct {
	title   string
	keep    int      // paragraphs from the top; 0: all
	skip    []int    // paragraphs left out, counted from 0
	caption string   // its own line under the picture; empty: no picture
	box     []string // "Read more" headlines
}

// reprint makes an item of another newsroom's story.
func (s story) reprint(f *feed, agency string, r reprint, at time.Time) *item {
	s.title = r.title
	it := s.print(f, at)
	it.by, it.intro, it.box = "", "", r.box
	it.credit = "Source: " + agency
	it.caption, it.picture = r.caption, ""
	if r.caption != "" {
		it.picture = f.site.base + "/pictures/" + s.slug + ".png"
	}
	it.paras = nil
	for i, p := range s.paras {
		if !slices.Contains(r.skip, i) && (r.keep == 0 || i < r.keep) {
			it.paras = append(it.paras, p)
		}
	}
	return it
}

// slugify makes a headline part of an address.
func slugify(title string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(title)))
	words := strings.FieldsFunc(plain, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words[:min(len(words), 6)], "-")
}

// listedBy returns the item as another feed lists it: same address, and a
// section feed of the same site keeps the id as well.
func (it *item) listedBy(f *feed) *item {
	twin := *it
	twin.feed, twin.origin, twin.pageOnly = f, it.feed, f.teaser
	if f.site != it.feed.site {
		twin.guid = it.url
	}
	return &twin
}

// teaser is the first sentence.
func (it *item) teaser() string {
	first, _, cut := strings.Cut(it.paras[0], ". ")
	if cut {
		first += "."
	}
	return first
}

// summary is what the feed gives as the item's description.
func (it *item) summary() string { return it.intro + it.teaser() }

// html is the item's text as the outlet marks it up. It is well-formed XML too.
func (it *item) html() string {
	var b strings.Builder
	if it.picture != "" {
		b.WriteString(`<figure><img src="` + it.picture + `" alt="" width="640" height="360" /><figcaption>` +
			html.EscapeString(it.caption) + "</figcaption></figure>\n")
	}
	for i, p := range it.paras {
		if i == 0 {
			p = it.intro + p
		}
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
		if i == 1 && len(it.box) > 0 {
			b.WriteString(it.readMore())
		}
	}
	if it.credit != "" {
		b.WriteString(`<p class="credit">` + html.EscapeString(it.credit) + "</p>\n")
	}
	return b.String()
}

// readMore is the box of links that papers set in the middle of a story.
func (it *item) readMore() string {
	var b strings.Builder
	b.WriteString(`<aside class="read-more"><h4>Read more</h4><ul>`)
	for _, headline := range it.box {
		b.WriteString(`<li><a href="` + it.feed.site.base + `/">` + html.EscapeString(headline) + "</a></li>")
	}
	b.WriteString("</ul></aside>\n")
	return b.String()
}
