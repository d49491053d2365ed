package render

import (
	"net/url"

	"wiredesk/publish/curate"
)

// Search renders the answer to a query as an Atom feed, for those who want to
// follow what no topic selects (/search?q=…&format=atom).
func Search(site curate.Site, query string, hits []curate.Entry) ([]byte, []Skipped, error) {
	path := "/search?q=" + url.QueryEscape(query)
	e := curate.Edition{Site: site, Topic: curate.Topic{Slug: "search", Title: "Search: " + query}, Entries: hits}
	f := Prepare(e)
	f.id = tagURI(site.Authority, "search/"+url.QueryEscape(query))
	f.home, f.sources = address(site.URL+path), ""
	f.base, f.file = site.URL+path, "&format=atom"
	return f.Atom()
}
