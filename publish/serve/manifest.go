package serve

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// manifestName is the file that lists what is ours, a name a line. Names are
// appended, and synced, before the files they stand for are written. Nobody else
// may read it: the names of private topics' files are secrets, and what serves
// the folder would give it away.
const manifestName = ".wiredesk-export"

// readManifest learns which files are ours. Its lines are names; a last line
// that a crash cut short names a file that was not written yet.
func (f *Folder) readManifest() error {
	raw, err := f.root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.empty(); err != nil {
			return err
		}
	} else if err != nil {
		return bare(err)
	}
	lines := strings.SplitAfter(string(raw), "\n")
	for _, l := range lines {
		if name, whole := strings.CutSuffix(l, "\n"); whole && validName(name) {
			f.own[name] = sum{}
		}
	}
	if info, err := f.root.Lstat(manifestName); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", manifestName, ErrSymlink)
	}
	return f.rewriteManifest()
}

// empty makes sure that a folder without a manifest holds nothing of others.
// Names with a dot in front are allowed: .git, .well-known.
func (f *Folder) empty() error {
	list, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return bare(err)
	}
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), ".") {
			return fmt.Errorf("it holds %s, and no export was made here before; give it a folder of its own", e.Name())
		}
	}
	return nil
}

// rewriteManifest makes the manifest list exactly what is ours, and keeps it
// open for more.
func (f *Folder) rewriteManifest() error {
	var b bytes.Buffer
	for _, name := range f.names() {
		b.WriteString(name + "\n")
	}
	if err := f.replace(manifestName, b.Bytes(), time.Time{}, 0o600); err != nil {
		return err
	}
	if f.manifest != nil {
		f.manifest.Close()
	}
	m, err := f.root.OpenFile(manifestName, os.O_WRONLY|os.O_APPEND, 0)
	f.manifest, f.stale, f.grown = m, err != nil, false
	return bare(err)
}

func (f *Folder) names() []string {
	names := make([]string, 0, len(f.own))
	for name := range f.own {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// claim enters the names of new files into the manifest before any is written.
func (f *Folder) claim() error {
	if f.stale {
		if err := f.rewriteManifest(); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	var claimed []string
	for _, name := range f.coming() {
		if f.has(name) {
			continue
		}
		if _, err := f.root.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			continue // something stands there: not ours, and apply will say so
		}
		b.WriteString(name + "\n")
		claimed = append(claimed, name)
	}
	if b.Len() == 0 {
		return nil
	}
	f.grown = true
	_, err := f.manifest.Write(b.Bytes())
	if err == nil {
		err = f.manifest.Sync()
	}
	if err != nil {
		f.stale = true
		return bare(err)
	}
	for _, name := range claimed {
		f.own[name] = sum{}
	}
	return nil
}

// coming returns the names of what the next Flush may write.
func (f *Folder) coming() (names []string) {
	for _, p := range f.order() {
		name, err := FileName(p)
		file := f.pending[p]
		if err != nil || file == nil {
			continue
		}
		names = append(names, name)
		if f.compresses(file) {
			names = append(names, siblings(name)...)
		}
	}
	return names
}

// has reports whether a file is ours.
func (f *Folder) has(name string) bool {
	_, ok := f.own[name]
	return ok
}
