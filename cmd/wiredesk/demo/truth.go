package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wiredesk/store"
)

// A tally is what the store holds, counted beside what the outlets printed.
type tally struct {
	articles, feeds, outlets int
	stories                  int
	copies, wrong            int // folded; of those, with what they are no copy of
	apart                    int // copies by text that stand apart because only URLs fold
	classes                  map[store.Class]int
	withdrawn                int
	outages, errorEntries    int
	editions                 int
	files                    int
	changedBytes             int64
	faults                   []string // where store and truth disagree
}

func (t *tally) fault(format string, args ...any) {
	t.faults = append(t.faults, fmt.Sprintf(format, args...))
}

// place is where the truth looks for an item in the store.
func (it *item) place() place { return place{it.feed.id, it.url} }

// fold is the story that an item belongs to: by the text that it carries, or,
// while the store folds by address only, by its address.
func (it *item) fold(text bool) string {
	if text {
		return it.text
	}
	return it.url
}

// compare counts what the store holds and notes every difference from the truth.
func (s *script) compare(ctx context.Context, t *tally) error {
	stories, err := s.w.all(ctx)
	if err != nil {
		return err
	}
	t.stories, t.feeds, t.outages = len(stories), len(s.n.order), s.n.outages
	t.classes = map[store.Class]int{}
	truth := map[place]*item{}
	sites := map[*site]bool{}
	for _, it := range s.n.printed {
		truth[it.place()] = it
		sites[it.feed.site] = true
	}
	t.outlets = len(sites)
	for i := range stories {
		s.compareStory(t, &stories[i], truth)
	}
	s.compareFolds(t, stories, truth)
	for at, it := range truth {
		if _, ok := s.w.articles[at]; !ok {
			t.fault("%s printed %q and the store does not have it", it.feed.name, it.title)
		}
	}
	return s.compareRevisions(ctx, t)
}

// compareStory looks at one story: are its members copies of each other?
func (s *script) compareStory(t *tally, st *store.Story, truth map[place]*item) {
	var lead *item
	members := make([]*item, 0, len(st.Members))
	for _, m := range st.Members {
		t.articles++
		it := truth[place{m.Article.Source, m.Article.URL}]
		if it == nil {
			t.fault("the store has an article that nobody printed: %s, %q", m.Source, m.Article.Title)
			continue
		}
		s.compareArticle(t, it, &m.Article)
		if m.ID == st.Lead {
			lead = it
		}
		members = append(members, it)
	}
	t.copies += max(len(members)-1, 0)
	if lead == nil {
		return
	}
	if lead.hostile && len(members) > 1 {
		t.fault("the hostile copy stands for the story %q", members[0].title)
	}
	for _, it := range members {
		if it.text != lead.text && !it.hostile {
			t.wrong++
			t.fault("%q of %s was folded with %q of %s, another story", it.title, it.feed.name, lead.title, lead.feed.name)
		}
	}
}

// compareArticle looks at what was kept of one item.
func (s *script) compareArticle(t *tally, it *item, a *store.Article) {
	if a.Title != it.title {
		t.fault("%s: the title is %q, not %q", it.feed.name, a.Title, it.title)
	}
	if gone := !a.Withdrawn.IsZero(); gone != !it.gone.IsZero() {
		t.fault("%q of %s: withdrawn is %v, not %v", it.title, it.feed.name, gone, !gone)
	} else if gone {
		t.withdrawn++
	}
	for _, fault := range pageFaults(it, a) {
		t.fault("%q of %s: kept with its page: %s", it.title, it.feed.name, fault)
	}
}

// pageFaults names what of a newspaper's page was taken for text, or missed.
func pageFaults(it *item, a *store.Article) (faults []string) {
	if !it.pageOnly {
		return nil
	}
	for what, phrase := range map[string]string{
		"the masthead": "High water", "the most-read list": "smoked haddock", "the newsletter box": "newsletter", "the share links": "23 comments", "the breadcrumbs": "Home ›",
	} {
		if strings.Contains(a.Text, phrase) {
			faults = append(faults, what)
		}
	}
	for _, headline := range it.box {
		if strings.Contains(a.Text, headline) {
			faults = append(faults, "a link of the Read more box")
			break
		}
	}
	if it.caption != "" && strings.Count(a.Text, it.caption) > 1 {
		faults = append(faults, "the second caption")
	}
	for _, p := range it.paras {
		if !strings.Contains(strings.Join(strings.Fields(a.Text), " "), p) {
			faults = append(faults, "not the paragraph "+clip(p, 30))
			break
		}
	}
	if want := it.updated.In(location(pageZone)).Format(pageTime); a.Page == store.PageRead && a.Updated.At.In(location(pageZone)).Format(pageTime) != want {
		faults = append(faults, fmt.Sprintf("not its time: %q at the foot, read as %q", want, a.Updated.From))
	}
	slices.Sort(faults)
	return faults
}

// compareFolds asks whether items that are one story are one in the store.
func (s *script) compareFolds(t *tally, stories []store.Story, truth map[place]*item) {
	folds := map[string]map[store.StoryID]bool{}
	texts := map[string]map[store.StoryID]bool{}
	for _, st := range stories {
		for _, m := range st.Members {
			it := truth[place{m.Article.Source, m.Article.URL}]
			if it == nil || it.hostile {
				continue
			}
			note(folds, it.fold(s.text), st.ID)
			note(texts, it.text, st.ID)
		}
	}
	for name, in := range folds {
		if len(in) > 1 {
			t.fault("%q is one story and stands in %d", name, len(in))
		}
	}
	for _, in := range texts {
		t.apart += len(in) - 1
	}
}

func note(m map[string]map[store.StoryID]bool, key string, id store.StoryID) {
	if m[key] == nil {
		m[key] = map[store.StoryID]bool{}
	}
	m[key][id] = true
}

// compareRevisions asks whether every item went through the revisions that its
// outlet put it through, and no others.
func (s *script) compareRevisions(ctx context.Context, t *tally) error {
	for _, it := range s.n.printed {
		id, ok := s.w.articles[it.place()]
		if !ok {
			continue // already a fault
		}
		list, err := s.w.archive.Revisions(ctx, id)
		if err != nil {
			return fmt.Errorf("read the revisions of %s: %w", id, err)
		}
		var have []store.Class
		for _, r := range list[min(1, len(list)):] {
			have = append(have, r.Class)
			t.classes[r.Class]++
		}
		if !slices.Equal(have, it.classes) {
			t.fault("%q of %s: revisions %v, not %v", it.title, it.feed.name, have, it.classes)
		}
	}
	return nil
}
