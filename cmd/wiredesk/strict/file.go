package strict

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
	"go.yaml.in/yaml/v3"
)

// Limits of what is read. A configuration that needs more is a mistake or an attack.
const (
	maxBytes   = 64 << 20 // of all files together
	maxAliased = 10_000   // nodes read through aliases
	maxDepth   = 8        // of includes, and of aliases within aliases
	maxFiles   = 1_000
)

// A file is one file of the configuration.
type file struct {
	path  string // absolute
	name  string // as people are told
	order int
	raw   []byte
	lines []string
	root  *yaml.Node // nil: empty or unreadable
	pairs []pair
}

// An Input says what to read.
type Input struct {
	Path    string                      // of the root file
	Name    string                      // of it, as people are told; empty: Path
	Env     func(string) (string, bool) // looks up ${NAME}
	Changed map[string][]byte           // files, by absolute path, to be read as if they held these bytes
}

// Read reads the root file and all that its key "include" names, relative to
// the file that names it. The error is that of the root file; what is wrong
// with its contents, or with the others, is in the Doc's mistakes.
func Read(in Input) (*Doc, error) {
	d := &Doc{env: in.Env, changed: in.Changed, spots: map[string]spot{}}
	abs, err := filepath.Abs(in.Path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", in.Path, err)
	}
	raw, err := d.read(abs, maxBytes)
	if err != nil {
		return nil, err
	}
	d.add(&file{path: abs, name: cmp.Or(in.Name, in.Path)}, raw, 0, maxBytes-len(raw))
	return d, nil
}

// Digest returns a digest of all that was read: the files, and the variables of
// the environment that they name.
func (d *Doc) Digest() uint64 {
	if d.released {
		return d.digest
	}
	h := xxhash.New()
	for _, f := range d.files {
		_, _ = fmt.Fprintf(h, "%q %d ", f.path, len(f.raw))
		_, _ = h.Write(f.raw)
	}
	_, _ = fmt.Fprintf(h, "%q", d.asked)
	return h.Sum64()
}

// Release forgets the files' text and nodes, and where the entries of a section
// stand, which may be many. What is left answers Files, Stamp and Digest, and
// Has for all other sections; to edit or blame, read the files again.
func (d *Doc) Release(section string) {
	d.digest, d.released = d.Digest(), true // once more: the same
	for _, f := range d.files {
		*f = file{path: f.path, name: f.name, order: f.order}
	}
	spots := map[string]spot{}
	for path, s := range d.spots {
		if !strings.HasPrefix(path, section+".") {
			spots[path] = spot{file: s.file, key: &yaml.Node{Line: s.key.Line}}
		}
	}
	d.spots, d.shapes, d.fresh, d.changed = spots, nil, nil, nil
}

// add parses a file, then those that it includes. It returns how many bytes
// may still be read.
func (d *Doc) add(f *file, raw []byte, depth, left int) int {
	f.order, f.raw = len(d.files), raw
	f.lines = breaks.Split(string(raw), -1)
	d.files = append(d.files, f)
	d.parse(f, raw)
	if f.root == nil || f.root.Kind != yaml.MappingNode {
		return left
	}
	for i := 0; i+1 < len(f.root.Content); i += 2 {
		if f.root.Content[i].Value == "include" {
			left = d.include(f, f.root.Content[i+1], depth+1, left)
		}
	}
	return left
}

// breaks are what YAML takes for the end of a line.
var breaks = regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]")

// include reads the files that a list of names and globs stands for.
func (d *Doc) include(f *file, list *yaml.Node, depth, left int) int {
	names := list.Content
	if list.Kind == yaml.ScalarNode {
		names = []*yaml.Node{list}
	}
	for _, n := range names {
		text, ok := d.expand(f, n)
		if n.Kind != yaml.ScalarNode || !ok {
			continue
		}
		for _, path := range d.glob(f, n, text) {
			if depth > maxDepth || len(d.files) > maxFiles {
				d.blame(f, n, "includes are nested deeper than %d files, or are more than %d", maxDepth, maxFiles)
				return left
			}
			left = d.included(f, n, path, depth, left)
		}
	}
	return left
}

func (d *Doc) included(f *file, n *yaml.Node, path string, depth, left int) int {
	for _, other := range d.files {
		if other.path == path {
			d.blame(f, n, "%s is included already", other.name)
			return left
		}
	}
	raw, err := d.read(path, left)
	if err != nil {
		d.blame(f, n, "include: %v", err)
		return left
	}
	name, err := filepath.Rel(filepath.Dir(d.files[0].path), path)
	if err != nil || strings.HasPrefix(name, "..") {
		name = path
	} else {
		name = filepath.Join(filepath.Dir(d.files[0].name), name)
	}
	return d.add(&file{path: path, name: name}, raw, depth, left-len(raw))
}

// Stamp tells a later state of the files from this one, by their sizes and
// times of change, and by what the include patterns match now.
func (d *Doc) Stamp() string {
	var b strings.Builder
	paths := d.Files()
	for _, pattern := range d.patterns {
		more, _ := filepath.Glob(pattern) // its mistakes were noted when it was read
		paths = append(paths, more...)
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			fmt.Fprintf(&b, "%s -\n", path)
			continue
		}
		fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	}
	return b.String()
}

// glob returns the absolute paths that a name stands for. A pattern may match
// nothing; a plain name must exist.
func (d *Doc) glob(f *file, n *yaml.Node, name string) []string {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(f.path), path)
	}
	if !strings.ContainsAny(name, "*?[") {
		return []string{path}
	}
	d.patterns = append(d.patterns, path)
	paths, err := filepath.Glob(path)
	if err != nil {
		d.blame(f, n, "include %q is not a pattern: %v", name, err)
	}
	return paths
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// parse reads a file's one document into nodes.
func (d *Doc) parse(f *file, raw []byte) {
	if !utf8.Valid(raw) {
		d.Mistakes = append(d.Mistakes, &Mistake{File: f.name, Message: "the file is not UTF-8 text", order: f.order})
		return
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if err == nil {
		if err = dec.Decode(&more); err == nil {
			d.blame(f, &more, "a second document begins here; put all into one, or use include")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		d.syntax(f, err)
		return
	}
	if len(doc.Content) == 1 && doc.Content[0].Tag != "!!null" {
		f.root = doc.Content[0]
	}
}

// syntax notes what the YAML reader could not read, at its line.
func (d *Doc) syntax(f *file, err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	m := &Mistake{File: f.name, order: f.order}
	if at := yamlLine.FindStringSubmatch(text); at != nil {
		m.Line, _ = strconv.Atoi(at[1])
		m.Text = f.line(m.Line)
		m.Column = 1 + len(m.Text) - len(strings.TrimLeft(m.Text, " \t"))
		text = strings.Replace(text, at[0], "", 1)
	}
	m.Message = "not proper YAML: " + text
	if strings.Contains(m.Text, "\t") {
		m.Message += "; indent with spaces, not tabs"
	}
	d.Mistakes = append(d.Mistakes, m)
}

// read reads a file of at most limit bytes.
func (d *Doc) read(path string, limit int) ([]byte, error) {
	if raw, ok := d.changed[path]; ok {
		return raw, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err == nil && len(raw) > limit {
		err = fmt.Errorf("read %s: the configuration is larger than %d bytes", path, maxBytes)
	}
	return raw, err
}
