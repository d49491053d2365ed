package sketch

// held is how many postings of one shard a [Loader] gathers before it files
// them. A shard is small beside the whole index: what is filed together finds
// it in the processor's cache.
const held = 2048

// A Loader fills an empty [Index] many times faster than Add does, with the
// same outcome. Call Done when all is added; use the index only then.
type Loader struct {
	ix   *Index
	held [shards][]posting
}

type posting struct {
	key uint64
	seq uint32
}

// Load begins to fill the index, which must be empty, with so many documents
// and postings: room for them is made at once.
func (ix *Index) Load(documents, postings int) *Loader {
	ix.entries = make([]Entry, 0, documents)
	ix.byID = make(map[uint64]uint32, documents)
	for i := range ix.tables {
		ix.tables[i].slots = make([]uint64, max(postings/shards*4/3, minSlots))
	}
	return &Loader{ix: ix}
}

// Add takes in a document. They come in the order in which they were seen. It
// does not keep s.
func (l *Loader) Add(e Entry, s Sketch) {
	seq := l.ix.enter(e, len(s))
	for _, h := range s {
		key := h & (1<<hashBits - 1)
		shard := mix(key) % shards
		if l.held[shard] = append(l.held[shard], posting{key, seq}); len(l.held[shard]) == held {
			l.file(int(shard))
		}
	}
}

func (l *Loader) file(shard int) {
	for _, p := range l.held[shard] {
		if p.seq >= l.ix.base {
			l.ix.put(p.key, p.seq)
		}
	}
	l.held[shard] = l.held[shard][:0]
}

// Done files the rest.
func (l *Loader) Done() {
	for shard := range l.held {
		l.file(shard)
	}
}
