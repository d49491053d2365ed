package main

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wiredesk": main, "get": get, "visit": visit})
}

// get is a command for scripts: get [-wait TEXT] URL ['Name: value'...] prints
// the answer's status, headers and body. With -wait it asks again until the
// answer holds the text; get -follow PATTERN URL goes on to an address in it.
func get() {
	args := os.Args[1:]
	text := ""
	switch args[0] {
	case "-wait":
		text, args = args[1], args[2:]
	case "-follow":
		follow(args[1], args[2])
		return
	}
	var answer string
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var err error
		answer, err = request(args)
		if err == nil && strings.Contains(answer, text) || text == "" || time.Now().After(deadline) {
			fmt.Print(answer)
			if err != nil || !strings.Contains(answer, text) {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
}

// follow prints the page at the first path in a page that the pattern matches,
// or its group does.
func follow(pattern, address string) {
	page, err := request([]string{address})
	found := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if u, bad := url.Parse(address); err == nil && bad == nil && found != nil {
		page, err = request([]string{u.Scheme + "://" + u.Host + found[len(found)-1]})
	}
	if fmt.Print(page); err != nil || found == nil {
		fmt.Fprintln(os.Stderr, "not found", err)
		os.Exit(1)
	}
}

func request(args []string) (string, error) {
	req, err := http.NewRequest(http.MethodGet, args[0], nil)
	if err != nil {
		return "", err
	}
	for _, h := range args[1:] {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	raw, err := httputil.DumpResponse(res, true)
	return string(raw), err
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"edit": edit,
			"lock": lock,
			"hold": hold,
			"same": same,
			"wipe": wipe,
		},
	})
}

// setup gives each script an upstream that serves its files, and free ports.
func setup(e *testscript.Env) error {
	srv := httptest.NewServer(upstream(e.WorkDir))
	e.Defer(srv.Close)
	e.Setenv("UPSTREAM", srv.URL)
	for _, name := range []string{"PORT", "PORT2"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		e.Setenv(name, port)
		l.Close()
	}
	e.Setenv("HOME", e.WorkDir)
	return nil
}

// upstream serves the files of dir, and honours conditional requests by an
// ETag of the content. A file "x.status" gives the answer to "x" another code.
func upstream(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := filepath.Join(dir, filepath.Clean(r.URL.Path))
		if code, err := os.ReadFile(path + ".status"); err == nil {
			var n int
			fmt.Sscan(string(code), &n)
			http.Error(w, "as the script wants it", n)
			return
		}
		f, err := os.Open(path)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer f.Close()
		h := fnv.New64a()
		io.Copy(h, f)
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, h.Sum64()))
		if strings.HasSuffix(path, ".rss") {
			w.Header().Set("Content-Type", "application/rss+xml")
		}
		http.ServeContent(w, r, "", time.Time{}, f)
	})
}

// edit FILE OLD NEW replaces text in a file of the script.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
}

// hold PORT takes a port of this machine until the script ends.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:"+args[0])
	ts.Check(err)
	ts.Defer(func() { l.Close() })
}

// wipe FILE damages a store: its first two pages are zeroed, which say where
// everything is.
func wipe(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	raw, err := os.ReadFile(path)
	ts.Check(err)
	clear(raw[:2*os.Getpagesize()])
	ts.Check(os.WriteFile(path, raw, 0o600))
}

// lock FILE keeps a file locked until the script ends, as another process would.
func lock(ts *testscript.TestScript, neg bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	ts.Check(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	ts.Defer(func() { f.Close() })
}

// same DIR OTHER compares what two folders publish, byte for byte.
func same(ts *testscript.TestScript, neg bool, args []string) {
	a, b := tree(ts, ts.MkAbs(args[0])), tree(ts, ts.MkAbs(args[1]))
	for name, text := range a {
		if b[name] != text {
			ts.Fatalf("%s differs:\n%s\n--\n%s", name, text, b[name])
		}
	}
	if len(a) != len(b) || len(a) == 0 {
		ts.Fatalf("%d files in %s, %d in %s", len(a), args[0], len(b), args[1])
	}
}

func tree(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		raw, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(raw)
		return err
	}))
	return files
}

// TestEverySubcommandHasAScript keeps the promise that the commands are tested
// as people type them.
func TestEverySubcommandHasAScript(t *testing.T) {
	tried := map[string]bool{}
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		f, err := os.Open(script)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			_, after, found := strings.Cut(lines.Text(), "exec wiredesk ")
			if words := strings.Fields(after); found && len(words) > 0 {
				tried[words[0]] = true
				if len(words) > 1 {
					tried[words[0]+" "+words[1]] = true
				}
			}
		}
		f.Close()
	}
	for _, c := range (&program{}).command().Commands() {
		if !tried[c.Name()] {
			t.Errorf("no script runs wiredesk %s", c.Name())
		}
		for _, sub := range c.Commands() {
			if !tried[c.Name()+" "+sub.Name()] {
				t.Errorf("no script runs wiredesk %s %s", c.Name(), sub.Name())
			}
		}
	}
}

// TestHelp keeps every command explained, with an example.
func TestHelp(t *testing.T) {
	for _, c := range (&program{}).command().Commands() {
		if c.Name() != "help" && (c.Short == "" || c.Example == "") {
			t.Errorf("wiredesk %s has no help text or no example", c.Name())
		}
	}
}
