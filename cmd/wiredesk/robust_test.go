//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A running is a daemon under test, in a process of its own.
type running struct {
	t            *testing.T
	cmd          *exec.Cmd
	config       string
	pages, admin string // addresses

	mu  sync.Mutex
	log bytes.Buffer
}

// launch starts a daemon on a configuration, by way of a shell if need be, and
// waits until it is ready.
func launch(t *testing.T, config string, command ...string) *running {
	t.Helper()
	r := &running{t: t, config: config, admin: freeAddress(t), cmd: exec.Command("sh", "-c", strings.Join(append(command, `exec wiredesk run --log-format json -c "$0"`), "; "), config)}
	raw, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "listen: ''", fmt.Sprintf("listen: '127.0.0.1:0', admin: '%s'", r.admin), 1)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := r.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		defer close(ready)
		pages := regexp.MustCompile(`"msg":"ready","pages":"([^"]*)/"`)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			r.mu.Lock()
			r.log.Write(append(lines.Bytes(), '\n'))
			r.mu.Unlock()
			if m := pages.FindSubmatch(lines.Bytes()); m != nil {
				ready <- string(m[1])
			}
		}
	}()
	r.pages = <-ready
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	if r.pages == "" {
		t.Fatalf("the daemon did not start:\n%s", r.said())
	}
	return r
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (r *running) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

// eventually waits until what the operator's listener says matches.
func (r *running) eventually(path, pattern string) {
	r.t.Helper()
	want, last := regexp.MustCompile(pattern), ""
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); <-time.After(50 * time.Millisecond) {
		if _, last = fetched1("http://" + r.admin + path); want.MatchString(last) {
			return
		}
	}
	r.t.Fatalf("%s never said %s, but %s\n%s", path, pattern, last, r.said())
}

func fetched1(url string) (int, string) {
	res, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(raw)
}

// stop ends the daemon as a service manager does, and reports one that does not
// end in time (RELIABILITY-P12).
func (r *running) stop() {
	r.t.Helper()
	late := time.AfterFunc(10*time.Second, func() {
		r.t.Error("the daemon did not end within ten seconds")
		_ = r.cmd.Process.Kill()
	})
	defer late.Stop()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.t.Error(err)
	}
	if err := r.cmd.Wait(); err != nil {
		r.t.Errorf("the daemon ended with %v\n%s", err, r.said())
	}
}

// A disk that takes nothing stops the storing, not the serving: readers get what
// there is, whoever asks is told, and it goes on by itself once there is room
// (RELIABILITY-D12, P10).
func TestFullDiskIsSurvivedInMount(t *testing.T) {
	for name, errno := range map[string]syscall.Errno{"full": syscall.ENOSPC, "read-only": syscall.EROFS, "broken": syscall.EIO} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDisk(t)
			config := onDisk(t, d)
			hurry(t, config)
			r := launch(t, config)
			r.eventually("/readyz", `"state":"ready"`)
			d.reset(func(_ int, op string) syscall.Errno {
				if op == "unlink" || op == "sync" || op == "syncdir" {
					return 0
				}
				return errno
			})
			r.eventually("/readyz", `"about":"store".*"state":"degraded"`)
			if code, page := fetched1(r.pages + "/t/all/feed.atom"); code != http.StatusOK || !strings.Contains(page, "</feed>") {
				t.Errorf("readers get %d", code)
			}
			if out, err := exec.Command("wiredesk", "status", "-c", config).CombinedOutput(); err != nil || !strings.Contains(string(out), "degraded: store") {
				t.Errorf("status: %v\n%s", err, out)
			}
			if out, err := exec.Command("wiredesk", "doctor", "-c", config).CombinedOutput(); err != nil || !strings.Contains(string(out), "store") {
				t.Errorf("doctor: %v\n%s", err, out)
			}
			d.reset(nil)
			r.eventually("/readyz", `"degraded":\[\].*"state":"ready"`)
			r.stop()
			if !strings.Contains(r.said(), `"msg":"degraded","about":"store"`) || !strings.Contains(r.said(), `"msg":"recovered","about":"store"`) {
				t.Errorf("the log does not tell when it began and ended:\n%s", r.said())
			}
			announced := map[string]bool{}
			for _, id := range told(bytes.NewBufferString(r.said())) {
				announced[id] = true
			}
			sound(t, d.below, announced)
		})
	}
}

// hurry has the sources polled all the time.
func hurry(t *testing.T, config string) {
	raw, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "min_interval: 0s", "interval: 100ms, min_interval: 0s", 1)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// plain writes a configuration with a source at each host, and a listener to be
// filled in.
func plain(t *testing.T, hosts ...*httptest.Server) (config string) {
	config = filepath.Join(t.TempDir(), "config.yaml")
	text := "version: 1\nsite: {contact: ops@test.example, authority: test.example}\nstore: {path: test.db}\ndefaults: {read: feed}\n" +
		"fetch: {allow_networks: [127.0.0.0/8], interval: 100ms, min_interval: 0s, host_gap: 0s, per_host: 2}\npublish: {listen: ''}\n" +
		"topics: {all: {match: '*', settle: 0s}}\nsources:\n"
	for i, h := range hosts {
		text += fmt.Sprintf("  s%d: {url: '%s/s%d'}\n", i, h.URL, i)
	}
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// With hardly a file left to open the daemon lives, says so, and serves.
func TestFewFilesAreSaid(t *testing.T) {
	r := launch(t, plain(t, papers(t, 4)), "ulimit -n 70")
	r.eventually("/readyz", `"about":"files".*more files`)
	if code, _ := fetched1(r.pages + "/"); code != http.StatusOK {
		t.Errorf("readers get %d", code)
	}
	r.stop()
}

// A daemon that everybody clings to ends in time: readers that send half a
// request, readers that do not read, sources that do not answer, and a command
// that follows the change feed.
func TestStopsWhateverIsOpen(t *testing.T) {
	release := make(chan struct{})
	hosts := []*httptest.Server{papers(t, 6)}
	for range 20 {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/rss+xml")
			_, _ = w.Write([]byte("<rss>"))
			_ = http.NewResponseController(w).Flush()
			<-release
		}))
		t.Cleanup(srv.Close)
		hosts = append(hosts, srv)
	}
	t.Cleanup(func() { close(release) })
	r := launch(t, plain(t, hosts...))
	address := strings.TrimPrefix(r.pages, "http://")
	for i := range 60 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		switch i % 3 {
		case 0:
			fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow:")
		case 1:
			fmt.Fprintf(c, "GET /t/all/ HTTP/1.1\r\nHost: %s\r\n\r\n", address)
		}
	}
	follow := exec.CommandContext(t.Context(), "wiredesk", "changes", "--follow", "-c", r.config)
	out, err := follow.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it follows
		t.Fatal(err)
	}
	r.stop()
	_ = follow.Wait() // cut off with the daemon
}
