package site

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/diff"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func builtins(t testing.TB) *Pages {
	t.Helper()
	p, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// render fails the test when a page cannot be rendered.
func page(t testing.TB) func(b []byte, err error) []byte {
	return func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// samplePages are all pages of the sample newsroom, by path.
func samplePages(t testing.TB, pictures string) map[string][]byte {
	p, ok := builtins(t), page(t)
	return map[string][]byte{
		"/":           ok(p.Front(front(pictures))),
		"/t/harbour/": ok(p.Topic(harbour(pictures))),
		"/s/crane/":   ok(p.Story(crane(pictures))),
		"/sources/":   ok(p.Sources(health())),
		"/search":     ok(p.Search(SearchData{Site: newsroom(), Query: "crane OR port", Older: 40, Back: noon, Entries: harbour("").Entries[:5]})),
		"/mistake":    ok(p.Search(SearchData{Site: newsroom(), Query: `crane AND (port`, Problem: "crane AND (port\n          ^ this bracket is never closed"})),
		"/missing":    ok(p.Error(ErrorData{Site: newsroom(), Status: 404})),
		"/help/":      ok(p.Help(newsroom())),
		"/side":       ok(p.Story(compared(crane(pictures), true))),
		"/inline":     ok(p.Story(compared(crane(pictures), false))),
		"/desk/s/":    ok(p.Story(atDesk(crane(pictures)))),
		"/desk/":      ok(p.Today(today())),
		"/sign-in":    ok(p.SignIn(SignInData{Site: newsroom(), Name: "maria", Problem: "That name and password do not belong together."})),
	}
}

func TestGolden(t *testing.T) {
	for name, data := range map[string]string{"front": "/", "topic": "/t/harbour/", "story": "/s/crane/", "sources": "/sources/"} {
		got := samplePages(t, "")[data]
		path := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s (go test -update rewrites it): %v", data, path, err)
		}
	}
}

func TestSameBytes(t *testing.T) {
	a, b := samplePages(t, ""), samplePages(t, "")
	for p := range a {
		if !bytes.Equal(a[p], b[p]) {
			t.Errorf("%s: two renderings differ", p)
		}
	}
}

// holds says which of the wanted strings a page lacks, and which it must not have.
func holds(t *testing.T, what string, got []byte, want []string, not ...string) {
	t.Helper()
	for _, s := range want {
		if !bytes.Contains(got, []byte(s)) {
			t.Errorf("%s lacks %q", what, s)
		}
	}
	for _, s := range not {
		if bytes.Contains(got, []byte(s)) {
			t.Errorf("%s holds %q", what, s)
		}
	}
}

func TestPagesSay(t *testing.T) {
	pages := samplePages(t, "https://meridian.example/")
	holds(t, "topic", pages["/t/harbour/"], []string{
		`<link rel="alternate" type="application/atom&#43;xml" title="The harbour (Atom)" href="/t/harbour/feed.atom">`,
		`href="/t/harbour/feed.rss"`, `href="/t/harbour/feed.json"`, `rel="blogroll"`, "12 stories from 71 articles", "2 of 14 sources silent",
		"Maria Quay", "Corrected", "Withdrawn", `<time datetime="2026-03-02T12:36:00&#43;01:00">`, ": Harbour Post, Evening Herald (trimmed), &#43;2",
	}, "<script", "hours ago", "style=")
	holds(t, "story", pages["/s/crane/"], []string{
		`<link rel="canonical" href="https://meridian.example/2026/story">`, `<meta name="robots" content="noindex">`,
		"Meridian’s text, printed by 5 outlets, changed once and corrected once; 11,500 became 12,000.", "58 % kept, 90 words cut", "13 min later",
		"<del><span class=\"sign\">−</span>11,500</del>", "12,000", "says <time", "without a word about it", "Stands apart because only 12 %",
	}, "<script")
	holds(t, "sources", pages["/sources/"], []string{"2 of 6 sources bring nothing", "the host did not answer in time", "No longer followed", "https://news.courier.example/rss"})
	holds(t, "mistake", pages["/mistake"], []string{"this bracket is never closed", `value="crane AND (port"`, "noindex"})
	holds(t, "missing", pages["/missing"], []string{"There is nothing at this address", "noindex"})
}

