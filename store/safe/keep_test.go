package safe

import (
	"strings"
	"testing"
)

// wanted is markup that readers want, and what must be found of it afterwards.
var wanted = []struct{ in, want string }{
	{`<figure><img src="https://x/i.png" alt="i"><figcaption>c</figcaption></figure>`, `<figcaption>c</figcaption></figure>`},
	{`<table><caption>c</caption><thead><tr><th scope="col">h</th></tr></thead><tbody><tr><td colspan="2" rowspan="3">d</td></tr></tbody></table>`, `<td colspan="2" rowspan="3">d</td>`},
	{`<table><caption>c</caption><tr><th scope="col">h</th></tr></table>`, `<caption>c</caption>`},
	{`<table><colgroup><col span="2"></colgroup><tr><td>x</td></tr><tfoot><tr><td>f</td></tr></tfoot></table>`, `<tfoot>`},
	{`<img src="https://x/i.png" srcset="https://x/i.png 1x, https://x/i2.png 2x" sizes="100vw">`, `srcset="https://x/i.png 1x, https://x/i2.png 2x"`},
	{`<img src="https://x/i.png" sizes="(max-width: 600px) 480px, 800px">`, `sizes="(max-width: 600px) 480px, 800px"`},
	{`<img src="https://x/i.png" loading="lazy" width="640" height="480">`, `height="480" loading="lazy"`},
	{`<img src="https://x/i.png" width="640px">`, `width="640"`},
	{`<img src="https://x/a b.png">`, `src="https://x/a%20b.png"`},
	{`<img src="data:image/png;base64,iVBORw0KGgo=">`, `src="data:image/png;base64,iVBORw0KGgo="`},
	{`<picture><source srcset="https://x/i.webp" type="image/webp" media="(min-width: 1px)"><img src="https://x/i.png"></picture>`, `<picture><source media="(min-width: 1px)" srcset="https://x/i.webp" type="image/webp">`},
	{`<video src="https://x/v.mp4" poster="https://x/p.jpg" controls width="320"></video>`, `poster="https://x/p.jpg"`},
	{`<video controls><source src="https://x/v.mp4" type="video/mp4"><track src="https://x/s.vtt" kind="subtitles" srclang="en" label="E"></video>`, `<source src="https://x/v.mp4" type="video/mp4"><track kind="subtitles"`},
	{`<audio src="https://x/a.mp3"></audio>`, `<audio controls="" src="https://x/a.mp3">`},
	{`<audio controls><source src="https://x/a.ogg" type="audio/ogg"></audio>`, `<source src="https://x/a.ogg"`},
	{`<iframe src="https://www.youtube.com/embed/abc?start=3" width="560" height="315" allowfullscreen></iframe>`, `src="https://www.youtube.com/embed/abc?start=3"`},
	{`<iframe src="//player.vimeo.com/video/1"></iframe>`, `src="https://player.vimeo.com/video/1"`},
	{`<iframe src="https://open.spotify.com/embed/track/1"></iframe>`, `open.spotify.com/embed/track/1`},
	{`<iframe src="https://w.soundcloud.com/player/?url=x"></iframe>`, `w.soundcloud.com/player/?url=x`},
	{`<iframe src="https://www.blogger.com/video.g?token=x"></iframe>`, `src="https://www.blogger.com/video.g?token=x"`},
	{`<kbd>Ctrl</kbd>`, `<kbd>Ctrl</kbd>`},
	{`<mark>x</mark>`, `<mark>x</mark>`},
	{`<bdi>x</bdi>`, `<bdi>x</bdi>`},
	{`<bdo dir="rtl">x</bdo>`, `<bdo dir="rtl">x</bdo>`},
	{`<header>x</header>`, `<header>x</header>`},
	{`<footer>x</footer>`, `<footer>x</footer>`},
	{`<article>x</article>`, `<article>x</article>`},
	{`<section>x</section>`, `<section>x</section>`},
	{`<aside>x</aside>`, `<aside>x</aside>`},
	{`<nav>x</nav>`, `<nav>x</nav>`},
	{`<main>x</main>`, `<main>x</main>`},
	{`<div>x</div>`, `<div>x</div>`},
	{`<span lang="fr">x</span>`, `<span lang="fr">x</span>`},
	{`<p dir="rtl">x</p>`, `<p dir="rtl">x</p>`},
	{`<ol start="3" type="a" reversed><li value="9">x</li></ol>`, `<ol reversed="" start="3" type="a"><li value="9">`},
	{`<pre><code class="language-go">x := 1</code></pre>`, `<pre><code class="language-go">x := 1</code></pre>`},
	{"<pre>\n\na\n b</pre>", "a\n b</pre>"},
	{`<details open><summary>s</summary>t</details>`, `<details open=""><summary>s</summary>t</details>`},
	{`<a href="tel:+441234">t</a>`, `href="tel:+441234"`},
	{`<a href="xmpp:a@b.example">t</a>`, `href="xmpp:a@b.example"`},
	{`<a href="magnet:?xt=urn:btih:abc">t</a>`, `href="magnet:?xt=urn:btih:abc"`},
	{`<a href="ftp://x.example/f">t</a>`, `href="ftp://x.example/f"`},
	{`<a href="gemini://x.example/">t</a>`, `href="gemini://x.example/"`},
	{`<a href="mailto:a@b.example?subject=x">t</a>`, `href="mailto:a@b.example?subject=x"`},
	{`<a href="https://x/p q">t</a>`, `href="https://x/p%20q"`},
	{`<a href="https://x/" hreflang="de">t</a>`, `hreflang="de"`},
	{`<a href="https://münchen.example/ü">t</a>`, `https://xn--mnchen-3ya.example/%C3%BC`},
	{`<p id="n1">x</p><a href="#n1">1</a>`, `<a href="#user-content-n1">`},
	{`<a name="n1">x</a>`, `<a id="user-content-n1">`},
	{`<math><msup><mi>a</mi><mn>2</mn></msup></math>`, `a<sup>2</sup>`},
	{`<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>`, `1/2`},
	{`<math alttext="E=mc^2"></math>`, `E=mc^2`},
	{`<noscript><img src="https://x/i.png"></noscript>`, `<img`},
	{`<object data="https://x/m.swf"><p>fallback</p></object>`, `<p>fallback</p>`},
	{`<blockquote cite="https://x/">q</blockquote>`, `<blockquote cite="https://x/">`},
	{`<q cite="https://x/">q</q>`, `<q cite="https://x/">`},
	{`<del datetime="2026-01-01">x</del><ins>y</ins>`, `<del datetime="2026-01-01">`},
	{`<time datetime="2026-01-01">x</time>`, `<time datetime="2026-01-01">`},
	{`<abbr title="World">W</abbr>`, `<abbr title="World">`},
	{`<dl><dt>t</dt><dd>d</dd></dl>`, `<dl><dt>t</dt><dd>d</dd></dl>`},
	{`<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>`, `<rt>kan</rt>`},
	{`H<sub>2</sub>O<sup>+</sup>`, `H<sub>2</sub>O<sup>+</sup>`},
	{`<h2>x</h2><hr>`, `<h2>x</h2><hr>`},
	{`<samp>x</samp><var>y</var><dfn>z</dfn><cite>c</cite><small>s</small><s>t</s><u>u</u><wbr>`, `<samp>x</samp><var>y</var><dfn>z</dfn><cite>c</cite><small>s</small><s>t</s><u>u</u><wbr>`},
	{`<iframe src="https://www.youtube.com/embed/a"/> text behind`, `</iframe> text behind`},
	{`5 < 6 & 7 > 4`, `5 &lt; 6 &amp; 7 &gt; 4`},
	{`<p>don't "quote"</p>`, `<p>don't "quote"</p>`},
	{`<form><p>x <input name=a></p></form>`, `<p>x </p>`},
	{`<font color=red>x</font>`, `x`},
	{`<custom-el><p>x</p></custom-el>`, `<p>x</p>`},
	{`<td>lone cell</td>`, `lone cell`},
}

