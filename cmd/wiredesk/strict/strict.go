// Package strict reads YAML into plain structs and reports every mistake at
// once, each with its file, line, column and the line itself.
//
// It walks yaml nodes by reflection and reads four struct tags: yaml (the key,
// or ",inline"), desc (one line for the schema), enum (the words allowed,
// parted by commas) and key (on a slice: the file has a mapping, and this field
// of each element takes the mapping's key, so that the file's order is kept).
// The same tags make the JSON Schema, so that the two cannot disagree.
//
// A value of null leaves what was there. Files are small and trusted, yet
// bounded: see [Limits]. Nothing here keeps state between two readings.
package strict

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Doc is a configuration file with the files that it includes, and what was
// found wrong with them so far.
type Doc struct {
	Mistakes Mistakes

	files    []*file  // the root file first
	patterns []string // of includes, absolute
	env      func(string) (string, bool)
	asked    []string // names and values of the environment's variables that were read
	changed  map[string][]byte
	spots    map[string]spot
	fresh    map[reflect.Type]func() reflect.Value
	shapes   map[reflect.Type][]field // of the structs met so far: there may be 100,000 of one type
	aliased  int                      // nodes read through aliases so far
	inAlias  int                      // how deep the walk stands inside them
	tired    bool
	released bool
	digest   uint64 // once released
}

// A spot is where a path's key and value stand.
type spot struct {
	file       *file
	key, value *yaml.Node
}

// A Fresh makes the value that an element of a keyed list starts from, so that
// it inherits what was read before it.
type Fresh func() any

// Decode fills the struct that into points at. Sections may be spread over
// files; a key below a section is set once. Struct fields are filled in their
// own order, whatever the files' order, so that fresh may look at earlier ones.
func (d *Doc) Decode(into any, fresh ...Fresh) {
	d.fresh = map[reflect.Type]func() reflect.Value{}
	for _, f := range fresh {
		d.fresh[reflect.TypeOf(f())] = func() reflect.Value { return reflect.ValueOf(f()) }
	}
	v := reflect.ValueOf(into).Elem()
	d.shapes = map[reflect.Type][]field{}
	known := fields(v.Type())
	for _, f := range d.files {
		d.top(f, known)
	}
	for _, fd := range known {
		for _, f := range d.files {
			for _, p := range f.pairs {
				if p.key.Value == fd.name {
					d.value(f, fd.name, p.value, v.FieldByIndex(fd.index), fd)
				}
			}
		}
	}
	slices.SortStableFunc(d.Mistakes, d.before)
	d.Mistakes = slices.CompactFunc(d.Mistakes, func(a, b *Mistake) bool { return *a == *b })
}

// top notes a file's top-level keys, and those it should not have.
func (d *Doc) top(f *file, known []field) {
	if f.root == nil {
		return
	}
	if f.root.Kind != yaml.MappingNode {
		d.blame(f, f.root, "want keys with values, as in %q, not %s", "version: 1", kind(f.root))
		return
	}
	f.pairs = d.pairs(f, f.root)
	for _, p := range f.pairs {
		d.known(f, "", p.key, known)
		if _, ok := d.spots[p.key.Value]; !ok {
			d.spots[p.key.Value] = spot{f, p.key, p.value}
		}
	}
}

// value reads node n into v. Mistakes are noted, and v is left as it was.
func (d *Doc) value(f *file, path string, n *yaml.Node, v reflect.Value, fd field) {
	if n.Kind == yaml.AliasNode {
		if !d.enter(f, n) {
			return
		}
		defer func() { d.inAlias-- }()
		n = n.Alias
	}
	if d.inAlias > 0 {
		d.aliased++
	}
	if n.Tag == "!!null" {
		return
	}
	switch {
	case isScalar(v.Type()):
		d.scalar(f, n, v, fd)
	case fd.key != "":
		d.keyed(f, path, n, v, fd)
	case v.Kind() == reflect.Struct:
		d.mapping(f, path, n, v)
	case v.Kind() == reflect.Slice:
		d.list(f, path, n, v, fd)
	case v.Kind() == reflect.Map:
		d.words(f, path, n, v)
	default:
		panic(fmt.Sprintf("strict: %s has a type that configuration files cannot hold: %s", path, v.Type()))
	}
}

// enter steps into an alias, unless that was done too often.
func (d *Doc) enter(f *file, n *yaml.Node) bool {
	if d.tired || d.inAlias > maxDepth || d.aliased > maxAliased {
		if !d.tired {
			d.blame(f, n, "aliases are nested or repeated too often; at most %d nodes may be read through them", maxAliased)
		}
		d.tired = true
		return false
	}
	d.inAlias++
	return true
}

// mapping reads a mapping into a struct.
func (d *Doc) mapping(f *file, path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.blame(f, n, "%s wants keys with values, not %s", last(path), kind(n))
		return
	}
	known := d.fields(v.Type())
	for _, p := range d.pairs(f, n) {
		fd, ok := d.known(f, path, p.key, known)
		if !ok || !d.claim(f, join(path, fd.name), p) {
			continue
		}
		d.value(f, join(path, fd.name), p.value, v.FieldByIndex(fd.index), fd)
	}
}

// keyed reads a mapping into a slice, in the file's order.
func (d *Doc) keyed(f *file, path string, n *yaml.Node, v reflect.Value, fd field) {
	if n.Kind != yaml.MappingNode {
		d.blame(f, n, "%s wants names with values, not %s", last(path), kind(n))
		return
	}
	elem, pairs := v.Type().Elem(), d.pairs(f, n)
	v.Grow(len(pairs))
	for _, p := range pairs {
		at := join(path, p.key.Value)
		if !d.claim(f, at, p) {
			continue
		}
		e := reflect.New(elem).Elem()
		if fresh := d.fresh[elem]; fresh != nil {
			e.Set(fresh())
		}
		d.value(f, at, p.value, e, field{})
		e.FieldByName(fd.key).SetString(p.key.Value)
		v.Set(reflect.Append(v, e))
	}
}

