package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/cespare/xxhash/v2"
)

// While a daemon holds the store, commands are sent to it: as HTTP over a Unix
// socket that only its own user can open. What goes over is what was typed and
// where; the daemon runs the same function and streams back what it prints, in
// frames of one byte (which stream), four bytes (how long) and the bytes. The
// last frame holds the exit code.

// errNoDaemon reports that nobody listens on the socket.
var errNoDaemon = errors.New("no daemon runs")

// An order is a command as it goes over the socket.
type order struct {
	Args   []string `json:"args"`
	Dir    string   `json:"dir"`
	Config string   `json:"config"` // absolute
	Stdin  []byte   `json:"stdin,omitempty"`
	Width  int      `json:"width,omitempty"`
}

// An identity is what a daemon says of itself.
type identity struct {
	PID     int       `json:"pid"`
	Version string    `json:"version"`
	Config  string    `json:"config"`
	Started time.Time `json:"started"`
}

const (
	frameOut  = 1
	frameErr  = 2
	frameExit = 3

	maxOrder = 64 << 20
	maxPath  = 88 // what every system takes as a socket's path, with some to spare
)

// socketPath returns where the daemon of a store listens: beside the store, or
// in a folder of the user's own where that would be too long a path.
func socketPath(db string) string {
	path := db + ".sock"
	if len(path) <= maxPath {
		return path
	}
	sum := binary.BigEndian.AppendUint64(nil, xxhash.Sum64String(db))
	return filepath.Join(os.TempDir(), "wiredesk-"+strconv.Itoa(os.Getuid()), hex.EncodeToString(sum)+".sock")
}

// listenSocket opens the socket for the daemon's user alone. The store's lock
// is ours, so a socket that is there was left behind.
func (d *daemon) listenSocket() (net.Listener, error) {
	db := d.cfg.Load().Store.Path
	path := socketPath(db)
	if filepath.Dir(path) != filepath.Dir(db) {
		if err := ownFolder(filepath.Dir(path)); err != nil {
			return nil, err
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("socket: %w", err)
	}
	l, err := listenPrivately(path, 0o600)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	return l, nil
}

// listenPrivately makes a socket that has its permissions before anybody can
// come in: in a folder of ours alone, from where it moves to its place. The
// umask is the whole program's, and files are made all the time.
func listenPrivately(path string, mode fs.FileMode) (net.Listener, error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is empty by then
	temp := filepath.Join(dir, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: temp, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(temp, mode), os.Rename(temp, path)); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &ownSocket{l, path}, nil
}

// An ownSocket is gone from its folder when it is closed.
type ownSocket struct {
	*net.UnixListener
	path string
}

func (s *ownSocket) Close() error {
	err := s.UnixListener.Close()
	if err == nil {
		err = os.Remove(s.path)
	}
	return err
}

// ownFolder makes a folder that only we can enter, or finds that it is so.
func ownFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !ok || int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("socket: %s is not a folder of ours alone; remove it", dir)
	}
	return nil
}

// socketHandler runs the commands that come in.
func (d *daemon) socketHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /daemon", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, identity{os.Getpid(), version(), d.cfg.Load().path, d.started})
	})
	mux.HandleFunc("POST /command", func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder)).Decode(&o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if ours := d.cfg.Load().path; !sameFile(ours, o.Config) {
			http.Error(w, fmt.Sprintf("the daemon that holds the store runs on %s, not on %s", ours, o.Config), http.StatusConflict)
			return
		}
		frames := &frames{w: w, flush: http.NewResponseController(w).Flush}
		p := &program{
			in: bytes.NewReader(o.Stdin), out: frames.stream(frameOut), err: frames.stream(frameErr),
			dir: o.Dir, args: o.Args, width: o.Width, lender: d, clock: d.program.clock,
			name: d.program.name, exe: d.program.exe,
		}
		code := p.run(r.Context())
		_ = frames.write(frameExit, []byte{byte(code)}) // whoever asked may have gone
	})
	return mux
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return a == b
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// frames writes several streams into one.
type frames struct {
	mu    sync.Mutex
	w     io.Writer
	flush func() error
}

func (f *frames) write(stream byte, b []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	head := binary.BigEndian.AppendUint32([]byte{stream}, uint32(len(b)))
	if _, err := f.w.Write(append(head, b...)); err != nil {
		return err
	}
	return f.flush()
}

func (f *frames) stream(n byte) io.Writer { return frameWriter{f, n} }

type frameWriter struct {
	f *frames
	n byte
}

func (w frameWriter) Write(b []byte) (int, error) {
	if err := w.f.write(w.n, b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// remote runs the command in the daemon that holds the store, and returns its
// exit code; errNoDaemon if there is none.
func (p *program) remote(ctx context.Context, cfg *config) (int, error) {
	o := order{Args: p.args, Dir: p.dir, Config: cfg.path, Width: p.width}
	if slices.Contains(p.args, "-") && !slices.Contains(p.args, "backup") {
		stdin, err := io.ReadAll(io.LimitReader(p.in, maxOrder/2))
		if err != nil {
			return 0, err
		}
		o.Stdin = stdin
	}
	body, err := json.Marshal(o)
	if err != nil {
		return 0, err
	}
	res, err := ask(ctx, cfg, http.MethodPost, "/command", body)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10)) // what came of it will do
		return 0, wrong("%s", bytes.TrimSpace(text))
	}
	return p.play(ctx, res.Body)
}

// play prints the frames that come and returns the exit code of the last.
func (p *program) play(ctx context.Context, r io.Reader) (int, error) {
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return 0, cut(ctx, err)
		}
		body := make([]byte, min(binary.BigEndian.Uint32(head[1:]), maxOrder))
		if _, err := io.ReadFull(r, body); err != nil {
			return 0, cut(ctx, err)
		}
		switch {
		case head[0] == frameExit && len(body) == 1:
			return int(body[0]), nil
		case head[0] == frameErr:
			_, _ = p.err.Write(body) // as any error message
		default:
			if _, err := p.out.Write(body); err != nil {
				return 0, err
			}
		}
	}
}

// cut says why the daemon's answer ended early.
func cut(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("the daemon stopped before the command was done: %w", err)
}

// whoIs asks the daemon that holds the store who it is.
func (p *program) whoIs(ctx context.Context, cfg *config) (identity, error) {
	var id identity
	res, err := ask(ctx, cfg, http.MethodGet, "/daemon", nil)
	if err != nil {
		return id, err
	}
	defer res.Body.Close()
	return id, json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&id)
}

// ask sends one request to the daemon.
func ask(ctx context.Context, cfg *config, method, path string, body []byte) (*http.Response, error) {
	sock := socketPath(cfg.Store.Path)
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", sock)
		},
		DisableKeepAlives: true,
	}}
	req, err := http.NewRequestWithContext(ctx, method, "http://wiredesk"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOTDIR):
		return nil, errNoDaemon
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("a daemon of another user holds the store: %w", err)
	}
	return res, err
}
