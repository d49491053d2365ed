package query

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// story is a wire report that two outlets carry.
func story() *Doc {
	return &Doc{Now: noon, Members: []Member{
		{
			Title: "Truce talks resume in Hajin", Intro: "HAJIN (AFP) - Négociations over a ceasefire resumed on Friday, officials' aides said.",
			Body:   "The islamist group's fighters don't want covid-19 tests.\nElections were held at the University of Göttingen. O'Brien & AT&T won €1.5m.",
			Author: "Anna Peters", Credit: "AFP", Categories: []string{"World news", "Middle East"}, Source: "afp-france24",
			Outlet: "The National", Tags: []string{"wire", "Near East"}, Lang: "en-GB", URL: "https://news.example.org/sport/football-1.html",
			Site: "www.news.example.org", Seen: noon.Add(-10 * time.Hour),
		},
		{
			Title: "日本語の見出し", Intro: "東京で猫が見つかった。", Source: "asahi", Lang: "ja", Seen: noon.Add(-2 * time.Hour),
			Body: "ニュースｶﾞイド",
		},
	}}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		query string
		want  bool
	}{
		{"truce", true},
		{"TRUCE hajin", true},
		{"truce absent", false},
		{"absent OR truce", true},
		{"absent OR missing", false},
		{"truce -absent", true},
		{"truce -hajin", false},
		{"truce NOT hajin", false},
		{"-absent", true},
		{"absent (truce OR hajin)", false},
		{"(absent truce) OR hajin", true},
		{"-(absent truce)", true},
		{"--truce", true},
		{"*", true},
		{"* -truce", false},

		{"negociations", true}, // accents
		{"gottingen", true},
		{"GÖTTINGEN", true},
		{"election", true}, // stems
		{"=election", false},
		{"=elections", true},
		{"islam", false}, // never inside a word
		{"islam*", true},
		{"truces", true},
		{"official", true}, // possessive
		{"obrien", false},
		{"o'brien", true},
		{"dont", true},
		{"don't", true},
		{"covid-19", true},
		{"covid-20", false},
		{"at&t", true},

		{`"truce talks"`, true},
		{`"talks truce"`, false},
		{`"truce resume"`, false},
		{`"talks truce"~3`, true},
		{`"truce hajin"~3`, false},
		{`"truce hajin"~4`, true},
		{`"cease* resumed"`, true},
		{`="truce talk"`, false},
		{`"friday islamist"`, false}, // a phrase stays in its paragraph
		{`“truce talks”`, true},

		{"title:hajin", true},
		{"title:ceasefire", false},
		{"intro:ceasefire", true},
		{"intro:truce", true},
		{"intro:elections", false},
		{"body:truce", false},
		{"body:ceasefire", true},
		{"title:(absent OR talks)", true},
		{"title:(elections talks)", false},
		{"author:peters", true},
		{"author:peter", false},
		{"category:east", true},
		{`category:"news middle"`, false},
		{"credit:afp", true},
		{"source:afp-france24", true},
		{"source:afp", false},
		{"source:afp*", true},
		{"source:AFP-France24", true},
		{`source:"the national"`, true},
		{"tag:wire", true},
		{"tag:wir", false},
		{`tag:"near east"`, true},
		{"lang:en", true},
		{"lang:en-gb", true},
		{"lang:en_GB", true},
		{"lang:en-us", false},
		{"lang:e", false},
		{"url:football", true},
		{"url:foot", false},
		{"url:/football-\\d/", true},
		{"site:example.org", true},
		{"site:www.news.example.org", true},
		{"site:ample.org", false},
		{"-lang:ja", false}, // a negated clause must fail in every member

		{"outlets:>=2", true},
		{"outlets:>2", false},
		{"outlets:2", true},
		{"age:<11h", true},
		{"age:<9h", false},
		{"age:>9h", true},
		{"age:<2d", true},

		{"/hajin.*afp/", true},
		{"/Hajin \\(AFP\\)/", true},
		{"/(?-i:hajin) \\(/", false},
		{"title:/resume in/", true},
		{"/and\\/or/", false},

		{"日本", true},
		{"日本語", true},
		{"本日", false},
		{"猫", true},
		{"犬", false},
		{"し", true}, // the last character of a run
		{"ガイド", true},
		{`"東京 猫"~3`, true},
		{"truce 猫", true}, // each clause in any member
	} {
		t.Run(tt.query, func(t *testing.T) {
			q, err := Parse(tt.query)
			if err != nil {
				if tt.query == "lang:e" {
					return
				}
				t.Fatal(err)
			}
			if got := q.Match(story()); got.OK != tt.want {
				t.Errorf("Match(%s) = %+v, want %v", tt.query, got, tt.want)
			}
			if again, err := Parse(q.String()); err != nil || again.String() != q.String() {
				t.Errorf("Parse(%q) = %v, %v; want itself", q, again, err)
			}
			ix := Compile(map[string]*Query{"a": q, "other": must(t, "absent nowhere"), "b": q})
			if got := strings.Join(ix.Match(story()), " "); (got == "a b") != tt.want {
				t.Errorf("Index.Match with %s = %q, want matching %v", tt.query, got, tt.want)
			}
		})
	}
}

