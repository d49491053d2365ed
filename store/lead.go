package store

import "fmt"

// Lead returns the member that stands for the story; s.Lead is the one that
// does so far. rank gives what is configured of a source, or the zero Source.
//
// The members' articles are needed without text. Trust and rank decide, then
// completeness, then who had it first by our clock; a claimed date never does.
// The lead is sticky: between equals only one that tells the same and a tenth
// more takes its place.
func Lead(s *Story, rank func(SourceID) Source) ArticleID {
	if s.Chosen != 0 && s.Find(s.Chosen) != nil {
		return s.Chosen
	}
	lead := s.Find(s.Lead)
	for i := range s.Members {
		m := &s.Members[i]
		if m == lead || !mayLead(m) {
			continue
		}
		if lead == nil || !mayLead(lead) || leads(m, lead, rank) {
			lead = m
		}
	}
	switch {
	case lead != nil:
		return lead.ID
	case len(s.Members) > 0:
		return s.Members[0].ID
	}
	return 0
}

// WhyLead says in plain words why the story's lead stands for it.
func WhyLead(s *Story, rank func(SourceID) Source) string {
	lead := s.Find(s.Lead)
	if lead == nil {
		return ""
	}
	var others []*Member
	for i := range s.Members {
		if m := &s.Members[i]; m != lead && mayLead(m) {
			others = append(others, m)
		}
	}
	own, trusted := rank(lead.Source), 0
	top, most := true, 0
	for _, m := range others {
		r := rank(m.Source)
		if !r.LowTrust {
			trusted++
		}
		top, most = top && r.Rank < own.Rank, max(most, m.Shared)
	}
	switch {
	case s.Chosen == lead.ID:
		return "chosen at the desk"
	case len(s.Members) == 1:
		return "it is the only one"
	case len(others) == 0:
		return "every other member was taken back, or only quotes the story"
	case trusted == 0 && !own.LowTrust:
		return "its source is trusted, and those of the others are not"
	case top:
		return fmt.Sprintf("its source has the highest rank, %d", own.Rank)
	case lead.Verdict == Update:
		return "its source carried the story further"
	case lead != &s.Members[0] && lead.Shared > most:
		return fmt.Sprintf("it is the fullest: %d of its words stand in other outlets' copies", lead.Shared)
	}
	return "it was here before the others, and none tells a tenth more"
}

// mayLead reports whether a member can stand for its story: not what was taken
// back, nor a text that quotes the story among other matter (FOLD, poisoning 3).
func mayLead(m *Member) bool { return m.Article.Withdrawn.IsZero() && m.Relation != Contains }

// leads reports whether m is to take the lead's place.
func leads(m, lead *Member, rank func(SourceID) Source) bool {
	a, b := rank(m.Source), rank(lead.Source)
	if a.LowTrust != b.LowTrust {
		return b.LowTrust // a trusted article is never hidden under another (FOLD, poisoning 4)
	}
	if a.Rank != b.Rank {
		return a.Rank > b.Rank
	}
	if m.Relation == Same && m.Fold.Share < sameText && m.Fold.Against != 0 {
		return false // it has the address and says something else
	}
	if m.Verdict == Update && m.Source == lead.Source {
		return true // its own source carried it further
	}
	if m.Relation == Same {
		return 10*m.Article.Words > 11*lead.Article.Words
	}
	return 10*m.Shared > 11*backed(lead)
}

// backed returns how much of a lead's text others vouch for; before its words
// were ever compared, all of it. What a text has for itself alone makes it no
// fuller: else whoever quotes a story and adds to it would lead it.
func backed(lead *Member) int {
	if lead.Shared == 0 {
		return lead.Article.Words
	}
	return lead.Shared
}

// sameText is how much of the shorter of two texts must stand in the longer
// for the longer to be called more complete.
const sameText = 0.5
