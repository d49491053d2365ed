package store

import (
	"testing"
	"time"
)

func TestReadNotice(t *testing.T) {
	now := time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)
	until := func(d, h, m int) time.Time { return time.Date(2026, 5, d, h, m, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name, title, text, agency, language string
		want                                Notice
	}{
		{"kill", "KILL: Mayor charged with theft", "", "", "en", Notice{Kind: Kill, Mark: "KILL", Headline: "Mayor charged with theft"}},
		{"kill after a call", "ATTENTION - KILL - Mayor charged with theft", "", "", "", Notice{Kind: Kill, Mark: "KILL", Headline: "Mayor charged with theft"}},
		{"kill in the first line", "Mayor charged with theft", "MANDATORY KILL\nDo not use this story.", "", "en", Notice{Kind: Kill, Mark: "MANDATORY KILL", Headline: "Mayor charged with theft"}},
		{"Reuters withdraws", "WITHDRAWN-Mayor charged with theft", "", "Reuters", "en", Notice{Kind: Kill, Mark: "WITHDRAWN", Headline: "Mayor charged with theft"}},
		{"nobody else writes so", "WITHDRAWN-Mayor charged with theft", "", "", "en", Notice{}},
		{"AP puts it last", "BC-Mayor Charged With Theft, KILL", "", "AP", "en", Notice{Kind: Kill, Mark: "KILL", Headline: "Mayor Charged With Theft"}},
		{"French", "ANNULATION: le maire inculpé de vol", "", "", "fr", Notice{Kind: Kill, Mark: "ANNULATION", Headline: "le maire inculpé de vol"}},
		{"German", "STORNO: Bürgermeister angeklagt", "", "", "de-DE", Notice{Kind: Kill, Mark: "STORNO", Headline: "Bürgermeister angeklagt"}},
		{"German mark in an English text", "STORNO: a study in red", "", "", "en", Notice{}},
		{"hold", "HOLD: Mayor charged with theft", "", "", "", Notice{Kind: Hold, Mark: "HOLD", Headline: "Mayor charged with theft"}},
		{"hold in French", "NE PAS PUBLIER - le maire inculpé", "", "", "fr", Notice{Kind: Hold, Mark: "NE PAS PUBLIER", Headline: "le maire inculpé"}},
		{"hold is over", "HOLD LIFTED: Mayor charged with theft", "", "", "en", Notice{Kind: Release, Mark: "HOLD LIFTED", Headline: "Mayor charged with theft"}},
		{"a film", "Kill Bill returns to cinemas", "", "", "en", Notice{}},
		{"a headline in capitals", "KILL THE BILL, SAY MARCHERS", "", "", "en", Notice{}},
		{"another", "HOLD THE LINE, MINISTER TELLS POLICE", "", "", "en", Notice{}},
		{"killed", "Killed: three in crash", "", "", "en", Notice{}},
		{"embargo until an hour", "EMBARGOED UNTIL 14:00 GMT: Prize goes to chemist", "", "", "en", Notice{Kind: Embargo, Until: until(4, 14, 0)}},
		{"that hour is tomorrow", "Embargoed until 0001 GMT", "", "", "en", Notice{Kind: Embargo, Until: until(5, 0, 1)}},
		{"with date and summer time", "Prize goes to chemist", "Under embargo until 6 May 2026, 11.00 BST\nA chemist won.", "", "en", Notice{Kind: Embargo, Until: until(6, 10, 0)}},
		{"American", "EMBARGOED FOR RELEASE UNTIL May 5, 2026 2 p.m. EDT", "", "", "en", Notice{Kind: Embargo, Until: until(5, 18, 0)}},
		{"German", "Preis geht an Chemikerin", "Sperrfrist: 5. Mai 2026, 12.00 Uhr MESZ\nText.", "", "de", Notice{Kind: Embargo, Until: until(5, 10, 0)}},
		{"French", "SOUS EMBARGO JUSQU'AU 5 mai 2026 à 14h00 CEST", "", "", "fr", Notice{Kind: Embargo, Until: until(5, 12, 0)}},
		{"no hour: a day", "EMBARGOED UNTIL the speech begins", "", "", "en", Notice{Kind: Embargo, Until: now.Add(24 * time.Hour)}},
		{"over", "EMBARGOED UNTIL 3 May 2026 14:00 GMT", "", "", "en", Notice{}},
		{"next year: two weeks", "EMBARGOED UNTIL 3 May 2027 14:00 GMT", "", "", "en", Notice{Kind: Embargo, Until: now.Add(14 * 24 * time.Hour)}},
		{"of trade", "Embargo on steel extended until 2027", "", "", "en", Notice{}},
		{"of trade, shouted", "EMBARGO: EU BANS STEEL", "", "", "en", Notice{}},
		{"PA repeats itself", "KILL KILL KILL: Mayor charged with theft", "", "", "en", Notice{Kind: Kill, Mark: "KILL KILL KILL", Headline: "Mayor charged with theft"}},
		{"AP in its slug line", "Mayor Charged With Theft", "BC-Town-Mayor,KILL", "AP", "en", Notice{Kind: Kill, Mark: "KILL", Headline: "Mayor Charged With Theft"}},
		{"a slug ends with it", "Mayor charged with theft", "TOWN-MAYOR/KILL\nEditors, please note.", "Reuters", "en", Notice{Kind: Kill, Mark: "KILL", Headline: "Mayor charged with theft"}},
		{"a labelled slug", "Mayor charged with theft", "By Ann Lee\nSlug: TOWN-MAYOR-HOLD", "", "en", Notice{Kind: Hold, Mark: "HOLD", Headline: "Mayor charged with theft"}},
		{"a status line", "Mayor charged with theft", "Status: Withheld", "", "en", Notice{Kind: Hold, Mark: "Withheld", Headline: "Mayor charged with theft"}},
		{"a note to editors", "Mayor charged with theft", "ELSING, May 4 -\nEDITORS: KILL - Mayor charged with theft", "", "en", Notice{Kind: Kill, Mark: "KILL", Headline: "Mayor charged with theft"}},
		{"in a sentence", "Advisory", "Editors, please kill our 12:40 story “Mayor charged with theft”. A new one follows.", "", "en", Notice{Kind: Kill, Mark: "Editors, please kill our 12:40 story", Headline: "Mayor charged with theft"}},
		{"an agency says so", "Advisory", "Reuters is withdrawing its story headlined \"Mayor charged with theft\" because the charge was dropped.", "Reuters", "en", Notice{Kind: Kill, Mark: "Reuters is withdrawing its story", Headline: "Mayor charged with theft"}},
		{"the story says so", "Mayor charged with theft", "This story has been withdrawn.", "", "en", Notice{Kind: Kill, Mark: "This story has been withdrawn", Headline: "Mayor charged with theft"}},
		{"somebody says so in the story", "Mayor charged with theft", "“Please kill the story,” the mayor begged the editor.", "", "en", Notice{}},
		{"far down", "Mayor charged with theft", "A.\nB.\nC.\nD.\nThis story has been withdrawn.", "", "en", Notice{}},
		{"dpa", "Hinweis", "dpa zieht die Meldung „Bürgermeister angeklagt“ zurück. Bitte nicht mehr verwenden.", "dpa", "de", Notice{Kind: Kill, Mark: "dpa zieht die Meldung „Bürgermeister angeklagt“ zurück", Headline: "Bürgermeister angeklagt"}},
		{"AFP in French", "Avis", "Veuillez annuler la dépêche « Le maire inculpé de vol ».", "AFP", "fr", Notice{Kind: Kill, Mark: "Veuillez annuler", Headline: " Le maire inculpé de vol "}},
		{"replaced is not killed", "ANNULE ET REMPLACE: Le maire inculpé", "", "AFP", "fr", Notice{}},
		{"EFE", "Aviso", "Rogamos a los abonados que anulen la noticia titulada \"El alcalde acusado de robo\".", "EFE", "es", Notice{Kind: Kill, Mark: "Rogamos a los abonados que anulen", Headline: "El alcalde acusado de robo"}},
		{"ANSA", "Sindaco accusato di furto", "Vi preghiamo di non utilizzare la notizia.", "ANSA", "it", Notice{Kind: Kill, Mark: "Vi preghiamo di non utilizzare", Headline: "Sindaco accusato di furto"}},
		{"TASS", "АННУЛИРОВАТЬ: Мэр обвинён в краже", "", "ТАСС", "ru", Notice{Kind: Kill, Mark: "АННУЛИРОВАТЬ", Headline: "Мэр обвинён в краже"}},
		{"Xinhua", "撤稿：市长被控盗窃", "", "Xinhua", "zh", Notice{Kind: Kill, Mark: "撤稿", Headline: "市长被控盗窃"}},
		{"an embargo below the slug", "Prize goes to chemist", "PRIZE-CHEMISTRY\nEMBARGOED UNTIL 14:00 GMT\nA chemist won.", "", "en", Notice{Kind: Embargo, Until: until(4, 14, 0)}},
		{"an embargo is over", "EMBARGO LIFTED: Prize goes to chemist", "", "", "en", Notice{Kind: Release, Mark: "EMBARGO LIFTED", Headline: "Prize goes to chemist"}},
		{"nothing", "", "", "", "", Notice{}},
	} {
		a := Article{Title: tt.title, Text: tt.text, Language: tt.language}
		got := ReadNotice(&a, Source{Name: tt.agency}, now)
		if tt.want.Kind == Embargo {
			got.Mark, got.Headline = "", ""
		}
		if got != tt.want {
			t.Errorf("%s: ReadNotice(%q, %q) = %+v, want %+v", tt.name, tt.title, tt.text, got, tt.want)
		}
	}
}

