package site

import (
	"bytes"
	"strings"
	"testing"

	"wiredesk/store/diff"
)

// A comparison shows what changed by sign as well as colour, the figures first,
// and folds away what stayed the same.
func TestCompare(t *testing.T) {
	pages := samplePages(t, "")
	for _, path := range []string{"/inline", "/side"} {
		holds(t, path, pages[path], []string{
			`<del><span class="sign">−</span>11,500</del> <ins><span class="sign">+</span>12,000</ins>`,
			"2 paragraphs unchanged", "1 paragraph unchanged", "Meridian, version 1, 2 Mar, 12:30",
			`<option value="a1.2" selected>`, `action="/s/`,
		}, "<script")
	}
	if n := bytes.Count(pages["/side"], []byte(`role="cell"`)); n != 4 {
		t.Errorf("side by side: %d cells, want one changed row of two and two runs", n)
	}
	holds(t, "the story without a choice", pages["/s/crane/"], nil, "unchanged")
}

// The desk's page has a form for each verb, with the session's secret, and
// the public one has the commands and nothing of the desk's.
func TestDeskForms(t *testing.T) {
	pages := samplePages(t, "")
	desk := string(pages["/desk/s/"])
	for _, verb := range []string{"pin", "hide", "note", "title", "lead", "split", "merge", "withdraw", "undo", "sign-out"} {
		if !strings.Contains(desk, `name="do" value="`+verb+`"`) {
			t.Errorf("the desk's page has no form to %s", verb)
		}
	}
	if forms, secrets := strings.Count(desk, `method="post"`), strings.Count(desk, `name="form" value="f0rm"`); forms != secrets {
		t.Errorf("%d forms, %d of them with the secret", forms, secrets)
	}
	holds(t, "desk", pages["/desk/s/"], []string{"there is no topic of that name", "For the board", "Wait for the port&#39;s own figure.", "two figures go round"}, "rel=\"canonical\"")
	holds(t, "public", pages["/s/crane/"], []string{"wiredesk desk split a", "wiredesk desk lead s", "wiredesk desk hide s"}, "f0rm", `method="post"`, "For the board", "/desk/")
}

// Charts are drawn by the server, with their figures in words.
func TestCharts(t *testing.T) {
	page := samplePages(t, "")["/desk/"]
	holds(t, "desk", page, []string{
		"Polls in 24 hours: 192 polls, at most 53 in an hour", `class="bad" x=`, "Articles in 24 hours: 0 articles, at most 0 in an hour",
		"2 copies of it still standing", "killed by Northwire", "undid decision 6",
	}, "<script", "style=")
}

func TestBecoming(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"nothing", "a b", "a b", ""},
		{"a figure", "some 11,500 people", "some 12,000 people", "11,500→12,000"},
		{"a name", "said Ana Reyes today", "said Anna Ruiz today", "Ana Reyes→Anna Ruiz"},
		{"figures first", "Ana saw 3 boats", "Eva saw 4 boats", "3→4 Ana→Eva"},
		{"words are no names", "the boat sank", "the ship sank", ""},
		{"the end of a sentence", "It cost 5. It sank.", "It cost 6. It sank.", "5→6"},
		{"once", "3 boats, 3 men", "4 boats, 4 men", "3→4"},
	} {
		var got []string
		for _, b := range becoming(diff.Words(tt.old, tt.new)) {
			got = append(got, b.From+"→"+b.To)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.want)
		}
	}
}
