package strict

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

type section struct {
	Every time.Duration  `yaml:"every"`
	Size  int            `yaml:"size"`
	On    bool           `yaml:"on"`
	Kind  string         `yaml:"kind" enum:"plain,fancy"`
	Nets  []netip.Prefix `yaml:"nets"`
	Tags  []string       `yaml:"tags"`
}

type entry struct {
	ID      string            `yaml:"-"`
	URL     string            `yaml:"url"`
	Headers map[string]string `yaml:"headers"`
	section `yaml:",inline"`
}

type root struct {
	Include []string `yaml:"include"`
	Base    section  `yaml:"base" desc:"what entries inherit"`
	List    []entry  `yaml:"list" key:"ID"`
}

// read decodes a txtar-like map of files, of which main.yaml is the root.
func read(t *testing.T, files map[string]string) (root, Mistakes) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	env := map[string]string{"NAME": "value", "EMPTY": ""}
	d, err := Read(Input{Path: "main.yaml", Env: func(k string) (string, bool) { v, ok := env[k]; return v, ok }})
	if err != nil {
		t.Fatal(err)
	}
	var r root
	d.Decode(&r, func() any { return entry{section: r.Base} })
	return r, d.Mistakes
}

func TestDecode(t *testing.T) {
	r, bad := read(t, map[string]string{
		"main.yaml": "list:\n  b: {url: u1, size: 3}\n  a: &a {url: '${NAME}$${x}$', headers: {A: b}}\n" +
			"  c: {<<: *a, url: u3}\nbase: {every: 1d12h, size: 7, on: true, kind: fancy, nets: [10.1.2.3/8], tags: one}\ninclude: more*.yaml\n",
		"more1.yaml": "list:\n  z: {tags: [x, y], every: 0s}\n",
		"more2.yaml": "",
	})
	if bad != nil {
		t.Fatal(bad)
	}
	base := section{36 * time.Hour, 7, true, "fancy", []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, []string{"one"}}
	with := func(change func(*section)) section { s := base; change(&s); return s }
	want := []entry{
		{ID: "b", URL: "u1", section: with(func(s *section) { s.Size = 3 })},
		{ID: "a", URL: "value${x}$", Headers: map[string]string{"A": "b"}, section: base},
		{ID: "c", URL: "u3", Headers: map[string]string{"A": "b"}, section: base},
		{ID: "z", section: with(func(s *section) { s.Tags = []string{"x", "y"}; s.Every = 0 })},
	}
	if !reflect.DeepEqual(r.List, want) {
		t.Errorf("list:\n got %+v\nwant %+v", r.List, want)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown key", "bsae: {}\n", `main.yaml:1:1: unknown key "bsae"; did you mean "base"?`},
		{"unknown key below", "base:\n  evry: 1s\n", `main.yaml:2:3: unknown key "evry" in base; did you mean "every"?`},
		{"unlike any", "base: {zzzzz: 1}\n", `known are every, size, on, kind, nets, tags`},
		{"repeated key", "base:\n  size: 1\n  size: 2\n", `main.yaml:3:3: size is set twice; the first is on line 2`},
		{"repeated entry", "list:\n  a: {}\n  b: {}\n  a: {}\n", `main.yaml:4:3: a is set twice; the first is on line 2`},
		{"unit missing", "base: {every: 15}\n", `main.yaml:1:15: every: "15" is no duration`},
		{"negative", "base: {every: -5m}\n", `"-5m" is no duration`},
		{"overflow", "base: {every: 99999999999w}\n", `is no duration`},
		{"not a number", "base: {size: many}\n", `"many" is not a whole number`},
		{"not a bool", "base: {on: yes}\n", `"yes" is neither true nor false`},
		{"enum", "base: {kind: fnacy}\n", `kind cannot be "fnacy"; did you mean "fancy"?`},
		{"network", "base: {nets: [10.0.0.1]}\n", `main.yaml:1:15: nets: "10.0.0.1" is no network`},
		{"list for word", "base: {size: [1]}\n", `size wants one value, not a list`},
		{"word for section", "base: 3\n", `base wants keys with values, not "3"`},
		{"mapping for list", "base: {tags: {a: b}}\n", `tags wants a list`},
		{"list at the top", "- a\n", `want keys with values`},
		{"variable", "list: {a: {url: \"${NOPE}\"}}\n", `main.yaml:1:17: the environment has no variable "NOPE"`},
		{"syntax", "base: {\n", `main.yaml:`},
		{"tab", "base:\n\tsize: 1\n", `indent with spaces, not tabs`},
		{"two documents", "base: {}\n---\nbase: {}\n", `a second document begins here`},
		{"missing include", "include: [none.yaml]\n", `main.yaml:1:11: include: open`},
		{"itself included", "include: main.yaml\n", `main.yaml is included already`},
		{"not text", "\xff\xfe\x00", `not UTF-8`},
		{"merge of itself", "base: &b\n  <<: *b\n", `aliases are nested`},
		{"alias bomb", bomb(), `aliases are nested or repeated too often`},
		{"alias of itself", "list:\n  a: &a\n    headers: *a\n", `headers wants one value`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, bad := read(t, map[string]string{"main.yaml": tt.text}); !strings.Contains(bad.Error(), tt.want) {
				t.Errorf("got %q\nwant %q", bad.Error(), tt.want)
			}
		})
	}
}

