package bolt

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/store"
	"wiredesk/store/sketch"
)

const (
	maxJoins = 10 // articles that one source may put into one story in a day (FOLD, poisoning 6)
	fewWords = 12 // a shorter text says too little to be folded by it

	// A text is compared by its first 64 KiB, some 10,000 words, and so many texts
	// are kept ready at once: comparing is done while every other writer waits, and
	// a source may send texts of a megabyte.
	maxText = 64 << 10
	maxDocs = 256
)

// Flags of a sketch.
const (
	roundup  = 1 << iota // the text carries several stories
	impostor             // its source gave it the address of another's article
)

// maxImpostures is how often a source may be wrong about an address before its
// few words are no longer believed.
const maxImpostures = 1

// likeness is the posting index of the fold window, in memory. It is read from
// the file when the first new text comes, not by a round that brings none.
type likeness struct {
	mu    sync.Mutex
	index *sketch.Index // nil: not read yet
	docs  docs
	// missed was committed before the index was read: the plan that reads it may
	// have begun earlier, and see an older file.
	missed []likening
}

// A likening is what a plan learns of texts. It is handed to the posting index
// when the plan was committed.
type likening struct {
	docs    map[docKey]*sketch.Doc
	index   *sketch.Index // of the plan's own articles
	added   []sketched
	moved   []sketched
	purged  []store.ArticleID
	rewrote []docKey
}

// sketched is a record of the bucket "sketch".
type sketched struct {
	sketch.Entry
	shingles sketch.Sketch
	before   sketch.Sketch // that the record had; nil: it is new
}

// alike returns the posting index, read if need be. The caller holds its lock.
func (b *batch) alike() *sketch.Index {
	l := &b.d.likeness
	if l.index != nil {
		return l.index
	}
	ix := sketch.NewIndex(store.NearWindow)
	start, documents, postings := b.window()
	load, one := ix.Load(documents, postings), sketched{}
	b.from("sketch", start, func(k, v []byte) bool {
		one.unpack(store.ArticleID(tail(k)), v)
		load.Add(one.Entry, one.shingles)
		return true
	})
	load.Done()
	for _, m := range l.missed {
		m.teach(ix)
	}
	if b.err == nil {
		l.index, l.missed = ix, nil
	}
	return ix
}

// window returns the key of the first sketch that the index may have to know,
// and how much there is from there on. What is older by far is not even read: a
// store grows by years, the window does not.
func (b *batch) window() (start []byte, documents, postings int) {
	const slack = 4 * 24 * time.Hour // the index forgets in steps of two days
	c := b.tx.Bucket([]byte("sketch")).Cursor()
	k, v := c.Last()
	oldest := int64(seenUnix(v)) - int64((store.NearWindow+slack)/time.Second)
	for ; k != nil && int64(seenUnix(v)) >= oldest; k, v = c.Prev() {
		start = k
		documents++
		postings += max(len(v)-sketchHead, 0) / shingleSize
	}
	return start, documents, postings
}

// learnTexts brings the posting index up to date with a plan that was committed.
func (d *DB) learnTexts(l *likening) {
	if l == nil {
		return
	}
	d.likeness.mu.Lock()
	defer d.likeness.mu.Unlock()
	for _, k := range l.rewrote {
		d.likeness.docs.drop(k)
	}
	if d.likeness.index == nil {
		d.likeness.missed = append(d.likeness.missed, likening{added: l.added, moved: l.moved, purged: l.purged})
		return
	}
	l.teach(d.likeness.index)
}

// teach brings ix up to date with what a plan did. To do so twice does no harm.
func (l *likening) teach(ix *sketch.Index) {
	for _, s := range l.added {
		ix.Replace(s.Entry, s.before, s.shingles)
	}
	for _, s := range l.moved {
		ix.Move(s.Article, s.Story)
	}
	for _, id := range l.purged {
		ix.Remove(uint64(id))
	}
}

func (b *batch) likening() *likening {
	if b.like == nil {
		b.like = &likening{docs: map[docKey]*sketch.Doc{}, index: sketch.NewIndex(store.NearWindow)}
	}
	return b.like
}

