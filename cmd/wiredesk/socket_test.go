package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestSocketOfAnyStore runs a daemon whose store has a path too long for a
// socket beside it: commands must reach it all the same, and only its user.
func TestSocketOfAnyStore(t *testing.T) {
	for _, tt := range []struct{ name, folder string }{
		{"short", "d"},
		{"long", strings.Repeat("a-long-folder/", 9)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), tt.folder)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			config := filepath.Join(dir, "config.yaml")
			if err := os.WriteFile(config, []byte("version: 1\nstore: {path: test.db}\npublish: {listen: ''}\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			daemon := exec.Command("wiredesk", "run", "-c", config)
			log, err := daemon.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := daemon.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = daemon.Process.Kill(); _ = daemon.Wait() }()
			sock := socketPath(filepath.Join(dir, "test.db"))
			for range 500 {
				if _, err := os.Stat(sock); err == nil {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			info, err := os.Stat(sock)
			if err != nil || info.Mode().Perm() != 0o600 || len(sock) > maxPath {
				t.Fatalf("socket %s: %v, %v, want mode 0600 and at most %d bytes", sock, info, err, maxPath)
			}
			out, err := exec.Command("wiredesk", "status", "--json", "-c", config).CombinedOutput()
			if err != nil || !strings.Contains(string(out), `"daemon":{"pid":`) {
				t.Errorf("status: %v\n%s", err, out)
			}
			if err := daemon.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(log)
			for lines.Scan() && !strings.Contains(lines.Text(), "configuration reloaded") {
			}
			if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, log); err != nil {
				t.Error(err)
			}
			if err := daemon.Wait(); err != nil {
				t.Errorf("the daemon ended with %v", err)
			}
			if _, err := os.Stat(sock); err == nil {
				t.Errorf("%s was left behind", sock)
			}
		})
	}
}

// TestStopsAmongTheHanging stops a daemon while a source never answers and a
// reader has connected and says nothing.
func TestStopsAmongTheHanging(t *testing.T) {
	asked := make(chan struct{})
	var once sync.Once
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-r.Context().Done()
	}))
	defer srv.Close()
	dir := t.TempDir()
	page := filepath.Join(dir, "http.sock")
	config := filepath.Join(dir, "config.yaml")
	text := "version: 1\nsite: {contact: ops@test.example}\nstore: {path: test.db}\nfetch: {allow_networks: [127.0.0.0/8]}\n" +
		"sources:\n  hangs: {url: '" + srv.URL + "/feed'}\npublish: {listen: 'unix:" + page + "'}\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	daemon := exec.Command("wiredesk", "run", "-c", config)
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	conn, err := net.Dial("unix", page)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(10*time.Second, func() { _ = daemon.Process.Kill() })
	defer late.Stop()
	if err := daemon.Wait(); err != nil {
		t.Errorf("the daemon did not stop within ten seconds: %v", err)
	}
	if out, err := exec.Command("wiredesk", "verify", "-c", config).CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}
