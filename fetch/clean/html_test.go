package clean

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wiredesk/store/safe"
)

func TestHTML(t *testing.T) {
	base, _ := url.Parse("https://paper.example/a/b?format=atom")
	const img = `referrerpolicy="no-referrer"`
	for _, tt := range []struct{ name, in, want string }{
		{"relative link", `<a href="c">x</a>`, `<a href="https://paper.example/a/c" rel="noopener noreferrer">x</a>`},
		{"empty link", `<a href="">x</a>`, `<a href="https://paper.example/a/b?format=atom" rel="noopener noreferrer">x</a>`},
		{"fragment elsewhere", `<a href="#s">x</a>`, `<a href="https://paper.example/a/b?format=atom#s" rel="noopener noreferrer">x</a>`},
		{"fragment here", `<p id="s">x</p><a href="#s">y</a>`, `<p id="user-content-s">x</p><a href="#user-content-s">y</a>`},
		{"candidates", `<img src="i.png" srcset="i.png 1x, /j.png 2x">`, `<img ` + img + ` src="https://paper.example/a/i.png" srcset="https://paper.example/a/i.png 1x, https://paper.example/j.png 2x">`},
		{"poster and source", `<video poster="p.jpg"><source src="v.mp4"></video>`, `<video controls="" poster="https://paper.example/a/p.jpg"><source src="https://paper.example/a/v.mp4"></video>`},
		{"cite", `<q cite="/c">x</q>`, `<q cite="https://paper.example/c">x</q>`},
		{"xml:base", `<div xml:base="http://other.example/x/"><a href="y">z</a></div>`, `<div><a href="http://other.example/x/y" rel="noopener noreferrer">z</a></div>`},
		{"lazy", `<img src="data:image/gif;base64,R0lGOD" data-src="/i.png">`, `<img ` + img + ` src="https://paper.example/i.png">`},
		{"lazy candidates", `<img data-srcset="/i.png 1x" data-src="/i.png">`, `<img ` + img + ` src="https://paper.example/i.png" srcset="https://paper.example/i.png 1x">`},
		{"lazy twice", `<img src="blank.gif" data-original="/i.png"><noscript><img src="/i.png"></noscript>`, `<img ` + img + ` src="https://paper.example/i.png">`},
		{"noscript only", `<noscript><img src="/i.png"></noscript>`, `<img ` + img + ` src="https://paper.example/i.png">`},
		{"noscript plea", `x<noscript>Please turn on JavaScript</noscript>`, `x`},
		{"pixel", `x<img src="/t.gif" width="1" height="1">`, `x`},
		{"beacon", `x<img src="https://pixel.wp.com/b.gif">`, `x`},
		{"unknown frame", `<iframe src="https://maps.example/embed/1" title="Map"></iframe>`, `<p><a href="https://maps.example/embed/1" rel="noopener noreferrer">Map</a></p>`},
		{"hidden frame", `x<iframe src="https://ads.example/" width="0" height="0"></iframe>`, `x`},
		{"flash", `<object><param name="movie" value="https://www.youtube.com/v/abc"></object>`, `<iframe allowfullscreen="" loading="lazy" referrerpolicy="no-referrer" sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" src="https://www.youtube.com/embed/abc"></iframe>`},
		{"object with fallback", `<object data="m.swf"><p>text</p></object>`, `<p>text</p>`},
		{"embed", `<embed src="https://x.example/m.swf">`, `<p><a href="https://x.example/m.swf" rel="noopener noreferrer">x.example/m.swf</a></p>`},
		{"amp image", `<amp-img src="i.png" width="30" height="40"></amp-img>after`, `<img height="40" ` + img + ` src="https://paper.example/a/i.png" width="30">after`},
		{"mail", `<a href="mailto:a@b.example">m</a>`, `<a href="mailto:a@b.example" rel="noopener noreferrer">m</a>`},
		{"script address", `<a href="javascript:alert(1)">m</a>`, `m`},
		{"plain text", `5 < 6`, `5 &lt; 6`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := HTML(tt.in, base)
			if got != tt.want {
				t.Errorf("HTML(%q) =\n%s, want\n%s", tt.in, got, tt.want)
			}
			if again := HTML(got, base); again != got {
				t.Errorf("HTML(%q) = %q, and again %q", tt.in, got, again)
			}
		})
	}
	if got, want := HTML(`<a href="c">x</a>`, nil), `<a href="c" rel="noopener noreferrer">x</a>`; got != want {
		t.Errorf("HTML without a base = %q, want %q", got, want)
	}
}

func FuzzHTML(f *testing.F) {
	f.Add(`<a href="c">x</a><img src="i.png" srcset="i.png 1x, j.png 2x"><iframe src=//e.example>`)
	f.Add(`<img data-src=x><noscript><img src=x></noscript><object data=y>`)
	base, _ := url.Parse("https://paper.example/a/b")
	f.Add(`<p>a <a href="?b=c&amp;d">e</a><img src="../f.png" alt='g'></p><ul><li>h &amp; i</li></ul><!-- j -->`)
	f.Fuzz(func(t *testing.T, in string) {
		out := HTML(in, base)
		if again := HTML(out, base); again != out {
			t.Errorf("HTML(%q) = %q, and again %q", in, out, again)
		}
		if long := safe.Rewrite(in, func(root *html.Node) { tree(root, base) }); strings.IndexByte(in, '<') >= 0 && out != long {
			t.Errorf("HTML(%q) = %q, but the tree says %q", in, out, long)
		}
	})
}
