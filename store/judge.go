package store

import "time"

// A Judgement says what an incoming article is, as seen from its own past.
type Judgement struct {
	Verdict Verdict   // Unchanged, Revised or New
	Class   Class     // of a revision
	Why     string    // the class's reason in plain words, as in "14 words changed"
	Silent  bool      // the text changed and the source's updated time did not
	Bumped  time.Time // see [Article.Bumped]
}

// Judge compares what came with what is stored, nil if nothing is. now is the
// time of the delivery.
func Judge(old, in *Article, now time.Time) Judgement {
	switch {
	case old == nil:
		return Judgement{Verdict: New, Bumped: now}
	case old.Hash == in.Hash:
		return Judgement{Verdict: Unchanged, Bumped: old.Bumped}
	}
	return Judgement{Verdict: Revised, Class: Edit, Bumped: now}
}
