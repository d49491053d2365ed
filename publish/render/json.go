package render

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/gorilla/feeds"
)

// jsonFeed is feeds.JSONFeed with items that are written even when there are none.
type jsonFeed struct {
	feeds.JSONFeed
	Wiredesk jsonAbout   `json:"_wiredesk"`
	Items    []*jsonItem `json:"items"`
}

// jsonAbout carries what JSON Feed has no word for.
type jsonAbout struct {
	ID      string `json:"id"`
	Updated string `json:"updated"`
	Sources string `json:"sources,omitempty"` // OPML
}

// jsonItem is feeds.JSONItem with a language, attachments whose size has the
// specified name, and where the story comes from.
type jsonItem struct {
	feeds.JSONItem
	Content     string           `json:"content_html"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Wiredesk    jsonStory        `json:"_wiredesk"`
}

type jsonAttachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

type jsonStory struct {
	Story     string      `json:"story"`
	Page      string      `json:"page,omitempty"`
	Source    jsonSource  `json:"source"`
	Also      []jsonOther `json:"also_reported_by,omitempty"`
	Credit    string      `json:"credit,omitempty"`
	Note      string      `json:"note,omitempty"`
	NoteBy    string      `json:"note_by,omitempty"`
	Withdrawn string      `json:"withdrawn,omitempty"`
}

type jsonSource struct {
	Title  string `json:"title"`
	URL    string `json:"url,omitempty"`
	Feed   string `json:"feed_url,omitempty"`
	Rights string `json:"rights,omitempty"`
}

type jsonOther struct {
	Outlet   string `json:"outlet"`
	Title    string `json:"title,omitempty"`
	URL      string `json:"url,omitempty"`
	Seen     string `json:"seen,omitempty"`
	Relation string `json:"relation,omitempty"`
}

func writeJSON(f *Feed) ([]byte, error) {
	out := &jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1",
			Title:   f.title, Description: f.subtitle, Language: f.language,
			HomePageUrl: f.home, FeedUrl: address(f.base + "feed.json"),
			Authors: []*feeds.JSONAuthor{{Name: f.owner, Url: webURL(f.site)}},
		},
		Wiredesk: jsonAbout{ID: f.id, Updated: atomTime(f.updated), Sources: f.sources},
		Items:    []*jsonItem{},
	}
	for _, h := range f.hubs {
		out.Hubs = append(out.Hubs, &feeds.JSONHub{Type: "WebSub", Url: h})
	}
	for i := range f.entries {
		out.Items = append(out.Items, f.entries[i].json(f))
	}
	// Not the library's ToJSON: that escapes <, > and & and knows only its own items.
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(out)
	return b.Bytes(), err
}

func (e *entry) json(f *Feed) *jsonItem {
	out := &jsonItem{
		JSONItem: feeds.JSONItem{
			Id: e.id, Url: e.link, Title: e.title, Summary: e.summary,
			Image: e.image.URL, PublishedDate: &e.published,
		},
		Content: e.content,
		Wiredesk: jsonStory{
			Story: e.story.String(), Page: e.page, Credit: e.credit, Note: e.note.Text, NoteBy: e.note.By,
			Source: jsonSource{Title: e.outlet.name, URL: e.outlet.home, Feed: e.outlet.feed, Rights: e.rights},
		},
	}
	if e.updated.After(e.published) {
		out.ModifiedDate = &e.updated
	}
	if e.language != f.language {
		out.Language = e.language
	}
	for _, a := range e.authors {
		out.Authors = append(out.Authors, &feeds.JSONAuthor{Name: a.Name, Url: a.URL})
	}
	for _, c := range e.categories {
		out.Tags = append(out.Tags, firstOf(c.Label, c.Term))
	}
	for _, c := range e.enclosures {
		out.Attachments = append(out.Attachments, jsonAttachment{
			URL: c.URL, Type: firstOf(c.Type, "application/octet-stream"), Title: c.Title, Size: c.Length,
		})
	}
	for _, o := range e.others {
		out.Wiredesk.Also = append(out.Wiredesk.Also, jsonOther{
			Outlet: o.outlet.name, Title: o.title, URL: o.link, Seen: jsonTime(o.seen), Relation: o.relation,
		})
	}
	out.Wiredesk.Withdrawn = jsonTime(e.withdrawn)
	return out
}

func jsonTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return atomTime(t)
}
