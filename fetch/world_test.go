package fetch_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A world is origins in memory, for tests in whose bubble a month passes in
// moments: time stands still there while a real socket is waited for.
type world struct {
	start   time.Time
	outlets map[string]*outlet // by host and path
	offline atomic.Bool        // our own network is gone
}

// An outlet is one feed, as its publisher serves it.
type outlet struct {
	temper *temper
	n      int // among those of its temper
	host   string
	path   string

	mu    sync.Mutex
	asked []time.Duration // since the start of the world, when a request came
	until time.Duration   // its host wants to be left alone

	moved, intruded int // requests at its new address, and while it wanted none
}

// A temper is how outlets behave.
type temper struct {
	name   string
	n      int           // outlets
	every  time.Duration // between two articles; 0: there is one old article
	shared int           // outlets of it at one host; 0: 1
	header []string
	answer func(o *outlet, at time.Duration, r *http.Request) *http.Response // nil, or a nil answer: the feed
	hangs  bool
	dead   bool // nobody listens

	lo, hi  int           // requests to one in a month
	least   time.Duration // between two of them
	reaches time.Duration // an article is known after this at most; 0: they are never compared
}

// window is how many articles a document has.
const window = 20

// published returns the number of the newest article.
func (o *outlet) published(at time.Duration) int {
	if o.temper.every == 0 {
		return 0
	}
	phase := o.temper.every * time.Duration(o.n) / time.Duration(o.temper.n)
	return int((at + phase) / o.temper.every)
}

func (o *outlet) serve(at time.Duration, r *http.Request) *http.Response {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.Host == o.host {
		o.asked = append(o.asked, at)
	} else {
		o.moved++
	}
	if o.temper.answer != nil {
		if res := o.temper.answer(o, at, r); res != nil {
			return res
		}
	}
	return o.feed(at, r)
}

// feed answers with the document, or with 304 if that is what is known.
func (o *outlet) feed(at time.Duration, r *http.Request) *http.Response {
	newest := o.published(at)
	etag := fmt.Sprintf(`W/"%d"`, newest)
	header := append([]string{"ETag", etag}, o.temper.header...)
	if r.Header.Get("If-None-Match") == etag {
		return reply(304, "", header...)
	}
	return reply(200, o.document(newest), header...)
}

func (o *outlet) document(newest int) string {
	var numbers []int
	for n := newest; n >= 0 && n > newest-window; n-- {
		numbers = append(numbers, n)
	}
	return strings.ReplaceAll(rss(numbers...), "harbour", strings.TrimSuffix(o.host, ".test")+strings.Trim(o.path, "/"))
}

func reply(code int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h[header[i]] = []string{header[i+1]}
	}
	return &http.Response{StatusCode: code, ProtoMajor: 1, ProtoMinor: 1, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// dial is the world's network.
func (w *world) dial(_ context.Context, _, addr string) (net.Conn, error) {
	host := strings.TrimSuffix(addr, ":80")
	if w.offline.Load() {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: host, IsTemporary: true}}
	}
	if o := w.outlets[host+"/"]; o != nil && o.temper.dead {
		return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	return &line{world: w, closed: make(chan struct{}), ready: make(chan struct{}, 1)}, nil
}

// A line is a connection to the world. An origin answers a request as it is
// written; nobody runs beside.
type line struct {
	world  *world
	closed chan struct{}
	ready  chan struct{} // has a token when there may be something to read
	once   sync.Once

	mu sync.Mutex
	in bytes.Buffer
}

func (l *line) Write(p []byte) (int, error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(p)))
	if err != nil {
		return 0, err
	}
	o := l.world.outlets[r.Host+r.URL.Path]
	at := time.Since(l.world.start)
	res := reply(404, "")
	if o != nil {
		res = o.serve(at, r)
	}
	if o != nil && o.temper.hangs {
		return len(p), nil
	}
	res.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	l.mu.Lock()
	_ = res.Write(&l.in)
	l.mu.Unlock()
	l.ready <- struct{}{}
	return len(p), nil
}

func (l *line) Read(p []byte) (int, error) {
	for {
		l.mu.Lock()
		n, _ := l.in.Read(p)
		l.mu.Unlock()
		if n > 0 {
			return n, nil
		}
		select {
		case <-l.ready:
		case <-l.closed:
			return 0, net.ErrClosed
		}
	}
}

func (l *line) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *line) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (l *line) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (l *line) SetDeadline(time.Time) error      { return nil }
func (l *line) SetReadDeadline(time.Time) error  { return nil }
func (l *line) SetWriteDeadline(time.Time) error { return nil }
