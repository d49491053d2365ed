package bolt

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"wiredesk/store"
)

var encMode, decMode = codecs()

// codecs returns how records are written and read. Times keep every
// nanosecond: a time that is read and written again has the same bytes.
func codecs() (cbor.EncMode, cbor.DecMode) {
	e, err := cbor.EncOptions{Sort: cbor.SortBytewiseLexical, Time: cbor.TimeRFC3339NanoUTC}.EncMode()
	if err != nil {
		panic(err) // the options are constant
	}
	d, err := cbor.DecOptions{MaxArrayElements: 1 << 20, UTF8: cbor.UTF8DecodeInvalid}.DecMode()
	if err != nil {
		panic(err)
	}
	return e, d
}

func packers() (*zstd.Encoder, *zstd.Decoder, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, nil, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(8*store.MaxBody), zstd.WithDecoderLowmem(true))
	return e, d, err
}

// textDoc is what a revision says, apart from the rest of it.
type textDoc struct {
	Summary string `cbor:"1,keyasint,omitempty"`
	Body    string `cbor:"2,keyasint,omitempty"`
	Text    string `cbor:"3,keyasint,omitempty"`
}

const (
	raw    = 0
	zipped = 1
)

// packText encodes t, compressed where that makes it smaller.
func (d *DB) packText(t textDoc) ([]byte, error) {
	plain, err := encMode.Marshal(t)
	if err != nil {
		return nil, err
	}
	return d.shrink(plain), nil
}

func (d *DB) unpackText(b []byte) (t textDoc, err error) {
	plain, err := d.grow(b)
	if err != nil {
		return t, fmt.Errorf("text: %w", err)
	}
	return t, decMode.Unmarshal(plain, &t)
}

// shrink compresses, where that makes it smaller.
func (d *DB) shrink(plain []byte) []byte {
	small := d.pack.EncodeAll(plain, append(make([]byte, 0, len(plain)/2+16), zipped))
	if len(small) <= len(plain) {
		return small
	}
	return append([]byte{raw}, plain...)
}

// grow undoes shrink.
func (d *DB) grow(b []byte) ([]byte, error) {
	switch {
	case len(b) == 0:
		return nil, fmt.Errorf("%w: nothing where something was kept", ErrDamaged)
	case b[0] == raw:
		return b[1:], nil
	}
	plain, err := d.unpack.DecodeAll(b[1:], nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}

// capped returns s, cut to what is stored of a text.
func capped(s string) string { return cut(s, store.MaxBody) }

// cut returns the first n bytes of s, less what they hold of a character that
// they cut.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Keys.

func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func articleKey(id store.ArticleID) []byte { return u64(uint64(id)) }

func storyKey(id store.StoryID) []byte { return u64(uint64(id)) }

func revisionKey(id store.ArticleID, n int) []byte {
	return binary.BigEndian.AppendUint32(articleKey(id), uint32(n))
}

// name returns s with its end marked. A zero inside would end it early; no
// source or topic has one.
func name(s string) []byte { return append([]byte(strings.ReplaceAll(s, "\x00", "\x01")), 0) }

// maxKey is the longest identity that stands in a key as it is: a source may
// send guids of a megabyte (RELIABILITY-D9).
const maxKey = 200

func identityKey(source store.SourceID, key string) []byte {
	if len(key) > maxKey {
		key = fmt.Sprintf("#%x", sha256.Sum256([]byte(key)))
	}
	return append(name(string(source)), key...)
}

func contentKey(source store.SourceID, hash uint64) []byte {
	return binary.BigEndian.AppendUint64(name(string(source)), hash)
}

func urlKey(canonical string) []byte {
	sum := sha256.Sum256([]byte(canonical))
	return sum[:16]
}

func ownedKey(source store.SourceID, id store.ArticleID) []byte {
	return append(name(string(source)), articleKey(id)...)
}

func takingKey(topic string, rule uint64, id store.StoryID) []byte {
	k := binary.BigEndian.AppendUint64(name(topic), rule)
	return binary.BigEndian.AppendUint64(k, ^uint64(id))
}

func entryKey(topic string, id store.StoryID) []byte { return append(name(topic), storyKey(id)...) }

func pageKey(topic string, n int) []byte { return append(name(topic), u64(uint64(n))...) }

// tail returns the number that a key ends with.
func tail(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }
