package clean

import (
	"testing"

	"wiredesk/store"
)

func TestCredit(t *testing.T) {
	for _, tt := range []struct{ byline, text, want string }{
		{"By AFP", "", "AFP"},
		{"Jane Doe, AFP", "", "AFP"},
		{"Reuters Staff", "", "Reuters"},
		{"By The Associated Press", "", "AP"},
		{"Ann Lee and Agence France-Presse", "", "AFP"},
		{"Von dpa", "", "dpa"},
		{"Con información de EFE", "", "EFE"},
		{"", "PARIS (AFP) – The minister said", "AFP"},
		{"", "PARIS, Dec 27 (Reuters) - Oil rose", "Reuters"},
		{"", "Berlin (dpa) - Die Bahn", "dpa"},
		{"", "Hamburg/Berlin (dpa/lno) - Die", "dpa"},
		{"", "BEIJING, Nov. 3 (Xinhua) -- China", "Xinhua"},
		{"", "Madrid, 5 mar (EFE).- El", "EFE"},
		{"", "MOSCOW, May 3. /TASS/. The", "TASS"},
		{"", "МОСКВА, 3 мая. /ТАСС/. Глава", "TASS"},
		{"", "(ANSA) - ROMA, 05 MAR - Il", "ANSA"},
		{"", "LONDON — AP — A", "AP"},
		{"", "TOKYO (Kyodo) -- Japan", "Kyodo"},
		{"", "LONDON (AP) — One", "AP"},
		{"", "Text of it.\nMore of it. (Reuters)", "Reuters"},
		{"", "Text.\nMore – dpa", "dpa"},
		{"", "Text.\nMore.\nAFP", "AFP"},
		{"", "Text.\n— AFP", "AFP"},
		{"", "Text.\ndpa, AFP", "dpa"},
		{"", "Text.\n/AFP/", "AFP"},
		{"", "Text.\nWith AP", "AP"},
		{"", "Text.\nSource: Reuters", "Reuters"},
		{"", "He told AFP.", ""},
		{"", "The Reuters building burned.\nNobody was hurt.", ""},
		{"", "He works at Reuters (Reuters declined to comment).", ""},
		{"Jane Doe", "The new PA system broke.", ""},
		{"", "", ""},
		{"", "An AP student.\nShe took AP Latin", ""},
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

// TestLanguageOfText tells languages by words of theirs that are easily taken
// for another's.
func TestLanguageOfText(t *testing.T) {
	for want, text := range map[string]string{
		"en": "The council has put off its decision about the old bridge after a report was published that gives it another thirty years and says the detour would not have been needed.",
		"fr": "Le conseil municipal a reporté la décision sur la démolition du vieux pont, après la publication d’un rapport qui lui donne encore trente ans et ne juge pas le détour utile pour les habitants.",
		"es": "El ayuntamiento ha aplazado la decisión sobre el viejo puente después de que se conociera un informe que le da treinta años más y que no considera necesario el desvío para los vecinos.",
		"it": "Il consiglio comunale ha rinviato la decisione sul vecchio ponte dopo che è stata pubblicata una perizia che gli dà ancora trenta anni e non ritiene che la deviazione sia utile per gli abitanti della zona.",
		"pt": "A câmara adiou a decisão sobre a ponte velha depois de se conhecer um relatório que lhe dá mais trinta anos e que não considera necessário o desvio para os moradores da zona, como já foi dito.",
		"nl": "De gemeenteraad heeft het besluit over de oude brug uitgesteld, omdat er een rapport is dat haar nog dertig jaar geeft en dat de omweg niet nodig vindt voor de mensen die er wonen.",
		"da": "Byrådet har udsat beslutningen om den gamle bro, efter at der blev lagt en rapport frem, som giver den tredive år mere og ikke mener, at omvejen er nødvendig for dem, der bor ved åen.",
		"sv": "Kommunen har skjutit upp beslutet om den gamla bron efter att en rapport har lagts fram som ger den trettio år till och inte anser att omvägen behövs för dem som bor där vid ån.",
		"pl": "Rada miasta odłożyła decyzję w sprawie starego mostu, ponieważ jest już raport, który daje mu jeszcze trzydzieści lat i nie widzi potrzeby objazdu dla tych, którzy mieszkają za rzeką, jak to było przed rokiem.",
		"cs": "Zastupitelé odložili rozhodnutí o starém mostu, protože byl zveřejněn posudek, který mu dává ještě třicet let a podle něhož objížďka není nutná pro ty, kteří bydlí za řekou, ale už se na ní pracuje.",
		"ru": "Городской совет отложил решение о старом мосте, после того как был опубликован отчет, который дает ему еще тридцать лет и не считает, что объезд был нужен для тех, кто живет за рекой, как и до этого.",
		"uk": "Міська рада відклала рішення про старий міст після того, як було оприлюднено звіт, який дає йому ще тридцять років і не вважає, що об’їзд був потрібен для тих, хто живе за річкою, або під час ремонту.",
		"ja": "市議会は火曜日の夜、古い橋の取り壊しについての決定を延期した。報告書によると、橋はあと三十年は使えるという。",
		"tr": "Belediye meclisi eski köprü için kararını erteledi; çünkü yeni bir rapora göre köprü daha otuz yıl dayanacak ve bu yol için ayrı bir geçit gerekli değil, ancak çok sayıda kişi de aksini söylüyor, bir de maliyet var.",
	} {
		if got := Language("", text); got != want {
			t.Errorf("Language of %.40q = %q, want %q", text, got, want)
		}
	}
}

// TestLanguagesAgree holds that what a document's first texts agree on is
// believed of those that tell nothing by their words.
func TestLanguagesAgree(t *testing.T) {
	const odd = "Erzsébet Vilmos Gergely Pongrác Szilveszter Zsófia Ágoston Gellért Nándor Zsigmond Lóránt Bálint Győző Kálmán Tihamér Ödön Ernő Jenő Zoltán Csaba Gyöngyi Bence"
	l := Languages{asked: enoughAsked, named: 2, lang: "hu"}
	if got := l.Of("", odd); got != "hu" {
		t.Errorf("after two texts in Hungarian: %q", got)
	}
	l.mixed = true
	if got := l.Of("", odd); got != "" {
		t.Errorf("after texts in several languages: %q, want none", got)
	}
	if got := l.Of("fi", odd); got != "fi" {
		t.Errorf("a declared language: %q, want fi", got)
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
