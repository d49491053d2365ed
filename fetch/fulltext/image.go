package fulltext

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/fetch/clean"
	"wiredesk/store"
	"wiredesk/store/safe"
)

// image is the picture that the page itself names first, with the caption that
// stands by it in the article.
func (r *reader) image() store.Image {
	var img store.Image
	for _, a := range r.meta.articles {
		if img.URL = clean.URL(a.image, r.base); img.URL != "" {
			img.Caption = safe.Line(a.caption)
			break
		}
	}
	if img.URL == "" {
		img.URL = clean.URL(r.meta.get("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "image"), r.base)
	}
	n := r.pictured(img.URL)
	if n == nil {
		return img
	}
	if img.URL == "" {
		img.URL = clean.URL(address(n), r.base)
	}
	if caption, credit := captionOf(n); caption != "" || credit != "" {
		img.Caption, img.Credit = caption, credit
	}
	if img.Caption == "" && len(strings.Fields(attr(n, "alt"))) > 3 {
		img.Caption = safe.Plain(attr(n, "alt"))
	}
	if img.Credit == "" {
		img.Credit = trailingCredit(img.Caption)
	}
	return img
}

// pictured finds the element that shows the address, by its file's name, else
// the first large picture below the headline.
func (r *reader) pictured(link string) *html.Node {
	var same, large *html.Node
	file := fileName(link)
	below := r.headline == nil
	var visit func(n *html.Node, margin bool)
	visit = func(n *html.Node, margin bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			if c.DataAtom == atom.Img {
				if same == nil && file != "" && fileName(address(c)) == file {
					same = c
				}
				if large == nil && !margin && (below || inside(c, atom.Article)) && big(c) {
					large = c
				}
			}
			visit(c, margin || marginal(c))
			if c == r.headline {
				below = true
			}
		}
	}
	visit(r.doc, false)
	if same != nil {
		return same
	}
	return large
}

func address(img *html.Node) string {
	for _, key := range []string{"data-src", "data-original", "data-lazy-src", "src"} {
		if v := attr(img, key); v != "" && !strings.HasPrefix(v, "data:") {
			return v
		}
	}
	if list := safe.Candidates(attr(img, "srcset")); len(list) > 0 {
		return list[len(list)-1].URL
	}
	return ""
}

func fileName(link string) string {
	link, _, _ = strings.Cut(link, "?")
	return link[strings.LastIndexByte(link, '/')+1:]
}

// big reports whether an image is no icon, as far as its tag tells.
func big(img *html.Node) bool {
	small := func(v string) bool {
		v = strings.TrimSuffix(strings.TrimSpace(v), "px")
		return v != "" && strings.Trim(v, "0123456789") == "" && (len(v) < 3 && v != "0" || v == "0")
	}
	h := hints(img) + strings.ToLower(address(img))
	return address(img) != "" && !small(attr(img, "width")) && !small(attr(img, "height")) &&
		!strings.Contains(h, "logo") && !strings.Contains(h, "icon") && !strings.Contains(h, "avatar") && !strings.HasSuffix(h, ".svg")
}

// captionOf reads the caption of a picture: its figcaption, or what stands in
// an element called a caption beside it.
func captionOf(img *html.Node) (caption, credit string) {
	box := img.Parent
	for up := 0; box != nil && up < 4; up, box = up+1, box.Parent {
		if box.DataAtom == atom.Article || box.DataAtom == atom.Body || box.DataAtom == atom.Main {
			break
		}
		var found *html.Node
		walk(box, func(n *html.Node) bool {
			h := hints(n)
			if found == nil && (n.DataAtom == atom.Figcaption || strings.Contains(h, "caption") && len(plainText(n)) < 600 && find(n, "img") == nil) && plainText(n) != "" {
				found = n
			}
			return found == nil
		})
		if found != nil {
			return splitCaption(found)
		}
		if box.DataAtom == atom.Figure {
			break
		}
	}
	return "", ""
}

// splitCaption parts a caption from the credit in or behind it.
func splitCaption(n *html.Node) (caption, credit string) {
	walk(n, func(c *html.Node) bool {
		h := hints(c)
		if credit == "" && (strings.Contains(h, "credit") || strings.Contains(h, "copyright") || strings.Contains(h, "source") || c.DataAtom == atom.Small) {
			credit = plainText(c)
		}
		return credit == ""
	})
	caption = plainText(n)
	if credit != "" {
		caption = strings.TrimSpace(strings.TrimSuffix(caption, credit))
	} else {
		credit = trailingCredit(caption)
	}
	return caption, credit
}

// trailingCredit is the agency or photographer that ends a caption.
func trailingCredit(caption string) string {
	for _, mark := range []string{"Photo: ", "Photograph: ", "Picture: ", "Foto: ", "Photo by ", "Credit: ", "Crédit : ", "© "} {
		if i := strings.LastIndex(caption, mark); i >= 0 && len(caption)-i < 80 {
			return strings.TrimSpace(caption[i+len(mark):])
		}
	}
	if i := strings.LastIndexAny(strings.TrimRight(caption, ". )"), ".(/–"); i >= 0 && len(caption)-i < 60 {
		tail := strings.Trim(caption[i:], ".()/– ")
		if clean.Credit("", tail) != "" || strings.Contains(tail, "Getty") {
			return tail
		}
	}
	if words := strings.Fields(caption); len(words) > 1 && clean.Credit("", words[len(words)-1]) != "" {
		return words[len(words)-1]
	}
	return ""
}
