package safe

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// A check returns an attribute's value as it may be republished; ok is false
// if the attribute goes.
type check func(v string) (val string, ok bool)

// elements are what stays, each with its own attributes. Anything else loses
// its tags and keeps its content, or goes whole (see removed).
var elements = map[atom.Atom]map[string]check{
	atom.A:       {"href": must(link), "hreflang": token, "type": words},
	atom.Article: nil, atom.Aside: nil, atom.Header: nil, atom.Footer: nil, atom.Main: nil, atom.Nav: nil,
	atom.Section: nil, atom.Address: nil, atom.Hgroup: nil, atom.Div: nil, atom.Span: nil, atom.P: nil,
	atom.H1: nil, atom.H2: nil, atom.H3: nil, atom.H4: nil, atom.H5: nil, atom.H6: nil,
	atom.Abbr: nil, atom.Acronym: nil, atom.B: nil, atom.Bdi: nil, atom.Bdo: nil, atom.Big: nil, atom.Br: nil,
	atom.Cite: nil, atom.Center: nil, atom.Dfn: nil, atom.Em: nil, atom.Hr: nil, atom.I: nil, atom.Kbd: nil, atom.Mark: nil,
	atom.Pre: nil, atom.S: nil, atom.Samp: nil, atom.Small: nil, atom.Strike: nil, atom.Strong: nil,
	atom.Sub: nil, atom.Sup: nil, atom.Tt: nil, atom.U: nil, atom.Var: nil, atom.Wbr: nil,
	atom.Ruby: nil, atom.Rb: nil, atom.Rp: nil, atom.Rt: nil, atom.Rtc: nil,
	atom.Dl: nil, atom.Dt: nil, atom.Dd: nil, atom.Ul: nil, atom.Dir: nil, atom.Menu: nil,
	atom.Ol:         {"start": integer, "type": one("1", "a", "A", "i", "I"), "reversed": flag},
	atom.Li:         {"value": integer},
	atom.Blockquote: {"cite": must(link)}, atom.Q: {"cite": must(link)},
	atom.Del: {"cite": must(link), "datetime": words}, atom.Ins: {"cite": must(link), "datetime": words},
	atom.Time:   {"datetime": words},
	atom.Data:   {"value": words},
	atom.Code:   {"class": language},
	atom.Figure: nil, atom.Figcaption: nil, atom.Picture: nil,
	atom.Details: {"open": flag}, atom.Summary: nil,
	atom.Table: {"summary": words}, atom.Caption: nil, atom.Thead: nil, atom.Tbody: nil, atom.Tfoot: nil, atom.Tr: nil,
	atom.Col: {"span": integer}, atom.Colgroup: {"span": integer},
	atom.Td: {"colspan": integer, "rowspan": integer, "headers": token, "align": align},
	atom.Th: {"colspan": integer, "rowspan": integer, "headers": token, "align": align, "scope": one("row", "col", "rowgroup", "colgroup"), "abbr": words},
	atom.Img: {
		"src": must(picture), "srcset": srcset, "sizes": words, "alt": words, "width": length, "height": length,
		"loading": one("lazy", "eager"),
	},
	atom.Video: {
		"src": must(media), "poster": must(media), "width": length, "height": length,
		"loop": flag, "muted": flag, "playsinline": flag, "preload": one("none", "metadata"),
	},
	atom.Audio:  {"src": must(media), "loop": flag, "muted": flag, "preload": one("none", "metadata")},
	atom.Source: {"src": must(media), "srcset": srcset, "sizes": words, "type": words, "media": words, "width": length, "height": length},
	atom.Track:  {"src": must(media), "kind": token, "srclang": token, "label": words, "default": flag},
	atom.Iframe: {"src": must(Player), "width": length, "height": length},
}

// everywhere are the attributes that any element may have.
var everywhere = map[string]check{
	"id": anchor, "title": words, "lang": token, "dir": one("ltr", "rtl", "auto"),
}

// added are the attributes that filter writes itself, whatever was there.
var added = map[atom.Atom][][2]string{
	atom.Video:  {{"controls", ""}},
	atom.Audio:  {{"controls", ""}},
	atom.Img:    {{"referrerpolicy", "no-referrer"}},
	atom.Iframe: {{"sandbox", "allow-scripts allow-same-origin allow-popups allow-presentation"}, {"referrerpolicy", "no-referrer"}, {"loading", "lazy"}, {"allowfullscreen", ""}},
}

// outward is what a link that leaves the page gets besides.
var outward = [2]string{"rel", "noopener noreferrer"}

// removed reports whether an element goes with all that is in it: its content
// is no text of the article, or means something else to another parser.
func removed(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noembed, atom.Noframes, atom.Applet, atom.Frameset,
		atom.Frame, atom.Link, atom.Meta, atom.Base, atom.Input, atom.Param, atom.Head, atom.Datalist,
		atom.Textarea, atom.Select, atom.Title, atom.Xmp, atom.Plaintext, atom.Basefont, atom.Bgsound, atom.Keygen:
		return true
	}
	return false
}

func must(f func(string) string) check {
	return func(v string) (string, bool) {
		v = f(v)
		return v, v != ""
	}
}

func one(of ...string) check {
	return func(v string) (string, bool) {
		for _, o := range of {
			if v == o || len(o) > 1 && strings.EqualFold(v, o) {
				return o, true
			}
		}
		return "", false
	}
}

func align(v string) (string, bool) { return one("left", "right", "center", "justify")(v) }

func flag(string) (string, bool) { return "", true }

// words are shown to readers or parsed as text; they cannot do anything.
func words(v string) (string, bool) { return characters(v), true }

// token is a word of letters, digits and hyphens, or a list of such.
func token(v string) (string, bool) {
	if v == "" || len(v) > 64 {
		return "", false
	}
	for _, c := range []byte(v) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if (c < '0' || c > '9') && c != '-' && c != '_' && c != ' ' {
				return "", false
			}
		}
	}
	return v, true
}

func integer(v string) (string, bool) {
	v = strings.TrimSpace(v)
	digits := strings.TrimPrefix(v, "-")
	if digits == "" || len(digits) > 6 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return v, true
}

// length is a size in pixels or per cent. One pixel or less hides something.
func length(v string) (string, bool) {
	v = strings.TrimSpace(v)
	digits, _ := strings.CutSuffix(v, "px")
	number, percent := strings.CutSuffix(digits, "%")
	whole, _, _ := strings.Cut(number, ".")
	if whole == "" || len(whole) > 5 || strings.Trim(whole, "0123456789") != "" || strings.Trim(whole, "0") == "" || whole == "1" && !percent {
		return "", false
	}
	if percent {
		whole += "%"
	}
	return whole, true
}

// language keeps the class that names a programming language, and no other.
func language(v string) (string, bool) {
	for _, c := range strings.Fields(v) {
		name, ok := strings.CutPrefix(c, "language-")
		if !ok {
			name, ok = strings.CutPrefix(c, "lang-")
		}
		if ok && name != "" && len(name) <= 32 && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789+#-_.") == "" {
			return "language-" + name, true
		}
	}
	return "", false
}

// anchorPrefix keeps an article's ids apart from those of the page around it,
// and from the properties of its document object.
const anchorPrefix = "user-content-"

func anchor(v string) (string, bool) {
	v = strings.TrimPrefix(strings.TrimSpace(v), anchorPrefix)
	if v == "" || len(v) > 128 || strings.ContainsAny(v, " \t\n\r\"'<>&`\\") || characters(v) != v {
		return "", false
	}
	return anchorPrefix + v, true
}
