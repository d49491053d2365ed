package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"wiredesk/store"
)

// certificate returns a certificate that signed itself, and a pool that trusts it.
func certificate(t *testing.T, host string, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}

// tls-*: no request is sent over a connection that is not proven; HTTP/2 is
// spoken where it is offered.
func TestTLS(t *testing.T) {
	later, earlier := time.Now().AddDate(0, 1, 0), time.Now().AddDate(0, -1, 0)
	for _, tt := range []struct {
		name, host string
		until      time.Time
		trusted    bool
		want       store.Code
	}{
		{"tls-self", "127.0.0.1", later, false, store.CodeTLS},
		{"tls-expired", "127.0.0.1", earlier, true, store.CodeTLS},
		{"tls-wronghost", "other.example", later, true, store.CodeTLS},
		{"tls-h2", "127.0.0.1", later, true, store.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked atomic.Int32
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				_, _ = io.WriteString(w, r.Proto)
			}))
			cert, pool := certificate(t, tt.host, tt.until)
			s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
			s.EnableHTTP2 = true
			s.Config.ErrorLog = quiet
			s.StartTLS()
			defer s.Close()
			c := testClient(t, func(c *Config) {
				c.Roots = x509.NewCertPool()
				if tt.trusted {
					c.Roots = pool
				}
			})
			if tt.want != store.OK {
				wantCode(t, c, Request{URL: s.URL}, tt.want)
				if asked.Load() != 0 {
					t.Error("a request was sent all the same")
				}
				return
			}
			if res := mustGet(t, c, Request{URL: s.URL}); string(res.Body) != "HTTP/2.0" || res.Wire < 500 {
				t.Errorf("got %q and %d bytes on the wire, want HTTP/2.0 and the handshake counted", res.Body, res.Wire)
			}
		})
	}
}

// A server that turns every connection away may not make us open thousands.
func TestNoConnectionStorm(t *testing.T) {
	cert, pool := certificate(t, "127.0.0.1", time.Now().AddDate(0, 1, 0))
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var dials atomic.Int32
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			dials.Add(1)
			go func() {
				defer conn.Close()
				_, _ = conn.Write([]byte("\x00\x00\x00\x04\x00\x00\x00\x00\x00"))                                 // SETTINGS
				_, _ = conn.Write([]byte("\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")) // GOAWAY, nothing done
				_, _ = io.Copy(io.Discard, conn)
			}()
		}
	}()
	c := testClient(t, func(c *Config) { c.Roots, c.Timeouts.Total = pool, 3*time.Second })
	_, err = c.Get(t.Context(), Request{URL: "https://" + l.Addr().String()})
	if n := dials.Load(); err == nil || n > 4*maxDials { // some are under way when it is noticed
		t.Errorf("%d connections, error %v; want an error after %d connections", n, err, maxDials)
	}
}
