package render

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var (
	meridian = curate.Outlet{
		ID: "meridian", Name: "Meridian Agency", Home: "https://meridian.example/", Feed: "https://meridian.example/wire.rss",
		FeedID: "tag:meridian.example,2019:wire", Rights: "© Meridian",
	}
	post   = curate.Outlet{ID: "post", Name: "The Harbour Post", Home: "https://post.example/", Feed: "https://post.example/feed.atom"}
	herald = curate.Outlet{ID: "herald", Name: "Herald & Sons", Home: "https://herald.example/", Feed: "https://herald.example/rss?a=1&b=2"}
	secret = curate.Outlet{ID: "secret", Name: "Paid Letter", Home: "https://letter.example/", Feed: "https://key:pw@letter.example/rss", Private: true}
)

// harbour is an edition with one entry of every kind.
func harbour() curate.Edition {
	return curate.Edition{
		Site: curate.Site{
			Title: "Newsroom", URL: "https://desk.example", Authority: "desk.example", Language: "en", Version: "1.0",
			Zone: time.FixedZone("CET", 3600),
		},
		Topic:   curate.Topic{Slug: "harbour", Title: "The harbour", About: "Everything that moves on the quay"},
		Updated: noon.Add(2 * time.Hour), MaxAge: 10 * time.Minute,
		Hubs:    []string{"https://desk.example/hub"},
		Archive: "https://desk.example/t/harbour/archive/3.atom",
		Entries: []curate.Entry{folded(), podcast(), withdrawn()},
		Outlets: []curate.Outlet{herald, meridian, secret, post},
	}
}

func folded() curate.Entry {
	return curate.Entry{
		ID: "tag:desk.example,2026:story/s1a", Story: 42, Title: "Crane falls at pier 4: “nobody hurt”",
		URL: "https://meridian.example/2026/crane?x=1&y=2", Page: "https://desk.example/s/s1a/",
		Published: noon, Updated: noon.Add(90 * time.Minute), Outlet: meridian,
		Authors:    []store.Person{{Name: "Ada Quay"}, {Name: "Ben Pier", Email: "ben@meridian.example"}},
		Credit:     "Meridian",
		Categories: []store.Category{{Term: "accidents", Label: "Accidents", Scheme: "https://meridian.example/tags"}, {Term: "harbour"}},
		Language:   "en-GB", Summary: "A crane fell into the basin on Monday. Police said nobody was hurt.",
		Content: "<p>A crane fell into the basin on Monday.</p><p>Police said nobody was hurt.</p>",
		Image:   store.Image{URL: "https://meridian.example/crane.jpg", Caption: "The crane, on its side", Credit: "C. Dock"},
		Note:    curate.Note{Text: "Two agencies differ on the time.", By: "Maria"},
		Others: []curate.Other{
			{Outlet: post, Title: "Crane down in the harbour", URL: "https://post.example/crane", Seen: noon.Add(10 * time.Minute), Relation: "verbatim"},
			{Outlet: herald, Title: "Crane falls", URL: "https://herald.example/1", Seen: noon.Add(20 * time.Minute), Relation: "trimmed"},
		},
	}
}

func podcast() curate.Entry {
	return curate.Entry{
		ID: "tag:desk.example,2026:story/s2b", Story: 43, Title: "Quay talk", URL: "https://post.example/talk",
		Page: "https://desk.example/s/s2b/", Published: noon.Add(-time.Hour), Outlet: post, Summary: "This week: ropes.",
		Enclosures: []store.Enclosure{
			{URL: "https://post.example/talk.mp3", Type: "audio/mpeg", Length: 1234567, Title: "Quay talk 7"},
			{URL: "https://post.example/talk.ogg", Type: "audio/ogg"},
		},
	}
}

func withdrawn() curate.Entry {
	return curate.Entry{
		ID: "tag:desk.example,2026:story/s3c", Story: 44, Title: "Mayor resigns", URL: "https://herald.example/mayor",
		Page: "https://desk.example/s/s3c/", Published: noon.Add(-2 * time.Hour), Outlet: herald, Content: "<p>The text that was wrong.</p>",
		Withdrawn: noon.Add(time.Hour),
	}
}

// formats are the three feeds, for tests that hold for each of them.
var formats = []struct {
	name   string
	render func(curate.Edition) ([]byte, []Skipped, error)
}{{"atom", Atom}, {"rss", RSS}, {"json", JSON}}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update rewrites it): %v\n%s", path, err, got)
	}
}

func TestGolden(t *testing.T) {
	empty := harbour()
	empty.Entries = nil
	for _, tt := range []struct {
		name string
		e    curate.Edition
	}{{"harbour", harbour()}, {"empty", empty}} {
		for _, f := range formats {
			t.Run(tt.name+"/"+f.name, func(t *testing.T) {
				got, skipped, err := f.render(tt.e)
				if err != nil || len(skipped) > 0 {
					t.Fatalf("%s: %v, skipped %v", f.name, err, skipped)
				}
				golden(t, tt.name+"."+f.name, got)
			})
		}
	}
}