// What strangers wrote never becomes markup, a script or an address of another kind.
func TestHostileText(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	o := curate.Outlet{Name: evil, Home: "javascript:alert(3)"}
	e := curate.Entry{
		Title: evil, URL: "javascript:alert(4)", Outlet: o, Credit: evil, Summary: evil, Content: "<p onclick=x>a" + evil, Language: evil,
		Authors: []store.Person{{Name: evil}}, Note: curate.Note{Text: evil, By: evil}, Rights: evil,
		Image:  store.Image{URL: "data:text/html," + evil, Caption: evil},
		Others: []curate.Other{{Outlet: o, Relation: evil}}, Published: noon,
	}
	ed := curate.Edition{Site: newsroom(), Topic: curate.Topic{Slug: "x", Title: evil, About: evil, Match: evil}, Entries: []curate.Entry{e}, Outlets: []curate.Outlet{o}}
	spans := []diff.Span{{Op: diff.Delete, Text: evil}, {Op: diff.Insert, Text: evil}}
	p, ok := builtins(t), page(t)
	for name, got := range map[string][]byte{
		"front": ok(p.Front(FrontData{Site: newsroom(), Editions: []curate.Edition{ed}})),
		"topic": ok(p.Topic(ed)),
		"story": ok(p.Story(StoryData{
			Site: newsroom(), Entry: e, State: evil, Copies: []Copy{{Outlet: o, Title: evil, URL: "javascript:x", Why: evil}},
			Events: []Event{{Kind: EventEdit, Outlet: o, What: evil, Title: spans, Text: spans}}, Topics: []Taken{{Topic: ed.Topic, Why: evil}},
			Misses: []Miss{{Title: evil, Outlet: evil, Why: evil}},
		})),
		"sources": ok(p.Sources(SourcesData{Site: newsroom(), Sources: []store.Health{{Name: evil, Home: "javascript:x", State: store.StateMoved, MovedTo: "javascript:y", Detail: evil}}})),
		"search":  ok(p.Search(SearchData{Site: newsroom(), Query: evil, Problem: evil, Entries: []curate.Entry{e}})),
		"error":   ok(p.Error(ErrorData{Site: newsroom(), Status: 404, Detail: evil})),
		"sign-in": ok(p.SignIn(SignInData{Site: newsroom(), Name: evil, Problem: evil})),
		"desk": ok(p.Today(TodayData{
			Site: newsroom(), Signed: Signed{Name: evil, Form: evil, Problem: evil}, Problems: []Problem{{About: evil, What: evil, Next: evil}},
			Waiting: []Waiting{{Title: evil, Why: evil}}, Newest: []Filed{{Title: evil, Outlet: evil}}, Decisions: []store.Decision{{Text: evil, By: evil, Why: evil}},
		})),
		"desk story": ok(p.Story(StoryData{
			Site: newsroom(), Entry: e, Signed: Signed{Name: evil, Form: evil}, Reasons: []Reason{{Topic: ed.Topic, Shown: true, Why: evil}},
			Versions: []Version{{ID: evil, Outlet: o}, {ID: "b", Outlet: o}}, Compare: &Comparison{Whole: true, Title: spans, Text: spans},
		})),
	} {
		for _, problem := range active(t, got) {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// active lists the scripts, handlers and odd addresses in a page.
func active(t *testing.T, b []byte) []string {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "iframe", "object", "embed", "style", "base":
			found = append(found, "element "+n.Data)
		}
		for _, a := range n.Attr {
			v := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(v, "javascript:") || strings.HasPrefix(v, "data:") {
				found = append(found, "attribute "+a.Key+"="+a.Val)
			}
		}
	}
	return found
}

// Each page has one h1, no skipped level, alternatives on its pictures and a
// label on its field.
func TestStructure(t *testing.T) {
	for p, b := range samplePages(t, "https://meridian.example/") {
		doc, err := html.Parse(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		h1, level, ids := 0, 0, map[string]bool{}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			attr := map[string]string{}
			for _, a := range n.Attr {
				attr[a.Key] = a.Val
			}
			if id := attr["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: two elements have the id %s", p, id)
				}
				ids[id] = true
			}
			switch n.Data {
			case "h1", "h2", "h3", "h4":
				now := int(n.Data[1] - '0')
				if now == 1 {
					h1++
				}
				if now > level+1 && level > 0 {
					t.Errorf("%s: h%d follows h%d", p, now, level)
				}
				level = now
			case "img":
				if _, ok := attr["alt"]; !ok {
					t.Errorf("%s: a picture without alt: %v", p, attr)
				}
			case "a":
				if _, ok := attr["href"]; !ok {
					t.Errorf("%s: a link to nowhere", p)
				}
			case "time":
				if attr["datetime"] == "" {
					t.Errorf("%s: a time without datetime", p)
				}
			}
		}
		if h1 != 1 {
			t.Errorf("%s: %d h1", p, h1)
		}
	}
}