func TestWantedStays(t *testing.T) {
	for _, tt := range wanted {
		got := HTML(tt.in)
		if !strings.Contains(got, tt.want) {
			t.Errorf("HTML(%q) = %q, want it to hold %q", tt.in, got, tt.want)
		}
		if again := HTML(got); again != got {
			t.Errorf("HTML(%q) = %q, and again %q", tt.in, got, again)
		}
		if err := inspect(got); err != nil && !strings.Contains(err.Error(), "frame of") {
			t.Errorf("HTML(%q) = %q: %v", tt.in, got, err)
		}
	}
}

func TestLinksLeaveThePageQuietly(t *testing.T) {
	const want = `<a href="https://x/" rel="noopener noreferrer">t</a>`
	if got := HTML(`<a href="https://x/" target="_blank" rel="me opener">t</a>`); got != want {
		t.Errorf("HTML = %q, want %q", got, want)
	}
	if got := HTML(`<img src="https://x/i.png">`); !strings.Contains(got, `referrerpolicy="no-referrer"`) {
		t.Errorf("HTML = %q, want it to send no referrer", got)
	}
}

func TestLine(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"a <b>c</b>\n d", "a c d"},
		{"Q&amp;A", "Q&A"},
		{"5 < 6", "5 < 6"},
		{"&lt;script&gt;x", "x"},
		{"&amp;lt;b&amp;gt;x", "&lt;b&gt;x"},
		{"x\u202Ey\u200Bz", "xyz"},
		{"a\x00b\x07", "ab"},
		{"<scr<script>ipt>x", "ipt>x"},
		{"&lt;b&gt;x&lt;/b&gt; y", "x y"},
		{"  ", ""},
		{"a<!-- b -->c", "ac"},
		{"\u2066a", "\u2066a\u2069"},
		{"x\U000E0041", "x"},
		{"soft\u00ADhyphen", "softhyphen"},
	} {
		if got := Line(tt.in); got != tt.want {
			t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"<p>a</p><p>b</p>", "a\nb"},
		{"a<br>b", "a\nb"},
		{"<td>a</td><td>b</td>", "a b"},
		{"a<script>x</script>b", "ab"},
		{"x &amp; y", "x & y"},
		{"<ul><li>a<li>b</ul>c", "a\nb\nc"},
		{"  a \n b  ", "a b"},
		{"<b>a</b>b", "ab"},
		{"<style>x</style>", ""},
		{"<p>a<iframe>q</iframe></p>", "a"},
		{"<object>f</object>", "f"},
	} {
		if got := Text(tt.in); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestXML(t *testing.T) {
	if got, want := XML("a\x00\x08\tb\n\uFFFE\u0085é\xffz"), "a\tb\né\uFFFDz"; got != want {
		t.Errorf("XML = %q, want %q", got, want)
	}
}

func TestURL(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"https://x/", "https://x/"}, {" https://x/a b ", "https://x/a%20b"}, {"javascript:1", ""}, {"mailto:a@b", ""}, {"https://", ""}, {"HTTP://X/", "http://X/"}, {"https://x/%zz", "https://x/%25zz"}, {"https://x/?q=ä", "https://x/?q=%C3%A4"}, {`https:\\x\y`, "https://x/y"}, {"/rel", ""},
	} {
		if got := URL(tt.in, nil); got != tt.want {
			t.Errorf("URL(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
