package strict

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func edited(t *testing.T, text string, edit func(d *Doc) (string, []byte, error)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := Read(Input{Path: path, Env: os.LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	var r root
	d.Decode(&r)
	if d.Mistakes != nil {
		t.Fatal(d.Mistakes)
	}
	_, out, err := edit(d)
	if err != nil {
		t.Fatal(err)
	}
	d, err = Read(Input{Path: path, Env: os.LookupEnv, Changed: map[string][]byte{path: out}})
	if err != nil {
		t.Fatal(err)
	}
	d.Decode(&r)
	if d.Mistakes != nil {
		t.Errorf("edited text is wrong: %v", d.Mistakes)
	}
	return string(out)
}

func TestAdd(t *testing.T) {
	one := []Addition{{"n", []KeyValue{{"url", "https://x.test:8/?a=1&b=$2"}, {"tags", []string{"wire", "true"}}}}}
	block := "  n:\n    url: \"https://x.test:8/?a=1&b=$$2\"\n    tags: [wire, \"true\"]\n"
	for _, tt := range []struct{ name, text, want string }{
		{"empty file", "", "list:\n" + block},
		{"no section", "base: {}", "base: {}\n\nlist:\n" + block},
		{"empty section", "list:  # mine\nbase: {}\n", "list:  # mine\n" + block + "base: {}\n"},
		{"empty braces", "list: {} # mine\nbase: {}\n", "list: # mine\n" + block + "base: {}\n"},
		{"block", "list:\n  # first\n  a: {url: u}  # its\n  # last\n\n# base\nbase: {}\n", "list:\n  # first\n  a: {url: u}  # its\n  # last\n" + block + "\n# base\nbase: {}\n"},
		{"block at the end", "list:\n  a:\n    url: u", "list:\n  a:\n    url: u\n" + block},
		{"flow", "list: {a: {url: u}}\n", "list: {n: {url: \"https://x.test:8/?a=1&b=$$2\", tags: [wire, \"true\"]}, a: {url: u}}\n"},
		{"folded text", "list:\n  a:\n    url: >\n      one\n      two\nbase: {}\n", "list:\n  a:\n    url: >\n      one\n      two\n" + block + "base: {}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := edited(t, tt.text, func(d *Doc) (string, []byte, error) { return d.Add("list", one) })
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestRemove(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"first", "list:\n  # of a\n  a: {url: u}\n  # of b\n  b: {url: v}\n", "list:\n  # of b\n  b: {url: v}\n"},
		{"a comment apart", "list:\n  # of all\n\n  # of a,\n  # at length\n  a:\n    url: u\n    # in a\n  b: {url: v}\n", "list:\n  # of all\n\n  b: {url: v}\n"},
		{"a comment elsewhere", "# of the list\nlist:\n # further out\n  a: {url: u}\n  b: {url: v}\n", "# of the list\nlist:\n # further out\n  b: {url: v}\n"},
		{"last", "list:\n  b: {url: v}\n  a:\n    url: u # inside\n\n# base\nbase: {}\n", "list:\n  b: {url: v}\n\n# base\nbase: {}\n"},
		{"only", "list:\n  a:\n    url: u\n", "list:\n"},
		{"flow first", "list: {a: {url: \"u,}\"}, b: {}}\n", "list: {b: {}}\n"},
		{"flow last", "list: {b: {}, a: {url: u}}\n", "list: {b: {}}\n"},
		{"flow only", "list: {a: {url: u}}\n", "list: {}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := edited(t, tt.text, func(d *Doc) (string, []byte, error) { return d.Remove("list.a") })
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// FuzzAdd adds to and removes from whatever is a right file. Where the result
// is right as well, all else must be as it was.
func FuzzAdd(f *testing.F) {
	for _, text := range []string{"", "list: {}", "list: {a: {url: u}}", "list:\n  a: {url: u} # c\n\nbase: {}\n", "list: &x\n  a: {url: >\n   t\n   }\nbase: {size: 3}"} {
		f.Add(text)
	}
	path := filepath.Join(f.TempDir(), "f.yaml")
	read := func(text []byte) (*Doc, root) {
		d, err := Read(Input{Path: path, Env: os.LookupEnv, Changed: map[string][]byte{path: text}})
		if err != nil {
			return &Doc{Mistakes: Mistakes{{}}}, root{}
		}
		var r root
		d.Decode(&r)
		return d, r
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, before := read([]byte(text))
		if d.Mistakes != nil || d.Has("list.new") {
			return
		}
		_, with, err := d.Add("list", []Addition{{"new", []KeyValue{{"url", "u: # v"}}}})
		if err != nil {
			return
		}
		d, after := read(with)
		if d.Mistakes != nil || len(after.List) != len(before.List)+1 {
			return // too unusual; whoever asked finds out by reading it again
		}
		_, without, err := d.Remove("list.new")
		if err != nil {
			t.Fatal(err)
		}
		if d, again := read(without); d.Mistakes == nil && !d.Has("list.new") && !reflect.DeepEqual(again, before) {
			t.Errorf("added and removed:\n%q\n%q\n%q", text, with, without)
		}
	})
}
