package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/store/sketch"
)

// Thresholds of folding by text, as measured in FOLD.md. S is the share of the
// shorter text's words that stand in the longer, o of the longer's that stand
// in the shorter, furniture left out of both.
const (
	copyS, copyO          = .48, .20
	copyWords             = 40
	shortS, shortO        = .70, .35
	shortWords            = 18
	trimS, trimO          = .55, .10
	trimWords             = 40
	sameS                 = .66 // within one source: it says new things in old words
	teaserS               = .75
	teaserWords           = 18
	teaserSize            = 90
	reissueWithin         = 6 * time.Hour
	reissueS              = .45
	reissueWords          = 16
	leadWords             = 110 // a trimmed copy or teaser must touch these first words of the longer text
	recurAfter            = 16 * time.Hour
	oldAfter              = 72 * time.Hour
	roundupShare          = .70
	roundupWords          = 40
	MaxCandidates         = 8 // texts compared with one article
	MaxCandidatesPerStory = 2
	NearWindow            = 14 * 24 * time.Hour
)

// A NearDoc is an article made ready for folding by text.
type NearDoc struct {
	Article ArticleID
	Story   StoryID // candidates only
	Source  SourceID
	Title   string
	Outlet  string // name of the source, for reasons
	Seen    time.Time
	Doc     *sketch.Doc

	Roundup  bool // carries several stories: never folded with
	Impostor bool // its source put texts of its own under the addresses of others
}

// A Near is the outcome of folding by text. The zero Story means that the
// article opens one of its own.
type Near struct {
	Story    StoryID
	Relation Relation
	Fold     Fold
	Roundup  bool
	Contains bool     // it quotes the story among other matter: at most half of it is shared
	Against  *NearDoc // of Fold, with the passages shared
	Overlap  sketch.Overlap
}

// pair is one comparison: the figures of [Fold], and which of the texts is shorter.
type pair struct {
	c            *NearDoc
	o            sketch.Overlap
	s, other     float64
	words        int
	size         int // of the shorter text
	lead         bool
	figures      float64
	names        float64
	shorterIsNew bool
	relation     Relation
	rule         string
	why          string // when rule is empty: why not
}

// FoldText decides which story in belongs to, by its words. Candidates are
// compared with it one by one, never with each other, so that no story ever
// joins another because of a third text. Furniture reports whether a shingle
// is page furniture between texts of two sources.
func FoldText(in *NearDoc, candidates []NearDoc, furniture func(shingle uint64, a, b SourceID) bool) Near {
	pairs := make([]pair, 0, len(candidates))
	for i := range candidates {
		c := &candidates[i]
		mark := func(h uint64) bool { return furniture(h, in.Source, c.Source) }
		in.Doc.MarkFurniture(mark)
		c.Doc.MarkFurniture(mark)
		p := compare(in, c)
		p.judge(in)
		pairs = append(pairs, p)
	}
	best := -1
	for i, p := range pairs {
		if p.rule != "" && (best < 0 || p.score() > pairs[best].score()) {
			best = i
		}
	}
	if best >= 0 { // what counts of in is what counts beside that text, not beside the one compared last
		in.Doc.MarkFurniture(func(h uint64) bool { return furniture(h, in.Source, pairs[best].c.Source) })
	}
	n := Near{Roundup: roundup(in, pairs, best)}
	if best >= 0 && n.Roundup {
		pairs[best].why, pairs[best].rule = "the article carries passages of several stories", ""
		best = -1
	}
	if best >= 0 {
		p := pairs[best]
		n.Story, n.Relation, n.Against, n.Overlap = p.c.Story, p.relation, p.c, p.o
		n.Contains = !p.shorterIsNew && p.other < .5 && in.Source != p.c.Source
		n.Fold = Fold{
			Rule: p.rule, Against: p.c.Article, Reason: p.reason(in), Share: p.s, Other: p.other, Words: p.words,
			Figures: p.figures, Left: in.Doc.Furniture(), First: p.first(in.Doc),
		}
	}
	if r := rejected(pairs, n.Story); r != nil {
		n.Fold.Rejected, n.Fold.RejectReason = r.c.Article, r.turnedDown()
		n.Fold.RejectShare, n.Fold.RejectOther, n.Fold.RejectWords = r.s, r.other, r.words
	}
	return n
}

