package query

import "testing"

func TestPlain(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{"*", "everything"},
		{"harbour", "“harbour”"},
		{"Harbour crane", "“Harbour” and “crane”"},
		{"linux OR kde OR gnome", "“linux”, “kde” or “gnome”"},
		{
			`syria (isis OR daesh OR "islamic state") -football title:hajin`,
			"“syria”, and “isis”, “daesh” or “islamic state”, and “hajin” in the headline, but not “football”",
		},
		{"(climate OR emissions OR heat*) -title:\"political climate\"", "“climate”, “emissions” or “heat…”, but not “political climate” in the headline"},
		{"tag:wire outlets:>=3 age:<48h", "from sources tagged “wire”, carried by at least 3 outlets and seen less than 2 days ago"},
		{`source:mirror OR credit:AFP`, "from “mirror” or credited to “AFP”"},
		{`"bank rate"~5 =NATO`, "“bank rate” within 5 words and exactly “NATO”"},
		{"/storm(s)? of/", "what matches /storm(s)? of/"},
		{"-football", "not “football”"},
		{"(a b) OR c", "(“a” and “b”) or “c”"},
	} {
		q, err := Parse(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Plain(); got != tt.want {
			t.Errorf("Plain of %s\n  is %s\nwant %s", tt.query, got, tt.want)
		}
	}
}