// What a feed says in its categories counts as well.
func TestReadNoticeLabels(t *testing.T) {
	for _, tt := range []struct {
		term string
		want NoticeKind
	}{{"KILL", Kill}, {"stat:canceled", Kill}, {"stat:withheld", Hold}, {"HOLD", Hold}, {"Kill", NoNotice}, {"Hold music", NoNotice}, {"stat:usable", NoNotice}, {"WORLD-NEWS-UK", NoNotice}} {
		a := Article{Title: "Mayor charged with theft", Categories: []Category{{Term: "News"}, {Term: tt.term}}}
		if got := ReadNotice(&a, Source{}, noon); got.Kind != tt.want || tt.want != NoNotice && got.Headline != a.Title {
			t.Errorf("category %q: %+v, want %v", tt.term, got, tt.want)
		}
	}
}

func TestConcerns(t *testing.T) {
	story := Article{ID: 1, Source: "wire", Title: "Mayor charged with theft", Canonical: "wire.example/1", Seen: noon}
	for _, tt := range []struct {
		name string
		by   Article
		want bool
	}{
		{"names the headline", Article{Source: "wire", Title: "KILL: Mayor charged with theft"}, true},
		{"quotes it", Article{Source: "wire", Title: "KILL: our 12.40 story", Text: "Please kill “Mayor Charged With Theft”. A kill is mandatory."}, true},
		{"has its address", Article{Source: "wire", Title: "KILL", Canonical: "wire.example/1"}, true},
		{"names another", Article{Source: "wire", Title: "KILL: Bishop charged with arson"}, false},
		{"names a longer one", Article{Source: "wire", Title: "KILL: Mayor charged with theft of paintings from town hall, aide held"}, false},
		{"another source", Article{Source: "rival", Title: "KILL: Mayor charged with theft"}, false},
		{"weeks later", Article{Source: "wire", Title: "KILL: Mayor charged with theft", Seen: noon.AddDate(0, 0, 20)}, false},
	} {
		tt.by.ID = 2
		if tt.by.Seen.IsZero() {
			tt.by.Seen = noon.Add(time.Hour)
		}
		n := ReadNotice(&tt.by, Source{}, tt.by.Seen)
		if got := n.Kind == Kill && n.Concerns(&tt.by, &story); got != tt.want {
			t.Errorf("%s: %+v concerns it: %v, want %v", tt.name, n, got, tt.want)
		}
	}
}

func TestAgency(t *testing.T) {
	for _, tt := range []struct {
		name string
		src  Source
		want string
	}{
		{"by its name", Source{ID: "x", Name: "AFP Monde"}, "AFP"},
		{"by its id", Source{ID: "reuters-world"}, "Reuters"},
		{"a longer word", Source{ID: "apple", Name: "APnews imitation"}, ""},
		{"carries its copy", Source{ID: "herald", Name: "Herald (AFP)"}, ""},
		{"of low trust", Source{ID: "afp", Name: "AFP", LowTrust: true}, ""},
	} {
		if got := Agency(tt.src, []string{"AP", "Reuters", "AFP"}); got != tt.want {
			t.Errorf("%s: Agency(%+v) = %q, want %q", tt.name, tt.src, got, tt.want)
		}
	}
}

// Every article is read for notices: hardly any is one.
func BenchmarkReadNotice(b *testing.B) {
	a := Article{Title: "Dockers close the port of Elsing", Text: harbour, Language: "en", Categories: []Category{{Term: "World"}}}
	for b.Loop() {
		ReadNotice(&a, Source{ID: "herald"}, noon)
	}
}
