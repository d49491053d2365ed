package curate

import (
	"strings"
	"testing"

	"wiredesk/store"
	"wiredesk/store/diff"
)

func sentence(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }

func TestExcerpt(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   text
		want int // words at most, and exactly where no sentence ends early
	}{
		{"long article with a teaser of its own", text{summary: "<p>" + sentence(30) + "</p>", plain: sentence(400)}, 30},
		{"long article, long teaser", text{summary: sentence(100), plain: sentence(400)}, 60},
		{"long article without a teaser", text{plain: sentence(400)}, 60},
		{"a quarter is less than 60", text{plain: sentence(200)}, 50},
		{"description of 100 words is all there is", text{summary: sentence(100), plain: sentence(100)}, 25},
		{"the feed offers a teaser only", text{summary: sentence(40), plain: sentence(40)}, 40},
		{"short page", text{summary: sentence(20), plain: sentence(50), page: true}, 12},
		{"nothing", text{}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.excerpt(); countWords(got) != tt.want {
				t.Errorf("excerpt has %d words, want %d: %s", countWords(got), tt.want, got)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"One two three.", 3, "One two three."},
		{"One two three four.", 3, "One two three…"},
		{"One two, three four.", 2, "One two…"},
		{"One two three four. Five six.", 5, "One two three four."},
		{"One. Two three four five six.", 5, "One. Two three four five…"},
		{"He said: “No.” Then more words came on.", 4, "He said: “No.”"},
		{"東京で猫が見つかった。次の文です。", 6, "東京で猫が見つかった。"},
	} {
		if got := cut(tt.in, tt.limit); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestShown(t *testing.T) {
	in := text{
		summary: "<p>A <b>teaser</b> &amp; more</p>", body: "<p>" + sentence(300) + "</p>", plain: sentence(300),
		image: store.Image{URL: "https://x.example/a.jpg?a=1&b=2", Caption: `A "port"`},
	}
	img := `<p><img src="https://x.example/a.jpg?a=1&amp;b=2" alt="A &#34;port&#34;"/></p>`
	for policy, want := range map[string]string{
		LinkOnly: "", Excerpt: img + "<p>A teaser &amp; more</p>", Full: img + in.body,
	} {
		content, summary := in.shown(policy)
		if content != want {
			t.Errorf("%s: content = %s, want %s", policy, content, want)
		}
		if policy != LinkOnly && summary != "A teaser & more" {
			t.Errorf("%s: summary = %q", policy, summary)
		}
	}
}

func TestPolicy(t *testing.T) {
	for _, tt := range [][3]string{
		{"", "", Excerpt},
		{Full, "", Full},
		{Full, Excerpt, Excerpt},
		{Full, LinkOnly, LinkOnly},
		{LinkOnly, Full, LinkOnly},
		{Excerpt, Full, Excerpt},
		{"", Full, Excerpt},
		{Full, Full, Full},
	} {
		if got := Policy(tt[0], tt[1]); got != tt[2] {
			t.Errorf("Policy(%q, %q) = %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestSummarize(t *testing.T) {
	for _, s := range []string{"short\n text", strings.Repeat("long words ", 60), strings.Repeat("字", 400), ""} {
		if got := Summarize(s); len([]rune(got)) > 300 || strings.ContainsAny(got, "\n") {
			t.Errorf("Summarize(%.20q…) = %q: too long or not one line", s, got)
		}
	}
}

func TestPassages(t *testing.T) {
	same := strings.Repeat("same ", 40)
	spans := []diff.Span{{Op: diff.Equal, Text: same}, {Op: diff.Delete, Text: "11,500 "}, {Op: diff.Insert, Text: "12,000 "}, {Op: diff.Equal, Text: same}, {Op: diff.Insert, Text: strings.Repeat("new ", 200)}, {Op: diff.Equal, Text: same}}
	got := Passages(spans, Excerpt)
	if len(got) != len(spans) || countWords(strings.ReplaceAll(got[0].Text, "…", "")) != 12 || countWords(strings.ReplaceAll(got[3].Text, "…", "")) != 24 || countWords(strings.ReplaceAll(got[4].Text, "…", "")) != 60 {
		t.Errorf("Passages = %q", got)
	}
	if len(Passages(spans, LinkOnly)) != 0 || len(Passages(spans, Full)) != len(spans) {
		t.Error("Passages: link shows text, or full does not show all")
	}
}
