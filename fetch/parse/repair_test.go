package parse

import (
	"slices"
	"strings"
	"testing"
)

// Broken documents, and what is still in them: "title|link|summary" an item.
func TestRepair(t *testing.T) {
	const head, foot = `<rss version="2.0"><channel><title>t</title>`, `</channel></rss>`
	for _, tt := range []struct {
		name, in string
		want     []string
		note     string // of the warning that must be there
	}{
		{"bare signs", head + `<item><title>AT&T <3 R&D</title></item>` + foot, []string{"AT&T <3 R&D||"}, ""},
		{"attributes without quotes", head + `<item><guid isPermaLink=true>http://a.example/1</guid></item>` + foot, []string{"|http://a.example/1|"}, ""},
		{"attribute without a value", head + `<item><guid isPermaLink>http://a.example/1</guid></item>` + foot, []string{"|http://a.example/1|"}, ""},
		{"quote that is not closed", head + `<item><enclosure url="http://a.example/a.mp3><title>x</title></item>` + foot, []string{"x||"}, ""},
		{"tag that is not closed", head + `<item><title>x</title <link>http://a.example/1</link></item>` + foot, []string{"x|http://a.example/1|"}, ""},
		{"cut in a title", head + `<item><title>one</title></item><item><title>tw`, []string{"one||", "tw||"}, cutNote},
		{"cut in a section", head + `<item><title>one</title><description><![CDATA[<p>half`, []string{"one||<p>half</p>"}, cutNote},
		{"cut before anything is told", head + `<item><title>one</title></item><item><pubDate>Sat`, []string{"one||"}, cutNote},
		{"without the last end", head + `<item><title>one</title></item></channel></rss`, []string{"one||"}, ""},
		{"end tags missing", head + `<item><title>one<link>http://a.example/1</item><item><title>two</channel></rss>`, []string{"one|http://a.example/1|", "two||"}, "a missing end tag was put in"},
		{"description left open", head + `<item><description>text<guid isPermaLink="false">1</guid><title>x</title></item>` + foot, []string{"x||text"}, "a missing end tag was put in"},
		{"extension left open", head + `<itunes:category text="x"><item><title>one</title></item>` + foot, []string{"one||"}, ""},
		{"end tags of nothing", head + `</b><item></i><title>one</p></title></item>` + foot, []string{"one||"}, "an end tag without a start was ignored"},
		{"case that does not match", head + `<ITEM><Title>one</TITLE></item>` + foot, []string{"one||"}, ""},
		{"items beside the channel", head + `</channel><item><title>one</title></item></rss>`, []string{"one||"}, ""},
		{"items behind the root", head + foot + `<item><title>one</title></item>`, []string{"one||"}, ""},
		{"two channels", head + `<item><title>one</title></item></channel><channel><title>u</title><item><title>two</title></item>` + foot, []string{"one||", "two||"}, ""},
		{"a channel without its root", `<channel><title>t</title><item><title>one</title></item></channel>`, []string{"one||"}, ""},
		{"an entry without its feed", `<entry xmlns="http://www.w3.org/2005/Atom"><title>one</title></entry>`, []string{"one||"}, ""},
		{"words before the root", "Notice: x in <b>y</b>\n" + head + `<item><title>one</title></item>` + foot, []string{"one||"}, ""},
		{"words after the root", head + `<item><title>one</title></item>` + foot + "\n<!-- cached --><script>x</script> y", []string{"one||"}, ""},
		{"zero bytes after the root", head + `<item><title>one</title></item>` + foot + strings.Repeat("\x00", 100), []string{"one||"}, ""},
		{"XML 1.1", `<?xml version="1.1"?>` + head + `<item><title>one</title></item>` + foot, []string{"one||"}, ""},
		{"a licence longer than a page", "<?xml version='1.0'?><!--" + strings.Repeat("licence ", 2000) + "-->" + head + `<item><title>one</title></item>` + foot, []string{"one||"}, ""},
		{"comment that is not closed", head + `<!-- oops ><item><title>one</title></item>` + foot, []string{"one||"}, ""},
		{"RSS in the Atom namespace", `<rss version="2.0" xmlns="http://www.w3.org/2005/Atom"><channel><item><title>one</title></item></channel></rss>`, []string{"one||"}, ""},
		{"Atom in a namespace of its own", `<feed xmlns="urn:own"><entry><title>one</title></entry></feed>`, []string{"one||"}, ""},
		{"Atom with a prefix", `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>one</a:title><title>no</title></a:entry></a:feed>`, []string{"one||"}, ""},
		{"RDF in an unknown namespace", `<rdf:RDF xmlns="urn:x"><item><title>one</title></item></rdf:RDF>`, []string{"one||"}, ""},
		{"same names in foreign namespaces", `<rss xmlns:x="urn:x"><channel><item><x:title>no</x:title><title>one</title><x:description>no</x:description></item></channel></rss>`, []string{"one||"}, ""},
		{"items in an Atom feed", `<feed xmlns="http://www.w3.org/2005/Atom"><item><title>one</title></item></feed>`, []string{"one||"}, ""},
		{"same names deeper down", head + `<item><image><title>no</title><link>http://no.example/</link></image><title>one</title></item>` + foot, []string{"one||"}, ""},
		{"nested beyond reason", head + `<item><title>one</title>` + strings.Repeat("<x:a>", 500) + strings.Repeat("</x:a>", 500) + `<link>http://a.example/1</link></item>` + foot, []string{"one|http://a.example/1|"}, "elements nested too deeply were dropped"},
		{"nested and left open", head + `<item><title>one</title>` + strings.Repeat("<x:a>", 500) + `</item><item><title>two</title></item>` + foot, []string{"one||", "two||"}, "elements nested too deeply were dropped"},
		{"entities of its own", `<!DOCTYPE rss [<!ENTITY co "A &amp; Sons">]>` + head + `<item><title>&co; &bull; &undeclared;</title></item>` + foot, []string{"A & Sons • &undeclared;||"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Parse([]byte(tt.in), Options{})
			if err != nil {
				t.Fatalf("Parse(%.200s): %v", tt.in, err)
			}
			var got []string
			for i := range doc.Items {
				it := &doc.Items[i]
				got = append(got, it.Title+"|"+it.URL+"|"+it.SummaryHTML)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Parse(%.200s)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if told := strings.Join(doc.Warnings, "\n"); !strings.Contains(told, tt.note) {
				t.Errorf("warnings %q, want one with %q", doc.Warnings, tt.note)
			}
		})
	}
}

func TestNewestAreKept(t *testing.T) {
	feed := func(first, last string) string {
		var b strings.Builder
		b.WriteString("<rss><channel>")
		for i := range maxKept + 10 {
			date := ""
			switch i {
			case 0:
				date = first
			case maxKept + 9:
				date = last
			}
			b.WriteString("<item><title>x</title><pubDate>" + date + "</pubDate></item>")
		}
		return b.String() + "</channel></rss>"
	}
	const old, young = "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"
	for _, tt := range []struct {
		name, first, last string
		keepsFirst        bool
	}{{"newest first", young, old, true}, {"newest last", old, young, false}, {"no dates", "", "", true}} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Parse([]byte(feed(tt.first, tt.last)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Items[0].Published.Raw == tt.first; len(doc.Items) != maxKept || got != tt.keepsFirst {
				t.Errorf("%d items, the first kept: %v; want %d, %v", len(doc.Items), got, maxKept, tt.keepsFirst)
			}
			if !strings.Contains(strings.Join(doc.Warnings, ""), "newest 2000") {
				t.Errorf("warnings %q do not say so", doc.Warnings)
			}
		})
	}
}
