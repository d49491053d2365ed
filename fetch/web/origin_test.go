package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"wiredesk/store"
)

// loopback is what a test allows: its own origins.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/16"), netip.MustParsePrefix("::1/128")}

// quiet takes what test servers say about the clients that they annoy.
var quiet = log.New(io.Discard, "", 0)

func testConfig() Config {
	return Config{
		Agent: "wiredesk/test", MaxBody: 1 << 20, Allow: loopback,
		Timeouts: Timeouts{Dial: 5 * time.Second, TLS: 5 * time.Second, Headers: 5 * time.Second, Idle: 5 * time.Second, Total: 10 * time.Second},
	}
}

func testClient(t testing.TB, edit func(*Config)) *Client {
	t.Helper()
	c := testConfig()
	if edit != nil {
		edit(&c)
	}
	client, err := New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func serve(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// raw serves bytes as they are: each connection's request is read, then answer
// writes what it likes. It returns the origin's address.
func raw(t testing.TB, answer func(c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					answer(conn)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// says returns an answer that is written at once.
func says(s string) func(net.Conn) {
	return func(c net.Conn) { _, _ = io.WriteString(c, s) }
}

// drips returns an answer that is followed by a byte again and again until the
// client has enough.
func drips(head, drop string, every time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, head)
		for {
			if _, err := io.WriteString(c, drop); err != nil {
				return
			}
			time.Sleep(every)
		}
	}
}

// wantCode fetches and fails the test unless it ends with the code.
func wantCode(t *testing.T, c *Client, r Request, want store.Code) *Error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	res, err := c.Get(ctx, r)
	if want == store.OK {
		if err != nil {
			t.Errorf("Get(%s) = %v, want success", r.URL, err)
		}
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Get(%s) = %v, %v, want code %s", r.URL, res != nil, err, want)
	}
	if e.Code != want {
		t.Errorf("Get(%s) = code %q (%s), want %q", r.URL, e.Code, e.Detail, want)
	}
	if e.Code.Sentence() == "" {
		t.Errorf("code %q is not on the closed list", e.Code)
	}
	return e
}

func mustGet(t testing.TB, c *Client, r Request) *Response {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("Get(%s): %v", r.URL, err)
	}
	return res
}

func answer(status int, header, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d X\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, header, len(body), body)
}
