// Package bolt keeps wiredesk's store in one bbolt file. It is the only
// importer of bbolt.
//
// Everything is planned before it is written: a method reads the past in a
// View, collects its writes in a [batch], and one Update puts them into the
// file. A plan without writes costs no transaction of its own. The write set
// is all that a copy of the store needs to follow: see [DB.Apply].
//
// # The file
//
// Numbers in keys are big-endian, so that keys sort by time and appends are
// sequential. Records are CBOR with the integer keys of package store's types;
// "hash" is the first 16 bytes of a SHA-256, "name" a string ended by a zero.
//
//	bucket     key                            value
//	meta       "schema", "authority", …       see meta.go
//	source     source                         sourceDoc: configuration, validators, what the feed says of itself
//	poll       source                         poll: bookkeeping, written in groups
//	hold       host                           unix time in ns: no request before
//	page       article u64                    pageDoc: a page that is due
//	websub     source                         store.Subscription
//	follower   hash of topic and callback     store.Follower
//	article    article u64                    store.Article, latest revision, without text
//	revision   article u64, number u32        store.Revision, without text
//	text       article u64, number u32        textDoc, zstd or raw (first byte says which)
//	source_of  name source, article u64       empty: which articles a source has
//	key        name source, key or hash       article u64: identity within the source
//	url        hash of the canonical URL      urlDoc: articles that have it, first writer first
//	content    name source, content key u64   article u64: of articles without a URL
//	story      story u64                      store.Story
//	sketch     article u64                    the sampled shingles of its text, see likeness.go
//	later      unix time in ns, article u64   empty: fold the article then, see later.go
//	change     seq u64                        store.Change
//	decision   seq u64                        decisionDoc: store.Decision and what undo needs
//	bookmark   name                           u64: last change that was handled
//	           "sealed " name                 u64 last change, u64 digest: see seal.go
//	rule       topic                          store.TopicRule: what all stored stories were matched with
//	taking     name topic, rule u64, ^story   unix time in ns; newest story first
//	entry      name topic, story u64          store.Entry
package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrLocked reports that another process has the file open.
	ErrLocked = errors.New("another process has it open; stop that one, or let it do the work")
	// ErrNewer reports that a newer wiredesk wrote the file.
	ErrNewer = errors.New("a newer wiredesk wrote it; use that one")
	// ErrDamaged reports that the file cannot be read as a store.
	ErrDamaged = errors.New("the file is damaged, or is no store of wiredesk's")
	// ErrClosed reports that the store was closed.
	ErrClosed = errors.New("the store is closed")
)

// Config is the store section of config.yaml.
type Config struct {
	Path        string        `yaml:"path" desc:"file that holds everything wiredesk remembers"`
	LockTimeout time.Duration `yaml:"lock_timeout" desc:"how long to wait for another process to let go of the file; 0s: not at all"`
	Seed        uint64        `yaml:"-"` // of the shingles of a new store; 0: made at random, so that nobody can craft texts that collide
	Note        bool          `yaml:"-"` // leave a note beside the file while it is open, see [Unclean]
	OnTrouble   func(error)   `yaml:"-"` // called when writing begins to fail, and with nil when it works again; may be nil
	Scratch     bool          `yaml:"-"` // nothing in it need survive a crash: do not wait for the disk
}

// Check reports what is wrong with the configuration.
func (c Config) Check() error {
	if c.Path == "" {
		return errors.New("path: name the file that holds the store, as in wiredesk.db")
	}
	if c.LockTimeout < 0 {
		return errors.New("lock_timeout: cannot be negative")
	}
	return nil
}

// A DB is an open store. Its methods may be called from many goroutines.
type DB struct {
	bolt      *bbolt.DB
	path      string
	authority string
	pack      *zstd.Encoder
	unpack    *zstd.Decoder

	copying sync.Mutex   // held while a copy of the file is made
	file    sync.RWMutex // held for writing while another file takes the place of bolt's

	write      sync.Mutex    // held while a plan is checked and committed
	generation atomic.Uint64 // counts commits: a plan made in an older one is made again
	tap        func([]Write) // sees every write set, in commit order
	trail      *[]Write      // what was committed while the file is copied; nil: it is not

	likeness likeness
	maxWork  int // bytes of text that one plan compares; what is beyond waits

	mu      sync.Mutex // guards what follows; never held over I/O
	index   index
	turns   []*turn       // deliveries that wait to be written
	seq     uint64        // last change
	wake    chan struct{} // closed when seq moves
	pending bool          // bookkeeping waits for its commit

	dirty  chan struct{} // has room for one: bookkeeping began to wait
	done   chan struct{} // closed by Close
	once   sync.Once
	flush  sync.WaitGroup
	closed error

	noted     bool
	onTrouble func(error)
	trouble   atomic.Pointer[Trouble]
}

