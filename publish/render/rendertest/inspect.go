// Package rendertest finds what a strict validator would find wrong with a feed
// that we wrote. It knows the formats from their specifications and nothing of
// the code under test.
package rendertest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"mime"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Inspect says what is wrong with a document in a format (atom, rss or json)
// that should have n entries.
func Inspect(format string, doc []byte, n int) []error {
	var in inspector
	switch format {
	case "atom":
		in.atom(doc, n)
	case "rss":
		in.rss(doc, n)
	case "json":
		in.json(doc, n)
	}
	return in.problems
}

type inspector struct{ problems []error }

func (in *inspector) want(ok bool, format string, args ...any) {
	if !ok {
		in.problems = append(in.problems, fmt.Errorf(format, args...))
	}
}

// iri is RFC 3986 without what needs an authority to be judged.
var iri = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>"{}|\\^` + "`" + `]+$`)

func (in *inspector) web(what, s string) {
	u, err := url.Parse(s)
	in.want(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && iri.MatchString(s) && isASCII(s),
		"%s: %.80q is no absolute web address", what, s)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7e || r < 0x21 }) < 0
}

func (in *inspector) media(what, s string) {
	_, _, err := mime.ParseMediaType(s)
	in.want(err == nil && strings.Contains(s, "/"), "%s: %q is no media type", what, s)
}

func (in *inspector) plain(what, s string) {
	in.want(s != "" && s == strings.TrimSpace(s) && !strings.ContainsAny(s, "\n\r\t\x00"), "%s: %.80q is not one line of text", what, s)
	in.want(!regexp.MustCompile(`</?[a-zA-Z][^<>]*>`).MatchString(s), "%s: %.80q holds a tag", what, s)
}

func (in *inspector) html(what, s string) {
	in.want(strings.TrimSpace(s) != "", "%s: empty", what)
	for _, bad := range []string{"<script", "<style", "<iframe", "onclick=", "javascript:", `src="/`, `href="?`} {
		in.want(!strings.Contains(strings.ToLower(tags(s)), bad), "%s: holds %s", what, bad)
	}
}

// tags returns the tags of s without the text between them.
func tags(s string) string {
	return strings.Join(regexp.MustCompile(`<[^<>]*>`).FindAllString(s, -1), "")
}

type link struct {
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr"`
	Href   string `xml:"href,attr"`
	Length string `xml:"length,attr"`
}

