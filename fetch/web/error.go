package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
	"unicode"

	"wiredesk/store"
)

// An Error says why a document did not come.
type Error struct {
	Code       store.Code
	Detail     string // one line for a person; never markup
	Status     int    // of the last answer; 0: none
	RetryAfter time.Time
	Host       string // that wants to be left alone, of a 429; else empty
	Ours       bool   // no name server answered, or there was no route: it may be this machine's network
	Hops       int    // redirects followed before it
	Wire       int64  // bytes received all the same
	Err        error
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Detail
}

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

func fail(code store.Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: Line(fmt.Sprintf(format, args...))}
}

// Causes by which a request cancels itself.
var (
	errTotal = errors.New("the whole answer took too long")
	errIdle  = errors.New("the answer stalled")
	errStorm = errors.New("the server made us connect again and again")
	errWire  = errors.New("more bytes came than any answer may have")
)

// classify names the failure of a transport. ctx is the request's own.
func classify(ctx context.Context, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	e := &Error{Code: code(ctx, err), Err: err, Ours: ours(err)}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		e.Detail = Line(cause.Error())
	} else {
		e.Detail = Line(plain(err))
	}
	return e
}

func code(ctx context.Context, err error) store.Code {
	if c := causeCode(context.Cause(ctx)); c != store.OK {
		return c
	}
	if c := causeCode(err); c != store.OK {
		return c
	}
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return store.CodeDNS
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOBUFS),
		errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return store.CodeLocal
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH):
		return store.CodeRefused
	case isTLS(err):
		return store.CodeTLS
	case isTimeout(err):
		return store.CodeTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return store.CodeCut
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return store.CodeReset
	case errors.As(err, &op) && op.Op == "read":
		return store.CodeReset
	}
	return store.CodeHTTP
}

func causeCode(err error) store.Code {
	switch {
	case err == nil:
		return store.OK
	case errors.Is(err, errTotal), errors.Is(err, errIdle):
		return store.CodeTimeout
	case errors.Is(err, errStorm):
		return store.CodeHTTP
	case errors.Is(err, errWire):
		return store.CodeTooBig
	case errors.Is(err, context.Canceled):
		return store.CodeLocal
	}
	return store.OK
}

// ours reports whether a failure may be that of our own network. "No such host"
// is not: some name server was there to say it.
func ours(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && !dns.IsNotFound || errors.Is(err, syscall.ENETUNREACH)
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout() || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT)
}

func isTLS(err error) bool {
	var (
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
		host   x509.HostnameError
		signer x509.UnknownAuthorityError
	)
	return errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &host) || errors.As(err, &signer) || strings.Contains(err.Error(), "tls: ")
}

// plain says what happened without Go's own words around it, and without our own
// port, which is another one each time.
func plain(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("%s: %s", dns.Name, dns.Err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended too early"
	case errors.Is(err, io.EOF):
		return "the connection ended without an answer"
	case errors.As(err, &op) && op.Addr != nil:
		return fmt.Sprintf("%s: %v", op.Addr, innermost(op.Err))
	}
	text := strings.TrimPrefix(err.Error(), "net/http: ")
	return strings.TrimPrefix(strings.TrimPrefix(text, "HTTP/1.x transport connection broken: "), "net/http: ")
}

func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// Line makes s fit for one line of a terminal: servers choose some of it.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}
