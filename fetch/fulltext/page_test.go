package fulltext

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"wiredesk/store"
)

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, s string) time.Time {
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func read(t testing.TB, file string, o Options) Page {
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Read(raw, "text/html", o)
	if err != nil {
		t.Fatalf("Read(%s): %v", file, err)
	}
	return p
}

// The page as papers print an agency's text: the day of the visit above, the
// caption twice, the agency's letters under it, other headlines in the text,
// and the day of the last change only in the paper's own zone at the foot.
func TestMastheadIsNotTheDate(t *testing.T) {
	for _, tt := range []struct{ file, url, caption, first, last string }{
		{"harbour.html", "https://www.gulfledger.example/world/ferry-crews-end-strike-1.806533", "Passengers wait at the old harbour", "The crews of the island ferries", "wedding party in the meantime."},
		{"figure.html", "https://courier.example/arts/museum-map?utm_source=rss", "The map, drawn on calfskin", "A map of the coast", "at a distance from any pipe."},
		{"breaks.html", "https://observer.example/n/881", "Farmers drive their flocks", "Shepherds may use the old road", "looked at the camera once."},
	} {
		t.Run(tt.file, func(t *testing.T) {
			p := read(t, tt.file, Options{URL: tt.url, Zone: zone(t, "Asia/Dubai"), Now: at(t, "2019-08-24T09:00:00Z")})
			want := store.Claim{At: at(t, "2018-12-27T12:24:00Z"), From: `page: "Updated: December 27, 2018 04:24 PM" (Asia/Dubai)`}
			if p.Updated != want {
				t.Errorf("Updated = %+v, want %+v", p.Updated, want)
			}
			if !p.Published.At.IsZero() {
				t.Errorf("Published = %+v, want no claim", p.Published)
			}
			if p.Credit != "AFP" {
				t.Errorf("Credit = %q, want AFP", p.Credit)
			}
			if len(p.Related) != 4 {
				t.Errorf("Related = %q, want four", p.Related)
			}
			if n := strings.Count(p.Text, tt.caption[:18]); n > 1 {
				t.Errorf("the caption stands %d times in\n%s", n, p.Text)
			}
			for _, l := range p.Related {
				if strings.Contains(p.Text, l.Text) {
					t.Errorf("%q is in the text", l.Text)
				}
			}
			if !strings.HasPrefix(p.Image.Caption, tt.caption) || p.Image.Credit != "AFP" {
				t.Errorf("Image = %+v", p.Image)
			}
			if !strings.HasPrefix(p.Text, tt.first) || !strings.HasSuffix(p.Text, tt.last) || strings.Contains(p.Text, "Read more") || strings.Contains(p.Text, "Updated") {
				t.Errorf("Text =\n%s", p.Text)
			}
		})
	}
}

func TestPages(t *testing.T) {
	for _, tt := range []struct {
		file, url, zone string
		want            Page // of it: Title, Byline, Credit, Language, Canonical, Published, Updated, Wall
	}{
		{"tafel.html", "https://tagesblatt.example/stadt/bruecke", "Europe/Berlin", Page{
			Title: "Stadtrat verschiebt Entscheidung über Brücke", Byline: "dpa", Credit: "dpa", Language: "de", Canonical: "https://tagesblatt.example/stadt/bruecke",
			Published: store.Claim{At: at(t, "2026-03-10T17:02:00Z"), From: `page: JSON-LD datePublished: "2026-03-10T18:02:00+01:00"`},
			Updated:   store.Claim{At: at(t, "2026-03-11T06:15:00Z"), From: `page: JSON-LD dateModified: "2026-03-11T07:15:00+01:00"`},
		}},
		{"karta.html", "https://karta.example/a", "Europe/Moscow", Page{
			Title: "Музей нашёл потерянную карту", Credit: "TASS", Language: "ru", Canonical: "https://karta.example/a",
			Published: store.Claim{At: at(t, "2018-12-27T13:24:00Z"), From: `page: "Опубликовано: 27 декабря 2018, 16:24" (Europe/Moscow)`},
			Updated:   store.Claim{At: at(t, "2018-12-28T07:05:00Z"), From: `page: "Обновлено: 28.12.2018 10:05" (Europe/Moscow)`},
		}},
		{"abo.html", "https://phare.example/2026/02/01/phare", "Europe/Paris", Page{
			Title: "Le phare change de gardien", Language: "fr", Canonical: "https://phare.example/2026/02/01/phare", Wall: true,
			Published: store.Claim{At: at(t, "2026-02-01T07:00:00Z"), From: `page: JSON-LD datePublished: "2026-02-01T08:00:00+01:00"`},
		}},
		{"consent.html", "https://phare.example/2026/02/01/phare", "Europe/Paris", Page{
			Title: "Before you continue", Language: "en", Canonical: "https://phare.example/2026/02/01/phare", Wall: true,
			Published: store.Claim{At: at(t, "2026-02-01T11:00:00Z"), Day: true, From: `page address: "2026/02/01" (Europe/Paris)`},
		}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			p := read(t, tt.file, Options{URL: tt.url, Zone: zone(t, tt.zone), Now: at(t, "2026-03-12T09:00:00Z")})
			got := Page{Title: p.Title, Byline: p.Byline, Credit: p.Credit, Language: p.Language, Canonical: p.Canonical, Published: p.Published, Updated: p.Updated, Wall: p.Wall}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

func TestSelectorsWin(t *testing.T) {
	const page = `<html><body><h1>Site name that is long</h1><div class="t">The title</div><i class="who">By Ann Lee</i><div class="when">changed 3.4.2026 10:00</div>
<div class="main"><p>One.</p><div class="ad">Buy.</div><p>Two.</p></div><p>Other.</p></body></html>`
	o := Options{URL: "https://x.example/a", Selectors: Selectors{Body: ".main", Remove: ".ad", Title: ".t", Byline: ".who", Updated: ".when"}, Zone: time.UTC, Now: at(t, "2026-05-01T00:00:00Z")}
	o.Selectors.Updated = ".when-not"
	p, err := Read([]byte(page), "text/html", o)
	if err != nil || p.Title != "The title" || p.Byline != "Ann Lee" || p.Text != "One.\nTwo." {
		t.Errorf("Read = %+v, %v", p, err)
	}
	o.Selectors.Body = "div["
	if _, err := Read([]byte(page), "text/html", o); err == nil || !strings.Contains(err.Error(), "selectors.body") {
		t.Errorf("Read with a bad selector: %v", err)
	}
}

// Evidence by rank (DATES-B9), and what is no evidence.
func TestDates(t *testing.T) {
	const text = `<p>The crews of the island ferries agreed on Thursday to go back to work, ending a strike that had cut off four islands for nine days and left shops without bread.</p>`
	for _, tt := range []struct{ name, head, body, published, updated string }{
		{"meta", `<meta property="article:published_time" content="2026-03-01T10:00:00Z"><meta property="article:modified_time" content="2026-03-02T10:00:00Z">`, ``, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"og:updated_time", `<meta property="og:updated_time" content="1772445600">`, ``, "", "2026-03-02T10:00:00Z"},
		{"time elements", ``, `<time itemprop="datePublished" datetime="2026-03-01T10:00:00Z">1 March</time> <time class="updated" datetime="2026-03-02T10:00:00Z">2 March</time>`, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"a labelled time element", ``, `<p>Last updated <time datetime="2026-03-02T10:00:00Z">yesterday</time></p>`, "", "2026-03-02T10:00:00Z"},
		{"JSON-LD before meta", `<meta property="article:modified_time" content="2026-03-05T10:00:00Z"><script type="application/ld+json">{"@type":"NewsArticle","dateModified":"2026-03-02T10:00:00Z","headline":"x"}</script>`, ``, "", "2026-03-02T10:00:00Z"},
		{"another page's JSON-LD", `<script type="application/ld+json">[{"@type":"NewsArticle","url":"https://x.example/b","dateModified":"2026-03-02T10:00:00Z"},{"@type":"NewsArticle","url":"https://x.example/c","dateModified":"2026-03-03T10:00:00Z"}]</script>`, ``, "", ""},
		{"both on one line", ``, `<p>Published 1 March 2026 10:00 | Updated 2 March 2026 10:00</p>`, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"label and date apart", ``, `<div>Updated:</div><div>2 March 2026, 10:00 GMT</div>`, "", "2026-03-02T10:00:00Z"},
		{"a dateline", ``, `<div>1 March 2026 10:00 UTC</div>`, "2026-03-01T10:00:00Z", ""},
		{"in the site's foot", ``, `</article><footer><div>Updated: 2 March 2026 10:00 UTC</div></footer><article>`, "", "2026-03-02T10:00:00Z"},
		{"the site's own date", ``, `</article><footer>© The Paper. Site last updated 2 March 2026 10:00 UTC</footer><article>`, "", ""},
		{"a teaser's date", ``, `<aside><p>Updated: 2 March 2026 10:00</p></aside>`, "", ""},
		{"a date in the future", `<meta property="article:modified_time" content="2027-03-05T10:00:00Z">`, ``, "", ""},
		{"the moment of the visit", `<meta property="article:modified_time" content="2026-03-12T09:00:00Z">`, `<p>Updated: 2 March 2026 10:00 UTC</p>`, "", "2026-03-02T10:00:00Z"},
		{"talk of updates", ``, `<p>The rules were updated on Monday, the minister said.</p>`, "", ""},
		{"German", ``, `<p>Stand: 02.03.2026, 10:00 Uhr</p>`, "", "2026-03-02T10:00:00Z"},
		{"French", ``, `<p>Publié le 1 mars 2026 à 10h00, mis à jour le 2 mars 2026 à 10h00</p>`, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"Spanish", ``, `<p>Actualizado el 2 de marzo de 2026 10:00</p>`, "", "2026-03-02T10:00:00Z"},
		{"Japanese", ``, `<p>更新：2026年3月2日 10:00</p>`, "", "2026-03-02T10:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html><head><meta property="og:title" content="Ferry crews end their strike">` + tt.head + `</head><body><div>Thursday 12 March 2026</div><article><h1>Ferry crews end their strike</h1>` + tt.body + text + text + `</article></body></html>`
			p, err := Read([]byte(page), "text/html; charset=utf-8", Options{URL: "https://x.example/a", Zone: time.UTC, Now: at(t, "2026-03-12T09:00:00Z")})
			if err != nil {
				t.Fatal(err)
			}
			if got := when(p.Published); got != tt.published {
				t.Errorf("published %s, want %s (%s)", got, tt.published, p.Published.From)
			}
			if got := when(p.Updated); got != tt.updated {
				t.Errorf("updated %s, want %s (%s)", got, tt.updated, p.Updated.From)
			}
		})
	}
}

func TestWalls(t *testing.T) {
	for lang, words := range map[string]string{
		"en": "Subscribe to continue reading this article.", "de": "Dieser Artikel ist nur für Abonnenten. Jetzt abonnieren.", "fr": "Cet article est réservé aux abonnés.", "es": "Contenido exclusivo para suscriptores.",
		"it": "Contenuto riservato agli abbonati.", "nl": "Dit artikel is alleen voor abonnees.", "pt": "Para continuar lendo, assine.", "sv": "Logga in för att läsa hela artikeln.", "da": "Artiklen er kun for abonnenter.",
		"fi": "Vain tilaajille.", "pl": "Artykuł tylko dla prenumeratorów.", "cs": "Článek je pro předplatitele.", "hu": "Csak előfizetőknek.", "ru": "Статья только для подписчиков.", "tr": "Abonelere özel içerik.", "ja": "この記事は会員限定です。", "ko": "구독자 전용 기사입니다.",
		"consent en": "We value your privacy. Accept all", "consent de": "Zustimmen und weiter", "consent fr": "Continuer sans accepter", "consent pt": "Aceitar e continuar", "consent pl": "Przejdź do serwisu", "consent tr": "Tümünü kabul et", "consent ru": "Принять все",
	} {
		page := `<html><body><h1>The lighthouse gets a new keeper</h1><p>The lighthouse on the western cape gets a new keeper after thirty years.</p><div>` + words + `</div></body></html>`
		p, err := Read([]byte(page), "text/html; charset=utf-8", Options{URL: "https://x.example/a"})
		if err != nil || !p.Wall {
			t.Errorf("%s: %q is no wall, %v", lang, words, err)
		}
	}
}

// What a page is furnished with is no text, and what it calls its text is, even
// where there is more of something else.
func TestFurniture(t *testing.T) {
	const par = `<p>The lighthouse on the western cape gets a new keeper after thirty years, said the harbour board of %s, and he has already painted its door.</p>`
	text := strings.ReplaceAll(par, "%s", "Overcombe") + strings.ReplaceAll(par, "%s", "Sand")
	notice := strings.Repeat(`<p>This site uses cookies, as do its partners, to remember who you are, what you read, and for how long, unless you say no.</p>`, 2)
	for name, page := range map[string]string{
		"a notice": `<div id="cookie-law">` + notice + `</div><h1>The lighthouse gets a new keeper</h1><div>` + text + strings.Repeat(text, 8) + `</div>`,
		"lines":    `<h1>The lighthouse gets a new keeper</h1><div>` + text + `<p>Share this on Facebook</p><p>Advertisement</p><p>Comments are closed.</p><p>© 2026 The Paper. All rights reserved.</p></div>`,
		"a box":    `<h1>The lighthouse gets a new keeper</h1><div class="entry-content"><div><div>` + text + `</div></div><div><div>` + strings.ReplaceAll(text, "keeper", "lamp") + `</div></div></div>`,
	} {
		p, err := Read([]byte(`<html><body>`+page+`</body></html>`), "", Options{URL: "https://x.example/a"})
		if err != nil || !strings.HasPrefix(p.Text, "The lighthouse on") || !strings.HasSuffix(p.Text, "painted its door.") || strings.Contains(p.Text, "cookies") {
			t.Errorf("%s: Text = %q, %v", name, p.Text, err)
		}
	}
}

func TestTheWayToAnArticleIsNoText(t *testing.T) {
	const par = `<p>The lighthouse on the western cape gets a new keeper after thirty years, the harbour board said on Monday, and he has already painted its door.</p>`
	p, err := Read([]byte(`<html><body><div><p><a href="/">Home</a> › <a href="/w">World</a> › <a href="/w/a">Capes</a></p><h1>The lighthouse gets a new keeper</h1>`+strings.Repeat(par, 2)+strings.ReplaceAll(par, "lighthouse", "tower")+`</div></body></html>`), "", Options{URL: "https://x.example/a"})
	if err != nil || !strings.HasPrefix(p.Text, "The lighthouse on") {
		t.Errorf("Text = %q, %v", p.Text, err)
	}
}

func when(c store.Claim) string {
	if c.At.IsZero() {
		return ""
	}
	return c.At.Format(time.RFC3339)
}

func TestDecode(t *testing.T) {
	utf16le := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("<p>Grüße</p>")) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	for _, tt := range []struct{ name, page, kind string }{
		{"header", "<p>Gr\xfc\xdfe</p>", "text/html; charset=iso-8859-1"},
		{"meta", "<meta charset=windows-1252><p>Gr\xfc\xdfe</p>", "text/html"},
		{"UTF-8 under a wrong label", "<p>Grüße</p>", "text/html; charset=iso-8859-1"},
		{"byte order mark", "\xef\xbb\xbf<p>Grüße</p>", "text/html"},
		{"UTF-16", string(utf16le), "text/html"},
		{"none", "<p>Gr\xfc\xdfe</p>", ""},
		{"a late meta", "<!--" + strings.Repeat("x", 3000) + "--><meta content='text/html; charset=iso-8859-2'><p>Gr\xfc\xdfe</p>", "text/html"},
	} {
		got, err := decode([]byte(tt.page), tt.kind)
		if err != nil || !strings.Contains(got, "<p>Grüße</p>") {
			t.Errorf("%s: decode = %q, %v", tt.name, got, err)
		}
	}
	for _, kind := range []string{"application/pdf", "image/png", "application/json"} {
		if _, err := Read([]byte("x"), kind, Options{}); err == nil {
			t.Errorf("Read takes %s", kind)
		}
	}
}

func TestHeavyPagesEnd(t *testing.T) {
	for _, in := range []string{strings.Repeat("<div>", 2<<20), strings.Repeat("<p>x", 1<<18), strings.Repeat("<table><tr><td>", 1<<16), "<script type=application/ld+json>" + strings.Repeat("[", 1<<18), strings.Repeat("<b><p>", 1<<16)} {
		if _, err := Read([]byte(in), "text/html", Options{URL: "https://x.example/"}); err != nil {
			t.Errorf("Read(%.20q…): %v", in, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"harbour.html", "figure.html", "tafel.html", "abo.html", "karta.html", "consent.html"} {
		raw, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	now := at(f, "2026-03-12T09:00:00Z")
	f.Fuzz(func(t *testing.T, in []byte) {
		in = in[:min(len(in), 8<<10)] // longer ones cost time and show nothing else
		p, err := Read(in, "text/html", Options{URL: "https://x.example/a", Now: now})
		if err == nil && (p.Updated.At.After(now.Add(store.Skew)) || strings.Contains(p.Body, "<script")) {
			t.Errorf("Read = %+v", p)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	raw, err := os.ReadFile("testdata/harbour.html")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := Read(raw, "text/html", Options{URL: "https://www.gulfledger.example/a"}); err != nil {
			b.Fatal(err)
		}
	}
}
