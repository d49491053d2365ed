package store

import "testing"

func TestPatience(t *testing.T) {
	for host, want := range map[string]string{
		"one.tumblr.com": "tumblr.com", "tumblr.com": "tumblr.com", "a.b.medium.com": "medium.com", "www.reddit.com": "reddit.com",
		"nottumblr.com": "nottumblr.com", "tumblr.com.example": "tumblr.com.example", "news.example.org:8080": "news.example.org:8080", "": "",
	} {
		if got := Patience(host); got != want {
			t.Errorf("Patience(%q) = %q, want %q", host, got, want)
		}
	}
}
