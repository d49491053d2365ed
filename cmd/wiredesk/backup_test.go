package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The daemon's backups are told from all else in their folder, and what a crash
// left of one goes.
func TestBackupsAreTold(t *testing.T) {
	s := series{t.TempDir(), "wiredesk"}
	for _, name := range []string{
		"wiredesk-20260501T120000Z.db", "wiredesk-20260502T120000Z.db", "wiredesk-20260503T120000Z.db.12345.new",
		"wiredesk-20260501T120000Z.mine.db", "wiredesk-before.db", "wiredesk-before.db.12345.new",
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.sweep()
	paths, newest := s.list()
	want := []string{filepath.Join(s.dir, "wiredesk-20260501T120000Z.db"), filepath.Join(s.dir, "wiredesk-20260502T120000Z.db")}
	if !slices.Equal(paths, want) || newest.Format(stampFormat) != "20260502T120000Z" {
		t.Errorf("list() = %v, %v; want %v", paths, newest, want)
	}
	if left, _ := os.ReadDir(s.dir); len(left) != 5 {
		t.Errorf("%d files are left, want all but the one that was cut short", len(left))
	}
}
