package demo

import (
	"fmt"
	"os"
	"sync"
)

// maxLog is how large the daemon's log may grow. The demo polls some fifty
// times a second and may be left running for days.
const maxLog = 8 << 20

// A logFile is a log that starts over when it is full.
type logFile struct {
	mu   sync.Mutex
	file *os.File
	size int
}

func newLog(path string) (*logFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("open the demo's log: %w", err)
	}
	return &logFile{file: f}, nil
}

func (l *logFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size+len(p) > maxLog {
		if err := l.file.Truncate(0); err != nil {
			return 0, err
		}
		if _, err := l.file.Seek(0, 0); err != nil {
			return 0, err
		}
		l.size = 0
	}
	n, err := l.file.Write(p)
	l.size += n
	return n, err
}
