package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"syscall"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// usageError marks what the operator can only mend by typing something else.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrong(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// brokenStore marks what starting the daemon again does not help against.
type brokenStore struct{ error }

func (e brokenStore) Unwrap() error { return e.error }

// exited is the exit code of a command that has told all there is to tell.
type exited int

func (e exited) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// exitCode returns the code that err ends the program with.
func exitCode(err error) int {
	var code exited
	var usage usageError
	var mistakes strict.Mistakes
	var broken brokenStore
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &broken):
		return exitDamaged
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage), errors.As(err, &mistakes):
		return exitUsage
	}
	return exitFailed
}

// tell says what went wrong, and what to type or to change. It is the one
// place that words errors for people; all others return them.
func (p *program) tell(err error) {
	var code exited
	var mistakes strict.Mistakes
	switch {
	case errors.As(err, &code):
		return
	case errors.As(err, &mistakes):
		for _, m := range mistakes {
			fmt.Fprint(p.err, printable(m.Show()))
		}
		fmt.Fprintf(p.err, "wiredesk: %s in the configuration; nothing was changed\n", count(len(mistakes), "mistake"))
		return
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(p.err, "wiredesk: %s\n", printable(strings.TrimSuffix(line, "\n")))
	}
	if hint := p.remedy(err); hint != "" {
		fmt.Fprintf(p.err, "hint: %s\n", hint)
	}
}

// remedy returns what to do about err, or "".
func (p *program) remedy(err error) string {
	var op *net.OpError
	var usage usageError
	var missing *configMissing
	switch {
	case errors.As(err, &missing):
		return "name the file with --config, or begin one: wiredesk add https://a.newspaper.you.read"
	case errors.Is(err, bolt.ErrLocked):
		return "another wiredesk works on it and does not answer here; wait for it to end, or look: fuser " + lockedPath(err)
	case errors.Is(err, bolt.ErrNewer):
		return "install the newer wiredesk again; an older one would damage the file"
	case errors.Is(err, bolt.ErrDamaged):
		return "nothing was deleted; put a backup in its place: wiredesk restore FILE; or save what can be read: wiredesk repair"
	case errors.Is(err, bolt.ErrClock):
		return "see that the clock is right; if it is: wiredesk prune --trust-clock"
	case errors.Is(err, bolt.ErrNoRoom):
		return "free some space, or name a place on another disk"
	case errors.Is(err, store.ErrForgotten):
		return "read what there is, and go on from its last number: wiredesk changes"
	case errors.As(err, &op) && op.Op == "listen" && errors.Is(err, syscall.EADDRINUSE):
		return "another program listens there; stop it, or write another address into publish.listen or publish.admin"
	case errors.As(err, &op) && op.Op == "listen" && errors.Is(err, syscall.EACCES):
		return "ports below 1024 need a privilege; write one above into publish.listen, behind a proxy"
	case errors.As(err, &op) && op.Op == "listen" && errors.Is(err, syscall.EADDRNOTAVAIL):
		return "this machine has no such address; write one that it has into publish.listen"
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full; free some space, nothing stored was lost"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "give the user who runs wiredesk the right to write there, or name another place in the configuration"
	case errors.Is(err, store.ErrNotFound):
		return "list what there is: wiredesk stories, wiredesk articles"
	case errors.As(err, &usage) && strings.Contains(err.Error(), "unknown shorthand flag"):
		return "what begins with a dash and is no flag comes after two of them, as in wiredesk search -- -sports"
	case errors.As(err, &usage):
		return "see wiredesk --help, or wiredesk COMMAND --help"
	}
	return ""
}

// lockedPath returns the path named by an error of bolt.Open.
func lockedPath(err error) string {
	var locked *lockedError
	if errors.As(err, &locked) {
		return locked.path
	}
	return "FILE"
}

// lockedError says which file is locked.
type lockedError struct {
	path string
	err  error
}

func (e *lockedError) Error() string { return e.err.Error() }
func (e *lockedError) Unwrap() error { return e.err }

// configMissing reports that there is no configuration file.
type configMissing struct {
	path string
	err  error
}

func (e *configMissing) Error() string { return fmt.Sprintf("there is no configuration at %s", e.path) }
func (e *configMissing) Unwrap() error { return e.err }

// quiet returns the logger of a command that says what it did by itself. It
// logs only what went wrong here, unless a log was asked for.
func (p *program) quiet() *slog.Logger {
	if p.logFormat == "json" {
		return p.logger(slog.LevelInfo)
	}
	return p.logger(slog.LevelError)
}

// logger returns a logger of the wanted format, from level on.
func (p *program) logger(level slog.Level) *slog.Logger {
	if p.verbose {
		level = slog.LevelDebug
	}
	o := &slog.HandlerOptions{Level: level}
	if p.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(p.err, o))
	}
	return slog.New(slog.NewTextHandler(p.err, o))
}

// show prints v as one line of JSON, or by text.
func (p *program) show(v any, text func()) error {
	if !p.json {
		text()
		return nil
	}
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// say prints a line for people; not with --json.
func (p *program) say(format string, args ...any) {
	if !p.json {
		fmt.Fprintln(p.out, printable(fmt.Sprintf(format, args...)))
	}
}

// interrupted reports whether err only says that somebody stopped us.
func interrupted(err error) bool { return errors.Is(err, context.Canceled) }

func count(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(what, "y"))
	}
	return fmt.Sprintf("%d %ss", n, what)
}
