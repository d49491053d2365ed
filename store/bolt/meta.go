package bolt

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// schema is the version of the file's layout. A file of a lower one goes
// through the migrations between.
const schema = 1

// Keys of the meta bucket. All but the authority are numbers of 8 bytes.
const (
	schemaKey    = "schema"
	authorityKey = "authority"
	seedKey      = "seed"     // of the shingles
	lastArticle  = "article"  // ID last given
	lastStory    = "story"    // ID last given
	lastChange   = "change"   // Seq last given
	lastDecision = "decision" // Seq last given
	articleCount = "articles"
	storyCount   = "stories" // with members
	revisions    = "revisions"
	forgotten    = "forgotten" // records that retention took away: what names them need not find them
	lastPrune    = "pruned"    // unix time in ns of the last pass of retention
)

var buckets = []string{
	"meta", "source", "poll", "hold", "page", "article", "revision", "text", "source_of", "key", "url", "content",
	"story", "sketch", "later", "change", "decision", "bookmark", "rule", "taking", "entry", "archive",
	"websub", "follower",
}

// migrations[n] takes a file of schema n+1 to n+2, in the Update that also
// writes the new number.
var migrations = []func(b *batch) error{}

// prepare makes the buckets of a new file, and brings an old one up to date.
func (d *DB) prepare(now time.Time, seed uint64) error {
	version, err := d.version()
	switch {
	case err != nil:
		return err
	case version > schema:
		return fmt.Errorf("its schema is %d, ours %d: %w", version, schema, ErrNewer)
	}
	if err := d.makeBuckets(); err != nil {
		return err
	}
	_, err = d.change(context.Background(), func(b *batch) error {
		if version == 0 {
			birth(b, now, seed)
			return nil
		}
		for _, migrate := range migrations[version-1:] {
			if err := migrate(b); err != nil {
				return err
			}
		}
		b.put("meta", []byte(schemaKey), u64(schema))
		return nil
	}, func() {})
	if err != nil {
		return err
	}
	_, err = d.plan(func(b *batch) error {
		d.authority = string(b.get("meta", []byte(authorityKey)))
		d.seq = b.number(lastChange)
		return nil
	})
	return err
}

// birth writes what a new store starts with. IDs count up from the time of
// birth, so that a store made anew never gives an old ID to another article.
func birth(b *batch, now time.Time, seed uint64) {
	var random, salt [8]byte
	rand.Read(random[:])
	rand.Read(salt[:])
	if seed != 0 {
		binary.BigEndian.PutUint64(salt[:], seed)
	}
	b.put("meta", []byte(seedKey), salt[:])
	b.put("meta", []byte(schemaKey), u64(schema))
	b.put("meta", []byte(authorityKey), []byte(hex.EncodeToString(random[:])+".wiredesk.invalid"))
	first := uint64(max(now.Unix(), 1)) << 20 & (1<<56 - 1)
	b.put("meta", []byte(lastArticle), u64(first))
	b.put("meta", []byte(lastStory), u64(first))
}

// version returns the file's schema, 0 for an empty file.
func (d *DB) version() (version uint64, err error) {
	err = d.view(func(tx *bbolt.Tx) error {
		if tx.Bucket([]byte("meta")) != nil {
			version = d.newBatch(tx).number(schemaKey)
			return nil
		}
		if name, _ := tx.Cursor().First(); name != nil {
			return fmt.Errorf("%w: it holds a bucket %q and no meta", ErrDamaged, name)
		}
		return nil
	})
	return version, err
}

func (d *DB) makeBuckets() (err error) {
	missing := false
	err = d.view(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			missing = missing || tx.Bucket([]byte(name)) == nil
		}
		return nil
	})
	if err != nil || !missing {
		return err
	}
	defer caught(&err, debug.SetPanicOnFault(true))
	return d.bolt.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return fmt.Errorf("bucket %s: %w", name, err)
			}
		}
		return nil
	})
}

// view reads. A page that cannot be is an error, not a panic.
func (d *DB) view(f func(tx *bbolt.Tx) error) (err error) {
	defer caught(&err, debug.SetPanicOnFault(true))
	d.file.RLock()
	defer d.file.RUnlock()
	return closedError(d.bolt.View(f))
}

func closedError(err error) error {
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}
