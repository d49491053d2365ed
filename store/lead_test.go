package store

import "testing"

func ranked(id SourceID) Source {
	return map[SourceID]Source{
		"agency": {ID: "agency", Rank: 9}, "paper": {ID: "paper", Rank: 1}, "twin": {ID: "twin", Rank: 1}, "blog": {ID: "blog", Rank: 9, LowTrust: true},
	}[id]
}

func member(id ArticleID, source SourceID, words int) Member {
	return Member{ID: id, Source: source, Relation: Same, Fold: Fold{Against: 1, Share: 1}, Article: Article{ID: id, Words: words}}
}

// textMember folded by its words, so many of which another source has as well.
func textMember(id ArticleID, source SourceID, words, shared int) Member {
	return Member{ID: id, Source: source, Relation: Rewritten, Verdict: Copy, Shared: shared, Fold: Fold{Rule: "copy", Against: 1, Share: 1}, Article: Article{ID: id, Words: words}}
}

func TestLead(t *testing.T) {
	withdrawn := member(1, "agency", 500)
	withdrawn.Article.Withdrawn = noon
	roundup := member(2, "agency", 500)
	roundup.Relation = Contains
	other := member(2, "twin", 500)
	other.Fold.Share = 0.1
	hijack := textMember(2, "twin", 900, 100)
	cut, fuller, fullest := textMember(1, "paper", 60, 60), textMember(2, "twin", 200, 60), textMember(3, "twin", 200, 190)
	again := textMember(2, "paper", 100, 90)
	again.Verdict = Update
	for _, tt := range []struct {
		name    string
		lead    ArticleID
		chosen  ArticleID
		members []Member
		want    ArticleID
	}{
		{"first", 0, 0, []Member{member(1, "paper", 100), member(2, "twin", 100)}, 1},
		{"higher rank", 1, 0, []Member{member(1, "paper", 100), member(2, "agency", 50)}, 2},
		{"lower rank, longer", 1, 0, []Member{member(1, "agency", 100), member(2, "paper", 900)}, 1},
		{"as long", 1, 0, []Member{member(1, "paper", 100), member(2, "twin", 109)}, 1},
		{"more complete", 1, 0, []Member{member(1, "paper", 100), member(2, "twin", 120)}, 2},
		{"longer and says something else", 1, 0, []Member{member(1, "paper", 100), other}, 1},
		{"sticky", 2, 0, []Member{member(1, "paper", 100), member(2, "twin", 100)}, 2},
		{"low trust is no lead over trusted", 1, 0, []Member{member(1, "paper", 100), member(2, "blog", 900)}, 1},
		{"trusted comes to a low-trust story", 1, 0, []Member{member(1, "blog", 900), member(2, "paper", 10)}, 2},
		{"chosen by hand", 1, 2, []Member{member(1, "agency", 100), member(2, "blog", 1)}, 2},
		{"chosen left", 1, 7, []Member{member(1, "agency", 100), member(2, "blog", 1)}, 1},
		{"withdrawn", 1, 0, []Member{withdrawn, member(2, "blog", 10)}, 2},
		{"all withdrawn", 1, 0, []Member{withdrawn}, 1},
		{"quotes it whole", 1, 0, []Member{member(1, "paper", 100), roundup}, 1},
		{"quotes it and says much of its own", 1, 0, []Member{textMember(1, "paper", 100, 100), hijack}, 1},
		{"fuller, by nobody's word but its own", 1, 0, []Member{cut, fuller}, 1},
		{"fuller, as a third shows", 1, 0, []Member{cut, fuller, fullest}, 3},
		{"its own source carries it further", 1, 0, []Member{textMember(1, "paper", 100, 90), again}, 2},
		{"barred by a notice", 1, 0, []Member{withdrawn, textMember(2, "twin", 50, 50)}, 2},
		{"nobody", 0, 0, nil, 0},
	} {
		s := Story{Lead: tt.lead, Chosen: tt.chosen, Members: tt.members}
		if got := Lead(&s, ranked); got != tt.want {
			t.Errorf("%s: Lead = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWhyLead(t *testing.T) {
	taken := member(2, "twin", 100)
	taken.Article.Withdrawn = noon
	update := textMember(2, "paper", 100, 90)
	update.Verdict = Update
	for _, tt := range []struct {
		lead, chosen ArticleID
		members      []Member
		want         string
	}{
		{1, 0, []Member{member(1, "paper", 100)}, "it is the only one"},
		{1, 1, []Member{member(1, "paper", 100), member(2, "twin", 100)}, "chosen at the desk"},
		{1, 0, []Member{member(1, "paper", 100), member(2, "twin", 100)}, "it was here before the others, and none tells a tenth more"},
		{1, 0, []Member{member(1, "paper", 100), taken}, "every other member was taken back, or only quotes the story"},
		{1, 0, []Member{member(1, "agency", 100), member(2, "twin", 100)}, "its source has the highest rank, 9"},
		{1, 0, []Member{member(1, "paper", 100), member(2, "blog", 100)}, "its source is trusted, and those of the others are not"},
		{2, 0, []Member{textMember(1, "paper", 60, 60), textMember(2, "twin", 200, 190)}, "it is the fullest: 190 of its words stand in other outlets' copies"},
		{2, 0, []Member{textMember(1, "paper", 100, 90), update}, "its source carried the story further"},
	} {
		s := Story{Lead: tt.lead, Chosen: tt.chosen, Members: tt.members}
		if got := WhyLead(&s, ranked); got != tt.want {
			t.Errorf("WhyLead(%v of %d) = %q, want %q", tt.lead, len(tt.members), got, tt.want)
		}
	}
}

func TestPlace(t *testing.T) {
	at := func(id ArticleID, source SourceID, canonical string) Article {
		return Article{ID: id, Source: source, Canonical: canonical, Title: "Port closed", Text: "the port is closed today"}
	}
	story := func(id StoryID, arts ...Article) Story {
		s := Story{ID: id}
		for _, a := range arts {
			s.Members = append(s.Members, Member{ID: a.ID, Source: a.Source, Article: a})
		}
		return s
	}
	const url = "news.example/a"
	for _, tt := range []struct {
		name string
		in   Article
		near []Story
		want StoryID
	}{
		{"alone", at(9, "paper", url), nil, 0},
		{"same address", at(9, "paper", url), []Story{story(5, at(1, "agency", url))}, 5},
		{"the first of two stories", at(9, "paper", url), []Story{story(5, at(1, "agency", url)), story(6, at(2, "twin", url))}, 5},
		{"own source shares its address", at(9, "agency", url), []Story{story(5, at(1, "agency", url))}, 0},
		{"a member moved to another address", at(9, "paper", url), []Story{story(5, at(1, "agency", "news.example/b"))}, 0},
		{"front page", at(9, "paper", "news.example/"), []Story{story(5, at(1, "agency", "news.example/"))}, 0},
		{"front page with a scheme", at(9, "paper", "https://news.example"), []Story{story(5, at(1, "agency", "https://news.example"))}, 0},
		{"no address", at(9, "paper", ""), []Story{story(5, at(1, "agency", ""))}, 0},
	} {
		id, m := Place(&tt.in, tt.near, ranked)
		if id != tt.want {
			t.Errorf("%s: Place = %v, want %v", tt.name, id, tt.want)
		}
		if joined := m.Verdict == Copy && m.Relation == Same && m.Fold.Reason != "" && m.Fold.Against != 0; joined != (tt.want != 0) {
			t.Errorf("%s: member %+v does not say why", tt.name, m)
		}
	}
}
