package render

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"time"
	"unicode/utf8"
)

// A seenEntry is what a check found of one entry, whatever the format.
type seenEntry struct {
	id, title, link, content string
	published, updated       string
}

// checkAtom parses b as a strict reader would and compares it with f.
func checkAtom(b []byte, f *Feed) error {
	if err := plainXML(b, "</feed>\n"); err != nil {
		return err
	}
	var doc struct {
		ID      string `xml:"http://www.w3.org/2005/Atom id"`
		Title   string `xml:"http://www.w3.org/2005/Atom title"`
		Updated string `xml:"http://www.w3.org/2005/Atom updated"`
		Entries []struct {
			ID    string `xml:"http://www.w3.org/2005/Atom id"`
			Title string `xml:"http://www.w3.org/2005/Atom title"`
			Links []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"http://www.w3.org/2005/Atom link"`
			Published string `xml:"http://www.w3.org/2005/Atom published"`
			Updated   string `xml:"http://www.w3.org/2005/Atom updated"`
			Content   string `xml:"http://www.w3.org/2005/Atom content"`
		} `xml:"http://www.w3.org/2005/Atom entry"`
	}
	if err := xml.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("parse it again: %w", err)
	}
	if doc.ID != f.id || doc.Title != f.title || doc.Updated != atomTime(f.updated) {
		return fmt.Errorf("parse it again: the feed says %q, %q, %q", doc.ID, doc.Title, doc.Updated)
	}
	var got []seenEntry
	for _, e := range doc.Entries {
		s := seenEntry{id: e.ID, title: e.Title, content: e.Content, published: e.Published, updated: e.Updated}
		if len(e.Links) > 0 && e.Links[0].Rel == "alternate" {
			s.link = e.Links[0].Href
		}
		got = append(got, s)
	}
	return compare(got, f.entries, time.RFC3339, true)
}

// checkRSS parses b as a strict reader would and compares it with f.
func checkRSS(b []byte, f *Feed) error {
	if err := plainXML(b, "</rss>\n"); err != nil {
		return err
	}
	var doc struct {
		Title string `xml:"channel>title"`
		Items []struct {
			ID      string `xml:"guid"`
			Title   string `xml:"title"`
			Link    string `xml:"link"`
			Date    string `xml:"pubDate"`
			Content string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("parse it again: %w", err)
	}
	if doc.Title != f.title {
		return fmt.Errorf("parse it again: the channel says %q", doc.Title)
	}
	var got []seenEntry
	for _, e := range doc.Items {
		got = append(got, seenEntry{id: e.ID, title: e.Title, link: e.Link, content: e.Content, published: e.Date})
	}
	return compare(got, f.entries, time.RFC1123Z, false)
}

// checkJSON parses b as a strict reader would and compares it with f.
func checkJSON(b []byte, f *Feed) error {
	if !utf8.Valid(b) {
		return errors.New("parse it again: invalid UTF-8")
	}
	var doc struct {
		Version string `json:"version"`
		Title   string `json:"title"`
		Items   []struct {
			ID        string `json:"id"`
			URL       string `json:"url"`
			Title     string `json:"title"`
			Content   string `json:"content_html"`
			Published string `json:"date_published"`
		} `json:"items"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("parse it again: %w", err)
	}
	if doc.Title != f.title || doc.Items == nil {
		return fmt.Errorf("parse it again: the feed says %q, with %d items", doc.Title, len(doc.Items))
	}
	var got []seenEntry
	for _, e := range doc.Items {
		got = append(got, seenEntry{id: e.ID, title: e.Title, link: e.URL, content: e.Content, published: e.Published})
	}
	return compare(got, f.entries, time.RFC3339, false)
}

// compare says where what was read back is not what was meant.
func compare(got []seenEntry, want []entry, layout string, updated bool) error {
	if len(got) != len(want) {
		return fmt.Errorf("parse it again: %d entries of %d came back", len(got), len(want))
	}
	for i, g := range got {
		w := &want[i]
		switch {
		case g.id != w.id:
			return fmt.Errorf("parse it again: id %q came back as %q", w.id, g.id)
		case g.title != w.title || g.content != w.content:
			return fmt.Errorf("parse it again: title or content of %s came back changed", w.id)
		case g.link != w.link:
			return fmt.Errorf("parse it again: link %q of %s came back as %q", w.link, w.id, g.link)
		}
		if _, err := url.Parse(g.link); err != nil {
			return fmt.Errorf("parse it again: link of %s: %w", w.id, err)
		}
		if t, err := time.Parse(layout, g.published); err != nil || !t.Equal(w.published) {
			return fmt.Errorf("parse it again: published %q of %s: %w", g.published, w.id, err)
		}
		if t, err := time.Parse(layout, g.updated); updated && (err != nil || !t.Equal(w.updated)) {
			return fmt.Errorf("parse it again: updated %q of %s: %w", g.updated, w.id, err)
		}
	}
	return nil
}

// plainXML checks what a decoder that stops at the root's end does not: that
// nothing follows it, and that there is no DOCTYPE, comment or CDATA.
func plainXML(b []byte, end string) error {
	switch {
	case !utf8.Valid(b):
		return errors.New("parse it again: invalid UTF-8")
	case bytes.Contains(b, []byte("<!")):
		return errors.New("parse it again: a declaration")
	case bytes.Count(b, []byte(end[:len(end)-1])) != 1 || !bytes.HasSuffix(b, []byte(end)):
		return errors.New("parse it again: something stands after its end")
	}
	return nil
}