func (in *inspector) atom(doc []byte, n int) {
	type person struct {
		Name string `xml:"name"`
		URI  string `xml:"uri"`
	}
	type entry struct {
		ID        []string `xml:"id"`
		Title     []string `xml:"http://www.w3.org/2005/Atom title"`
		Published []string `xml:"published"`
		Updated   []string `xml:"updated"`
		Authors   []person `xml:"author"`
		Links     []link   `xml:"link"`
		Summary   []string `xml:"summary"`
		Content   []string `xml:"http://www.w3.org/2005/Atom content"`
		Category  []struct {
			Term   string `xml:"term,attr"`
			Scheme string `xml:"scheme,attr"`
		} `xml:"category"`
		Source []struct {
			ID      []string `xml:"id"`
			Title   []string `xml:"http://www.w3.org/2005/Atom title"`
			Updated []string `xml:"updated"`
		} `xml:"source"`
		All []struct{ XMLName xml.Name } `xml:",any"`
	}
	var f struct {
		ID      []string `xml:"id"`
		Updated []string `xml:"updated"`
		Author  []person `xml:"author"`
		Links   []link   `xml:"link"`
		Entries []entry  `xml:"entry"`
	}
	if err := xml.Unmarshal(doc, &f); err != nil {
		in.want(false, "not well-formed: %v", err)
		return
	}
	in.want(len(f.ID) == 1 && iri.MatchString(f.ID[0]), "feed: id %q", f.ID)
	in.want(len(f.Author) == 1 && len(f.Entries) == n, "feed: %d authors, %d entries, want %d", len(f.Author), len(f.Entries), n)
	ids, newest := map[string]bool{}, ""
	for _, e := range f.Entries {
		in.want(len(e.ID) == 1 && iri.MatchString(e.ID[0]) && isASCII(e.ID[0]) && !ids[e.ID[0]], "entry: id %q", e.ID)
		in.want(len(e.Title) == 1 && len(e.Published) == 1 && len(e.Updated) == 1 && len(e.Summary) == 1 && len(e.Content) == 1,
			"%s: not one of each", e.ID)
		in.want(len(e.Authors) > 0 && len(e.Source) == 1 && len(e.Source[0].ID) == 1, "%s: no author or source", e.ID)
		if len(in.problems) > 0 {
			return
		}
		ids[e.ID[0]] = true
		newest = max(newest, e.Updated[0])
		in.plain("title", e.Title[0])
		in.plain("summary", e.Summary[0])
		in.html("content", e.Content[0])
		in.want(iri.MatchString(e.Source[0].ID[0]), "%s: source id %q", e.ID, e.Source[0].ID)
		in.plain("source title", e.Source[0].Title[0])
		for _, s := range []string{e.Published[0], e.Updated[0]} {
			_, err := time.Parse("2006-01-02T15:04:05Z", s)
			in.want(err == nil && len(s) == 20, "%s: time %q", e.ID, s)
		}
		in.want(e.Published[0] <= e.Updated[0], "%s: published after updated", e.ID)
		for _, a := range e.Authors {
			in.plain("author", a.Name)
			in.want(a.URI == "" || iri.MatchString(a.URI), "author uri %q", a.URI)
		}
		for _, c := range e.Category {
			in.plain("term", c.Term)
			in.want(c.Scheme == "" || iri.MatchString(c.Scheme), "scheme %q", c.Scheme)
		}
		alternates := 0
		for _, l := range e.Links {
			in.web("link "+l.Rel, l.Href)
			if l.Rel == "alternate" {
				alternates++
			}
			if l.Type != "" {
				in.media("link "+l.Rel, l.Type)
			}
		}
		in.want(alternates <= 1, "%s: %d alternates", e.ID, alternates)
	}
	in.want(len(f.Updated) == 1 && (f.Updated[0] == newest || n == 0), "feed: updated %q, newest entry %q", f.Updated, newest)
	in.want(!strings.Contains(string(doc), "</source>\n    <"), "source is not last in its entry")
	in.want(slices.ContainsFunc(f.Links, func(l link) bool { return l.Rel == "self" }), "feed: no self link")
}

