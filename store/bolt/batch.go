package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"slices"

	"go.etcd.io/bbolt"

	"wiredesk/store"
)

// A Write is one record put or, with a nil Value, removed. A list of them in
// commit order is all that a copy of the store needs.
type Write struct {
	Bucket string
	Key    []byte
	Value  []byte
}

// A batch is a plan: what was read in one View, and what is to be written. It
// sees its own writes. Writing what already stands there is no write.
type batch struct {
	d      *DB
	tx     *bbolt.Tx
	over   map[string]map[string][]byte // by bucket and key; nil: removed
	count  int
	seq    uint64 // last change written; 0: none
	err    error  // the first record that could not be read
	like   *likening
	work   int              // bytes of text that the plan read and compared so far
	asked  []store.SourceID // that are to send everything again
	opened map[string]opened
}

// opened is a bucket of the file. Most keys that are asked for while something
// is stored are new, and come after its last one.
type opened struct {
	*bbolt.Bucket
	last []byte
}

func (d *DB) newBatch(tx *bbolt.Tx) *batch {
	return &batch{d: d, tx: tx, over: map[string]map[string][]byte{}, opened: map[string]opened{}}
}

func (b *batch) bucket(name string) opened {
	o, ok := b.opened[name]
	if !ok {
		o.Bucket = b.tx.Bucket([]byte(name))
		o.last, _ = o.Cursor().Last()
		b.opened[name] = o
	}
	return o
}

// get returns the value under key, nil if there is none. It is valid until the
// View ends.
func (b *batch) get(bucket string, key []byte) []byte {
	if v, ok := b.over[bucket][string(key)]; ok {
		return v
	}
	o := b.bucket(bucket)
	if bytes.Compare(key, o.last) > 0 {
		return nil
	}
	return o.Get(key)
}

func (b *batch) put(bucket string, key, value []byte) {
	if old := b.get(bucket, key); old != nil && bytes.Equal(old, value) {
		return
	}
	b.set(bucket, key, value)
}

func (b *batch) remove(bucket string, key []byte) {
	if b.get(bucket, key) != nil {
		b.set(bucket, key, nil)
	}
}

func (b *batch) set(bucket string, key, value []byte) {
	m := b.over[bucket]
	if m == nil {
		m = map[string][]byte{}
		b.over[bucket] = m
	}
	m[string(key)] = value
	b.count++
}

// read decodes the record under key into v and reports whether there is one.
func (b *batch) read(bucket string, key []byte, v any) bool {
	raw := b.get(bucket, key)
	if raw == nil {
		return false
	}
	if err := decMode.Unmarshal(raw, v); err != nil {
		b.fail(fmt.Errorf("%w: bucket %s, key %x: %w", ErrDamaged, bucket, key, err))
		return false
	}
	return true
}

func (b *batch) save(bucket string, key []byte, v any) {
	raw, err := encMode.Marshal(v)
	if err != nil {
		b.fail(fmt.Errorf("bucket %s, key %x: %w", bucket, key, err))
		return
	}
	b.put(bucket, key, raw)
}

func (b *batch) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// number reads a counter of the meta bucket; add moves it and returns its new
// value.
func (b *batch) number(name string) uint64 {
	if v := b.get("meta", []byte(name)); len(v) == 8 {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

func (b *batch) add(name string, n int) uint64 {
	sum := b.number(name) + uint64(n)
	b.put("meta", []byte(name), u64(sum))
	return sum
}

// writes returns the write set in key order, as the pages want it.
func (b *batch) writes() []Write {
	list := make([]Write, 0, b.count)
	for bucket, m := range b.over {
		for key, value := range m {
			list = append(list, Write{bucket, []byte(key), value})
		}
	}
	slices.SortFunc(list, func(a, b Write) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), bytes.Compare(a.Key, b.Key))
	})
	return list
}

// plan runs f on a View of the store.
func (d *DB) plan(f func(b *batch) error) (b *batch, err error) {
	err = d.view(func(tx *bbolt.Tx) error {
		b = d.newBatch(tx)
		if err := planned(f, b); err != nil {
			return err
		}
		return b.err
	})
	return b, err
}

