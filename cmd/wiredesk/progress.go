package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// A progress shows on a terminal what takes longer than a second: one line on
// standard error that is rewritten, and goes when the work is done.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	width int // of the terminal; 0: none, and nothing is shown
	text  string
	start time.Time
	timer *time.Timer
	shown bool
	done  bool
}

// progress begins to count. The caller must clear it.
func (p *program) progress() *progress {
	g := &progress{w: p.err, width: p.width, start: time.Now()}
	if g.width > 0 {
		g.timer = time.AfterFunc(time.Second, g.tick)
	}
	return g
}

// show says what is being done, from now on.
func (g *progress) show(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.text = fmt.Sprintf(format, args...)
}

// tick draws the line, once a second.
func (g *progress) tick() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		return
	}
	if g.text != "" {
		g.shown = true
		fmt.Fprintf(g.w, "\r\x1b[K%s", clip(fmt.Sprintf("%s (%ds)", oneLine(g.text), int(time.Since(g.start).Seconds())), g.width-1))
	}
	g.timer.Reset(time.Second)
}

// clear takes the line away.
func (g *progress) clear() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done = true
	if g.timer != nil {
		g.timer.Stop()
	}
	if g.shown {
		fmt.Fprint(g.w, "\r\x1b[K")
	}
}
