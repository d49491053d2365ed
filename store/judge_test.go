package store

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func long(n int, word string) string { return strings.TrimSpace(strings.Repeat(word+" ", n)) }

func TestJudge(t *testing.T) {
	base := Article{Title: "Port closed", Text: long(200, "word"), Canonical: "news.example/a", Hash: 1, Seen: noon, Bumped: noon, Changed: noon}
	for _, tt := range []struct {
		name string
		edit func(a *Article)
		want Verdict
		cls  Class
		why  string
	}{
		{"same", func(a *Article) { a.Hash = 1 }, Unchanged, NoClass, ""},
		{"same text, new date", func(a *Article) { a.Hash, a.Updated.At = 1, noon.Add(time.Minute) }, Unchanged, NoClass, ""},
		{"key made anew", func(a *Article) { a.Text = " " + strings.Replace(a.Text, " ", "\n\n", 3) }, Unchanged, NoClass, ""},
		{"enclosures in another order", func(a *Article) {}, Unchanged, NoClass, ""},
		{"one word", func(a *Article) { a.Text += " more" }, Revised, Minor, "only 1 word changed"},
		{"eleven words", func(a *Article) { a.Text += " " + long(11, "more") }, Revised, Minor, "only 11 words changed"},
		{"twelve words", func(a *Article) { a.Text += " " + long(12, "more") }, Revised, Edit, "12 words changed"},
		{"a tenth of a short text", func(a *Article) { a.Text = long(20, "word") }, Revised, Edit, "180 words changed"},
		{"headline", func(a *Article) { a.Title = "Port is closed" }, Revised, Edit, "the headline changed"},
		{"link", func(a *Article) { a.Canonical = "news.example/b" }, Revised, Minor, "the text is the same; its address or enclosures changed"},
		{"enclosure", func(a *Article) { a.Enclosures = []Enclosure{{URL: "x"}} }, Revised, Minor, "the text is the same; its address or enclosures changed"},
		{"correction below", func(a *Article) { a.Text += "\nCorrection: it was Monday" }, Revised, Correction, `the source says so: "Correction"`},
		{"correction in brackets", func(a *Article) { a.Text = "(Corrects spelling of name in paragraph 3)\n" + a.Text }, Revised, Correction, `the source says so: "(Corrects spelling"`},
		{"corrected headline", func(a *Article) { a.Title = "CORRECTED-Port closed" }, Revised, Correction, `the source says so: "CORRECTED"`},
		{"retraction", func(a *Article) { a.Text += " This story has been retracted." }, Revised, Correction, `the source says so: "story has been retracted"`},
		{"earlier version", func(a *Article) { a.Text += "\nAn earlier version of this article gave a wrong name." }, Revised, Correction, `the source says so: "An earlier version of this"`},
		{"French", func(a *Article) { a.Text += "\nRectificatif : c'était lundi" }, Revised, Correction, `the source says so: "Rectificatif"`},
		{"German", func(a *Article) { a.Text += "\nKorrektur: Es war Montag" }, Revised, Correction, `the source says so: "Korrektur"`},
		{"Spanish", func(a *Article) { a.Text += "\nFe de errores: era lunes" }, Revised, Correction, `the source says so: "Fe de errores"`},
		{"Russian", func(a *Article) { a.Text += "\nИсправление: это был понедельник" }, Revised, Correction, `the source says so: "Исправление"`},
		{"Japanese", func(a *Article) { a.Text += "\n訂正：月曜日でした" }, Revised, Correction, `the source says so: "訂正"`},
		{"about corrections", func(a *Article) { a.Text += "\nCorrections officers went on strike" }, Revised, Minor, "only 5 words changed"},
		{"update label", func(a *Article) { a.Text = "UPDATE: open again\n" + a.Text }, Revised, Edit, `marked "UPDATE"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := base
			in.Hash = 2
			tt.edit(&in)
			got := Judge(&base, &in, noon.Add(time.Hour))
			if got.Verdict != tt.want || got.Class != tt.cls || got.Why != tt.why {
				t.Errorf("Judge = %v %v %q, want %v %v %q", got.Verdict, got.Class, got.Why, tt.want, tt.cls, tt.why)
			}
			if moved := got.Bumped.After(base.Bumped); moved != tt.cls.Significant() {
				t.Errorf("Bumped moved: %v, want %v", moved, tt.cls.Significant())
			}
		})
	}
}

func TestBumped(t *testing.T) {
	now := noon.Add(2 * time.Hour)
	old := Article{Title: "A", Seen: noon, Changed: noon, Bumped: noon, Checked: noon.Add(time.Hour), Hash: 1}
	for _, tt := range []struct {
		name  string
		claim time.Time
		day   bool
		want  time.Time
	}{
		{"no claim", time.Time{}, false, now},
		{"since the last look", now.Add(-time.Minute), false, now.Add(-time.Minute)},
		{"before the last look", noon.Add(30 * time.Minute), false, now},
		{"a little ahead of us", now.Add(5 * time.Minute), false, now},
		{"far ahead", now.Add(time.Hour), false, now},
		{"only a day", now.Add(-time.Minute), true, now},
	} {
		in := Article{Title: "B", Hash: 2, Updated: Claim{At: tt.claim, Day: tt.day}}
		if got := Judge(&old, &in, now).Bumped; !got.Equal(tt.want) {
			t.Errorf("%s: Bumped = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestFirstBump(t *testing.T) {
	at := func(h int) Claim { return Claim{At: noon.Add(time.Duration(h) * time.Hour)} }
	for _, tt := range []struct {
		name               string
		published, updated Claim
		want               time.Time
	}{
		{"no claims", Claim{}, Claim{}, noon},
		{"published", at(-3), Claim{}, at(-3).At},
		{"updated", at(-3), at(-1), at(-1).At},
		{"updated before it was published", at(-3), at(-5), at(-3).At},
		{"from the future", at(5), at(9), noon},
		{"updated only", Claim{}, at(-2), at(-2).At},
	} {
		in := Article{Published: tt.published, Updated: tt.updated}
		if got := Judge(nil, &in, noon).Bumped; !got.Equal(tt.want) {
			t.Errorf("%s: Bumped = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSilent(t *testing.T) {
	old := Article{Text: long(50, "word"), Hash: 1, Updated: Claim{At: noon}}
	in := Article{Text: long(70, "word"), Hash: 2, Updated: Claim{At: noon}}
	if !Judge(&old, &in, noon.Add(time.Hour)).Silent {
		t.Error("an edit under the old date is not called silent")
	}
	in.Updated.At = noon.Add(time.Minute)
	if Judge(&old, &in, noon.Add(time.Hour)).Silent {
		t.Error("an edit under a new date is called silent")
	}
}

// Whatever a source claims, updated never runs backwards, never stands still at
// a significant change, and is never later than now nor earlier than published.
func TestBumpedProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := noon
		a := Article{Title: "0", Hash: 1, Seen: now}
		a.Published.At = now.Add(time.Duration(rapid.IntRange(-1e5, 1e5).Draw(rt, "published")) * time.Second)
		a.Bumped = Judge(nil, &a, now).Bumped
		for i := range 6 {
			a.Checked = now
			now = now.Add(time.Duration(rapid.IntRange(1, 1e4).Draw(rt, "wait")) * time.Second)
			in := a
			in.Title, in.Hash = string(rune('a'+i)), uint64(i+2)
			in.Updated.At = now.Add(time.Duration(rapid.IntRange(-1e5, 1e5).Draw(rt, "updated")) * time.Second)
			j := Judge(&a, &in, now)
			switch {
			case j.Class != Edit:
				rt.Fatalf("a new headline is %v", j.Class)
			case !j.Bumped.After(a.Bumped):
				rt.Fatalf("Bumped went from %v to %v", a.Bumped, j.Bumped)
			case j.Bumped.After(now), j.Bumped.Before(in.PublishedAt()) && !in.PublishedAt().After(now):
				rt.Fatalf("Bumped is %v at %v, published %v", j.Bumped, now, in.PublishedAt())
			}
			a, a.Bumped = in, j.Bumped
		}
	})
}

// A note of a correction is told once, however often it is polished; a second
// note is another.
func TestCorrectionsAreToldOnce(t *testing.T) {
	const note = "Correction: An earlier edition gave the age of the mayor as 46. She is 64."
	old := Article{Title: "Port closed", Text: long(200, "word") + "\n" + note, Hash: 1, Seen: noon, Bumped: noon, Changed: noon}
	for _, tt := range []struct {
		name, text string
		want       Class
	}{
		{"a comma", strings.Replace(note, "46. She", "46; she", 1), Minor},
		{"its date", strings.Replace(note, "Correction", "Correction, May 4", 1), Minor},
		{"a second note below", note + "\nCorrection: The tunnel is nine kilometres long, not nineteen.", Correction},
		{"another in its place", "Correction: The tunnel is nine kilometres long, not nineteen.", Correction},
		{"a second in the same line", note + " It also misnamed the harbour master, who is Ilse Brandt and was at sea on the day.", Correction},
	} {
		in := old
		in.Hash, in.Text = 2, long(200, "word")+"\n"+tt.text
		if got := Judge(&old, &in, noon.Add(time.Hour)); got.Class != tt.want {
			t.Errorf("%s: %v (%s), want %v", tt.name, got.Class, got.Why, tt.want)
		}
	}
}