// bomb uses one list of four 3,000 times.
func bomb() string {
	var b strings.Builder
	b.WriteString("list:\n  a: {tags: &tags [x, x, x, x]}\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "  b%d: {tags: *tags}\n", i)
	}
	return b.String()
}

func TestShowPutsTheCaretBelowThePlace(t *testing.T) {
	_, bad := read(t, map[string]string{"main.yaml": "base:\n  kind: \"fnacy\" # é\n"})
	want := "main.yaml:2:9: kind cannot be \"fnacy\"; did you mean \"fancy\"?\n    2 |   kind: \"fnacy\" # é\n      |         ^\n"
	if len(bad) != 1 || bad[0].Show() != want {
		t.Errorf("got  %q\nwant %q", bad[0].Show(), want)
	}
}

func TestBlameAtFindsTheCharacter(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.yaml")
	text := "list:\n  a: {url: 'one two'}\n  b: {url: one two}\n  c: {url: \"one\\ttwo\"}\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{"a": 17, "b": 16, "c": 12} {
		d, err := Read(Input{Path: path, Env: os.LookupEnv})
		if err != nil {
			t.Fatal(err)
		}
		var r root
		d.Decode(&r)
		d.BlameAt("list."+id+".url", 5, "no")
		if got := d.Mistakes[0].Column; got != want {
			t.Errorf("column of the fifth character of %s is %d, want %d", id, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "1.5s": 1500 * time.Millisecond, "250ms": 250 * time.Millisecond, "1d": 24 * time.Hour,
		"2w": 14 * 24 * time.Hour, "1d6h30m": 30*time.Hour + 30*time.Minute, "0.5d": 12 * time.Hour,
	} {
		if got, err := Duration(text); got != want || err != nil {
			t.Errorf("Duration(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1", "d", "1x", "1.2.3s", "-1s", "+1s", " 1s", "1e3s", "∞"} {
		if got, err := Duration(text); err == nil {
			t.Errorf("Duration(%q) = %v, want an error", text, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	for _, tt := range []struct{ word, want string }{
		{"sizze", `did you mean "size"?`},
		{"SIZE", `did you mean "size"?`},
		{"isze", `did you mean "size"?`},
		{"colour", "known are size, every"},
	} {
		if got := Suggest(tt.word, []string{"size", "every"}); got != tt.want {
			t.Errorf("Suggest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("base: {every: 1d}\nlist: {a: {<<: {url: x}}}\n")
	f.Add("a: &a [*a]\n")
	f.Add("base: &b\n  <<: *b\n")
	f.Add("list: {a: &x {headers: *x}}\n")
	path := filepath.Join(f.TempDir(), "f.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := Read(Input{Path: path, Env: func(string) (string, bool) { return "", false }})
		if err != nil {
			return
		}
		var r root
		d.Decode(&r, func() any { return entry{section: r.Base} })
		for _, m := range d.Mistakes {
			if m.Message == "" || m.Line < 0 || m.Line > len(d.files[0].lines)+1 {
				t.Errorf("mistake without message or place: %+v", m)
			}
			m.Show()
		}
	})
}

// TestStampSeesEveryFile tells a change in the root, in an included file, and
// a new file that a pattern takes in.
func TestStampSeesEveryFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("c.yaml", "include: x*.yaml\n")
	write("x1.yaml", "base: {size: 1}\n")
	d, err := Read(Input{Path: filepath.Join(dir, "c.yaml"), Env: os.LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	last := d.Stamp()
	if d.Stamp() != last {
		t.Error("the stamp changes by itself")
	}
	var r root
	d.Decode(&r)
	digest := d.Digest()
	d.Release("entries")
	if d.Stamp() != last || d.Digest() != digest || !d.Has("base.size") {
		t.Error("once its text is released the document tells less of the files")
	}
	for _, step := range []struct{ name, text string }{
		{"c.yaml", "include: x*.yaml # mine\n"}, {"x1.yaml", "base: {size: 12}\n"}, {"x2.yaml", ""},
	} {
		write(step.name, step.text)
		now := d.Stamp()
		if now == last {
			t.Errorf("the stamp does not see a change in %s", step.name)
		}
		last = now
	}
}
