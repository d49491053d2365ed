package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/store/diff"
)

// A Judgement says what an incoming article is, as seen from its own past.
type Judgement struct {
	Verdict Verdict   // Unchanged, Revised or New
	Class   Class     // of a revision
	Why     string    // the class's reason in plain words, as in "14 words changed"
	Silent  bool      // the text changed and the source's updated time did not
	Bumped  time.Time // see [Article.Bumped]
}

// Judge compares what came with what is stored, nil if nothing is. now is the
// time of the delivery. Only what a reader sees counts: a date, markup or a
// tracking parameter alone changes nothing (DATES-B2).
func Judge(old, in *Article, now time.Time) Judgement {
	if old == nil {
		return Judgement{Verdict: New, Bumped: firstBump(in, now)}
	}
	if old.Hash == in.Hash || sameContent(old, in) {
		return Judgement{Verdict: Unchanged, Class: old.Class, Bumped: old.Bumped}
	}
	j := Judgement{Verdict: Revised, Bumped: old.Bumped}
	j.Class, j.Why = classify(old, in)
	j.Silent = squeezed(old.Text) != squeezed(in.Text) && !in.Updated.At.After(old.Updated.At)
	if j.Class.Significant() {
		j.Bumped = bump(old, in, now)
	}
	return j
}

// sameContent compares what the content key is made of, for keys that differ
// because another version of wiredesk made them.
func sameContent(a, b *Article) bool {
	return squeezed(a.Title) == squeezed(b.Title) && squeezed(a.Text) == squeezed(b.Text) &&
		a.Canonical == b.Canonical && slices.Equal(enclosureURLs(a), enclosureURLs(b))
}

func enclosureURLs(a *Article) []string {
	urls := make([]string, len(a.Enclosures))
	for i, e := range a.Enclosures {
		urls[i] = e.URL
	}
	slices.Sort(urls)
	return urls
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// Significance of a change of text (DATES-B6).
const (
	manyWords  = 12
	shortText  = 120 // words: below, a tenth of it is many
	shortShare = 10
)

// classify says how much a change matters to a reader, and why (DATES-B6, B7).
func classify(old, in *Article) (Class, string) {
	if label := corrects(old, in); label != "" {
		return Correction, fmt.Sprintf("the source says so: %q", label)
	}
	if squeezed(old.Title) != squeezed(in.Title) {
		return Edit, "the headline changed"
	}
	if label := updates(old, in); label != "" {
		return Edit, fmt.Sprintf("marked %q", label)
	}
	return classifyText(old.Text, in.Text)
}

// NewsIn reports whether a text says so much that old does not, or so much less,
// that readers want to be told (DATES-B6).
func NewsIn(old, in string) bool {
	c, _ := classifyText(old, in)
	return c.Significant()
}

func classifyText(old, in string) (Class, string) {
	n := diff.Changed(diff.Words(old, in))
	words := max(len(strings.Fields(old)), len(strings.Fields(in)))
	switch {
	case n == 0:
		return Minor, "the text is the same; its address or enclosures changed"
	case n >= manyWords, words < shortText && n*shortShare > words:
		return Edit, plural(n, "word") + " changed"
	}
	return Minor, "only " + plural(n, "word") + " changed"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// firstBump is the updated time of an article that nobody had before.
func firstBump(in *Article, now time.Time) time.Time {
	a := *in
	if a.Seen.IsZero() {
		a.Seen = now
	}
	published := a.PublishedAt()
	if u := in.Updated.At; u.After(published) && !u.After(now.Add(Skew)) {
		return earlier(u, now)
	}
	return earlier(published, now)
}

// bump is the value of a significant change: what the source claims, if the
// claim fits the time in which we saw it happen, else our time (DATES-B9). It
// never runs backwards and never stands still; it stays within now unless our
// own clock was set back.
func bump(old, in *Article, now time.Time) time.Time {
	t := now
	since := old.Checked
	if since.IsZero() {
		since = old.Changed
	}
	if u := in.Updated.At; !in.Updated.Day && u.After(since) && !u.After(now.Add(Skew)) {
		t = earlier(u, now)
	}
	if p := old.PublishedAt(); t.Before(p) {
		t = earlier(p, now)
	}
	if !t.After(old.Bumped) {
		t = now
	}
	if !t.After(old.Bumped) {
		t = old.Bumped.Add(time.Second)
	}
	return t
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
