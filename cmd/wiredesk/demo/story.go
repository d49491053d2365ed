package demo

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

// The texts were all written for the demo: people, places and events are made up.
//
//go:embed stories/*.txt
var storyFiles embed.FS

// A story is a text that one newsroom wrote. Whoever prints it may cut it, give
// it another headline and set it among other matter; it stays the same story.
type story struct {
	slug    string // also its name in the truth
	title   string
	section string
	by      string
	place   string
	photo   string // caption; empty: no picture
	paras   []string
}

// readStories returns the demo's texts by slug.
func readStories() (map[string]story, error) {
	files, err := storyFiles.ReadDir("stories")
	if err != nil {
		return nil, fmt.Errorf("read the demo's stories: %w", err)
	}
	all := make(map[string]story, len(files))
	for _, f := range files {
		raw, err := storyFiles.ReadFile("stories/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read the demo's stories: %w", err)
		}
		slug := strings.TrimSuffix(f.Name(), path.Ext(f.Name()))
		s, err := parseStory(slug, string(raw))
		if err != nil {
			return nil, err
		}
		all[slug] = s
	}
	return all, nil
}

// parseStory reads "name: value" lines, a blank line, and paragraphs parted by
// blank lines.
func parseStory(slug, raw string) (story, error) {
	s := story{slug: slug}
	head, body, ok := strings.Cut(raw, "\n\n")
	if !ok {
		return s, fmt.Errorf("story %s: no blank line after its head", slug)
	}
	fields := map[string]*string{"title": &s.title, "section": &s.section, "by": &s.by, "place": &s.place, "photo": &s.photo}
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		field, ok := fields[name]
		if !ok {
			return s, fmt.Errorf("story %s: unknown field %q", slug, name)
		}
		*field = value
	}
	for p := range strings.SplitSeq(body, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			s.paras = append(s.paras, p)
		}
	}
	return s, nil
}
