package publish

import (
	"time"

	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/store"
)

// Explained is the whole story of a story, for the operator: private sources
// and hidden stories included.
type Explained struct {
	Story     store.Story
	Revisions map[store.ArticleID][]store.Revision // without text
	Decisions []store.Decision                     // about it, undone ones included
	Topics    []Reason                             // every configured topic, by slug
}

// A Reason says why a topic shows a story, or does not.
type Reason struct {
	Topic   curate.Topic
	Taken   bool              // the topic's rule takes it
	Shown   bool              // it stands in the topic's current edition
	Why     string            // one sentence in plain words
	Match   query.Result      // which clause matched where, which failed
	Members []store.ArticleID // that Match and the edition were given, in the order of Match's members
	Entry   store.Entry       // what readers were last given; zero: nothing
	Due     time.Time         // when it appears or moves by itself; zero: it does not
}
