package parse

import (
	"strings"
	"testing"
)

// One bad field costs that field, one bad item that item.
func TestJSON(t *testing.T) {
	feed := func(items string) string {
		return `{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[` + items + `]}`
	}
	for _, tt := range []struct {
		name, in string
		items    int
		want     string // id|title|content of the first
	}{
		{"id that is a number, as it is written", feed(`{"id":1.50}`), 1, "1.50||"},
		{"wrong types", feed(`{"id":"1","title":{"a":[1]},"tags":7,"authors":"Ann","content_html":["x"],"content_text":"y"}`), 1, "1||y"},
		{"text that looks like HTML", feed(`{"id":"1","content_text":"1 < 2 & <b>"}`), 1, "1||1 &lt; 2 &amp; &lt;b&gt;"},
		{"HTML before text", feed(`{"id":"1","content_text":"x","content_html":"<b>y</b>"}`), 1, "1||<b>y</b>"},
		{"items that are none", feed(`7,null,"x",[],{"id":"1"}`), 1, "1||"},
		{"commas too many", feed(`{"id":"1",},,`) + ",", 1, "1||"},
		{"raw line break in a string", feed("{\"id\":\"1\",\"title\":\"a\nb\"}"), 1, "1|a b|"},
		{"escapes", feed(`{"id":"1","title":"\ud83d\ude00 \u00e9 \/ \ud83d \q \u00"}`), 1, `1|😀 é / q \u00|`},
		{"cut in a string", `{"items":[{"id":"1","title":"one"},{"id":"2","title":"tw`, 2, "1|one|"},
		{"cut in an escape", `{"items":[{"id":"1","title":"one\`, 1, `1|one\|`},
		{"no version", `{"items":[{"id":"1"}]}`, 1, "1||"},
		{"what items inherit stands behind them", `{"items":[{"id":"1","content_html":"<img src='/i.png'>"}],"home_page_url":"https://a.example/"}`, 1, `1||<img referrerpolicy="no-referrer" src="https://a.example/i.png">`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Parse([]byte(tt.in), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(doc.Items) != tt.items {
				t.Fatalf("%d items, want %d", len(doc.Items), tt.items)
			}
			it := &doc.Items[0]
			if got := it.ID + "|" + it.Title + "|" + it.ContentHTML; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestJSONThatIsCutSaysSo(t *testing.T) {
	doc, err := Parse([]byte(`{"items":[{"id":"1"}`), Options{})
	if err != nil || !doc.Cut || !strings.Contains(strings.Join(doc.Warnings, ""), cutNote) {
		t.Errorf("Parse = %+v, %v; want it cut", doc, err)
	}
}
