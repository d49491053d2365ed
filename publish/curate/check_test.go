package curate

import (
	"strings"
	"testing"
	"time"
)

func TestCheckSaysEverything(t *testing.T) {
	bad := Topic{
		Slug: "Über", Match: "a (b", Limit: 999, PerSource: -1, MinOutlets: -1, MaxAge: -1, Settle: 48 * time.Hour, Sort: "best",
		Content: "some", Formats: []string{"pdf"}, Was: []string{"A b"}, From: []string{"tag:"}, Token: "short",
	}
	err := bad.Check()
	if err == nil {
		t.Fatal("Check: no error")
	}
	for _, want := range []string{"slug", "never closed", "\n  ^", "limit", "per_source", "min_outlets", "max_age", "settle", "sort", "content", "formats", "was", "from", "token"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Check does not mention %q:\n%v", want, err)
		}
	}
	good := Defaults()
	good.Slug, good.From = "syria-2", []string{"tag:wire"}
	if err := good.Check(); err != nil {
		t.Errorf("Check of a good topic: %v", err)
	}
	if _, err := NewRule(good, NewRoster(nil)); err != nil {
		t.Errorf("NewRule: %v", err)
	}
}

// A rule's hash moves with what it takes, and with nothing else.
func TestHash(t *testing.T) {
	outlets := []Outlet{{ID: "a", Tags: []string{"wire"}}, {ID: "b"}}
	hash := func(outlets []Outlet, edit func(*Topic)) uint64 {
		topic := Defaults()
		topic.Slug, topic.Match = "t", "truce"
		edit(&topic)
		r, err := NewRule(topic, NewRoster(outlets))
		if err != nil {
			t.Fatal(err)
		}
		return r.Hash
	}
	more := append(outlets[:2:2], Outlet{ID: "c", Tags: []string{"wire"}})
	private := append(outlets[:2:2], Outlet{ID: "c", Private: true})
	plain := func(*Topic) {}
	wire := func(t *Topic) { t.From = []string{"tag:wire"} }
	tagged := func(t *Topic) { t.Match = "tag:wire" }
	for _, tt := range []struct {
		name string
		a, b uint64
		same bool
	}{
		{"title and limit", hash(outlets, plain), hash(outlets, func(t *Topic) { t.Title, t.Limit = "T", 9 }), true},
		{"spelling of the query", hash(outlets, plain), hash(outlets, func(t *Topic) { t.Match = " Truce " }), true},
		{"query", hash(outlets, plain), hash(outlets, func(t *Topic) { t.Match = "war" }), false},
		{"another public outlet", hash(outlets, plain), hash(more, plain), true},
		{"another private outlet", hash(outlets, plain), hash(private, plain), false},
		{"another outlet of from", hash(outlets, wire), hash(more, wire), false},
		{"another outlet of a tag", hash(outlets, tagged), hash(more, tagged), false},
		{"min_outlets", hash(outlets, plain), hash(outlets, func(t *Topic) { t.MinOutlets = 3 }), false},
	} {
		if (tt.a == tt.b) != tt.same {
			t.Errorf("%s: same hash %v, want %v", tt.name, tt.a == tt.b, tt.same)
		}
	}
}
