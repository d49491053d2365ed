package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// listed returns the packages of the module with what each imports outside of
// its tests, paths of ours without the module's name.
func listed(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "wiredesk/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for row := range strings.Lines(string(out)) {
		f := strings.Fields(row)
		all[strings.TrimPrefix(f[0], "wiredesk/")] = f[1:]
	}
	return all
}

// leaves says which other leaves a leaf may import.
var leaves = map[string][]string{
	"fetch/parse":    {"fetch/clean"},
	"fetch/fulltext": {"fetch/clean"},
	"fetch/discover": {"fetch/web", "fetch/parse"},
	"fetch/websub":   {"fetch/web"},
	"publish/curate": {"publish/query"},
	"publish/bucket": {"publish/serve"},
	"publish/render": {"publish/curate"},
	"publish/site":   {"publish/curate"},
}

// mayImport says whether package from may import package to, both ours.
func mayImport(from, to string) bool {
	side, _, leaf := strings.Cut(from, "/")
	switch {
	case side == "cmd":
		return true
	case strings.HasPrefix(to, "cmd/"), to == "store/bolt", to == "store/storetest":
		return false
	case from == "store":
		return to == "store/sketch" || to == "store/diff" || to == "store/safe"
	case side == "store":
		return to == "store" && from != "store/sketch" && from != "store/diff" && from != "store/safe" || from == "store/bolt" && strings.HasPrefix(to, "store/")
	case to == "store" || strings.HasPrefix(to, "store/"):
		return true
	case leaf:
		return slices.Contains(leaves[from], to)
	}
	return strings.HasPrefix(to, from+"/")
}

// TestImportsPointDown pins the architecture: cmd → {fetch, publish} → store.
func TestImportsPointDown(t *testing.T) {
	for from, imports := range listed(t) {
		for _, imp := range imports {
			if to, ours := strings.CutPrefix(imp, "wiredesk/"); ours && !mayImport(from, to) {
				t.Errorf("%s imports %s: imports point down, and to nobody else's leaf", from, to)
			}
		}
	}
}

// TestSingleHomes keeps each of these libraries, and whatever of it may
// surprise, behind one package.
func TestSingleHomes(t *testing.T) {
	homes := map[string]string{
		"go.etcd.io/bbolt":                   "store/bolt",
		"github.com/mmcdole/gofeed":          "fetch/parse",
		"github.com/gorilla/feeds":           "publish/render",
		"github.com/microcosm-cc/bluemonday": "store/safe",
		"code.dny.dev/ssrf":                  "fetch/web",
		"github.com/fxamacker/cbor/v2":       "store/bolt",
		"github.com/spf13/cobra":             "cmd/wiredesk",
		"github.com/minio/minio-go/v7":       "publish/bucket",
	}
	for from, imports := range listed(t) {
		for _, imp := range imports {
			for lib, home := range homes {
				if (imp == lib || strings.HasPrefix(imp, lib+"/")) && from != home {
					t.Errorf("%s imports %s; only %s may", from, imp, home)
				}
			}
		}
	}
}

// TestOneWayOut keeps every request to the outside behind fetch/web, with its
// address guard: nothing else makes a transport or uses Go's own client. The
// Unix socket, and the demo, which reads its own pages on loopback, are the
// exceptions.
func TestOneWayOut(t *testing.T) {
	out, err := exec.Command("grep", "-rnE", "--include=*.go", "--exclude=*_test.go", `http\.(Transport\{|DefaultClient|DefaultTransport|Get\(|Post\(|Head\()`, "../..").Output()
	if err != nil && len(out) > 0 {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		path := strings.TrimPrefix(line, "../../")
		own := []string{"fetch/web/", "cmd/wiredesk/socket.go:", "cmd/wiredesk/demo/"}
		if !slices.ContainsFunc(own, func(home string) bool { return strings.HasPrefix(path, home) }) {
			t.Errorf("a second way out: %s", path)
		}
	}
}
