// Package site renders the pages that people read: plain HTML without a
// script, one stylesheet, in light and dark, for a phone first.
//
// A page is made in two steps: view.go and its neighbours work out everything
// that is shown, as plain strings and times; the templates lay it out. The same
// data always gives the same bytes: no page knows what time it is.
package site

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// TypeHTML and TypeCSS are the media types of what this package renders.
const (
	TypeHTML = "text/html; charset=utf-8"
	TypeCSS  = "text/css; charset=utf-8"
)

//go:embed theme
var builtin embed.FS

// parts are templates that every page may use; pages have one each.
var (
	parts = [...]string{"layout.html", "entry.html", "signed.html"}
	pages = [...]string{"front.html", "topic.html", "story.html", "sources.html", "search.html", "error.html", "sign-in.html", "desk.html", "help.html"}
)

// Pages renders pages from parsed templates. It is safe for concurrent use.
type Pages struct {
	templates map[string]*template.Template
	style     []byte
}

// New parses the built-in templates. Where theme names a folder, templates and
// the style.css there take the place of those of the same name. Each page is
// tried once, so that a mistake in a theme shows before anything is replaced.
func New(theme string) (*Pages, error) {
	p := &Pages{templates: map[string]*template.Template{}}
	files, err := read(theme)
	if err != nil {
		return nil, fmt.Errorf("read theme %s: %w", theme, err)
	}
	p.style = files["style.css"]
	for _, page := range pages {
		t := template.New("")
		for _, name := range append(parts[:], page) {
			if _, err := t.New(name).Parse(string(files[name])); err != nil {
				return nil, fmt.Errorf("read theme %s: %w", theme, err)
			}
		}
		p.templates[page] = t
	}
	if err := p.try(); err != nil {
		return nil, fmt.Errorf("try theme %s: %w", theme, err)
	}
	return p, nil
}

// read returns the built-in files under those of the theme.
func read(theme string) (map[string][]byte, error) {
	files := map[string][]byte{}
	list, err := fs.Glob(builtin, "theme/*")
	if err != nil {
		return nil, err
	}
	for _, name := range list {
		b, err := builtin.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files[strings.TrimPrefix(name, "theme/")] = b
	}
	if theme == "" {
		return files, nil
	}
	own, err := os.ReadDir(theme)
	if err != nil {
		return nil, err
	}
	for _, e := range own {
		known := files[e.Name()] != nil
		if !known && filepath.Ext(e.Name()) == ".html" {
			return nil, fmt.Errorf("%s: there is no template of that name", e.Name())
		}
		if !known {
			continue // a note, a picture: not for us
		}
		if files[e.Name()], err = os.ReadFile(filepath.Join(theme, e.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// try renders every page with next to nothing in it.
func (p *Pages) try() error {
	e := curate.Edition{Topic: curate.Topic{Slug: "x"}, Entries: []curate.Entry{{Title: "x", Others: []curate.Other{{}}}}}
	_, front := p.Front(FrontData{Editions: []curate.Edition{e}})
	_, topic := p.Topic(e)
	_, story := p.Story(tried())
	_, sources := p.Sources(SourcesData{Sources: []store.Health{{}}})
	_, search := p.Search(SearchData{Query: "x", Entries: e.Entries})
	_, failed := p.Error(ErrorData{Status: 404})
	_, who := p.SignIn(SignInData{Problem: "x"})
	_, today := p.Today(TodayData{
		Signed: tried().Signed, Facts: []Figure{{}}, Problems: []Problem{{}}, Waiting: []Waiting{{}}, Newest: []Filed{{}},
		Tallies: []Tally{{Series: []Series{{Counts: []int{1}}}}}, Decisions: []store.Decision{{}},
	})
	_, help := p.Help(curate.Site{})
	return errors.Join(front, topic, story, sources, search, failed, who, today, help)
}

// tried is a story with one of everything, at the desk.
func tried() StoryData {
	changed := []diff.Span{{Op: diff.Delete, Text: "11 "}, {Op: diff.Insert, Text: "12 "}, {Op: diff.Equal, Text: "x"}}
	return StoryData{
		Copies: []Copy{{Article: 1}, {Article: 2}}, Events: []Event{{Text: changed}}, Topics: []Taken{{}}, Misses: []Miss{{Story: 1}},
		Versions: []Version{{ID: "a"}, {ID: "b"}}, Compare: &Comparison{Text: changed, Whole: true},
		Signed: Signed{Name: "x", Problem: "x"}, Reasons: []Reason{{Shown: true}}, Decisions: []store.Decision{{}},
	}
}

// Style returns the stylesheet, to be served as /style.css.
func (p *Pages) Style() []byte { return p.style }

// render lays out one page.
func (p *Pages) render(page string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.templates[page].ExecuteTemplate(&b, "layout.html", data); err != nil {
		return nil, fmt.Errorf("render %s: %w", page, err)
	}
	return b.Bytes(), nil
}
