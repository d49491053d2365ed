package clean

import "testing"

// pairs of links that are one article, or two.
var pairs = []struct {
	a, b string
	same bool
}{
	{"http://paper.example/a", "https://paper.example/a", true},
	{"https://www.paper.example/a", "https://paper.example/a", true},
	{"https://m.paper.example/a", "https://www.paper.example/a", true},
	{"https://mobile.paper.example/a", "https://paper.example/a", true},
	{"https://amp.paper.example/a", "https://paper.example/a", true},
	{"https://paper.example/a/", "https://paper.example/a", true},
	{"https://paper.example:443/a", "https://paper.example/a", true},
	{"http://paper.example:80/a", "https://paper.example/a", true},
	{"https://PAPER.example/a", "https://paper.example/a", true},
	{"https://paper.example./a", "https://paper.example/a", true},
	{"https://paper.example/a#top", "https://paper.example/a", true},
	{"https://paper.example", "https://paper.example/", true},
	{"https://paper.example/a?b=1&c=2", "https://paper.example/a?c=2&b=1", true},
	{"https://paper.example/a?", "https://paper.example/a", true},
	{"https://paper.example/a?b=1&b=1", "https://paper.example/a?b=1", true},
	{"https://paper.example//a", "https://paper.example/a", true},
	{"https://paper.example/a/index.html", "https://paper.example/a", true},
	{"https://paper.example/%7Eann/a", "https://paper.example/~ann/a", true},
	{"https://paper.example/%c3%bc", "https://paper.example/ü", true},
	{"https://paper.example/a%2fb", "https://paper.example/a%2Fb", true},
	{"https://paper.example/a?utm_source=rss&utm_medium=feed", "https://paper.example/a", true},
	{"https://paper.example/a?fbclid=x", "https://paper.example/a", true},
	{"https://paper.example/a?gclid=x&id=3", "https://paper.example/a?id=3", true},
	{"https://paper.example/a?at_medium=RSS&at_campaign=KARANGA", "https://paper.example/a", true},
	{"https://paper.example/a?ns_source=facebook", "https://paper.example/a", true},
	{"https://paper.example/a?CMP=share_btn_tw", "https://paper.example/a", true},
	{"https://paper.example/a?cmpid=x", "https://paper.example/a", true},
	{"https://paper.example/a?ocid=x", "https://paper.example/a", true},
	{"https://paper.example/a?xtor=RSS-1", "https://paper.example/a", true},
	{"https://paper.example/a?ref=rss", "https://paper.example/a", true},
	{"https://paper.example/a?source=rss", "https://paper.example/a", true},
	{"https://paper.example/a?mod=rss_markets_main", "https://paper.example/a", true},
	{"https://paper.example/a?smid=tw-share", "https://paper.example/a", true},
	{"https://paper.example/a?partner=rss&emc=rss", "https://paper.example/a", true},
	{"https://paper.example/a?mc_cid=1&mc_eid=2", "https://paper.example/a", true},
	{"https://paper.example/a?_hsenc=x", "https://paper.example/a", true},
	{"https://paper.example/a?igshid=x", "https://paper.example/a", true},
	{"https://paper.example/a?spm=a.b", "https://paper.example/a", true},
	{"https://paper.example/a?__twitter_impression=true", "https://paper.example/a", true},
	{"https://paper.example/a?s=20", "https://paper.example/a", true},
	{"https://paper.example/a?sh=5a4c1a2b7e6f", "https://paper.example/a", true},
	{"https://paper.example/a?amp;utm_source=x", "https://paper.example/a", true},
	{"https://paper.example/a?cid=rss_top", "https://paper.example/a", true},
	{"https://paper.example/a/amp", "https://paper.example/a", true},
	{"https://paper.example/a/amp/", "https://paper.example/a", true},
	{"https://paper.example/amp/a", "https://paper.example/a", true},
	{"https://paper.example/a.amp", "https://paper.example/a", true},
	{"https://paper.example/a.amp.html", "https://paper.example/a.html", true},
	{"https://paper.example/a?amp=1", "https://paper.example/a", true},
	{"https://paper.example/a?outputType=amp", "https://paper.example/a", true},
	{"https://www.google.com/amp/s/paper.example/a", "https://paper.example/a", true},
	{"https://paper-example.cdn.ampproject.org/c/s/paper.example/a", "https://paper.example/a", true},
	{"https://paper-example.cdn.ampproject.org/v/s/paper.example/a?amp_js_v=0.1", "https://paper.example/a", true},
	{"https://www.google.com/url?rct=j&sa=t&url=https://paper.example/a&ct=ga", "https://paper.example/a", true},
	{"https://news.google.com/rss/articles/CBMiFmh0dHBzOi8vcGFwZXIuZXhhbXBsZS9h0gEA", "https://paper.example/a", true},
	{"https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fa&h=x", "https://paper.example/a", true},
	{"https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fpaper.example%2fa", "https://paper.example/a", true},
	{"https://r.search.yahoo.com/_ylt=x/RU=https%3a%2f%2fpaper.example%2fa/RK=2", "https://paper.example/a", true},
	{"https://t.umblr.com/redirect?z=https%3A%2F%2Fpaper.example%2Fa", "https://paper.example/a", true},
	{"https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A", true},
	{"https://bücher.example/a", "https://xn--bcher-kva.example/a", true},
	{"https://paper.example/a", "https://paper.example/b", false},
	{"https://paper.example/a", "https://paper.example/A", false},
	{"https://paper.example/a?id=1", "https://paper.example/a?id=2", false},
	{"https://paper.example/a?id=1", "https://paper.example/a", false},
	{"https://paper.example/a?p=1", "https://paper.example/a", false},
	{"https://paper.example/a?cid=1234", "https://paper.example/a?cid=1235", false},
	{"https://paper.example/a?source=4711", "https://paper.example/a?source=4712", false},
	{"https://paper.example/a?page=2", "https://paper.example/a", false},
	{"https://news.paper.example/a", "https://paper.example/a", false},
	{"https://en.paper.example/a", "https://de.paper.example/a", false},
	{"https://paper.example:8080/a", "https://paper.example/a", false},
	{"https://paper.example/#!/a", "https://paper.example/#!/b", false},
	{"https://paper.example/a.html", "https://paper.example/a", false},
	{"https://paper.example/a%2Fb", "https://paper.example/a/b", false},
	{"https://paper.example/ampere", "https://paper.example/ere", false},
	{"https://paper.example/camp", "https://paper.example/c", false},
	{"https://paper.example/a?s=bridge", "https://paper.example/a", false},
	{"https://paper.example/a?type=news", "https://paper.example/a", false},
	{"https://m.com/a", "https://com/a", false},
	{"https://paper.example/a?v=1", "https://paper.example/a?v=2", false},
	{"https://news.google.com/rss/articles/CBMiAAAA", "https://news.google.com/rss/articles/CBMiBBBB", false},
}

