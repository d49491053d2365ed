package safe

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// heavy are inputs that cost a parser more than their length.
var heavy = map[string]string{
	"nested divs":       strings.Repeat("<div>", 2<<20),
	"reopened":          strings.Repeat("<font a=1>", 1000) + strings.Repeat("<p>x", 1<<17),
	"anchors":           strings.Repeat("<a>", 1<<19),
	"adoption":          strings.Repeat("<b><i></b>", 1<<17),
	"foster parents":    strings.Repeat("<table><b><tr>x</b>", 1<<16),
	"attributes":        "<a " + strings.Repeat("a=b ", 1<<19) + ">",
	"frames":            strings.Repeat("<iframe>", 1<<18),
	"comments":          strings.Repeat("<!--", 1<<19),
	"lists":             strings.Repeat("<ul><li>", 1<<15),
	"svg":               strings.Repeat("<svg><math>", 1<<17),
	"end tags":          strings.Repeat("</p>", 1<<19),
	"less-than signs":   strings.Repeat("<", 1<<20),
	"references":        strings.Repeat("&amp;", 1<<19),
	"srcset":            `<img srcset="` + strings.Repeat("a 1x,", 1<<17) + `">`,
	"selects":           strings.Repeat("<select><option>", 1<<16),
	"one long text":     strings.Repeat("word ", 1<<19),
	"captions":          strings.Repeat("<table><caption>", 1<<16),
	"unclosed raw text": strings.Repeat("<textarea><xmp>", 1<<16),
}

