package main

import (
	"net/http/httptest"
	"testing"

	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
)

func TestRedirectTellsNoToken(t *testing.T) {
	const token = "0123456789abcdef"
	pages := serve.New(serve.Config{})
	redirect(pages, []curate.Topic{{Slug: "open", Was: []string{"was-open"}}, {Slug: "inside", Was: []string{"was-inside"}, Token: token}})
	for _, tt := range []struct{ path, want string }{
		{"/t/was-open/feed.atom", "/t/open/feed.atom"},
		{"/t/was-inside/feed.atom", ""},
		{"/t/was-inside/", ""},
		{"/t/was-inside", ""},
		{"/t/was-inside/" + token + "/feed.atom", "/t/inside/" + token + "/feed.atom"},
	} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+tt.path, nil))
		if got := w.Header().Get("Location"); got != tt.want {
			t.Errorf("GET %s leads to %q, want %q", tt.path, got, tt.want)
		}
	}
}