// placeByText finds the story for an article by the words it shares with
// others; 0 means one of its own.
func (p *plan) placeByText(a *store.Article) (store.StoryID, store.Member) {
	m := store.Member{ID: a.ID, Source: a.Source, Verdict: store.New, Relation: store.Original}
	if a.Page == store.PageWanted || a.Words < fewWords {
		return 0, m
	}
	if p.work >= p.d.maxWork {
		p.putOff(a)
		m.Fold.RejectReason = "not compared yet: it came with too many texts at once"
		return 0, m
	}
	p.d.likeness.mu.Lock()
	defer p.d.likeness.mu.Unlock()
	in := p.nearDoc(a, p.words(a))
	candidates := p.candidates(a, in.Doc)
	if len(candidates) == 0 {
		return 0, m
	}
	n := store.FoldText(&in, candidates, p.furniture)
	m.Fold, m.Roundup = n.Fold, n.Roundup
	if n.Story == 0 {
		return 0, m
	}
	s, ok := p.story(n.Story)
	if !ok || len(s.Members) == 0 {
		return 0, m
	}
	if p.crowded(&s, a.Source) {
		m.Fold = store.Fold{Rejected: n.Fold.Against, RejectReason: fmt.Sprintf("its source put %d articles into that story within a day", maxJoins)}
		return 0, m
	}
	m.Relation = n.Relation
	if s.Lead != n.Against.Article && n.Relation != store.Summary {
		if lead, ok := p.article(s.Lead); ok {
			m.Relation = store.Relate(in.Doc, p.ready(&lead))
		}
	}
	if n.Against.Source != a.Source {
		m.Shared, m.Backs = n.Overlap.WordsA, n.Overlap.WordsB
	}
	if n.Contains && p.rank(a.Source).Rank <= p.rank(n.Against.Source).Rank {
		m.Relation = store.Contains
	}
	m.Verdict = store.Copy
	if adv := store.IsUpdate(&in, p.told(&s), &n); adv.Update {
		m.Verdict = store.Update
		m.Fold.Reason += "; an update: " + adv.Why
	}
	return s.ID, m
}

// crowded reports whether a source put as many articles into a story within
// the last day as it may.
func (p *plan) crowded(s *store.Story, source store.SourceID) bool {
	n := 0
	for _, m := range s.Members {
		if m.Source == source && m.Joined.After(p.at.Add(-24*time.Hour)) {
			n++
		}
	}
	return n >= maxJoins
}

func (p *plan) nearDoc(a *store.Article, doc *sketch.Doc) store.NearDoc {
	return store.NearDoc{
		Article: a.ID, Story: a.Story, Source: a.Source, Title: a.Title, Outlet: p.outlet(a.Source), Seen: a.Seen, Doc: doc,
		Impostor: p.impostor(a.Source),
	}
}

// impostor reports whether a source put texts of its own under the addresses of
// others more than once.
func (p *plan) impostor(source store.SourceID) bool {
	n, number := p.like.index.Flagged(sourceNumber(source), impostor), sourceNumber(source)
	if p.d.likeness.index != nil {
		n += p.d.likeness.index.Flagged(number, impostor)
	}
	return n > maxImpostures
}

// passesOff reports whether an article claims the address of another source's,
// and says something else: a teaser of it, in other words, has its names.
func (p *plan) passesOff(a *store.Article) bool {
	for _, u := range p.urls(a.Claimed) {
		other, ok := p.article(u.ID)
		if !ok || u.Source == a.Source || other.Words < fewWords {
			continue
		}
		p.addText(&other)
		o := sketch.Compare(p.words(a), p.words(&other))
		return max(o.ShareA, o.ShareB) < strayed && o.Names() < .5
	}
	return false
}

// candidates returns the articles worth comparing with a, with their texts.
func (p *plan) candidates(a *store.Article, in *sketch.Doc) []store.NearDoc {
	now, s := a.Seen.Unix(), in.Sketch()
	hits := p.alike().Candidates(s, now, store.MaxCandidatesPerStory, store.MaxCandidates)
	if p.like.index.Len() > 0 {
		hits = append(hits, p.like.index.Candidates(s, now, store.MaxCandidatesPerStory, store.MaxCandidates)...)
		hits = sketch.Best(hits, store.MaxCandidatesPerStory, store.MaxCandidates)
	}
	p.work += len(in.Text)
	var list []store.NearDoc
	for _, h := range hits {
		id := store.ArticleID(h.Article)
		c, ok := p.article(id)
		if !ok || id == a.ID || slices.ContainsFunc(list, func(d store.NearDoc) bool { return d.Article == id }) {
			continue
		}
		d := p.nearDoc(&c, p.ready(&c))
		p.work += len(in.Text) + len(d.Doc.Text)
		d.Roundup = h.Flags&roundup != 0
		list = append(list, d)
	}
	return list
}

