package clean

import (
	"testing"

	"wiredesk/store"
)

func TestCredit(t *testing.T) {
	for _, tt := range []struct{ byline, text, want string }{
		{"By AFP", "", "AFP"}, {"Jane Doe, AFP", "", "AFP"}, {"Reuters Staff", "", "Reuters"}, {"By The Associated Press", "", "AP"}, {"Ann Lee and Agence France-Presse", "", "AFP"}, {"Von dpa", "", "dpa"}, {"Con información de EFE", "", "EFE"},
		{"", "PARIS (AFP) – The minister said", "AFP"}, {"", "PARIS, Dec 27 (Reuters) - Oil rose", "Reuters"}, {"", "Berlin (dpa) - Die Bahn", "dpa"}, {"", "Hamburg/Berlin (dpa/lno) - Die", "dpa"}, {"", "BEIJING, Nov. 3 (Xinhua) -- China", "Xinhua"}, {"", "Madrid, 5 mar (EFE).- El", "EFE"}, {"", "MOSCOW, May 3. /TASS/. The", "TASS"}, {"", "МОСКВА, 3 мая. /ТАСС/. Глава", "TASS"}, {"", "(ANSA) - ROMA, 05 MAR - Il", "ANSA"}, {"", "LONDON — AP — A", "AP"}, {"", "TOKYO (Kyodo) -- Japan", "Kyodo"}, {"", "LONDON (AP) — One", "AP"},
		{"", "Text of it.\nMore of it. (Reuters)", "Reuters"}, {"", "Text.\nMore – dpa", "dpa"}, {"", "Text.\nMore.\nAFP", "AFP"}, {"", "Text.\n— AFP", "AFP"}, {"", "Text.\ndpa, AFP", "dpa"}, {"", "Text.\n/AFP/", "AFP"}, {"", "Text.\nWith AP", "AP"}, {"", "Text.\nSource: Reuters", "Reuters"},
		{"", "He told AFP.", ""}, {"", "The Reuters building burned.\nNobody was hurt.", ""}, {"", "He works at Reuters (Reuters declined to comment).", ""}, {"Jane Doe", "The new PA system broke.", ""}, {"", "", ""}, {"", "An AP student.\nShe took AP Latin", ""},
	} {
		if got := Credit(tt.byline, tt.text); got != tt.want {
			t.Errorf("Credit(%q, %q) = %q, want %q", tt.byline, tt.text, got, tt.want)
		}
	}
}

func TestHash(t *testing.T) {
	base := store.Article{Title: "A bridge opens", Text: "The bridge opened.\nIt is long.", Canonical: "https://paper.example/a", Enclosures: []store.Enclosure{{URL: "https://paper.example/1.mp3"}, {URL: "https://paper.example/2.mp3"}}}
	for _, tt := range []struct {
		name string
		edit func(*store.Article)
		same bool
	}{
		{"white space", func(a *store.Article) { a.Text = " The bridge  opened. It is long.\n" }, true},
		{"markup", func(a *store.Article) { a.Body = "<p>x</p>" }, true},
		{"dates", func(a *store.Article) { a.Updated.Day = true }, true},
		{"categories", func(a *store.Article) { a.Categories = []store.Category{{Term: "x"}} }, true},
		{"tracking", func(a *store.Article) { a.Canonical, a.URL = "", "http://www.paper.example/a/?utm_source=x" }, true},
		{"order of files", func(a *store.Article) {
			a.Enclosures = []store.Enclosure{{URL: "https://paper.example/2.mp3?utm_source=rss"}, {URL: "https://paper.example/1.mp3", Length: 5}}
		}, true},
		{"a relative time", func(a *store.Article) { a.Text = "3 minutes ago The bridge opened. It is long." }, true},
		{"a counter", func(a *store.Article) { a.Text += "\n1,234 comments" }, true},
		{"soft hyphens", func(a *store.Article) { a.Title = "A bri\u00ADdge opens" }, true},
		{"composed letters", func(a *store.Article) { a.Title = "A bridge opens" }, true},
		{"title", func(a *store.Article) { a.Title = "A bridge closes" }, false},
		{"text", func(a *store.Article) { a.Text = "The bridge opened. It is short." }, false},
		{"link", func(a *store.Article) { a.Canonical = "https://paper.example/b" }, false},
		{"files", func(a *store.Article) { a.Enclosures = a.Enclosures[:1] }, false},
		{"title into text", func(a *store.Article) { a.Title, a.Text = "A bridge", "opens The bridge opened. It is long." }, false},
		{"a number that counts", func(a *store.Article) { a.Text = "The bridge opened. It is long. 3 people came." }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := base
			in.Enclosures = append([]store.Enclosure(nil), base.Enclosures...)
			tt.edit(&in)
			if got := Hash(&in) == Hash(&base); got != tt.same {
				t.Errorf("same hash: %v, want %v", got, tt.same)
			}
		})
	}
	if got := HashVersion(Hash(&base)); got != Version {
		t.Errorf("HashVersion = %d, want %d", got, Version)
	}
}

func TestLanguage(t *testing.T) {
	const german = "Der Stadtrat hat die Entscheidung über den Abriss der alten Brücke am Dienstagabend vertagt, nachdem ein Gutachten aufgetaucht war, das ihr noch dreißig Jahre gibt und den Umweg nicht nötig macht."
	for _, tt := range []struct{ declared, text, want string }{
		{"en_US", german, "en-US"}, {"DE", "", "de"}, {"", german, "de"}, {"", "Der Stadtrat", ""}, {"not a language at all", german, "de"}, {"zh-Hans-CN", "", "zh-Hans-CN"}, {"", "", ""},
	} {
		if got := Language(tt.declared, tt.text); got != tt.want {
			t.Errorf("Language(%q, %.20q) = %q, want %q", tt.declared, tt.text, got, tt.want)
		}
	}
}