func compare(in, c *NearDoc) pair {
	p := pair{c: c, o: sketch.Compare(in.Doc, c.Doc)}
	a, b := in.Doc.Size(), c.Doc.Size()
	p.shorterIsNew = a <= b
	p.s, p.other, p.words, p.size = p.o.ShareA, p.o.ShareB, p.o.WordsA, a
	long := p.o.InB
	if !p.shorterIsNew {
		p.s, p.other, p.words, p.size = p.o.ShareB, p.o.ShareA, p.o.WordsB, b
		long = p.o.InA
	}
	p.lead = slices.Contains(long[:min(leadWords, len(long))], true)
	p.figures, p.names = p.o.Figures(), p.o.Names()
	return p
}

func (p *pair) score() float64 { return p.s + .3*p.other }

// judge sets the rule that folds the pair, or why none does.
func (p *pair) judge(in *NearDoc) {
	switch {
	case p.reissue(in):
		p.rule, p.relation = "reissue", likeness(p.s, p.other)
	case p.s >= copyS && p.other >= copyO && (p.words >= copyWords || p.words >= shortWords && p.s >= shortS && p.other >= shortO):
		p.rule, p.relation = "copy", likeness(p.s, p.other)
	case p.s >= trimS && p.words >= trimWords && p.lead && p.other >= trimO:
		p.rule, p.relation = "trimmed", Trimmed
	case p.size <= teaserSize && p.s >= teaserS && p.words >= teaserWords && p.lead:
		p.rule, p.relation = "summary", Summary
	default:
		p.why = "too few of its words"
		return
	}
	if p.why = p.objection(in); p.why != "" {
		p.rule = ""
	}
}

// reissue reports whether a source sent a text anew: under the same headline,
// soon after the first.
func (p *pair) reissue(in *NearDoc) bool {
	return in.Source == p.c.Source && in.Seen.Sub(p.c.Seen).Abs() <= reissueWithin &&
		p.s >= reissueS && p.words >= reissueWords && sameHeadline(in.Title, p.c.Title)
}

// sameHeadline reports whether two headlines, of several words, are the same
// but for marks and case.
func sameHeadline(a, b string) bool {
	x, y := words(bare(a)), words(bare(b))
	return len(x) >= 3 && slices.Equal(x, y)
}

// likeness says how two texts stand to each other by the shares of the shorter
// and of the longer one.
func likeness(s, other float64) Relation {
	switch {
	case s < .9:
		return Rewritten
	case other < .9:
		return Trimmed
	}
	return Verbatim
}

// Relate says how a text stands to its story's lead, as readers are told it.
func Relate(in, lead *sketch.Doc) Relation {
	o := sketch.Compare(in, lead)
	if in.Size() <= lead.Size() {
		return likeness(o.ShareA, o.ShareB)
	}
	return likeness(o.ShareB, o.ShareA)
}

// objection returns why texts that share enough words are two stories all the
// same: reports that recur in the same words with other figures, and old texts.
func (p *pair) objection(in *NearDoc) string {
	apart := in.Seen.Sub(p.c.Seen).Abs()
	same := in.Source == p.c.Source
	switch {
	case p.c.Roundup:
		return "that article carries several stories"
	case p.rule == "reissue":
		return ""
	case same && p.s < sameS:
		return "the same source wrote both, and too many words are others"
	case erratum(in.Title, in.Doc.Text) != erratum(p.c.Title, p.c.Doc.Text):
		return "a note about an article is not the article"
	case same && apart >= recurAfter && (p.figures < .9 || p.names < .85) && p.s < .97:
		return fmt.Sprintf("a recurring report: the same words %d hours apart with other figures or names", int(apart.Hours()))
	case same && p.size < 160 && (p.figures < .6 || p.names < .5):
		return "the same form with other figures or names"
	case !same && p.size < 120 && p.figures < .5 && p.s < .8:
		return "the figures are others"
	case apart > oldAfter && (p.s < .85 || p.other < .30 || p.figures < .9 || p.words < 60):
		return fmt.Sprintf("%d hours apart, and not the same enough for that", int(apart.Hours()))
	case same && !p.lead && p.s < .97:
		return "the same source wrote both, and they open with other words"
	}
	return p.teaserObjection(in)
}