// Nothing that wants a token, and no private outlet, shows on a public page.
func TestSecretsStayOut(t *testing.T) {
	e := harbour("")
	e.Topic.Token, e.Topic.Title = "k3y", "Hidden topic"
	e.Outlets = append(e.Outlets, curate.Outlet{Name: "Paid Letter", Private: true})
	d := crane("")
	d.Topics = []Taken{{Topic: e.Topic, Why: "x"}}
	p, ok := builtins(t), page(t)
	holds(t, "front", ok(p.Front(FrontData{Site: newsroom(), Editions: []curate.Edition{e}})), nil, "Hidden topic", "k3y")
	holds(t, "story", ok(p.Story(d)), nil, "Hidden topic", "k3y")
	holds(t, "topic", ok(p.Topic(e)), []string{"/t/harbour/k3y/feed.atom", "noindex"}, "Paid Letter")
}

// A picture that the text shows is not shown twice.
func TestPictureOnce(t *testing.T) {
	d := crane("https://meridian.example/p?a=1&b=")
	d.Entry.Content = `<p><img src="` + d.Entry.Image.URL + `" alt="x"></p><p>text</p>`
	if got := page(t)(builtins(t).Story(d)); bytes.Count(got, []byte("<img")) != 1 {
		t.Errorf("%d pictures, want 1", bytes.Count(got, []byte("<img")))
	}
}

func TestBasePath(t *testing.T) {
	e := harbour("")
	e.Site.URL = "https://news.example/desk"
	holds(t, "topic", page(t)(builtins(t).Topic(e)), []string{
		`href="/desk/style.css"`, `href="/desk/t/harbour/feed.atom"`, `action="/desk/search"`, `href="/desk/s/`,
	}, `href="/t/`, `href="/s/`)
}

func TestTheme(t *testing.T) {
	theme := func(name, text string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	p, err := New(theme("style.css", "body{}"))
	if err != nil || string(p.Style()) != "body{}" {
		t.Errorf("a theme's style.css: %v, %q", err, p.Style())
	}
	p, err = New(theme("error.html", `{{define "main"}}<h1>Oh no: {{.Heading}}</h1>{{end}}`))
	if err != nil {
		t.Fatal(err)
	}
	holds(t, "error page", page(t)(p.Error(ErrorData{Status: 404})), []string{"Oh no: There is nothing", "<header"})
	for _, tt := range []struct{ name, text, want string }{
		{"error.html", `{{define "main"}}{{.Heading`, "error.html:1"},
		{"topic.html", `{{define "main"}}{{.Nonsense}}{{end}}`, "Nonsense"},
		{"tpoic.html", ``, "there is no template of that name"},
	} {
		if _, err := New(theme(tt.name, tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("theme with %s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := New(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a theme that is not there: no error")
	}
}

func TestPassages(t *testing.T) {
	long := strings.Repeat("word ", 40)
	for _, tt := range []struct {
		name     string
		old, new string
		want     string
	}{
		{"nothing", "a b", "a b", ""},
		{"one word", "a b c", "a x c", "a |−b |+x |c"},
		{"long text around", long + "old " + long, long + "new " + long, "… " + strings.Repeat("word ", 12) + "|−old |+new |" + strings.Repeat("word ", 12) + "…"},
		{"two places", "a x " + long + "y b", "a X " + long + "Y b", "a |−x |+X |" + strings.Repeat("word ", 12) + "… / … " + strings.Repeat("word ", 12) + "|−y |+Y |b"},
		{"all new", "", "a b", "+a b"},
	} {
		var parts []string
		for _, p := range passages(diff.Words(tt.old, tt.new)) {
			var spans []string
			for _, s := range p {
				spans = append(spans, s.Sign+s.Text+s.Space)
			}
			parts = append(parts, strings.Join(spans, "|"))
		}
		if got := strings.Join(parts, " / "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func BenchmarkTopicPage(b *testing.B) {
	p, e := builtins(b), harbour("")
	for len(e.Entries) < 50 {
		e.Entries = append(e.Entries, e.Entries[:12]...)
	}
	for b.Loop() {
		if _, err := p.Topic(e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}