func TestOPML(t *testing.T) {
	e := harbour()
	hidden := e
	hidden.Topic.Token = "k3y"
	noFeed := e
	noFeed.Topic.Formats = []string{"html"}
	got, err := Topics(e.Site, []curate.Edition{e, hidden, noFeed})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "topics.opml", got)
	if got, err = Sources(e); err != nil {
		t.Fatal(err)
	}
	golden(t, "sources.opml", got)
	for _, s := range []string{"letter.example", "pw@", "k3y"} {
		if bytes.Contains(got, []byte(s)) {
			t.Errorf("Sources shows %q of a private source", s)
		}
	}
}

// A second rendering, and one after a restart, give the same bytes.
func TestSameBytes(t *testing.T) {
	for _, f := range formats {
		a, _, _ := f.render(harbour())
		b, _, _ := f.render(harbour())
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two renderings differ", f.name)
		}
	}
}

// What cannot be published is named, and the rest of the edition lives on.
func TestSetAside(t *testing.T) {
	e := harbour()
	timeless, nameless, twice := podcast(), podcast(), folded()
	timeless.ID, timeless.Published = "tag:desk.example,2026:story/s9", time.Time{}
	nameless.ID = ""
	far := podcast()
	far.ID, far.Published = "tag:desk.example,2026:story/s8", time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
	e.Entries = append(e.Entries, timeless, nameless, twice, far)
	want, _, _ := Atom(harbour())
	got, skipped, err := Atom(e)
	if err != nil || len(skipped) != 4 {
		t.Fatalf("Atom: %v, skipped %v, want 4", err, skipped)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the other entries changed:\n%s", got)
	}
}

// An entry that only the strict parse finds out is tried alone and left out.
func TestCheckSetsAside(t *testing.T) {
	f := Prepare(harbour())
	f.entries[1].title = "broken \x01 title" // no cleaning lets this through
	for _, write := range []func() ([]byte, []Skipped, error){f.Atom, f.RSS} {
		b, skipped, err := write()
		if err != nil || len(skipped) != 1 || skipped[0].Story != 43 {
			t.Errorf("write: %v, skipped %v, want story 43", err, skipped)
		}
		if !bytes.Contains(b, []byte("s1a")) || bytes.Contains(b, []byte("s2b")) {
			t.Errorf("the wrong entries stand:\n%s", b)
		}
	}
}

// No document is longer than readers take, and none is given up for that.
func TestCap(t *testing.T) {
	big := harbour()
	big.Entries = nil
	for i := range 150 {
		e := folded()
		e.ID, e.Content = fmt.Sprintf("tag:desk.example,2026:story/n%d", i), strings.Repeat("<p>\"Ropes\" & sails.</p>", 400)
		big.Entries = append(big.Entries, e)
	}
	huge := harbour()
	huge.Entries[0].Content = strings.Repeat("<p>&amp;</p>", 20_000)
	for _, f := range formats {
		got, skipped, err := f.render(big)
		if err != nil || len(skipped) > 0 || len(got) > maxDocument || len(got) < maxDocument*9/10 {
			t.Errorf("%s of 150 long entries: %d bytes, skipped %v, %v; want close to %d", f.name, len(got), skipped, err, maxDocument)
		}
		if !bytes.Contains(got, []byte("story/n0")) || bytes.Contains(got, []byte("story/n149")) {
			t.Errorf("%s of 150 long entries: the first ones are not those kept", f.name)
		}
		got, _, err = f.render(huge)
		if err != nil || len(got) > maxDocument/4 || !bytes.Contains(got, []byte("A crane fell into the basin")) {
			t.Errorf("%s of an endless entry: %d bytes, %v; want its summary", f.name, len(got), err)
		}
	}
}

func BenchmarkEdition(b *testing.B) {
	e := harbour()
	e.Entries = nil
	for i := range 50 {
		en := folded()
		en.Story = store.StoryID(i + 1)
		en.ID = "tag:desk.example,2026:story/" + en.Story.String()
		e.Entries = append(e.Entries, en)
	}
	for b.Loop() {
		f := Prepare(e)
		for _, write := range []func() ([]byte, []Skipped, error){f.Atom, f.RSS, f.JSON} {
			if _, _, err := write(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "editions/s")
}

// Outlets that joined after the last change stand in the links, and not yet in
// the text, which readers compare.
func TestLateOutletsAreLinkedOnly(t *testing.T) {
	e := harbour()
	e.Entries = e.Entries[:1]
	before, _, err := Atom(e)
	if err != nil {
		t.Fatal(err)
	}
	e.Entries[0].Others = append(slices.Clone(e.Entries[0].Others), curate.Other{Outlet: post, URL: "https://post.example/late", Late: true})
	after, _, err := Atom(e)
	if err != nil {
		t.Fatal(err)
	}
	const link = `    <link rel="via" type="text/html" href="https://post.example/late" title="`
	var rest []string
	for line := range strings.Lines(string(after)) {
		if !strings.HasPrefix(line, link) {
			rest = append(rest, line)
		}
	}
	if strings.Join(rest, "") != string(before) || string(before) == string(after) {
		t.Errorf("more than one link is new:\n%s\nwas\n%s", after, before)
	}
}
