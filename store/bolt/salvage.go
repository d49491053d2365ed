package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

// A salvage reads a bbolt file that bbolt itself may fail, loop or crash over.
// It follows the tree from its root, believes nothing, and leaves out what
// cannot be: whatever hangs below an intact page is found.
//
// A page has a header of 16 bytes (number u64, kind u16, count u16, further
// pages u32) and count elements of 16 bytes: in a branch place, key size and
// page; in a leaf flags, place, key size and value size. Places count from the
// element itself.
type salvage struct {
	file io.ReaderAt
	size int64
	page int64
	seen map[uint64]bool // every page is read once: a tree has no loops
	bad  int             // pages that could not be read, with all below them
}

const (
	pageHead    = 16
	element     = 16
	branchPage  = 1
	leafPage    = 2
	bucketFlag  = 1
	metaMagic   = 0xED0CDAED
	metaBytes   = 64
	maxDepth    = 32
	maxOverflow = 64 << 20 // bytes of one page and what belongs to it
)

var order = binary.NativeEndian

// A footing is where a tree begins, and how new it is.
type footing struct {
	root uint64
	txn  uint64
}

// footings returns the roots that the file's two meta pages name, newest first.
// Where neither can be read, any page may have been a root: see [salvage.roots].
func (s *salvage) footings() (list []footing) {
	for _, size := range []int64{4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10} {
		for _, at := range []int64{0, size} {
			raw := make([]byte, metaBytes)
			if _, err := s.file.ReadAt(raw, at+pageHead); err != nil || order.Uint32(raw) != metaMagic || int64(order.Uint32(raw[8:])) != size {
				continue
			}
			sum := fnv.New64a()
			_, _ = sum.Write(raw[:metaBytes-8]) // a hash takes everything
			if sum.Sum64() == order.Uint64(raw[metaBytes-8:]) {
				s.page = size
				list = append(list, footing{order.Uint64(raw[16:]), order.Uint64(raw[48:])})
			}
		}
		if list != nil {
			break
		}
	}
	slices.SortFunc(list, func(a, b footing) int { return int(b.txn) - int(a.txn) })
	return list
}

// roots looks through the whole file for leaves that hold the store's buckets,
// and returns them by the last change that each knows of, newest first.
func (s *salvage) roots() (list []footing) {
	s.page = 4 << 10
	for id := uint64(0); int64(id+1)*s.page <= s.size; id++ {
		if !s.rootlike(id, true) {
			continue
		}
		s.seen = map[uint64]bool{}
		named, last := 0, uint64(0)
		s.walk(id, 0, func(k, v []byte, bucket bool) {
			if !bucket || !slices.Contains(buckets, string(k)) {
				return
			}
			named++
			if string(k) == "meta" {
				s.bucket(v, func(k, v []byte, _ bool) {
					if string(k) == lastChange && len(v) == 8 {
						last = tail(v)
					}
				})
			}
		})
		if named > len(buckets)/2 { // an older store has fewer
			list = append(list, footing{id, last})
		}
	}
	slices.SortFunc(list, func(a, b footing) int { return int(b.txn) - int(a.txn) })
	return list
}

// rootlike reports whether a page begins as one that holds buckets does, or as a
// branch above such pages.
func (s *salvage) rootlike(id uint64, branch bool) bool {
	head := make([]byte, pageHead+element)
	if _, err := s.file.ReadAt(head, int64(id)*s.page); err != nil || order.Uint64(head) != id {
		return false
	}
	if order.Uint16(head[8:]) == branchPage && branch {
		return s.rootlike(order.Uint64(head[pageHead+8:]), false)
	}
	return order.Uint16(head[8:]) == leafPage && order.Uint32(head[pageHead:])&bucketFlag != 0
}

// strays calls f with the records of every leaf that the tree did not lead to.
// Some are older versions of what it did.
func (s *salvage) strays(f func(k, v []byte)) {
	for id := uint64(2); int64(id+1)*s.page <= s.size; id++ {
		if raw, err := s.read(id); err == nil && !s.seen[id] && order.Uint16(raw[8:]) == leafPage {
			s.leaf(raw, func(k, v []byte, bucket bool) {
				if !bucket {
					f(k, v)
				}
			})
		}
	}
}

// records calls f with every record below a root that can be read.
func (s *salvage) records(root uint64, f func(bucket string, k, v []byte)) {
	s.seen, s.bad = map[uint64]bool{}, 0
	s.walk(root, 0, func(name, v []byte, bucket bool) {
		if bucket {
			s.bucket(v, func(k, v []byte, nested bool) {
				if !nested {
					f(string(name), k, v)
				}
			})
		}
	})
}

// bucket walks the tree that a bucket's record names, or holds in itself.
func (s *salvage) bucket(v []byte, f func(k, v []byte, bucket bool)) {
	switch {
	case len(v) < 16:
		s.bad++
	case order.Uint64(v) != 0:
		s.walk(order.Uint64(v), 1, f)
	default:
		s.leaf(v[16:], f)
	}
}

func (s *salvage) walk(id uint64, depth int, f func(k, v []byte, bucket bool)) {
	raw, err := s.read(id)
	if err != nil || depth > maxDepth || s.seen[id] {
		s.bad++
		return
	}
	s.seen[id] = true
	switch order.Uint16(raw[8:]) {
	case leafPage:
		s.leaf(raw, f)
	case branchPage:
		for i := range int(order.Uint16(raw[10:])) {
			at := pageHead + i*element
			if at+element > len(raw) {
				s.bad++
				return
			}
			s.walk(order.Uint64(raw[at+8:]), depth+1, f)
		}
	default:
		s.bad++
	}
}

// leaf calls f with the records of a leaf that lie inside it.
func (s *salvage) leaf(raw []byte, f func(k, v []byte, bucket bool)) {
	if len(raw) < pageHead {
		s.bad++
		return
	}
	for i := range int(order.Uint16(raw[10:])) {
		at := pageHead + i*element
		if at+element > len(raw) {
			s.bad++
			return
		}
		e := raw[at:]
		key := int64(at) + int64(order.Uint32(e[4:]))
		value := key + int64(order.Uint32(e[8:]))
		end := value + int64(order.Uint32(e[12:]))
		if end > int64(len(raw)) || value == key {
			s.bad++
			continue
		}
		f(raw[key:value:value], raw[value:end:end], order.Uint32(e)&bucketFlag != 0)
	}
}

var errPage = errors.New("the page cannot be")

// read returns a page with all that belongs to it.
func (s *salvage) read(id uint64) ([]byte, error) {
	at := int64(id) * s.page
	if id > uint64(s.size/s.page) || at+s.page > s.size {
		return nil, fmt.Errorf("page %d: %w: it lies beyond the end", id, errPage)
	}
	raw := make([]byte, s.page)
	if _, err := s.file.ReadAt(raw, at); err != nil {
		return nil, err
	}
	more := int64(order.Uint32(raw[12:])) * s.page
	if order.Uint64(raw) != id || more > maxOverflow || at+s.page+more > s.size {
		return nil, fmt.Errorf("page %d: %w", id, errPage)
	}
	if more > 0 {
		raw = append(raw, make([]byte, more)...)
		if _, err := s.file.ReadAt(raw[s.page:], at+s.page); err != nil {
			return nil, err
		}
	}
	return raw, nil
}
