package serve

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// extensions are what web servers look for beside a file: nginx's gzip_static and
// brotli_static, Caddy's precompressed.
var extensions = [codings]string{gzipped: ".gz", zstandard: ".zst", brotlied: ".br"}

// smallest is the size above which a compressed copy is worth a file.
const smallest = 1024

// Compress has the export keep compressed copies beside its documents of text,
// with the bytes that a [Site] sends, or take them back. It applies to what is
// put from now on.
func (f *Folder) Compress(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.press = nil
	if on {
		press := newCompressor()
		f.press = &press
	}
}

// siblings returns the names of a file's compressed copies, in the order of the
// codings from gzipped on.
func siblings(name string) (list []string) {
	for _, ext := range extensions[gzipped:] {
		list = append(list, name+ext)
	}
	return list
}

// compresses reports whether file is to have compressed copies.
func (f *Folder) compresses(file *File) bool {
	return f.press != nil && len(file.Body) > smallest && textual(file.Type)
}

func textual(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") || strings.HasSuffix(kind, "json")
}

// isSibling reports whether a name of ours is that of a compressed copy.
func (f *Folder) isSibling(name string) bool {
	for c := gzipped; c < codings; c++ {
		if of, ok := strings.CutSuffix(name, extensions[c]); ok && f.has(of) {
			return true
		}
	}
	return false
}

// applySiblings brings the copies beside a file up to date. A copy has the time
// of the file that it was made of: one that a crash left behind has another.
func (f *Folder) applySiblings(name string, file *File, dirs map[string]bool) (wrote bool, err error) {
	if !f.compresses(file) {
		return f.takeSiblings(name, dirs)
	}
	info, err := f.root.Lstat(name)
	if err != nil {
		return false, bare(err)
	}
	var d *document
	for i, sibling := range siblings(name) {
		c := gzipped + coding(i)
		current, err := f.follows(sibling, info)
		if err != nil {
			return wrote, err
		}
		if current {
			continue
		}
		if d == nil {
			d = newDocument(*file)
			f.press.all(d)
		}
		if d.bodies[c].bytes == nil { // it would not be smaller
			if _, err := f.take(sibling, dirs); err != nil {
				return wrote, err
			}
			continue
		}
		if err := f.replace(sibling, d.bodies[c].bytes, info.ModTime(), 0o644); err != nil {
			return wrote, err
		}
		f.own[sibling] = sum{}
		dirs[path.Dir(name)], wrote = true, true
	}
	return wrote, nil
}

// follows reports whether a copy is there and made of the file that info
// describes. What is not ours is an error.
func (f *Folder) follows(sibling string, info fs.FileInfo) (bool, error) {
	there, err := f.root.Lstat(sibling)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, bare(err)
	case there.Mode()&fs.ModeSymlink != 0:
		return false, fmt.Errorf("%s: %w", sibling, ErrSymlink)
	case !there.Mode().IsRegular() || !f.has(sibling):
		return false, fmt.Errorf("%s: %w", sibling, ErrForeign)
	}
	return there.ModTime().Equal(info.ModTime()), nil
}

// takeSiblings removes the copies beside a file.
func (f *Folder) takeSiblings(name string, dirs map[string]bool) (wrote bool, err error) {
	for _, sibling := range siblings(name) {
		took, err := f.take(sibling, dirs)
		if err != nil {
			return wrote, err
		}
		wrote = wrote || took
	}
	return wrote, nil
}