func TestHeavyInputEnds(t *testing.T) {
	for name, in := range heavy {
		out := HTML(in)
		if len(out) > MaxHTML {
			t.Errorf("%s: %d bytes out, want at most %d", name, len(out), MaxHTML)
		}
		if err := inspect(out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if HTML(out) != out {
			t.Errorf("%s: not the same when cleaned again", name)
		}
		if _, err := Document(in); err != nil && len(in) < maxInput {
			t.Errorf("Document of %s: %v", name, err)
		}
	}
}

func TestDeepTextStays(t *testing.T) {
	in := strings.Repeat("<div>", 400) + "deep" + strings.Repeat("</div>", 400) + "<p>after</p>"
	if got := Text(HTML(in)); got != "deep\nafter" {
		t.Errorf("text = %q, want it all", got)
	}
}

func TestSteadyNeedsNoSecondParse(t *testing.T) {
	for _, list := range attacks {
		for _, in := range list {
			checkSteady(t, in)
		}
	}
	for _, tt := range wanted {
		checkSteady(t, tt.in)
	}
}

// checkSteady makes sure that what is said to be known about a tree is so.
func checkSteady(t *testing.T, in string) {
	root, err := fragmentTree(guard(characters(in)))
	if err != nil {
		return
	}
	filter(root)
	if !steady(root) {
		return
	}
	out, _ := render(root, MaxHTML, 0)
	if again, same := settle(out); !same {
		t.Errorf("steady, but %q is parsed as %q", out, again)
	}
}

// checkWeb makes sure that an address taken for its own canonical form is.
func checkWeb(t *testing.T, in string) {
	t.Helper()
	for _, raw := range []string{in, "https://" + in, "http://x.example/" + in} {
		if u := parseURL(raw, nil); web(raw) && (u == nil || u.String() != raw) {
			t.Errorf("%q is taken as it is, but read as %v", raw, u)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, list := range attacks {
		for _, s := range list {
			f.Add(s)
		}
	}
	for _, tt := range wanted {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := HTML(in)
		if err := inspect(out); err != nil && !strings.Contains(err.Error(), "frame of \"https://") {
			t.Errorf("HTML(%q) = %q: %v", in, out, err)
		}
		if again := HTML(out); again != out {
			t.Errorf("HTML(%q) = %q, and again %q", in, out, again)
		}
		checkSteady(t, in)
		checkSimple(t, in)
		checkWeb(t, in)
		if line := Line(in); strings.ContainsAny(line, "\n\x00") || hasTag(line) {
			t.Errorf("Line(%q) = %q", in, line)
		}
		if _, err := json.Marshal(XML(in)); err != nil {
			t.Error(err)
		}
	})
}

// checkSimple makes sure that the short way leads where the long one does.
func checkSimple(t *testing.T, in string) {
	t.Helper()
	got, ok := Simple(in, nil)
	if !ok {
		return
	}
	if want := Rewrite(in, nil); got != want {
		t.Errorf("Simple(%q) = %q, but the tree says %q", in, got, want)
	}
}

func TestSimpleIsTheSame(t *testing.T) {
	for _, w := range wrappings {
		for _, list := range attacks {
			for _, in := range list {
				checkSimple(t, strings.ReplaceAll(w, "%s", in))
			}
		}
		for _, tt := range wanted {
			checkSimple(t, strings.ReplaceAll(w, "%s", tt.in))
		}
	}
	for _, in := range []string{article(), linked(), "<ul>" + linked() + "</ul>"} {
		checkSimple(t, in)
	}
	if _, ok := Simple(article(), nil); !ok {
		t.Error("an article as newspapers write them goes the long way")
	}
}

// Any order of tags: what Simple takes, it must get right.
func TestSimpleOnAnyTags(t *testing.T) {
	pieces := []string{
		"a", " ", "\n", "&amp;", "&#13;", "<!-- c -->", "<p>", "</p>", "<p>", "</p>", "<div>", "</div>", "<ul>", "</ul>", "<li>", "</li>", "<b>", "</b>", "<i>", "</i>", "<pre>", "</pre>",
		`<a href="https://x.example/">`, "<a>", "</a>", "<font size='1'>", "</font>", "<br>", "<br />", "<hr/>", "<h2>", "</h2>", "<dl>", "</dl>", "<dt>", "<dd>", "</dd>", "<figure>", "</figure>",
		`<img src="i.png" alt="x">`, `<img src="i.png" width="1">`, `</img>`, `<iframe src="https://www.youtube.com/embed/a"></iframe>`, "<span id='s'>", "</span>", "<blockquote>", "</blockquote>",
		"<table>", "</table>", "<tbody>", "</tbody>", "<tr>", "<tr>", "</tr>", "<td>", "<td colspan='2'>", "</td>", "<th>", "</th>", "<caption>", "</caption>", "<thead>",
		"<picture>", "</picture>", `<source srcset="i.png 1x, j.png 2x">`, "<source>", "<P>", "</Li>", "<script>a<b</script>", "<style>a{}</style>", "</script>", "<script src='x'>",
	}
	rapid.Check(t, func(r *rapid.T) {
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(r, "in"), "")
		if got, ok := Simple(in, nil); ok {
			if want := Rewrite(in, nil); got != want {
				r.Fatalf("Simple(%q) = %q, but the tree says %q", in, got, want)
			}
		}
	})
}

// article is a body as newspapers write them.
func article() string {
	var b strings.Builder
	for range 30 {
		b.WriteString(`<p>The <b>council</b> voted late on Tuesday to keep the old bridge open until a new one is built, after a debate of six hours in which forty speakers took part, <a href="https://paper.example/people/mayor?ref=x">among them</a> the mayor and two of her predecessors, who do not agree on much else.</p>` + "\n")
		b.WriteString("<p>Work could begin in the spring, the council said in a statement, and would take about three years; the old bridge, which carries twelve thousand cars a day, is to become a garden.</p>\n")
	}
	return b.String()
}

// linked is a body that is mostly links and pictures.
func linked() string {
	return strings.Repeat(`<li><a href="https://paper.example/2026/03/14/story-with-a-long-name?a=1&amp;b=2" title="A story">A story</a> <img src="https://cdn.paper.example/i/640/picture.jpg" alt="A picture" width="640" height="480"></li>`+"\n", 60)
}

func BenchmarkHTML(b *testing.B) {
	for name, in := range map[string]string{"article": article(), "links": "<ul>" + linked() + "</ul>", "table": "<table><tr><td>" + article() + "</td></tr></table>", "text": Text(article())} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				HTML(in)
			}
		})
	}
}

func BenchmarkText(b *testing.B) {
	in := article()
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		Text(in)
	}
}

// FuzzText holds that the quick way to a text leads where the other one does.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"plain &amp; simple", "<p>One</p>\n<p class=\"a b\">Two<br/>three</p>", "a</p>b", "<ul><li>x<li>y</ul>",
		`<a href="https://a.example/?a=1&b=>2">l</a>`, "<script>x<p>y</script>z", "<b>1<p>2</b>3", "<td>a<td>b", "a < b", "<p\n>x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, ok := simpleText(in)
		if want := tokenText(in); ok && got != want {
			t.Errorf("simpleText(%q) = %q, want %q", in, got, want)
		}
	})
}
