package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

var (
	// ErrSymlink reports that a link stands where the export wants to write.
	ErrSymlink = errors.New("it is a symbolic link; the export follows none")
	// ErrForeign reports that the export did not write what stands there.
	ErrForeign = errors.New("it was not written by this export; it stays as it is")
)

// A Folder is the static export: the same paths and bytes as a [Site] serves,
// in files. Puts and removals gather until Flush.
//
// Each file is replaced as a whole: a temporary file beside it is written,
// synced and renamed over it, then the folder is synced (RELIABILITY-D4). A
// file that does not change keeps its time. The export touches no file but its
// own, which the manifest lists; it is written before the files it names, so
// that a crash leaves none of ours unclaimed.
type Folder struct {
	mu       sync.Mutex
	dir      string
	root     *os.Root
	manifest *os.File
	stale    bool           // the manifest on disk lists more than is ours, or ends in half a line
	grown    bool           // names were appended to it, out of order
	own      map[string]sum // by name in the folder; the zero sum: not known yet
	pending  map[string]*File
	press    *compressor // nil: no compressed copies
}

type sum [sha256.Size]byte

// tempPrefix starts the names of files that are being written.
const tempPrefix = ".wiredesk-tmp-"

// OpenFolder opens or creates the export at dir. It refuses a folder that is a
// link, that belongs to somebody else, or that holds files although no export
// was ever made there. What a crash left half-written is swept.
func OpenFolder(dir string) (*Folder, error) {
	f := &Folder{dir: dir, own: map[string]sum{}, pending: map[string]*File{}}
	if err := f.open(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open export %s: %w", dir, err)
	}
	return f, nil
}

func (f *Folder) open() error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return bare(err)
	}
	info, err := os.Lstat(f.dir)
	switch {
	case err != nil:
		return bare(err)
	case info.Mode()&fs.ModeSymlink != 0:
		return ErrSymlink
	case !owned(info):
		return errors.New("the folder belongs to another user; make it yours or choose another")
	}
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return bare(err)
	}
	if err := f.readManifest(); err != nil {
		return err
	}
	return f.sweep()
}

// sweep removes temporary files that a crash left in folders of ours.
func (f *Folder) sweep() error {
	dirs := map[string]bool{".": true}
	for name := range f.own {
		dirs[path.Dir(name)] = true
	}
	for dir := range dirs {
		list, err := fs.ReadDir(f.root.FS(), dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return bare(err)
		}
		for _, e := range list {
			if strings.HasPrefix(e.Name(), tempPrefix) && e.Type().IsRegular() {
				if err := f.root.Remove(path.Join(dir, e.Name())); err != nil {
					return bare(err)
				}
			}
		}
	}
	return nil
}

// Put sets what path will hold after the next Flush.
func (f *Folder) Put(path string, file File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending[path] = &file
}

// Remove takes path back at the next Flush, if the export wrote it.
func (f *Folder) Remove(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending[path] = nil
}

// Has reports whether the export wrote, or is about to write, what path holds.
func (f *Folder) Has(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if file, ok := f.pending[path]; ok {
		return file != nil
	}
	name, err := FileName(path)
	return err == nil && f.has(name)
}

// Clear takes back all below folder, as in "/t/old/", at the next Flush, but not
// what is below except; "": nothing is excepted.
func (f *Folder) Clear(folder, except string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	goes := func(path string) bool {
		return strings.HasPrefix(path, folder) && (except == "" || !strings.HasPrefix(path, except))
	}
	for path := range f.pending {
		if goes(path) {
			f.pending[path] = nil
		}
	}
	for name := range f.own {
		path := "/" + strings.TrimSuffix(name, "index.html")
		if goes(path) && !f.isSibling(name) { // copies go with what they are of
			f.pending[path] = nil
		}
	}
}

// Flush writes what differs and returns how many files were written or
// removed. What failed is in the error, path by path, and is tried again by
// the next Flush; the rest was done, or as much of it as ctx allowed.
func (f *Folder) Flush(ctx context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	done, failed := 0, []error{}
	if err := f.claim(); err != nil {
		return 0, fmt.Errorf("export to %s: list new files: %w", f.dir, err)
	}
	dirs := map[string]bool{}
	for _, p := range f.order() {
		if ctx.Err() != nil {
			failed = append(failed, fmt.Errorf("export to %s: %d files are left: %w", f.dir, len(f.pending), context.Cause(ctx)))
			break
		}
		wrote, err := f.apply(p, dirs)
		if err != nil {
			failed = append(failed, fmt.Errorf("export %s to %s: %w", Masked(p), f.dir, err))
		}
		if err == nil || errors.Is(err, errName) {
			delete(f.pending, p)
		}
		if wrote {
			done++
		}
	}
	for dir := range dirs {
		if err := f.syncDir(dir); err != nil {
			failed = append(failed, fmt.Errorf("export to %s: sync folder %s: %w", f.dir, Masked(dir+"/"), err))
		}
	}
	if f.stale {
		if err := f.rewriteManifest(); err != nil {
			failed = append(failed, fmt.Errorf("export to %s: list own files: %w", f.dir, err))
		}
	}
	return done, errors.Join(failed...)
}

