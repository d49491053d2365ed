package strict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An Addition is a new entry of a section: its name, and its keys with values
// in the order in which they are to be written.
type Addition struct {
	Name string
	Keys []KeyValue
}

// A KeyValue is one key. Value is a string or a list of strings.
type KeyValue struct {
	Key   string
	Value any
}

// Add returns the root file with entries added to a section of names with
// values. All else stays as it is, comments included. The result may still be
// wrong, as when the file is unusual: read it again before writing it.
func (d *Doc) Add(section string, entries []Addition) (path string, text []byte, err error) {
	f := d.files[0]
	if err := f.editable(); err != nil {
		return "", nil, err
	}
	var key, value *yaml.Node
	for _, p := range f.pairs {
		if p.key.Value == section {
			key, value = p.key, p.value
		}
	}
	eol := "\n"
	if bytes.Contains(f.raw, []byte("\r\n")) {
		eol = "\r\n"
	}
	switch {
	case key == nil:
		text = bytes.TrimRight(f.raw, "\r\n")
		if len(text) > 0 {
			text = append(text, eol+eol...)
		}
		block, err := block(entries, "  ", eol)
		return f.path, append(text, section+":"+eol+block...), err
	case value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle != 0 && len(value.Content) > 0:
		line, err := flow(entries)
		at := f.offset(value) + 1
		return f.path, splice(f.raw, at, at, line+", "), err
	case value.Kind == yaml.MappingNode && len(value.Content) > 0:
		block, err := block(entries, strings.Repeat(" ", value.Content[0].Column-1), eol)
		at := f.endOf(key)
		if at > 0 && f.raw[at-1] != '\n' {
			block = eol + block
		}
		return f.path, splice(f.raw, at, at, block), err
	}
	return d.addFirst(f, key, value, entries, eol)
}

// addFirst gives entries to a section that has none: "sources:" or "sources: {}".
func (d *Doc) addFirst(f *file, key, value *yaml.Node, entries []Addition, eol string) (string, []byte, error) {
	block, err := block(entries, "  ", eol)
	start := f.offset(key) + len(key.Value) + 1
	end := start
	if value.Kind == yaml.MappingNode {
		end = f.offset(value)
		end += bytes.IndexByte(f.raw[end:], '}') + 1
	}
	rest := bytes.IndexByte(f.raw[end:], '\n') + 1
	if rest == 0 {
		return f.path, slices.Concat(f.raw[:start], f.raw[end:], []byte(eol+block)), err
	}
	return f.path, slices.Concat(f.raw[:start], f.raw[end:end+rest], []byte(block), f.raw[end+rest:]), err
}

// Remove returns the file that has path, without it. Comments above it stay.
func (d *Doc) Remove(path string) (file string, text []byte, err error) {
	s, ok := d.spots[path]
	if !ok {
		return "", nil, fmt.Errorf("no file of the configuration has %s", path)
	}
	f := s.file
	if err := f.editable(); err != nil {
		return "", nil, err
	}
	parent, i := f.parent(s.key)
	if parent == nil {
		return "", nil, fmt.Errorf("%s: line %d: %s stands elsewhere than it is used; edit the file by hand", f.name, s.key.Line, path)
	}
	start := f.offset(s.key)
	if parent.Style&yaml.FlowStyle != 0 {
		end := flowEnd(f.raw, start)
		if f.raw[end] == ',' {
			end++
			end += len(f.raw[end:]) - len(bytes.TrimLeft(f.raw[end:], " "))
		} else if i > 0 {
			start = bytes.LastIndexByte(f.raw[:start], ',')
		}
		return f.path, splice(f.raw, start, end, ""), nil
	}
	end := f.endOf(s.key)
	if i+2 < len(parent.Content) {
		end = max(end, f.before(parent.Content[i+2]))
	}
	return f.path, splice(f.raw, f.about(s.key), end, ""), nil
}

// about returns the start of the comment that is about key: the lines directly
// above it that begin where it does.
func (f *file) about(key *yaml.Node) int {
	line := key.Line - 1 // of the key, counted from 0
	indent := strings.Repeat(" ", key.Column-1)
	for line > 0 && strings.HasPrefix(f.lines[line-1], indent+"#") {
		line--
	}
	return f.lineStart(line)
}

// editable refuses lines that end in another way than text editors end them.
func (f *file) editable() error {
	if bytes.Count(f.raw, []byte("\n"))+1 != len(f.lines) {
		return fmt.Errorf("%s has unusual line breaks; edit it by hand", f.name)
	}
	return nil
}

