//go:build linux

package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// sector is what a disk writes whole or not at all.
const sector = 512

// An image is what a disk holds after the power failed.
type image struct {
	files map[uint64][]byte // what is safe of each file
	late  map[uint64][]event
	names map[string]uint64 // of files; 0: a folder
}

// crashed returns what may be left of a trace: all that was synced, and at
// random what was not. Names become safe with their folder, in order; the
// bytes of a file in any order, sector by sector.
func crashed(trace []event, r *rand.Rand) *image {
	im := &image{files: map[uint64][]byte{}, late: map[uint64][]event{}, names: map[string]uint64{}}
	var late []event             // names that are not safe yet
	files := map[uint64]uint64{} // numbers of files are used again: ours are not
	for i, e := range trace {
		if e.op == "create" {
			files[e.ino] = uint64(i) + 1
		}
		e.ino = files[e.ino]
		switch e.op {
		case "write", "truncate":
			im.late[e.ino] = append(im.late[e.ino], e)
		case "sync":
			for _, w := range im.late[e.ino] {
				im.apply(w, nil)
			}
			delete(im.late, e.ino)
		case "syncdir":
			late = slices.DeleteFunc(late, func(l event) bool {
				mine := path.Dir(l.path) == e.path || e.path == "" && path.Dir(l.path) == "."
				if mine {
					im.rename(l)
				}
				return mine
			})
		default:
			late = append(late, e)
		}
	}
	for _, l := range late[:r.IntN(len(late)+1)] {
		im.rename(l)
	}
	for _, list := range im.late {
		for _, w := range list {
			switch r.IntN(3) {
			case 0:
				im.apply(w, nil)
			case 1:
				im.apply(w, r)
			}
		}
	}
	return im
}

// apply does a write, or with r only some sectors of it.
func (im *image) apply(w event, r *rand.Rand) {
	b := im.files[w.ino]
	if w.op == "truncate" {
		im.files[w.ino] = grown(b, w.off)[:w.off]
		return
	}
	b = grown(b, w.off+int64(len(w.data)))
	for at := 0; at < len(w.data); {
		n := min(sector-int((w.off+int64(at))%sector), len(w.data)-at)
		if r == nil || r.IntN(2) == 0 {
			copy(b[w.off+int64(at):], w.data[at:at+n])
		}
		at += n
	}
	im.files[w.ino] = b
}

func grown(b []byte, n int64) []byte {
	if int64(len(b)) < n {
		b = append(b, make([]byte, n-int64(len(b)))...)
	}
	return b
}

func (im *image) rename(e event) {
	switch e.op {
	case "create", "link":
		im.names[e.path] = e.ino
	case "mkdir":
		im.names[e.path] = 0
	case "rename":
		if ino, ok := im.names[e.path]; ok {
			im.names[e.to] = ino
			delete(im.names, e.path)
		}
	case "unlink", "rmdir":
		delete(im.names, e.path)
	}
}

// write makes the files. What lies in a folder whose name is lost is lost.
func (im *image) write(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	for name, ino := range im.names {
		at := filepath.Join(dir, name)
		if ino == 0 {
			err = errors.Join(err, os.MkdirAll(at, 0o700))
			continue
		}
		if parent, ok := im.names[path.Dir(name)]; path.Dir(name) != "." && (!ok || parent != 0) {
			continue
		}
		err = errors.Join(err, os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, im.files[ino], 0o600))
	}
	return err
}
