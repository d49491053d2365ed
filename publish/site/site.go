// Package site renders the pages that people read: plain HTML without a
// script, one stylesheet, in light and dark.
package site

import "wiredesk/publish/curate"

// TypeHTML and TypeCSS are the media types of what this package renders.
const (
	TypeHTML = "text/html; charset=utf-8"
	TypeCSS  = "text/css; charset=utf-8"
)

// Pages renders pages from parsed templates. It is safe for concurrent use.
type Pages struct{}

// New parses the built-in templates and, where theme names a folder, the
// templates and the style.css there, which take their place.
func New(theme string) (*Pages, error) { return &Pages{}, nil }

// Style returns the stylesheet, to be served as /style.css.
func (p *Pages) Style() []byte { return nil }

// Front renders /.
func (p *Pages) Front(d FrontData) ([]byte, error) { return nil, nil }

// Topic renders /t/SLUG/.
func (p *Pages) Topic(e curate.Edition) ([]byte, error) { return nil, nil }

// Story renders /s/ID/.
func (p *Pages) Story(d StoryData) ([]byte, error) { return nil, nil }

// Sources renders /sources/.
func (p *Pages) Sources(d SourcesData) ([]byte, error) { return nil, nil }

// Search renders /search.
func (p *Pages) Search(d SearchData) ([]byte, error) { return nil, nil }

// Error renders the body of an answer with an error status.
func (p *Pages) Error(d ErrorData) ([]byte, error) { return nil, nil }
