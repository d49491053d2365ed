package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"wiredesk/store"
)

// codings are what read can undo (FETCH-A25).
const codings = "gzip, br, zstd"

const (
	// largeBody is the size from which a body needs a token, so that many large
	// ones at once do not fill the memory.
	largeBody = 1 << 20
	maxLarge  = 3
	// maxWindow is the most memory that a zstd stream may ask for.
	maxWindow = 8 << 20
)

// A stream is a body that may not stall.
type stream struct {
	raw    io.Reader
	idle   time.Duration // longest pause between two reads; 0: none
	cancel context.CancelCauseFunc
	n      int64 // bytes read, encoded
	max    int64
}

// Read reads from the connection. When nothing comes for too long, it cancels
// the request, and that ends the read.
func (s *stream) Read(p []byte) (int, error) {
	var timer *time.Timer
	if s.idle > 0 {
		timer = time.AfterFunc(s.idle, func() { s.cancel(errIdle) })
	}
	n, err := s.raw.Read(p)
	if timer != nil {
		timer.Stop()
	}
	if s.n += int64(n); s.n > s.max {
		return n, tooBig(s.max)
	}
	return n, err
}

func tooBig(limit int64) *Error {
	return fail(store.CodeTooBig, "more than %d bytes came", limit)
}

// read returns the decoded body. A body that is cut short or over its limit is
// an error, never a document that merely lacks its end.
func (c *Client) read(ctx context.Context, s *stream, resp *http.Response, limit int64, cut bool) ([]byte, error) {
	if cut {
		s.max = 1 << 62
	} else {
		s.max = limit
		if resp.ContentLength > limit {
			return nil, fail(store.CodeTooBig, "%d bytes are announced; the limit is %d", resp.ContentLength, limit)
		}
	}
	r, done, err := c.decode(s, resp.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	defer done()
	if cut {
		return io.ReadAll(io.LimitReader(r, limit))
	}
	raw, err := c.fill(ctx, r, resp.ContentLength, 2*limit)
	if err != nil {
		return nil, decodeError(err, r != io.Reader(s))
	}
	if err := complete(s); err != nil {
		return nil, err
	}
	if r == io.Reader(s) && bytes.HasPrefix(raw, gzipMagic) { // a file that was compressed before it was served
		return c.Decode(ctx, raw, "gzip")
	}
	return raw, nil
}

var gzipMagic = []byte{0x1f, 0x8b, 8}

// unzipper reads gzip members, one after the other, and leaves what comes after
// the last: servers pad it, and its checksum said that it is whole.
type unzipper struct {
	src *bufio.Reader
	z   *gzip.Reader
}

func (u *unzipper) reset(r io.Reader) error {
	u.src.Reset(r)
	return u.member()
}

func (u *unzipper) member() error {
	if err := u.z.Reset(u.src); err != nil {
		return err
	}
	u.z.Multistream(false)
	return nil
}

func (u *unzipper) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	if next, _ := u.src.Peek(len(gzipMagic)); !bytes.Equal(next, gzipMagic) {
		return n, io.EOF
	}
	return n, u.member()
}

// fill reads all of r, growing as it must. Past largeBody it waits for a token
// and keeps it while it reads.
func (c *Client) fill(ctx context.Context, r io.Reader, announced, limit int64) ([]byte, error) {
	buf := make([]byte, 0, min(max(announced, 4<<10), 256<<10)+512)
	token := false
	defer func() {
		if token {
			<-c.large
		}
	}()
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return nil, fail(store.CodeTooBig, "the answer unpacks to more than %d bytes", limit)
		}
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
		if len(buf) > largeBody && !token {
			select {
			case c.large <- struct{}{}:
				token = true
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
		}
	}
}

// complete makes sure that the body ended where it said it would: a decoder may
// stop before.
func complete(s *stream) error {
	var rest [512]byte
	for {
		_, err := s.Read(rest[:])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// decode undoes a Content-Encoding. The caller must call done.
func (c *Client) decode(s *stream, coding string) (r io.Reader, done func(), err error) {
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "", "identity":
		return s, func() {}, nil
	case "gzip", "x-gzip":
		u, _ := c.unzip.Get().(*unzipper)
		if u == nil {
			u = &unzipper{bufio.NewReader(nil), new(gzip.Reader)}
		}
		if err := u.reset(s); err != nil {
			return nil, nil, decodeError(err, true)
		}
		return u, func() { c.unzip.Put(u) }, nil
	case "br":
		return brotli.NewReader(s), func() {}, nil
	case "zstd":
		z, err := zstd.NewReader(s, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, decodeError(err, true)
		}
		return z, z.Close, nil
	}
	return nil, nil, fail(store.CodeEncoding, "Content-Encoding %q was not asked for", short(coding))
}

// decodeError tells a broken compression from a broken connection.
func decodeError(err error, coded bool) error {
	var known *Error
	if !coded || errors.As(err, &known) || isTimeout(err) || errors.Is(err, context.Canceled) ||
		errors.Is(err, errWire) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if code(context.Background(), err) == store.CodeReset && !errors.Is(err, io.EOF) {
		return err
	}
	return &Error{Code: store.CodeEncoding, Detail: Line("the compressed answer is broken: " + err.Error()), Err: err}
}

// drain reads what is left of a short body, so that its connection can be used
// again. A body of unknown length is not worth it.
func drain(resp *http.Response) {
	if resp.ContentLength >= 0 && resp.ContentLength <= 4<<10 {
		_, _ = io.Copy(io.Discard, resp.Body)
	}
}
