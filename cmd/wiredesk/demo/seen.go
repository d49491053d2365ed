package demo

import (
	"context"
	"fmt"
	"strings"

	"wiredesk/store"
)

// backlog is seen when all that stood in the feeds at the start has arrived.
// It also learns whether the store folds by text: two items have the same
// text, word for word, under two addresses.
func (s *script) backlog(ctx context.Context) report {
	stories := map[store.StoryID]bool{}
	outlets := map[*feed]bool{}
	for _, it := range s.n.printed {
		si, ok, err := s.w.find(ctx, it)
		if !ok {
			return report{err: err}
		}
		stories[si.story.ID] = true
		outlets[it.feed] = true
		if it.feed.id == "ledger" && it.text == "satellite" {
			s.text = len(si.story.Members) > 1
		}
	}
	return report{line: fmt.Sprintf("%d articles arrive from %d outlets and make %d stories", len(s.n.printed), len(outlets), len(stories))}
}

// arrived is seen when an item is in the store; %s in say is its title.
func (s *script) arrived(ctx context.Context, it *item, say string) report {
	si, ok, err := s.w.find(ctx, it)
	if !ok {
		return report{err: err}
	}
	return report{line: withTitle(say, si.article.Title)}
}

// joined tells into which story an item was folded, and why; or that it stands apart.
func (s *script) joined(ctx context.Context, it *item) report {
	si, ok, err := s.w.find(ctx, it)
	if !ok {
		return report{err: err}
	}
	f := si.member.Fold
	switch {
	case len(si.story.Members) == 1 && it.origin != nil:
		return report{} // the feed that it is listed from was not read yet
	case len(si.story.Members) == 1 && !s.text:
		return report{line: withTitle("stands apart, another URL: %s in "+it.feed.name, si.article.Title)}
	case len(si.story.Members) == 1:
		return report{line: withTitle("stands apart: %s in "+it.feed.name+": "+clip(lastClause(f.RejectReason), 40), si.article.Title)}
	case f.Rule == "url" || it.origin != nil:
		return report{line: withTitle("folded by URL: "+it.feed.name+" lists %s too", si.article.Title)}
	case f.Rule == "":
		return report{line: withTitle("folded: others joined %s in "+it.feed.name, si.article.Title)}
	}
	say := fmt.Sprintf("folded: %%s in %s, %.0f %% of its words", it.feed.name, 100*f.Share)
	return report{line: withTitle(say, si.article.Title)}
}

// separate tells why an item did not join what it looks like.
func (s *script) separate(ctx context.Context, it *item, what string) report {
	si, ok, err := s.w.find(ctx, it)
	if !ok {
		return report{err: err}
	}
	why := "another URL"
	if s.text {
		why = "too few shared words"
	}
	if r := si.member.Fold.RejectReason; r != "" {
		why = lastClause(r)
	}
	if len(si.story.Members) > 1 {
		return report{line: clip("folded, wrongly: "+what+", "+si.member.Fold.Reason, lineWidth)}
	}
	return report{line: clip("not folded, "+what+": "+why, lineWidth)}
}

// pageRead tells what was taken from the page behind a short summary.
func (s *script) pageRead(ctx context.Context, it *item) report {
	si, ok, err := s.w.find(ctx, it)
	if !ok {
		return report{err: err}
	}
	words := len(strings.Fields(si.article.Text))
	if faults := pageFaults(it, &si.article); len(faults) > 0 {
		return report{line: clip(fmt.Sprintf("its page was misread, %d words: %s", words, faults[0]), lineWidth)}
	}
	return report{line: fmt.Sprintf("its page was read: %d words, no masthead, no link, no caption twice", words)}
}

// notTakenOver is seen when the hostile copy is judged and the story that it
// quotes still stands on its own feet.
func (s *script) notTakenOver(ctx context.Context) report {
	h, ok, err := s.w.find(ctx, s.hostile)
	if !ok {
		return report{err: err}
	}
	v, ok, err := s.w.find(ctx, s.victim)
	if !ok {
		return report{err: err}
	}
	if v.story.Lead == h.article.ID || h.article.ID == v.article.ID {
		return report{line: withTitle("taken over by "+s.hostile.feed.name+": %s", v.article.Title)}
	}
	return report{line: withTitle("harmless: "+s.hostile.feed.name+" quotes %s whole, takes its id", v.article.Title)}
}

// revisedTo is seen with an item's nth revision after the first version.
func (s *script) revisedTo(ctx context.Context, it *item, n int) report {
	if have, _ := s.w.revised(it); have < n {
		return report{}
	}
	si, ok, err := s.w.find(ctx, it)
	if !ok {
		return report{err: err}
	}
	list, err := s.w.archive.Revisions(ctx, si.article.ID)
	if err != nil || len(list) == 0 {
		return report{err: err}
	}
	last := list[len(list)-1]
	verb := map[store.Class]string{store.Edit: "edited", store.Minor: "touched", store.Correction: "corrected"}[last.Class]
	why := " (" + clip(last.Why, 24) + ")"
	if last.Class == store.Correction {
		why = "" // the verb says it
	}
	return report{line: withTitle(fmt.Sprintf("%s: %%s, revision %d%s", verb, last.N, why), strings.TrimPrefix(last.Title, "CORRECTED: "))}
}

func (s *script) takenBack(ctx context.Context) report {
	if !s.w.withdrawn(s.mayor) {
		return report{}
	}
	si, ok, err := s.w.find(ctx, s.mayor)
	if !ok || si.article.Withdrawn.IsZero() {
		return report{err: err}
	}
	return report{line: withTitle("withdrawn by "+s.mayor.feed.name+": %s", si.article.Title)}
}

// unharmed is seen when an item arrived while another outlet was down, and
// what readers get says nothing of the outage.
func (s *script) unharmed(ctx context.Context, it *item, down *feed) report {
	_, ok, err := s.w.find(ctx, it)
	if !ok || s.w.health[down.id].Errors == 0 {
		return report{err: err}
	}
	e, err := s.d.edition(ctx, everything)
	if err != nil || len(e.Items) == 0 {
		return report{err: err}
	}
	if n := e.errorEntries(); n > 0 {
		return report{line: fmt.Sprintf("harmed: %d of the feed's %d entries are error pages", n, len(e.Items))}
	}
	return report{line: fmt.Sprintf("unharmed: the feed has %d entries, none of them an error page", len(e.Items))}
}

// lastClause is why a candidate was turned down, without which it was.
func lastClause(reason string) string {
	if i := strings.LastIndex(reason, ": "); i >= 0 {
		return reason[i+len(": "):]
	}
	return reason
}

// lineWidth is what is left of 80 columns beside the time.
const lineWidth = 80 - len("15:04:05  ")

// withTitle puts a title in quotes where say has its first %s, cut so that the
// line fits.
func withTitle(say, title string) string {
	before, after, _ := strings.Cut(say, "%s")
	room := lineWidth - len([]rune(before+after)) - len("''")
	return clip(before+"'"+clip(title, max(room, 12))+"'"+after, lineWidth)
}

// clip cuts s to at most n columns.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ,.:;") + "…"
}
