package demo

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"wiredesk/store"
)

func TestSentencesFit(t *testing.T) {
	long := strings.Repeat("Ünbelievable news from the harbour ", 9)
	for _, say := range []string{"new: %s from Meridian Wire", "apart: %s in Harbour Herald: Harbour: no folding by text yet", "%s tail", long + "%s"} {
		if line := withTitle(say, long); utf8.RuneCountInString(line) > lineWidth {
			t.Errorf("withTitle(%q) has %d columns: %s", say, utf8.RuneCountInString(line), line)
		}
	}
	if got := withTitle("new: %s!", "short"); got != "new: 'short'!" {
		t.Errorf("withTitle = %q", got)
	}
	if got := withTitle("folded: %s, 87 % of its words", "100 % wool"); got != "folded: '100 % wool', 87 % of its words" {
		t.Errorf("withTitle = %q", got)
	}
}

func TestSummaryHasFiveLines(t *testing.T) {
	big := &tally{
		articles: 99999, feeds: 111, outlets: 100, stories: 8888, copies: 7777, wrong: 7777, apart: 666, editions: 44,
		classes: map[store.Class]int{store.Edit: 1234, store.Correction: 123, store.Minor: 1234}, withdrawn: 123, outages: 12, errorEntries: 12,
		files: 444, changedBytes: 12345,
	}
	for _, text := range []bool{false, true} {
		var b bytes.Buffer
		big.print(&b, text)
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) != 5 {
			t.Errorf("%d lines:\n%s", len(lines), b.String())
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) > 80 {
				t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
			}
		}
	}
}

func TestLogStartsOver(t *testing.T) {
	l, err := newLog(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.file.Close()
	for range 3 {
		if _, err := l.Write(bytes.Repeat([]byte("polled\n"), maxLog/20)); err != nil {
			t.Fatal(err)
		}
	}
	if st, err := l.file.Stat(); err != nil || st.Size() > maxLog || st.Size() != int64(l.size) {
		t.Errorf("the log has %d bytes, %d counted: %v", st.Size(), l.size, err)
	}
}