// claim notes where a path is set, and refuses a second time.
func (d *Doc) claim(f *file, path string, p pair) bool {
	if first, ok := d.spots[path]; ok {
		if d.inAlias == 0 { // an anchor's own keys are set wherever it is used
			d.blame(f, p.key, "%s is set twice; the first is at %s", p.key.Value, first.where(f))
		}
		return false
	}
	d.spots[path] = spot{f, p.key, p.value}
	return true
}

// list reads a sequence into a slice. One value stands for a list of one.
func (d *Doc) list(f *file, path string, n *yaml.Node, v reflect.Value, fd field) {
	items := n.Content
	switch n.Kind {
	case yaml.ScalarNode:
		items = []*yaml.Node{n}
	case yaml.MappingNode:
		d.blame(f, n, "%s wants a list, as in [a, b], not keys with values", last(path))
		return
	}
	out := reflect.MakeSlice(v.Type(), 0, len(items))
	for i, item := range items {
		at := fmt.Sprintf("%s.%d", path, i)
		d.spots[at] = spot{f, item, item}
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(f, at, item, e, field{name: fd.name, enum: fd.enum})
		out = reflect.Append(out, e)
	}
	v.Set(out)
}

// words reads a mapping of strings to strings.
func (d *Doc) words(f *file, path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.blame(f, n, "%s wants names with values, not %s", last(path), kind(n))
		return
	}
	out := reflect.MakeMap(v.Type())
	for _, p := range d.pairs(f, n) {
		if !d.claim(f, join(path, p.key.Value), p) {
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(f, join(path, p.key.Value), p.value, e, field{name: p.key.Value})
		out.SetMapIndex(reflect.ValueOf(p.key.Value).Convert(v.Type().Key()), e)
	}
	v.Set(out)
}

// known finds a key's field, or notes that there is none.
func (d *Doc) known(f *file, path string, key *yaml.Node, known []field) (field, bool) {
	names := make([]string, len(known))
	for i, fd := range known {
		if fd.name == key.Value {
			return fd, true
		}
		names[i] = fd.name
	}
	in := ""
	if path != "" {
		in = " in " + path
	}
	d.blame(f, key, "unknown key %q%s; %s", key.Value, in, Suggest(key.Value, names))
	return field{}, false
}

// A pair is a key of a mapping with its value.
type pair struct{ key, value *yaml.Node }

// pairs returns a mapping's pairs, those merged in by << included unless the
// mapping sets them itself. A key that stands twice is a mistake.
func (d *Doc) pairs(f *file, n *yaml.Node) []pair {
	var own, merged []pair
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := pair{n.Content[i], n.Content[i+1]}
		switch was := first[p.key.Value]; {
		case p.key.Tag == "!!merge":
			merged = append(merged, d.merged(f, p.value)...)
		case p.key.Kind != yaml.ScalarNode:
			d.blame(f, p.key, "a key must be one word, not %s", kind(p.key))
		case was != nil:
			d.blame(f, p.key, "%s is set twice; the first is on line %d", p.key.Value, was.Line)
		default:
			first[p.key.Value] = p.key
			own = append(own, p)
		}
	}
	for _, p := range merged {
		if first[p.key.Value] == nil {
			first[p.key.Value] = p.key
			own = append(own, p)
		}
	}
	return own
}

func (d *Doc) merged(f *file, n *yaml.Node) []pair {
	switch {
	case n.Kind == yaml.AliasNode:
		if !d.enter(f, n) {
			return nil
		}
		defer func() { d.inAlias-- }()
		return d.merged(f, n.Alias)
	case n.Kind == yaml.MappingNode:
		d.aliased += len(n.Content)
		return d.pairs(f, n)
	case n.Kind == yaml.SequenceNode:
		var all []pair
		for _, item := range n.Content {
			all = append(all, d.merged(f, item)...)
		}
		return all
	}
	d.blame(f, n, "<< wants an alias of keys with values")
	return nil
}

// A field is a struct field as the file names it.
type field struct {
	name, desc, key string
	enum            []string
	index           []int
}

func (d *Doc) fields(t reflect.Type) []field {
	known, ok := d.shapes[t]
	if !ok {
		known = fields(t)
		d.shapes[t] = known
	}
	return known
}

// fields lists a struct's fields, inlined ones included.
func fields(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		name, opts, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		switch {
		case name == "-":
		case opts == "inline":
			for _, fd := range fields(sf.Type) {
				fd.index = append([]int{i}, fd.index...)
				out = append(out, fd)
			}
		case name != "":
			fd := field{name: name, desc: sf.Tag.Get("desc"), key: sf.Tag.Get("key"), index: []int{i}}
			if e := sf.Tag.Get("enum"); e != "" {
				fd.enum = strings.Split(e, ",")
			}
			out = append(out, fd)
		}
	}
	return out
}

// Dir returns the folder of the file that sets path, and of the root file if
// none does: what relative paths there are relative to.
func (d *Doc) Dir(path string) string {
	if s, ok := d.spots[path]; ok {
		return filepath.Dir(s.file.path)
	}
	return filepath.Dir(d.files[0].path)
}

// Files returns the absolute paths of all files read.
func (d *Doc) Files() []string {
	var all []string
	for _, f := range d.files {
		all = append(all, f.path)
	}
	return all
}

// Has reports whether a file sets path.
func (d *Doc) Has(path string) bool { _, ok := d.spots[path]; return ok }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func last(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	return fmt.Sprintf("%q", n.Value)
}
