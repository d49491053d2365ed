package parse

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"wiredesk/store"
)

// Documents made to kill: each is refused, or read without its excess.
func TestHostile(t *testing.T) {
	const head, foot = `<rss version="2.0"><channel><title>t</title>`, `</channel></rss>`
	entity := `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", 1000) + `">]>`
	for _, tt := range []struct {
		name, in string
		want     store.Code
	}{
		{"10 MB of nested elements", head + strings.Repeat("<a>", 10<<20/3), store.CodeHostile},
		{"nested extensions", head + "<item>" + strings.Repeat("<x:a>", 2<<20), store.CodeHostile},
		{"nested namespaces", head + strings.Repeat(`<a xmlns:b="c">`, 600<<10/15), store.CodeHostile},
		{"namespaces side by side", head + strings.Repeat(`<a xmlns:b="c"/>`, 120_000), store.CodeHostile},
		{"namespaces on one element", `<rss ` + strings.Repeat(`xmlns:a="b" `, 50_000) + `><channel/></rss>`, store.OK},
		{"a million items", head + strings.Repeat("<item/>", 1_000_000) + foot, store.CodeHostile},
		{"200,000 elements", head + "<item>" + strings.Repeat("<x/>", 200_000) + "</item>" + foot, store.OK},
		{"400,000 properties", head + strings.Repeat("<item>"+strings.Repeat("<id>1</id>", 1000)+"</item>", 400) + foot, store.OK},
		{"titles that say nothing", head + "<item>" + strings.Repeat("<title> </title>", 100_000) + "</item>" + foot, store.OK},
		{"entities that multiply", entity + head + "<item><title>" + strings.Repeat("&a;", 100_000) + "</title></item>" + foot, store.CodeHostile},
		{"an entity too long", `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", 2000) + `">]>` + head + foot, store.CodeHostile},
		{"attributes", head + "<item><enclosure " + strings.Repeat("a='1' ", 200_000) + "/></item>" + foot, store.OK},
		{"tags without an end", head + "<item>" + strings.Repeat("<a", 3<<20), store.CodeHostile},
		{"comments without an end", head + strings.Repeat("<!--", 3<<20), store.OK},
		{"sections without an end", head + strings.Repeat("<![CDATA[", 1<<20), store.OK},
		{"instructions without an end", head + strings.Repeat("<?x ", 3<<20), store.OK},
		{"end tags without a start", head + "<item><description>" + strings.Repeat("<b>", 90) + strings.Repeat("</z>", 200_000), store.OK},
		{"quotes without an end", head + "<item>" + strings.Repeat(`<a b="<a b='`, 1<<19), store.CodeHostile},
		{"ampersands", head + "<item><title>" + strings.Repeat("&", 2<<20), store.OK},
		{"escaped tags without an end", `<feed><entry><summary>` + strings.Repeat("&lt;/a", 200_000) + `</summary></entry></feed>`, store.OK},
		{"a text of 15 MB", head + "<item><title>x</title><description>" + strings.Repeat("word ", 3<<20) + "</description></item>" + foot, store.OK},
		{"21 MB", head + strings.Repeat(" ", 21<<20) + foot, store.CodeHostile},
		{"deep JSON", `{"version":"https://jsonfeed.org/version/1","x":` + strings.Repeat("[", 10<<20), store.OK},
		{"wide JSON", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("{},", 1<<20) + "]}", store.CodeHostile},
		{"JSON of open strings", `{"items":[` + strings.Repeat(`"`, 1<<20), store.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw := []byte(tt.in)
			before := heap()
			_, err := Parse(raw, Options{})
			var e *Error
			errors.As(err, &e)
			switch {
			case tt.want == store.OK && e != nil:
				t.Errorf("Parse: %v, want it read", err)
			case tt.want != store.OK && (e == nil || e.Code != tt.want):
				t.Errorf("Parse: %v, want code %s", err, tt.want)
			}
			if used := heap() - before; tt.want == store.CodeHostile && used > 64<<20 {
				t.Errorf("allocated %d MiB, want at most 64", used>>20)
			}
		})
	}
}

// heap returns how many bytes were ever allocated: more than was ever in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// BenchmarkHostile refuses what was made to kill: in milliseconds, and with few
// bytes.
func BenchmarkHostile(b *testing.B) {
	const head = `<rss version="2.0"><channel>`
	for name, in := range map[string]string{
		"10 MB of nested elements":   head + strings.Repeat("<a>", 10<<20/3),
		"600 kB of nested xmlns":     head + strings.Repeat(`<a xmlns:b="c">`, 600<<10/15),
		"a million empty items":      head + strings.Repeat("<item/>", 1_000_000) + "</channel></rss>",
		"entities within each other": `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", 1000) + `">]>` + head + "<title>" + strings.Repeat("&a;", 1<<20),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			raw := []byte(in)
			for b.Loop() {
				if _, err := Parse(raw, Options{}); err == nil {
					b.Fatal("it was read")
				}
			}
		})
	}
}