func (f *Folder) order() []string {
	paths := make([]string, 0, len(f.pending))
	for p := range f.pending {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// apply does what is pending for one path and notes which folder to sync.
func (f *Folder) apply(p string, dirs map[string]bool) (wrote bool, err error) {
	name, err := FileName(p)
	if err != nil {
		return false, err
	}
	file := f.pending[p]
	if file == nil {
		// The copies go first: a server may send them for a file that is gone.
		if _, err := f.takeSiblings(name, dirs); err != nil {
			return false, err
		}
		return f.take(name, dirs)
	}
	if err := f.folders(path.Dir(name)); err != nil {
		return false, err
	}
	wrote, err = f.write(name, file, dirs)
	if err != nil {
		return wrote, err
	}
	copied, err := f.applySiblings(name, file, dirs)
	return wrote || copied, err
}

// write brings one file up to date.
func (f *Folder) write(name string, file *File, dirs map[string]bool) (wrote bool, err error) {
	modified := file.Modified.UTC().Truncate(time.Second)
	want := sum(sha256.Sum256(file.Body))
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, bare(err)
	case info.Mode()&fs.ModeSymlink != 0:
		return false, ErrSymlink
	case !info.Mode().IsRegular() || !f.has(name):
		return false, ErrForeign
	default:
		if same, err := f.holds(name, info, file.Body, want); same || err != nil {
			return false, err
		}
		if old := info.ModTime().UTC().Truncate(time.Second); !modified.After(old) {
			modified = old.Add(time.Second)
		}
	}
	if err := f.replace(name, file.Body, modified, 0o644); err != nil {
		return false, err
	}
	f.own[name] = want
	dirs[path.Dir(name)] = true
	return true, nil
}

// holds reports whether the file has these bytes already.
func (f *Folder) holds(name string, info fs.FileInfo, body []byte, want sum) (bool, error) {
	if info.Size() != int64(len(body)) {
		return false, nil
	}
	if known := f.own[name]; known != (sum{}) {
		return known == want, nil
	}
	raw, err := f.root.ReadFile(name)
	if err != nil {
		return false, bare(err)
	}
	f.own[name] = sha256.Sum256(raw)
	return f.own[name] == want, nil
}

// take removes a file of ours. Folders that become empty go too.
func (f *Folder) take(name string, dirs map[string]bool) (bool, error) {
	if !f.has(name) {
		return false, nil
	}
	err := f.root.Remove(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, bare(err)
	}
	delete(f.own, name)
	dir := path.Dir(name)
	for dir != "." && f.root.Remove(dir) == nil { // it was the last in there
		delete(dirs, dir)
		dir = path.Dir(dir)
	}
	dirs[dir] = true
	f.stale = true
	return err == nil, nil
}

// folders makes dir, whose every part must be a real folder.
func (f *Folder) folders(dir string) error {
	if dir == "." {
		return nil
	}
	at := ""
	for part := range strings.SplitSeq(dir, "/") {
		at = path.Join(at, part)
		info, err := f.root.Lstat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if err := f.root.Mkdir(at, 0o755); err != nil {
				return bare(err)
			}
			if err := f.syncDir(path.Dir(at)); err != nil {
				return err
			}
		case err != nil:
			return bare(err)
		case info.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("folder %s: %w", Masked(at+"/"), ErrSymlink)
		case !info.IsDir():
			return fmt.Errorf("folder %s: %w", Masked(at+"/"), ErrForeign)
		}
	}
	return nil
}

// replace puts body into name, all of it or nothing.
func (f *Folder) replace(name string, body []byte, modified time.Time, mode fs.FileMode) (err error) {
	temp := path.Join(path.Dir(name), tempPrefix+path.Base(name))
	defer func() {
		if err != nil {
			_ = f.root.Remove(temp) // as far as the disk still allows
		}
	}()
	if err := f.root.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return bare(err)
	}
	t, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return bare(err)
	}
	_, err = io.Copy(t, bytes.NewReader(body))
	if err == nil {
		err = t.Sync()
	}
	if e := t.Close(); err == nil {
		err = e
	}
	if err != nil {
		return bare(err)
	}
	if !modified.IsZero() {
		if err := f.root.Chtimes(temp, modified, modified); err != nil {
			return bare(err)
		}
	}
	return bare(f.root.Rename(temp, name))
}

func (f *Folder) syncDir(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return bare(err)
	}
	defer d.Close()
	return bare(d.Sync())
}

// Close gives the folder back, its manifest in order, so that two exports of
// the same pages are the same bytes. What was put and not flushed is lost.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.grown {
		err = f.rewriteManifest()
	}
	if f.manifest != nil {
		err = f.manifest.Close()
	}
	if f.root != nil {
		err = errors.Join(err, f.root.Close())
	}
	return err
}