func (in *inspector) rss(doc []byte, n int) {
	var f struct {
		Channel struct {
			Built string `xml:"lastBuildDate"`
			Items []struct {
				Title       []string `xml:"title"`
				Link        []string `xml:"link"`
				Description []string `xml:"description"`
				Date        []string `xml:"pubDate"`
				Encoded     []string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
				Creators    []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
				GUID        []struct {
					ID        string `xml:",chardata"`
					Permalink string `xml:"isPermaLink,attr"`
				} `xml:"guid"`
				Enclosure []struct {
					URL    string `xml:"url,attr"`
					Type   string `xml:"type,attr"`
					Length string `xml:"length,attr"`
				} `xml:"enclosure"`
				Source []struct {
					URL   string `xml:"url,attr"`
					Title string `xml:",chardata"`
				} `xml:"source"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(doc, &f); err != nil {
		in.want(false, "not well-formed: %v", err)
		return
	}
	in.want(len(f.Channel.Items) == n, "channel: %d items, want %d", len(f.Channel.Items), n)
	ids := map[string]bool{}
	for _, e := range f.Channel.Items {
		in.want(len(e.GUID) == 1 && e.GUID[0].Permalink == "false" && !ids[e.GUID[0].ID] && e.GUID[0].ID != "", "guid %v", e.GUID)
		in.want(len(e.Title) == 1 && len(e.Description) == 1 && len(e.Date) == 1 && len(e.Encoded) == 1 && len(e.Enclosure) <= 1 && len(e.Link) <= 1,
			"%v: not one of each", e.GUID)
		if len(in.problems) > 0 {
			return
		}
		ids[e.GUID[0].ID] = true
		in.plain("title", e.Title[0])
		in.html("content", e.Encoded[0])
		in.want(!strings.Contains(e.Description[0], "<"), "description %q holds a tag", e.Description[0])
		_, err := mail.ParseDate(e.Date[0])
		in.want(err == nil, "pubDate %q", e.Date[0])
		in.want(len(e.Creators) > 0, "no creator")
		for _, l := range e.Link {
			if l != "" {
				in.web("link", l)
			}
		}
		for _, c := range e.Enclosure {
			in.web("enclosure", c.URL)
			in.media("enclosure", c.Type)
			in.want(regexp.MustCompile(`^\d+$`).MatchString(c.Length), "enclosure length %q", c.Length)
		}
		for _, s := range e.Source {
			in.web("source", s.URL)
			in.plain("source", s.Title)
		}
	}
}

// The names that JSON Feed 1.1 knows. Others must begin with an underscore.
var (
	feedNames = []string{
		"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon",
		"authors", "language", "expired", "hubs", "items",
	}
	itemNames = []string{
		"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
		"date_published", "date_modified", "authors", "tags", "language", "attachments",
	}
)

func (in *inspector) names(what string, object []byte, known []string) {
	var members map[string]any
	in.want(json.Unmarshal(object, &members) == nil, "%s: no object", what)
	for name, value := range members {
		in.want(slices.Contains(known, name) || strings.HasPrefix(name, "_"), "%s: %q is no name of JSON Feed 1.1", what, name)
		in.want(value != nil && value != "", "%s: %q is empty", what, name)
	}
}

func (in *inspector) json(doc []byte, n int) {
	in.names("feed", doc, feedNames)
	var f struct {
		Version string            `json:"version"`
		Title   string            `json:"title"`
		Items   []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(doc, &f); err != nil {
		in.want(false, "no JSON: %v", err)
		return
	}
	in.want(f.Version == "https://jsonfeed.org/version/1.1" && f.Title != "" && len(f.Items) == n, "feed: %q %q, %d items, want %d", f.Version, f.Title, len(f.Items), n)
	in.want(strings.IndexFunc(string(doc), func(r rune) bool { return r == 0xFFFE || r == 0xFFFF || r == 0 }) < 0, "a character that XML forbids")
	for _, raw := range f.Items {
		in.names("item", raw, itemNames)
		var e struct {
			ID, URL, Title, Summary, Image string
			Content                        string     `json:"content_html"`
			Published                      time.Time  `json:"date_published"`
			Modified                       *time.Time `json:"date_modified"`
			Authors                        []struct{ Name string }
			Tags                           []string
			Attachments                    []struct {
				URL  string
				Type string `json:"mime_type"`
				Size int64  `json:"size_in_bytes"`
			}
			Author, Size any
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			in.want(false, "item: %v", err)
			continue
		}
		in.want(e.ID != "" && len(e.Authors) > 0 && e.Author == nil && e.Size == nil, "item %q: %d authors", e.ID, len(e.Authors))
		in.want(e.Modified == nil || e.Modified.After(e.Published), "item %q: modified before published", e.ID)
		in.plain("title", e.Title)
		in.plain("summary", e.Summary)
		in.html("content", e.Content)
		for _, u := range []string{e.URL, e.Image} {
			if u != "" {
				in.web("address", u)
			}
		}
		for _, a := range e.Attachments {
			in.web("attachment", a.URL)
			in.media("attachment", a.Type)
		}
	}
}
