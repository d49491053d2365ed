package demo

import (
	"strings"
	"testing"
	"time"
	"unicode"
)

// shingles returns the five-word shingles of a text.
func shingles(text string) map[string]bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	set := map[string]bool{}
	for i := range max(len(words)-4, 0) {
		set[strings.Join(words[i:i+5], " ")] = true
	}
	return set
}

// contained is the share of a's shingles that stand in b.
func contained(a, b map[string]bool) float64 {
	n := 0
	for s := range a {
		if b[s] {
			n++
		}
	}
	return float64(n) / float64(max(len(a), 1))
}

func testNewsroom(t *testing.T) *newsroom {
	t.Helper()
	n, listeners, err := newNewsroom(time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range listeners {
		t.Cleanup(func() { l.Close() })
	}
	return n
}

// playAll has every scene acted, without anybody watching.
func playAll(n *newsroom) *script {
	s := &script{n: n}
	for _, sc := range s.scenes() {
		if sc.act != nil {
			sc.act(time.Date(2026, 11, 22, 16, 1, 0, 0, time.UTC))
		}
	}
	return s
}

func TestStoriesAreWholeTexts(t *testing.T) {
	stories, err := readStories()
	if err != nil {
		t.Fatal(err)
	}
	if len(stories) < 20 {
		t.Errorf("%d stories, want at least 20", len(stories))
	}
	for slug, s := range stories {
		words := len(strings.Fields(strings.Join(s.paras, " ")))
		if s.title == "" || s.section == "" || words < 120 || words > 350 && slug != "spam" {
			t.Errorf("story %s: title %q, section %q, %d words", slug, s.title, s.section, words)
		}
	}
}

func TestParseStoryRefuses(t *testing.T) {
	for _, raw := range []string{"", "title: no text", "title: x\nheadline: y\n\ntext"} {
		if _, err := parseStory("bad", raw); err == nil {
			t.Errorf("parseStory(%q) = nil error", raw)
		}
	}
}

// The texts must be what the truth says they are: a reprint shares most of its
// words with its story, and nothing else shares many with anything.
func TestOnlyReprintsShareWords(t *testing.T) {
	n := testNewsroom(t)
	playAll(n)
	texts := make([]map[string]bool, len(n.printed))
	for i, it := range n.printed {
		texts[i] = shingles(strings.Join(it.paras, " "))
	}
	for i, a := range n.printed {
		for j, b := range n.printed {
			share, back := contained(texts[i], texts[j]), contained(texts[j], texts[i])
			switch {
			case i == j || len(texts[i]) > len(texts[j]):
			case a.hostile || b.hostile:
				if back >= .20 {
					t.Errorf("%q is %.0f %% of %q: it would be a copy, not a hostile one", a.title, 100*back, b.title)
				}
			case a.text == b.text && (share < .55 || back < .30):
				t.Errorf("%q shares %.0f %% with %q, and back %.0f %%: too few for a copy", a.title, 100*share, b.title, 100*back)
			case a.text != b.text && share > .10:
				t.Errorf("%q shares %.0f %% with %q: too many for another story", a.title, 100*share, b.title)
			}
		}
	}
}

func TestNoTwoItemsShareAnAddress(t *testing.T) {
	n := testNewsroom(t)
	playAll(n)
	urls, guids := map[string]*item{}, map[string]*item{}
	for _, it := range n.printed {
		if other := urls[it.url]; other != nil && it.origin == nil && other.origin == nil {
			t.Errorf("%s and %s both have the address %s", it.feed.id, other.feed.id, it.url)
		}
		if other := guids[it.guid]; other != nil && it.origin == nil && other.origin == nil && !it.hostile {
			t.Errorf("%s and %s both have the id %s", it.feed.id, other.feed.id, it.guid)
		}
		urls[it.url], guids[it.guid] = it, it
	}
}
