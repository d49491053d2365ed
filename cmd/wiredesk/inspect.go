package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store/bolt"
)

// A damaged file may make the library that reads it loop, or end the program
// where nobody can catch it. So a file that is in doubt is looked at by a child
// of ours first, which may be lost: it has little memory, and so much time.

const (
	childMemory = 1 << 30
	childTime   = time.Minute // and a second for each 10 MiB
)

// A finding is what the child prints.
type finding struct {
	Kind   string     `json:"kind"` // "", or one of kinds
	Detail string     `json:"detail"`
	Stats  bolt.Stats `json:"stats"`
}

// kinds are the errors that go from the child to its parent.
func kinds() map[string]error {
	return map[string]error{"damaged": bolt.ErrDamaged, "newer": bolt.ErrNewer, "locked": bolt.ErrLocked, "missing": os.ErrNotExist}
}

// inspectCmd is the child.
func (p *program) inspectCmd() *cobra.Command {
	var depth int
	cmd := &cobra.Command{
		Use: "inspect FILE", Hidden: true, Args: cobra.ExactArgs(1), Short: "Look at a store in a process that may be lost",
		Example: "  wiredesk inspect wiredesk.db",
		RunE: p.do(func(ctx context.Context, args []string) error {
			debug.SetMemoryLimit(childMemory)
			limitMemory(childMemory)
			var f finding
			var err error
			if f.Stats, err = bolt.Check(ctx, args[0], bolt.Depth(depth)); err != nil {
				f.Kind, f.Detail = "other", err.Error()
				for kind, is := range kinds() {
					if errors.Is(err, is) {
						f.Kind = kind
					}
				}
			}
			return json.NewEncoder(p.out).Encode(f)
		}),
	}
	cmd.Flags().IntVar(&depth, "depth", int(bolt.Records), "how closely")
	return cmd
}

// inspect looks at a store that nobody has open, in a child.
func (p *program) inspect(ctx context.Context, path string, depth bolt.Depth) (bolt.Stats, error) {
	if p.exe == "" {
		return bolt.Check(ctx, path, depth)
	}
	info, err := os.Stat(path)
	if err != nil {
		return bolt.Stats{}, err
	}
	limit := childTime + time.Duration(info.Size()/(10<<20))*time.Second
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w: looking at it did not end within %v", bolt.ErrDamaged, limit))
	defer cancel()
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, p.exe, "inspect", "--depth", fmt.Sprint(int(depth)), path)
	cmd.Args[0] = p.name
	cmd.Env = append(os.Environ(), "GOTRACEBACK=none")
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &said, time.Second
	err = cmd.Run()
	var f finding
	switch bad := json.Unmarshal(out.Bytes(), &f); {
	case ctx.Err() != nil:
		return f.Stats, fmt.Errorf("check %s: %w", path, context.Cause(ctx))
	case err != nil || bad != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return f.Stats, fmt.Errorf("check %s: %w: looking at it ended in a crash: %w: %s", path, bolt.ErrDamaged, err, first)
	case f.Kind == "":
		return f.Stats, nil
	}
	if is := kinds()[f.Kind]; is != nil {
		return f.Stats, &inspected{f.Detail, is}
	}
	return f.Stats, errors.New(f.Detail)
}

// inspected is an error that a child met, in its words.
type inspected struct {
	detail string
	is     error
}

func (e *inspected) Error() string { return e.detail }
func (e *inspected) Unwrap() error { return e.is }

// doubt looks at the store before it is opened, if it was not closed the last
// time or always says so.
func (p *program) doubt(ctx context.Context, path string, always bool) error {
	depth := bolt.Opens
	if bolt.Unclean(path) {
		depth = bolt.Pages
	} else if !always {
		return nil
	}
	_, err := p.inspect(ctx, path, depth)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