// Open opens or creates the file at c.Path. now is the birth time of a store
// that does not exist yet. The caller must Close the DB.
func Open(c Config, now time.Time) (*DB, error) {
	d, err := open(c, now, nil)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", c.Path, err)
	}
	return d, nil
}

// mapSize is how much address space the file gets at once. A writer that has
// to grow the map waits for every reader (RELIABILITY-D8).
const mapSize = 8 << 30

// open is Open with a look at all write sets, the first one included.
func open(c Config, now time.Time, tap func([]Write)) (*DB, error) {
	if err := create(c.Path); err != nil {
		return nil, err
	}
	file, err := openFile(c)
	if err != nil {
		return nil, err
	}
	sweep(c.Path)
	d := newDB(file, c.Path, tap)
	d.onTrouble, d.noted = c.OnTrouble, c.Note
	if c.Note {
		if err := putNote(c.Path); err != nil {
			return nil, errors.Join(err, file.Close())
		}
	}
	if err := d.start(now, c.Seed); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	d.flush.Go(d.keepFlushing)
	return d, nil
}

func newDB(file *bbolt.DB, path string, tap func([]Write)) *DB {
	return &DB{
		bolt: file, path: path, tap: tap, maxWork: maxWork,
		wake: make(chan struct{}), dirty: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

func (d *DB) start(now time.Time, seed uint64) (err error) {
	if d.pack, d.unpack, err = packers(); err != nil {
		return err
	}
	if err := d.prepare(now, seed); err != nil {
		return err
	}
	return d.load()
}

// openFile maps bbolt's errors to ours. A panic of bbolt's in this goroutine
// is caught; one in a goroutine of its own cannot be.
func openFile(c Config) (file *bbolt.DB, err error) {
	for range 3 {
		if file, err = openOnce(c); !errors.Is(err, errReplaced) {
			break
		}
	}
	return file, err
}

func openOnce(c Config) (file *bbolt.DB, err error) {
	defer caught(&err, debug.SetPanicOnFault(true))
	timeout := c.LockTimeout
	if timeout == 0 {
		timeout = time.Nanosecond // bbolt takes 0 for "wait for ever"
	}
	o := &bbolt.Options{Timeout: timeout, FreelistType: bbolt.FreelistMapType, NoSync: c.Scratch}
	if ^uint(0)>>32 != 0 {
		o.InitialMmapSize = mapSize
	}
	return openWith(c.Path, o)
}

// openWith opens a file that is whole and that stays where it is.
func openWith(path string, o *bbolt.Options) (file *bbolt.DB, err error) {
	var f *os.File
	o.OpenFile = func(path string, flag int, mode os.FileMode) (_ *os.File, err error) {
		f, err = os.OpenFile(path, flag, mode)
		return f, err
	}
	file, err = bbolt.Open(path, 0o600, o)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrLocked
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch),
		errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrInvalidMapping):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return nil, err
	}
	if err := errors.Join(inPlace(f, path), whole(file)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

var errReplaced = errors.New("the file was replaced while it was opened")

// inPlace reports a file that another took the place of while we waited for its
// lock: what is written to it would be gone.
func inPlace(f *os.File, path string) error {
	ours, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(ours, there) {
		return errReplaced
	}
	return err
}

// whole reports a file that was cut off: bbolt opens it, and would write on at
// a place that leaves a hole where stored pages were.
func whole(file *bbolt.DB) error {
	return file.View(func(tx *bbolt.Tx) error {
		info, err := os.Stat(file.Path())
		if err == nil && info.Size() < tx.Size() {
			return fmt.Errorf("%w: it was cut off at %d of %d bytes", ErrDamaged, info.Size(), tx.Size())
		}
		return err
	})
}

// caught turns what bbolt does over broken pages into an error: it panics, or it
// reads beyond the file's end, which is a fault and would end the program. It
// takes what debug.SetPanicOnFault said before the goroutine asked for panics.
func caught(err *error, faults bool) {
	debug.SetPanicOnFault(faults)
	switch r := recover().(type) {
	case nil:
	case interface{ Addr() uintptr }:
		*err = fmt.Errorf("%w: it names a place beyond its end", ErrDamaged)
	default:
		*err = fmt.Errorf("%w: %v", ErrDamaged, r)
	}
}

// Close writes what bookkeeping waits, and closes the file. It waits for
// methods that are under way.
func (d *DB) Close() error {
	d.once.Do(func() {
		close(d.done)
		d.flush.Wait()
		flushed := d.Flush(context.Background())
		d.write.Lock()
		defer d.write.Unlock()
		if d.noted && flushed == nil {
			flushed = os.Remove(notePath(d.path)) // the lock is still ours
		}
		d.closed = errors.Join(flushed, d.bolt.Close())
		d.unpack.Close()
	})
	return d.closed
}

// Authority returns the name that ids are minted under until the site has its
// own: made at random when the file was created, and never changed.
func (d *DB) Authority() string { return d.authority }
