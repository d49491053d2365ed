package websub_test

import (
	"net/http"
	"net/url"
	"testing"

	"wiredesk/fetch/websub"
)

// Whatever a Link header says, hubs and topic are addresses that can be asked.
func FuzzLinks(f *testing.F) {
	f.Add(`<https://hub.example/>; rel="hub", </self>; rel=self`)
	f.Add(`<a,b>; rel="x, <y>", <<>>;;;, rel=hub`)
	f.Fuzz(func(t *testing.T, header string) {
		hubs, self := websub.Links(http.Header{"Link": {header}}, "http://paper.example/feed")
		if len(hubs) > 8 {
			t.Errorf("%d hubs", len(hubs))
		}
		for _, address := range append(hubs, self) {
			if u, err := url.Parse(address); err != nil || address != "" && u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
				t.Errorf("%q leads to %q: %v", header, address, err)
			}
		}
	})
}
