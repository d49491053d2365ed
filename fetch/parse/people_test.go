package parse

import (
	"slices"
	"testing"

	"wiredesk/store"
)

func TestPerson(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want store.Person
	}{
		{"Ann", store.Person{Name: "Ann"}},
		{"ann@a.example (Ann Lee)", store.Person{Name: "Ann Lee", Email: "ann@a.example"}},
		{"Ann Lee <ann@a.example>", store.Person{Name: "Ann Lee", Email: "ann@a.example"}},
		{"Ann Lee (ann@a.example)", store.Person{Name: "Ann Lee", Email: "ann@a.example"}},
		{"Ann Lee ann@a.example", store.Person{Name: "Ann Lee", Email: "ann@a.example"}},
		{"ann@a.example", store.Person{Email: "ann@a.example"}},
		{"mailto:ann@a.example", store.Person{Email: "ann@a.example"}},
		{"Ann (of Kent)", store.Person{Name: "Ann (of Kent)"}},
		{"@ann", store.Person{Name: "@ann"}},
		{"<a href='/ann'>Ann</a>", store.Person{Name: "Ann"}},
		{" Ann\n Lee ", store.Person{Name: "Ann Lee"}},
		{"", store.Person{}},
	} {
		if got := person(tt.in); got != tt.want {
			t.Errorf("person(%q) = %+v, want %+v", tt.in, got, tt.want)
		}
	}
}

func TestAuthors(t *testing.T) {
	const source = `<source><title>s</title><author><name>Of the source</name></author></source>`
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"its own", `<author><name>Own</name></author>` + source, []string{"Own"}},
		{"its source's", source, []string{"Of the source"}},
		{"its feed's", "", []string{"Of the feed"}},
		{"not the feed's, where another is the source", `<source><title>s</title></source>`, nil},
		{"several, once each", `<author><name>A</name></author><dc:creator>B</dc:creator><dc:creator>a</dc:creator>`, []string{"A", "B"}},
		{"plain text", `<author>Ann</author>`, []string{"Ann"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			it := one(t, `<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Of the feed</name></author><entry>`+tt.in+`</entry></feed>`)
			var got []string
			for _, p := range it.Authors {
				got = append(got, p.Name)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("authors %q, want %q", got, tt.want)
			}
		})
	}
}
