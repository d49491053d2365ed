package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
			var log strings.Builder
			daemon.Stderr = &log
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
			for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
				if err := daemon.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				time.Sleep(200 * time.Millisecond) // two signals at once could come in any order
			}
			if err := daemon.Wait(); err != nil {
				t.Errorf("the daemon ended with %v", err)
			}
			if !strings.Contains(log.String(), "configuration reloaded") {
				t.Errorf("SIGHUP did not reload:\n%s", &log)
			}
			if _, err := os.Stat(sock); err == nil {
				t.Errorf("%s was left behind", sock)
			}
		})
	}
}
