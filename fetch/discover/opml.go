package discover

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"wiredesk/store/safe"
)

// Limits of a list that a stranger wrote.
const (
	maxOPML     = 20 << 20 // bytes
	maxOutlines = 100_000
	maxFolders  = 32 // nested
	maxTags     = 16 // of one feed
)

// An Outline is one feed of a list. Tags are the folders it is in, outermost
// first, made fit for a configuration file.
type Outline struct {
	Title string
	URL   string
	Home  string
	Tags  []string
}

// OPML reads a list of feeds. Folders become tags; a feed that stands in
// several folders comes once, with the tags of all of them.
func OPML(r io.Reader) ([]Outline, error) {
	limited := &io.LimitedReader{R: r, N: maxOPML + 1}
	d := xml.NewDecoder(limited)
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	l := &list{seen: make(map[string]int)}
	for {
		token, err := d.Token()
		switch {
		case limited.N == 0:
			return nil, fmt.Errorf("read OPML: it is larger than %d MiB", maxOPML>>20)
		case err == io.EOF && l.isOPML:
			return l.feeds, nil
		case err == io.EOF:
			return nil, errors.New("read OPML: this is no OPML: there is no opml element in it")
		case err != nil:
			return nil, fmt.Errorf("read OPML: line %d: %w", lineOf(d), err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := l.open(t); err != nil {
				return nil, fmt.Errorf("read OPML: line %d: %w", lineOf(d), err)
			}
		case xml.EndElement:
			l.close()
		}
	}
}

func lineOf(d *xml.Decoder) int {
	line, _ := d.InputPos()
	return line
}

// list is an OPML document while it is read.
type list struct {
	isOPML   bool
	depth    int
	outlines int
	folders  []folder
	feeds    []Outline
	seen     map[string]int // address to place in feeds
}

type folder struct {
	depth int
	tag   string
}

func (l *list) open(e xml.StartElement) error {
	l.depth++
	switch strings.ToLower(e.Name.Local) {
	case "opml":
		l.isOPML = true
	case "outline":
		if l.outlines++; l.outlines > maxOutlines {
			return fmt.Errorf("more than %d outlines", maxOutlines)
		}
		l.outline(e)
	}
	if l.depth > 4*maxFolders {
		return fmt.Errorf("elements nested more than %d deep", 4*maxFolders)
	}
	return nil
}

func (l *list) outline(e xml.StartElement) {
	at := make(map[string]string, len(e.Attr))
	for _, a := range e.Attr {
		at[strings.ToLower(a.Name.Local)] = strings.TrimSpace(a.Value)
	}
	title := safe.Line(at["title"])
	if title == "" {
		title = safe.Line(at["text"])
	}
	address := httpURL(at["xmlurl"])
	if address == "" {
		if len(l.folders) < maxFolders && at["xmlurl"] == "" && title != "" {
			l.folders = append(l.folders, folder{l.depth, Tag(title)})
		}
		return
	}
	i, known := l.seen[address]
	if !known {
		i = len(l.feeds)
		l.seen[address] = i
		l.feeds = append(l.feeds, Outline{Title: title, URL: address, Home: httpURL(at["htmlurl"])})
	}
	feed := &l.feeds[i]
	for _, f := range l.folders {
		feed.addTag(f.tag)
	}
	for part := range strings.SplitSeq(at["category"], ",") {
		feed.addTag(Tag(strings.ReplaceAll(part, "/", " ")))
	}
}

func (o *Outline) addTag(tag string) {
	if tag != "" && len(o.Tags) < maxTags && !slices.Contains(o.Tags, tag) {
		o.Tags = append(o.Tags, tag)
	}
}

func (l *list) close() {
	if n := len(l.folders); n > 0 && l.folders[n-1].depth == l.depth {
		l.folders = l.folders[:n-1]
	}
	l.depth--
}

func httpURL(s string) string {
	if rest, ok := strings.CutPrefix(s, "feed://"); ok {
		s = "http://" + rest
	}
	s = strings.TrimPrefix(s, "feed:")
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" || len(s) > 2048 {
		return ""
	}
	return s
}

// Tag makes one word of a folder's name.
func Tag(name string) string {
	words := strings.FieldsFunc(strings.ToLower(safe.Line(name)), func(r rune) bool {
		return strings.ContainsRune(" \t\n\"'():,;/\\", r)
	})
	tag := strings.Join(words, "-")
	if r := []rune(tag); len(r) > 64 {
		tag = string(r[:64])
	}
	return tag
}
