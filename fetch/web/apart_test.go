package web

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"wiredesk/store"
)

// A pinned certificate is accepted from its own host and nobody else; HTTP/2
// can be switched off.
func TestWhatASourceNeedsApart(t *testing.T) {
	later := time.Now().AddDate(0, 1, 0)
	mine, _ := certificate(t, "127.0.0.1", later)
	other, _ := certificate(t, "127.0.0.1", later)
	start := func(cert tls.Certificate, to string) string {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if to != "" {
				http.Redirect(w, r, to, http.StatusFound)
				return
			}
			_, _ = io.WriteString(w, r.Proto)
		}))
		s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		s.EnableHTTP2 = true
		s.Config.ErrorLog = quiet
		s.StartTLS()
		t.Cleanup(s.Close)
		return s.URL
	}
	sum := sha256.Sum256(mine.Leaf.Raw)
	pin := hex.EncodeToString(sum[:])
	home := start(mine, "")
	elsewhere := start(mine, home) // shows the same certificate, at another origin
	c := testClient(t, func(c *Config) { c.Roots = x509.NewCertPool() })
	wantCode(t, c, Request{URL: home}, store.CodeTLS)
	wantCode(t, c, Request{URL: start(other, ""), Pin: pin}, store.CodeTLS)
	wantCode(t, c, Request{URL: elsewhere, Pin: pin}, store.CodeTLS)
	if res := mustGet(t, c, Request{URL: home, Pin: pin}); string(res.Body) != "HTTP/2.0" {
		t.Errorf("answered by %s, want HTTP/2.0", res.Body)
	}
	if res := mustGet(t, c, Request{URL: home, Pin: pin, HTTP1: true}); string(res.Body) != "HTTP/1.1" {
		t.Errorf("answered by %s, want HTTP/1.1", res.Body)
	}
}
