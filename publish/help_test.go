package publish_test

import (
	"html"
	"regexp"
	"testing"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/publish/site"
)

// Every query that the help page shows can be asked.
func TestHelpIsTrue(t *testing.T) {
	pages, err := site.New("")
	if err != nil {
		t.Fatal(err)
	}
	page, err := pages.Help(curate.Site{})
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`<dt>.*<code>(.*)</code>`).FindAllSubmatch(page, -1)
	if len(list) < 20 {
		t.Fatalf("%d examples", len(list))
	}
	for _, m := range list {
		if _, err := query.Parse(html.UnescapeString(string(m[1]))); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
}