func must(t testing.TB, s string) *Query {
	t.Helper()
	q, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q): %v", s, err)
	}
	return q
}

// Words are stemmed in the language of the text, not of the query.
func TestStemming(t *testing.T) {
	for _, tt := range []struct {
		lang, text, query string
		want              bool
	}{
		{"de", "die Häuser brennen", "haus", true},
		{"en", "houses burn", "house", true},
		{"fr", "les élections présidentielles", "election presidentielle", true},
		{"es", "las canciones", "canción", true},
		{"ru", "российские войска", "российский", true},
		{"ru", "ёлка", "елка", true},
		{"", "talks resumed", "talk", true},
		{"xx", "talks resumed", "talk", false},
		{"fr", "l'homme d'État", "homme etat", true},
		{"tr", "İSTANBUL ılık", "istanbul ilik", true},
		{"da", "Ærø", "aero", true},
		{"de", "die Straße", "strasse", true},
		{"hi", "हिन्दी समाचार", "हिन्दी", true},
		{"hi", "हिन्दी समाचार", "हनद", false}, // vowel signs are letters to a reader
		{"ko", "한국어 뉴스", "한국어", true},
		{"th", "ข่าวต่างประเทศ", "ประเทศ", true},
	} {
		d := &Doc{Members: []Member{{Body: tt.text, Lang: tt.lang}}}
		if got := must(t, tt.query).Match(d).OK; got != tt.want {
			t.Errorf("%s: %q in %q = %v, want %v", tt.lang, tt.query, tt.text, got, tt.want)
		}
	}
}

func TestMatchOnly(t *testing.T) {
	ix := Compile(map[string]*Query{"plain": must(t, "truce"), "none": must(t, "-truce"), "two": must(t, "outlets:>=2")})
	got := ix.MatchOnly(story(), func(string) []bool { return []bool{false, true} })
	if len(got) != 1 || got[0] != "none" {
		t.Errorf("MatchOnly the second member = %v, want [none]", got)
	}
}