func TestCanonical(t *testing.T) {
	for _, tt := range pairs {
		a, b := Canonical(tt.a), Canonical(tt.b)
		if (a == b) != tt.same || a == "" {
			t.Errorf("Canonical(%q) = %q, Canonical(%q) = %q, want the same: %v", tt.a, a, tt.b, b, tt.same)
		}
		if again := Canonical(a); again != a {
			t.Errorf("Canonical(%q) = %q, and again %q", tt.a, a, again)
		}
	}
	for _, in := range []string{"", "x", "javascript:1", "mailto:a@b.example", "https://", "tag:paper.example,2026:a"} {
		if got := Canonical(in); got != "" {
			t.Errorf("Canonical(%q) = %q, want nothing", in, got)
		}
	}
}

func TestRulesAreExtended(t *testing.T) {
	r := Rules{Tracking: []string{"From_Page", "px_*"}}
	if got, want := r.Canonical("https://paper.example/a?from_page=1&px_x=2&id=3"), "https://paper.example/a?id=3"; got != want {
		t.Errorf("Canonical = %q, want %q", got, want)
	}
}

func TestSameSite(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"https://www.paper.example/a", "https://m.paper.example/b", true}, {"https://paper.co.uk/", "https://other.co.uk/", false}, {"", "", false}, {"https://a.blogspot.com/", "https://b.blogspot.com/", false},
	} {
		if got := SameSite(tt.a, tt.b); got != tt.want {
			t.Errorf("SameSite(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, tt := range pairs {
		f.Add(tt.a)
	}
	f.Fuzz(func(t *testing.T, in string) {
		c := Canonical(in)
		if again := Canonical(c); again != c {
			t.Errorf("Canonical(%q) = %q, and again %q", in, c, again)
		}
	})
}

func TestClaimed(t *testing.T) {
	for _, tt := range []struct{ name, own, given, want string }{
		{"its own site", "https://www.post.example/a/1", "https://m.post.example/a/1", ""},
		{"another site", "https://evil.example/1", "https://www.post.example/a/1?utm_source=x", Canonical("https://post.example/a/1")},
		{"no address", "https://post.example/a/1", "post-1", ""},
		{"no address of its own", "", "https://post.example/a/1", ""},
	} {
		if got := Claimed(tt.own, tt.given); got != tt.want {
			t.Errorf("%s: Claimed(%q, %q) = %q, want %q", tt.name, tt.own, tt.given, got, tt.want)
		}
	}
}