// planned runs f. What it panics over is a fault of ours with what it was given,
// and no damage to the file, unless it happened in bbolt.
func planned(f func(b *batch) error, b *batch) (err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		stack := debug.Stack()
		if _, fault := r.(interface{ Addr() uintptr }); fault || bytes.Contains(stack, []byte("go.etcd.io/bbolt.(*Cursor)")) || bytes.Contains(stack, []byte("go.etcd.io/bbolt.(*Bucket)")) {
			panic(r)
		}
		err = fmt.Errorf("%w: %v\n%s", store.ErrUnfit, r, stack)
	}()
	return f(b)
}

// change plans with f, commits what it wrote, and then runs after, which brings
// the memory up to date before the next writer plans. f may run twice: first
// beside other writers, and once more if one of them came between.
func (d *DB) change(ctx context.Context, f func(b *batch) error, after func()) (*batch, error) {
	before := d.generation.Load()
	b, err := d.plan(f)
	if err != nil {
		return nil, err
	}
	if b.count == 0 {
		after()
		return b, nil
	}
	d.write.Lock()
	defer d.write.Unlock()
	if d.generation.Load() != before {
		return d.planAndCommit(ctx, f, after)
	}
	return b, d.finish(ctx, b, after)
}

// changeFirst is [DB.change] for what is sure to write: it plans once, when it
// is this writer's turn.
func (d *DB) changeFirst(ctx context.Context, f func(b *batch) error, after func()) (*batch, error) {
	d.write.Lock()
	defer d.write.Unlock()
	return d.planAndCommit(ctx, f, after)
}

// planAndCommit is a whole change. The caller holds d.write.
func (d *DB) planAndCommit(ctx context.Context, f func(b *batch) error, after func()) (*batch, error) {
	b, err := d.plan(f)
	if err != nil {
		return nil, err
	}
	return b, d.finish(ctx, b, after)
}

// finish commits a plan that nobody came before. The caller holds d.write.
func (d *DB) finish(ctx context.Context, b *batch, after func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.commit(b.writes(), b.seq); err != nil {
		return err
	}
	d.learnTexts(b.like)
	d.learnAsked(b.asked)
	after()
	d.generation.Add(1) // a plan that saw the new file with the old memory is as stale as one of the old file
	return nil
}

// commit is the one place that writes to the file. The caller holds d.write.
func (d *DB) commit(writes []Write, seq uint64) (err error) {
	if len(writes) == 0 {
		return nil
	}
	defer caught(&err, debug.SetPanicOnFault(true))
	err = d.bolt.Update(func(tx *bbolt.Tx) error { return apply(tx, writes) })
	d.troubled(err)
	if err != nil {
		return fmt.Errorf("write %s: %w", d.path, closedError(err))
	}
	d.generation.Add(1)
	if d.tap != nil {
		d.tap(writes)
	}
	if d.trail != nil {
		*d.trail = append(*d.trail, writes...)
	}
	d.announce(seq)
	return nil
}

// Apply repeats writes that another store committed, so that this one becomes
// its copy. The copy must be opened anew before it polls.
func (d *DB) Apply(ctx context.Context, writes []Write) error {
	d.write.Lock()
	defer d.write.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.commit(writes, 0); err != nil {
		return err
	}
	_, err := d.plan(func(b *batch) error {
		d.announce(b.number(lastChange))
		return nil
	})
	return err
}

// appended are the buckets that grow at their end: their pages are filled up.
var appended = []string{"article", "revision", "text", "story", "sketch", "change", "decision"}

func apply(tx *bbolt.Tx, writes []Write) error {
	for _, w := range writes {
		bucket := tx.Bucket([]byte(w.Bucket))
		if bucket == nil {
			return fmt.Errorf("no bucket %q", w.Bucket)
		}
		if slices.Contains(appended, w.Bucket) {
			bucket.FillPercent = 0.9
		}
		err := error(nil)
		if w.Value == nil {
			err = bucket.Delete(w.Key)
		} else {
			err = bucket.Put(w.Key, w.Value)
		}
		if err != nil {
			return fmt.Errorf("bucket %s, key %x: %w", w.Bucket, w.Key, err)
		}
	}
	return nil
}