func TestResultSaysWhere(t *testing.T) {
	r := must(t, `title:truce (absent OR ceasefire) -peters -elections`).Match(story())
	if r.OK || len(r.Clauses) != 4 {
		t.Fatalf("Match = %+v, want four clauses and a failure", r)
	}
	for i, want := range []struct {
		text, where string
		ok          bool
	}{{"title:truce", "title Truce", true}, {"(absent OR ceasefire)", "intro ceasefire", true}, {"-peters", "", true}, {"-elections", "body Elections", false}} {
		c, where := r.Clauses[i], ""
		if len(c.Hits) > 0 {
			where = c.Hits[0].Field + " " + c.Hits[0].Text
		}
		if c.Text != want.text || c.OK != want.ok || where != want.where {
			t.Errorf("clause %d = %+v, want %+v", i, c, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		query string
		col   int
		msg   string
	}{
		{"", 1, "empty"},
		{"   ", 1, "empty"},
		{"a (b", 3, "never closed"},
		{"a b)", 4, "unexpected )"},
		{"a ()", 3, "nothing stands"},
		{`a "b c`, 3, "never closed"},
		{"OR a", 1, "nothing before it"},
		{"a OR", 5, "missing at the end"},
		{"a OR )", 6, "missing before )"},
		{"a -", 3, "stands alone"},
		{"a - b", 3, "stands alone"},
		{"titel:x", 1, "did you mean title:?"},
		{"foo:x", 1, "is no field"},
		{"http://x.org", 1, `url:"http://x.org"`},
		{"title: x", 7, "has no value"},
		{"title:", 7, "has no value"},
		{"a*b", 2, "* stands inside"},
		{"*a", 1, "* stands inside"},
		{"é &", 3, "no letter or digit"},
		{"/a", 1, "never closed"},
		{"/a(/", 1, "bad regular expression"},
		{"/(abcdefghij){900}/", 1, "too large"},
		{`"a b"~x`, 7, "~ wants"},
		{`"a"~5`, 1, "two words"},
		{"outlets:many", 9, "wants a number"},
		{"age:48h", 5, "wants < or >"},
		{"age:<soon", 5, "wants < or >"},
		{"lang:english-language", 6, "language code"},
		{"title:(a source:b)", 10, "stands inside title:"},
		{strings.Repeat("(", 60) + "a", 51, "nested"},
		{strings.Repeat("a ", 600), 1001, "more than 500"},
	} {
		_, err := Parse(tt.query)
		var e *Error
		if !errors.As(err, &e) || e.Col != tt.col || !strings.Contains(e.Error(), tt.msg) {
			t.Errorf("Parse(%.40q) = %v, want column %d and %q", tt.query, err, tt.col, tt.msg)
		}
	}
}

func TestCaret(t *testing.T) {
	src := "日本 AND\nab foo:x"
	_, err := Parse(src)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if got, want := e.Caret(src), "ab foo:x\n   ^"; got != want {
		t.Errorf("Caret = %q, want %q", got, want)
	}
	if got, want := (&Error{Col: 3}).Caret("日本x"), "日本x\n    ^"; got != want {
		t.Errorf("Caret = %q, want %q", got, want)
	}
}

func TestTurns(t *testing.T) {
	q := must(t, "a (age:<48h OR age:>10d)")
	if got, want := q.Turns(noon, noon), noon.Add(48*time.Hour+1); !got.Equal(want) {
		t.Errorf("Turns = %v, want %v", got, want)
	}
	if got, want := q.Turns(noon, noon.Add(72*time.Hour)), noon.Add(240*time.Hour+1); !got.Equal(want) {
		t.Errorf("Turns = %v, want %v", got, want)
	}
	if got := q.Turns(noon, noon.Add(300*time.Hour)); !got.IsZero() {
		t.Errorf("Turns = %v, want never", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`syria (isis OR daesh OR "islamic state") -football title:hajin source:national tag:wire lang:en`,
		`"a b"~5 /x\/y/ wo* =ex ="e x" outlets:>=3 age:<48h`, `日本 "東京 猫" ｶﾞ ﾞa`, `source:"a b*" site:https://www.x.org/ url:x.org/y`,
		"title:(a OR -b) --c -(d e)", "ŉ ﷺ İ ß ϴ",
	} {
		f.Add(s)
	}
	doc := story()
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Col < 1 || !strings.HasSuffix(e.Caret(s), "^") {
				t.Fatalf("Parse(%q): bad error %v", s, err)
			}
			return
		}
		again, err := Parse(q.String())
		if len(q.String()) > MaxLen {
			return
		}
		if err != nil || again.String() != q.String() {
			t.Fatalf("Parse(%q) → %q → %v, %v", s, q, again, err)
		}
		if a, b := q.Match(doc).OK, again.Match(doc).OK; a != b {
			t.Fatalf("%q matches %v, %q %v", s, a, q, b)
		}
	})
}

// Every word of a text is found in it, whatever the text.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{"L'homme d'État", "日本語 and ｶﾞイド", "हिन्दी", "O'Brien's 1,500", "ﷺ ŉ ß İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := &Doc{Members: []Member{{Body: text, Lang: "en"}}}
		for i, w := range split(text) {
			if i == 5 {
				break
			}
			q, err := Parse("=\"" + w.text + "\"")
			if err != nil {
				t.Fatalf("Parse(%q) of %q: %v", w.text, text, err)
			}
			if !q.Match(d).OK {
				t.Fatalf("%q is not found in %q", q, text)
			}
		}
	})
}