// reason says in plain words why the pair folds.
func (p *pair) reason(in *NearDoc) string {
	var b strings.Builder
	switch {
	case p.relation == Verbatim:
		fmt.Fprintf(&b, "the same text as %q of %s: %d words", p.c.Title, p.c.Outlet, p.words)
	case p.shorterIsNew:
		fmt.Fprintf(&b, "%.0f %% of its words, %d of them, stand in %q of %s", 100*p.s, p.words, p.c.Title, p.c.Outlet)
	default:
		fmt.Fprintf(&b, "it holds %.0f %% of the words, %d of them, of %q of %s", 100*p.s, p.words, p.c.Title, p.c.Outlet)
	}
	switch own, other := in.Doc.Furniture(), p.c.Doc.Furniture(); {
	case own > 0 && other > 0 && in.Source != p.c.Source:
		fmt.Fprintf(&b, "; not counted: %d words of %s's page furniture, and %d of %s's", own, in.Outlet, other, p.c.Outlet)
	case own > 0:
		fmt.Fprintf(&b, "; not counted: %d words of %s's page furniture", own, in.Outlet)
	case other > 0:
		fmt.Fprintf(&b, "; not counted: %d words of %s's page furniture", other, p.c.Outlet)
	}
	return b.String()
}

// firstWords is how many matched words a reason keeps as a sample.
const firstWords = 12

// first returns the first words of in that the other text has as well.
func (p *pair) first(in *sketch.Doc) string {
	from := slices.Index(p.o.InA, true)
	if from < 0 {
		return ""
	}
	to := from
	for to < len(p.o.InA) && p.o.InA[to] && to < from+firstWords {
		to++
	}
	return sketch.Words(in.Text, in.Tokens, from, to)
}

func (p *pair) turnedDown() string {
	return fmt.Sprintf("not folded with %q of %s, though %.0f %% of the shorter text's words, %d of them, are shared: %s",
		p.c.Title, p.c.Outlet, 100*p.s, p.words, p.why)
}

// rejected returns the best candidate of another story than the one joined.
func rejected(pairs []pair, joined StoryID) *pair {
	var best *pair
	for i := range pairs {
		p := &pairs[i]
		if p.c.Story == joined || p.words == 0 || p.rule != "" {
			continue
		}
		if best == nil || p.score() > best.score() {
			best = p
		}
	}
	return best
}

// swallows reports whether in holds the whole text of another story besides.
func swallows(pairs []pair, story StoryID) bool {
	return slices.ContainsFunc(pairs, func(p pair) bool {
		return p.c.Story != story && !p.shorterIsNew && p.words >= 100 && p.s >= .8
	})
}

// roundup reports whether in is made of several stories: a digest, a newsletter,
// or a text that swallows others. Quoted words do not count.
func roundup(in *NearDoc, pairs []pair, best int) bool {
	if best >= 0 && pairs[best].o.ShareA >= roundupShare && !swallows(pairs, pairs[best].c.Story) {
		return false
	}
	foreign := map[StoryID]int{}
	total := 0
	for i := range pairs {
		p := &pairs[i]
		if p.c.Source == in.Source || best >= 0 && p.c.Story == pairs[best].c.Story {
			continue // what one source repeats is its furniture, learned or not yet
		}
		n := 0
		for k, m := range p.o.InA {
			if m && in.Doc.Tokens[k].Flags&sketch.Quoted == 0 && (best < 0 || !pairs[best].o.InA[k]) {
				n++
			}
		}
		if n > foreign[p.c.Story] {
			total += n - foreign[p.c.Story]
			foreign[p.c.Story] = n
		}
	}
	stories, some := 0, 0
	for _, n := range foreign {
		if n >= 25 {
			some++
		}
		if n >= roundupWords {
			stories++
		}
	}
	if best >= 0 {
		some++
		return some >= 3 || stories >= 2 || stories == 1 && total > in.Doc.Size()/5
	}
	return some >= 3
}
