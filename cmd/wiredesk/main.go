// Wiredesk polls feeds, remembers what changed, folds the copies of one story
// together and republishes topics as feeds and pages.
//
// Every command is a file of this package. A command that needs the store runs
// on the file itself, or, while a daemon holds the file, inside the daemon: the
// same function either way (socket.go).
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // for machines that know no zones, as an empty container

	"golang.org/x/term"
)

func main() {
	tuneHeap()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	dir, err := os.Getwd()
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, dir: dir, name: os.Args[0], args: os.Args[1:], width: width(os.Stderr)}
	if exe, err := os.Executable(); err == nil {
		p.exe = exe
	}
	if err == nil {
		p.clock, err = clock()
	}
	if err != nil {
		p.tell(err)
		os.Exit(1)
	}
	log.SetOutput(io.Discard) // net/http speaks there; a daemon gives it a place
	code := p.run(ctx)
	stop()
	os.Exit(code)
}

// width returns the columns of the terminal that f is, and 0 if it is none.
func width(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return max(w, 20)
}

// A program is one command as somebody typed it, with its surroundings. The
// daemon makes one for each command that is sent to it.
type program struct {
	in       io.Reader
	out, err io.Writer
	dir      string           // where it was typed; relative paths are relative to it
	name     string           // the program's own
	args     []string         // without it
	exe      string           // its file, to be run for what it may not survive; "": in this process
	width    int              // of the terminal that err is; 0: none
	clock    func() time.Time // nil: time.Now
	lender   *daemon          // runs this command on its own store; nil: the command opens it

	config    string
	json      bool
	logFormat string
	verbose   bool

	begun bool // the command line was understood
}

// now returns the time, in UTC.
func (p *program) now() time.Time {
	if p.clock == nil {
		return time.Now().UTC()
	}
	return p.clock().UTC()
}

// Exit codes of every command.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2 // wrong usage or configuration
	exitPartial = 3 // done, but some sources failed
	exitDamaged = 4 // run: the store is damaged; starting again does not help
)

// run runs the command and tells what went wrong. It returns the exit code.
func (p *program) run(ctx context.Context) int {
	root := p.command()
	root.SetArgs(p.args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if !p.begun {
		err = usageError{err}
	}
	p.tell(err)
	return exitCode(err)
}