func (p *plan) furniture(h uint64, a, b store.SourceID) bool {
	return p.d.likeness.index != nil && p.d.likeness.index.Furniture(h, sourceNumber(a), sourceNumber(b))
}

// told returns what a story has said so far.
func (b *batch) told(s *store.Story) *store.Told {
	t := &store.Told{Numbers: s.Numbers}
	for _, m := range s.Members {
		if raw := b.get("sketch", articleKey(m.ID)); raw != nil {
			t.Sketches = append(t.Sketches, unpackSketch(m.ID, raw).shingles)
		}
	}
	return t
}

// putSketch files an article's text for those that come after it.
func (p *plan) putSketch(a *store.Article, isRoundup bool) {
	if a.Page == store.PageWanted || a.Words < fewWords || a.Embargo.After(p.at) || a.TakenBy != 0 || p.late[a.ID] {
		return
	}
	s := sketched{shingles: p.words(a).Sketch()}
	s.Article, s.Story, s.Source, s.Unix = uint64(a.ID), uint64(a.Story), sourceNumber(a.Source), uint32(a.Seen.Unix())
	if raw := p.get("sketch", articleKey(a.ID)); raw != nil {
		old := unpackSketch(a.ID, raw)
		s.before, s.Flags = old.shingles, old.Flags
	}
	if isRoundup {
		s.Flags |= roundup
	}
	if p.passesOff(a) {
		s.Flags |= impostor
	}
	p.put("sketch", articleKey(a.ID), packSketch(s))
	l := p.likening()
	l.added = append(l.added, s)
	l.index.Replace(s.Entry, s.before, s.shingles)
}

// moveSketch notes that an article now belongs to another story.
func (b *batch) moveSketch(id store.ArticleID, to store.StoryID) {
	raw := b.get("sketch", articleKey(id))
	if raw == nil {
		return
	}
	s := unpackSketch(id, raw)
	s.Story = uint64(to)
	b.put("sketch", articleKey(id), packSketch(s))
	l := b.likening()
	l.moved = append(l.moved, s)
}

// sourceNumber tells sources apart in the posting index.
func sourceNumber(id store.SourceID) uint32 { return uint32(xxhash.Sum64String(string(id))) }

// A sketch is stored as story u64, source u32, seen u32, flags u8, and five
// bytes for each shingle.
const (
	sketchHead  = 17
	shingleSize = 5
)

func packSketch(s sketched) []byte {
	b := make([]byte, 0, sketchHead+shingleSize*len(s.shingles))
	b = binary.BigEndian.AppendUint64(b, s.Story)
	b = binary.BigEndian.AppendUint32(b, s.Source)
	b = binary.BigEndian.AppendUint32(b, s.Unix)
	b = append(b, s.Flags)
	for _, h := range s.shingles {
		b = append(b, byte(h>>32), byte(h>>24), byte(h>>16), byte(h>>8), byte(h))
	}
	return b
}

// seenUnix returns when a stored sketch's article was seen, in seconds.
func seenUnix(b []byte) uint32 {
	if len(b) < sketchHead {
		return 0
	}
	return binary.BigEndian.Uint32(b[12:])
}

func unpackSketch(id store.ArticleID, b []byte) (s sketched) {
	s.unpack(id, b)
	return s
}

// unpack reads a record into s, whose memory it uses again.
func (s *sketched) unpack(id store.ArticleID, b []byte) {
	*s = sketched{Entry: sketch.Entry{Article: uint64(id)}, shingles: s.shingles[:0]}
	if len(b) < sketchHead {
		return
	}
	s.Story, s.Source, s.Unix, s.Flags = binary.BigEndian.Uint64(b), binary.BigEndian.Uint32(b[8:]), seenUnix(b), b[16]
	s.shingles = slices.Grow(s.shingles, len(b[sketchHead:])/shingleSize)
	for b = b[sketchHead:]; len(b) >= shingleSize; b = b[shingleSize:] {
		s.shingles = append(s.shingles, uint64(b[0])<<32|uint64(binary.BigEndian.Uint32(b[1:])))
	}
}
