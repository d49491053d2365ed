package web

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// maxHeader is the most bytes of header fields that an answer may have.
const maxHeader = 256 << 10

// maxDials is the most connections that one hop may open. Go's own transport
// would open thousands for a server that turns each of them away.
const maxDials = 3

// wire counts what comes in and breaks the connection when more comes than the
// requests it carried may bring. Limits on bodies do not see padding, pings,
// endless header fields and TLS records; this does.
type wire struct {
	net.Conn
	in    atomic.Int64
	limit atomic.Int64
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.in.Add(int64(n)) > w.limit.Load() {
		_ = w.Conn.Close()
		return 0, errWire
	}
	return n, err
}

// grant lets the connection bring n more bytes than it has brought so far.
func (w *wire) grant(n int64) { w.limit.Store(w.in.Load() + n) }

// overhead is what a connection may bring beside bodies: the TLS handshake with
// its certificates, record headers, settings.
const overhead = 128 << 10

// wireOf returns the counter under a connection that the transport hands out.
func wireOf(conn net.Conn) *wire {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	w, _ := conn.(*wire)
	return w
}

// connect builds the transport.
func (s *state) connect() error {
	g := guard{allow: s.Allow}
	t := &http.Transport{
		DisableCompression:     true, // we say what we accept, and decode it within limits
		TLSClientConfig:        &tls.Config{RootCAs: s.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    s.Timeouts.TLS,
		ResponseHeaderTimeout:  s.Timeouts.Headers,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    2,
		MaxIdleConns:           256,
		IdleConnTimeout:        15 * time.Second,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{PingTimeout: 5 * time.Second, WriteByteTimeout: 10 * time.Second},
	}
	if s.Proxy != "" {
		proxy, err := url.Parse(s.Proxy)
		if err != nil {
			return err
		}
		t.Proxy = http.ProxyURL(proxy)
		g.proxy = proxyAddress(proxy)
	}
	open := &net.Dialer{Timeout: s.Timeouts.Dial, KeepAlive: -1}
	guarded := &net.Dialer{Timeout: s.Timeouts.Dial, KeepAlive: -1, Control: g.control}
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		dialer := guarded
		if g.proxy != "" && addr == g.proxy {
			dialer = open
		}
		dial := dialer.DialContext
		if s.Dial != nil {
			dial = s.Dial
		}
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		w := &wire{Conn: conn}
		w.limit.Store(overhead)
		return w, nil
	}
	s.transport, s.guard = t, g
	return nil
}

// proxyAddress returns the host:port that the transport dials for a proxy.
func proxyAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
