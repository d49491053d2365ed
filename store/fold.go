package store

import (
	"fmt"
	"net/url"
	"strings"
)

// RuleURL names the fold of articles with one canonical address.
const RuleURL = "url"

// Place finds the story for an article that is in none, among the stories near
// it; 0 means one of its own. near holds the stories of articles with the same
// canonical address, oldest first, with the members' articles and texts.
func Place(in *Article, near []Story, rank func(SourceID) Source) (StoryID, Member) {
	m := Member{ID: in.ID, Source: in.Source, Verdict: New, Relation: Original}
	if !permalink(in.Canonical) {
		return 0, m
	}
	for i := range near {
		s := &near[i]
		if shared(s, in) {
			continue
		}
		if first := owner(s, in); first != nil {
			m.Verdict, m.Relation, m.Fold = Copy, Same, urlFold(in, &first.Article, rank)
			return s.ID, m
		}
	}
	return 0, m
}

// permalink reports whether a canonical address can stand for one article: a
// site's front page cannot.
func permalink(canonical string) bool {
	if !strings.Contains(canonical, "//") {
		canonical = "//" + canonical
	}
	u, err := url.Parse(canonical)
	return err == nil && u.Host != "" && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "")
}

// shared reports whether the article's own source already has a member with
// its address there: then the address stands for more than one article, and
// folds nothing.
func shared(s *Story, in *Article) bool {
	for i := range s.Members {
		m := &s.Members[i]
		if m.Source == in.Source && m.ID != in.ID && m.Article.Canonical == in.Canonical {
			return true
		}
	}
	return false
}

// owner returns the first member with the article's address: who claims an
// address later is linked to it and never takes it over (FOLD, poisoning 1).
func owner(s *Story, in *Article) *Member {
	for i := range s.Members {
		if m := &s.Members[i]; m.Article.Canonical == in.Canonical && m.ID != in.ID {
			return m
		}
	}
	return nil
}

func urlFold(in, first *Article, rank func(SourceID) Source) Fold {
	name := rank(first.Source).Name
	if name == "" {
		name = string(first.Source)
	}
	return Fold{
		Rule: RuleURL, Against: first.ID, Share: overlap(in.Text, first.Text),
		Reason: fmt.Sprintf("it has the same address as '%s' of %s", first.Title, name),
	}
}
