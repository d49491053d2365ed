package web

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// An ask is what a source wants to be different about its connections.
type ask struct {
	http1 bool
	pin   string
}

// maxApart is how many transports are kept for sources that need their own.
const maxApart = 64

// transport returns what carries the next hop. What a source asks for holds at
// its own origin only: a pinned certificate says nothing of anybody else's.
func (t *trip) transport() *http.Transport {
	a := ask{t.request.HTTP1, plainPin(t.request.Pin)}
	if a == (ask{}) || origin(t.at) != t.home {
		return t.state.transport
	}
	return t.state.forAsk(a)
}

func plainPin(pin string) string { return strings.ToLower(strings.ReplaceAll(pin, ":", "")) }

func (s *state) forAsk(a ask) *http.Transport {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.apart[a]; t != nil {
		return t
	}
	t := s.transport.Clone()
	if a.http1 {
		t.ForceAttemptHTTP2 = false
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
		t.TLSClientConfig.NextProtos = []string{"http/1.1"} // the one it is a clone of may have put h2 there
		t.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	}
	if a.pin != "" {
		// Go's own check is replaced, not dropped: see pinned.
		t.TLSClientConfig.InsecureSkipVerify = true //nolint:gosec
		t.TLSClientConfig.VerifyConnection = s.pinned(a.pin)
	}
	if len(s.apart) >= maxApart { // a reload starts over; until then these are made anew each time
		t.DisableKeepAlives = true
		return t
	}
	if s.apart == nil {
		s.apart = make(map[ask]*http.Transport)
	}
	s.apart[a] = t
	return t
}

// pinned accepts the certificate with the fingerprint pin, while it is valid,
// and else what everybody accepts (FETCH-A22).
func (s *state) pinned(pin string) func(tls.ConnectionState) error {
	return func(cs tls.ConnectionState) error {
		leaf := cs.PeerCertificates[0]
		sum := sha256.Sum256(leaf.Raw)
		now := time.Now()
		if hex.EncodeToString(sum[:]) == pin && now.After(leaf.NotBefore) && now.Before(leaf.NotAfter) {
			return nil
		}
		o := x509.VerifyOptions{Roots: s.Roots, DNSName: cs.ServerName, Intermediates: x509.NewCertPool()}
		for _, c := range cs.PeerCertificates[1:] {
			o.Intermediates.AddCert(c)
		}
		_, err := leaf.Verify(o)
		return err
	}
}

func (s *state) close() {
	s.transport.CloseIdleConnections()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.apart {
		t.CloseIdleConnections()
	}
}
