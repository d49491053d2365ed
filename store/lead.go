package store

// Lead returns the member that stands for the story. rank gives what is
// configured of a source, or the zero Source.
func Lead(s *Story, rank func(SourceID) Source) ArticleID {
	if s.Lead == 0 && len(s.Members) > 0 {
		return s.Members[0].ID
	}
	return s.Lead
}