// parent returns the mapping that holds key, and the key's index in it.
func (f *file) parent(key *yaml.Node) (*yaml.Node, int) {
	var find func(n *yaml.Node) (*yaml.Node, int)
	find = func(n *yaml.Node) (*yaml.Node, int) {
		for i, c := range n.Content {
			if c == key && n.Kind == yaml.MappingNode {
				return n, i
			}
			if in, at := find(c); in != nil {
				return in, at
			}
		}
		return nil, 0
	}
	return find(f.root)
}

// endOf returns where the lines of key's value end: before the next line that
// is indented no deeper than key and is not blank; comments and blank lines
// before that line belong to what follows, unless they are indented deeper.
func (f *file) endOf(key *yaml.Node) int {
	at := f.lineAfter(f.offset(key))
	end := at
	for at < len(f.raw) {
		next := f.lineAfter(at)
		line := bytes.TrimRight(f.raw[at:next], "\r\n")
		body := bytes.TrimLeft(line, " ")
		deep := len(line)-len(body) > key.Column-1
		switch {
		case len(body) == 0:
		case deep:
			end = next
		case body[0] != '#':
			return end
		}
		at = next
	}
	return end
}

// before returns the start of the comments and blank lines above key.
func (f *file) before(key *yaml.Node) int {
	line := key.Line - 1 // of the key, counted from 0
	for line > 0 {
		above := strings.TrimSpace(f.lines[line-1])
		if above != "" && above[0] != '#' {
			break
		}
		line--
	}
	return f.lineStart(line)
}

// lineStart returns where a line begins, counted from 0.
func (f *file) lineStart(line int) int {
	at := 0
	for range line {
		at = f.lineAfter(at)
	}
	return at
}

// lineAfter returns where the line after the one at offset at begins.
func (f *file) lineAfter(at int) int {
	i := bytes.IndexByte(f.raw[at:], '\n')
	if i < 0 {
		return len(f.raw)
	}
	return at + i + 1
}

// offset returns where node n begins, in bytes.
func (f *file) offset(n *yaml.Node) int {
	at := 0
	for range n.Line - 1 {
		at = f.lineAfter(at)
	}
	line := []rune(string(f.raw[at:f.lineAfter(at)]))
	return at + len(string(line[:min(n.Column-1, len(line))]))
}

// flowEnd returns where the entry of a flow mapping that begins at start ends:
// at its comma or the closing brace.
func flowEnd(raw []byte, start int) int {
	depth := 0
	var quote byte
	for i := start; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{' || c == '[':
			depth++
		case depth == 0 && (c == ',' || c == '}'):
			return i
		case c == '}' || c == ']':
			depth--
		}
	}
	return len(raw) - 1
}

func splice(raw []byte, start, end int, text string) []byte {
	return slices.Concat(raw[:start], []byte(text), raw[end:])
}

// block writes entries on lines of their own, indented.
func block(entries []Addition, indent, eol string) (string, error) {
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(indent + e.Name + ":" + eol)
		for _, kv := range e.Keys {
			value, err := inline(kv.Value)
			if err != nil {
				return "", err
			}
			b.WriteString(indent + "  " + kv.Key + ": " + value + eol)
		}
	}
	return b.String(), nil
}

// flow writes entries on one line.
func flow(entries []Addition) (string, error) {
	var all []string
	for _, e := range entries {
		var keys []string
		for _, kv := range e.Keys {
			value, err := inline(kv.Value)
			if err != nil {
				return "", err
			}
			keys = append(keys, kv.Key+": "+value)
		}
		all = append(all, e.Name+": {"+strings.Join(keys, ", ")+"}")
	}
	return strings.Join(all, ", "), nil
}

// inline writes a string or a list of strings on one line, with the quotes
// that it needs anywhere. A $ is doubled, so that it means itself.
func inline(v any) (string, error) {
	if words, ok := v.([]string); ok {
		all := make([]string, len(words))
		for i, w := range words {
			one, err := inline(w)
			if err != nil {
				return "", err
			}
			all[i] = one
		}
		return "[" + strings.Join(all, ", ") + "]", nil
	}
	w := strings.ReplaceAll(fmt.Sprint(v), "$", "$$")
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(w), &n); err == nil && plain.MatchString(w) && len(n.Content) == 1 && n.Content[0].Tag == "!!str" {
		return w, nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b) // every JSON string is one of YAML
	enc.SetEscapeHTML(false)
	err := enc.Encode(w)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// plain is what may stand without quotes in any place.
var plain = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_./?=&%~+@-]|:[A-Za-z0-9/]| [A-Za-z0-9])*$`)
