package store

import (
	"fmt"
	"time"
)

// What a source's changes to an article may do to the story's place, as
// [Source.Updates] has it. A correction is always told.
const (
	UpdatesNormal = "normal" // a significant change of text takes it to the top; a date alone does not
	UpdatesIgnore = "ignore" // nothing does
	UpdatesAlways = "always" // an old article dated anew does, too
)

// again is how much younger a date must be than the last change to make an old
// article news: some feeds date every item with the time of the poll.
const again = 24 * time.Hour

// JudgeBy is [Judge] under a source's policy for updates.
func JudgeBy(policy string, old, in *Article, now time.Time) Judgement {
	j := Judge(old, in, now)
	switch {
	case old == nil:
	case policy == UpdatesIgnore && j.Class == Edit && j.Verdict == Revised:
		j.Class, j.Bumped = Minor, old.Bumped
		j.Why += "; updates of its source are ignored"
	case policy == UpdatesAlways && j.Verdict == Unchanged && republished(old, in, now):
		j = Judgement{Verdict: Revised, Class: Edit, Bumped: bump(old, in, now)}
		j.Why = fmt.Sprintf("its source published it again, dated %s", in.Updated.At.Format("2006-01-02 15:04 UTC"))
	}
	return j
}

// republished reports whether an article that did not change has a new date
// that makes it news.
func republished(old, in *Article, now time.Time) bool {
	u := in.Updated.At
	return u.After(old.Updated.At) && !u.Before(old.Bumped.Add(again)) && !u.After(now.Add(Skew))
}
