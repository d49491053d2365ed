package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// certify writes a certificate for a name, and its key, and returns where.
func certify(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(30 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A renewed certificate is shown without a restart; a broken file leaves the
// one that was good.
func TestCertificateIsRenewed(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	cfg := defaults()
	cfg.Publish.TLS.Cert, cfg.Publish.TLS.Key = certify(t, dir, "one.example")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.NotFoundHandler()}
	var ails atomic.Value
	srv.TLSConfig, _ = secure(&cfg, slog.New(slog.DiscardHandler), func() time.Time { return now }, func(err error) { ails.Store(fmt.Sprint(err)) })
	done := make(chan error, 1)
	go func() { done <- srv.ServeTLS(l, "", "") }()
	defer func() { srv.Close(); <-done }()
	shown := func() string {
		c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].Subject.CommonName + " " + c.ConnectionState().NegotiatedProtocol
	}
	if got := shown(); got != "one.example h2" {
		t.Errorf("at the start: %q", got)
	}
	certify(t, dir, "two.example")
	now = now.Add(2 * looking)
	if got := shown(); got != "two.example h2" {
		t.Errorf("renewed: %q", got)
	}
	if err := os.WriteFile(cfg.Publish.TLS.Cert, []byte("half a certif"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * looking)
	if got := shown(); got != "two.example h2" {
		t.Errorf("with a broken file: %q", got)
	}
	told := func(want string) {
		if got := ails.Load().(string); !strings.Contains(got, want) {
			t.Errorf("the operator is told %q, want %q", got, want)
		}
	}
	told("the certificate that was good stays")
	for _, path := range []string{cfg.Publish.TLS.Cert, cfg.Publish.TLS.Key} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(2 * looking)
	if got := shown(); got != "two.example h2" {
		t.Errorf("with no file: %q", got)
	}
	told("no such file")
	certify(t, dir, "three.example")
	now = now.Add(2 * looking)
	if got := shown(); got != "three.example h2" {
		t.Errorf("renewed after that: %q", got)
	}
	told("<nil>")
	now = now.Add(28 * 24 * time.Hour)
	shown()
	told("cert.pem ends on ")
}

// Plain HTTP leads to the same page by HTTPS, at our own name only.
func TestUpgrade(t *testing.T) {
	for _, tt := range []struct{ method, target, want string }{
		{"GET", "http://news.example/t/all/?q=1", "https://news.example/t/all/"},
		{"GET", "http://evil.example//other.example/", "https://news.example//other.example/"},
		{"POST", "http://news.example/desk/", ""},
	} {
		w := httptest.NewRecorder()
		upgrade("https://news.example").ServeHTTP(w, httptest.NewRequest(tt.method, tt.target, nil))
		if got := w.Header().Get("Location"); got != tt.want {
			t.Errorf("%s %s leads to %q, want %q", tt.method, tt.target, got, tt.want)
		}
	}
}

func TestCheckTLS(t *testing.T) {
	cert, key := certify(t, t.TempDir(), "news.example")
	other, _ := certify(t, t.TempDir(), "news.example")
	open := filepath.Join(t.TempDir(), "open.pem")
	if err := os.WriteFile(open, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	const here = "127.0.0.1:443"
	for _, tt := range []struct {
		tls    tlsSection
		listen string
		want   string
	}{
		{tlsSection{}, here, ""},
		{tlsSection{Cert: cert, Key: key}, here, ""},
		{tlsSection{Hosts: []string{"news.example.org"}}, here, ""},
		{tlsSection{Key: key}, here, "lacks cert"},
		{tlsSection{Cert: cert}, here, "tls.key: the certificate's key is missing"},
		{tlsSection{Cert: other, Key: key}, here, "tls.cert: tls: private key does not match"},
		{tlsSection{Cert: cert, Key: open}, here, "type chmod 600"},
		{tlsSection{Cert: cert, Key: key, Hosts: []string{"news.example.org"}}, here, "leave one of them out"},
		{tlsSection{Hosts: []string{"https://news.example.org/"}}, here, "is no name that an authority certifies"},
		{tlsSection{Cert: cert, Key: key}, "unix:/run/x", "no address of this machine"},
		{tlsSection{Redirect: "0.0.0.0:80"}, here, "lacks cert"},
	} {
		if err := tt.tls.check(tt.listen); err == nil && tt.want != "" || err != nil && (tt.want == "" || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("check of %+v: %v, want %q", tt.tls, err, tt.want)
		}
	}
	p := publishing{TLS: tlsSection{Cert: cert, Key: key, Redirect: "eighty"}}
	if p.Listen = here; !strings.Contains(fmt.Sprint(p.check()), `tls.redirect: "eighty": write host and port`) {
		t.Errorf("check of redirect: eighty: %v", p.check())
	}
}

// A Unix socket has the permissions that were asked for from its first moment.
func TestSocketMode(t *testing.T) {
	for _, tt := range []struct {
		mode string
		want os.FileMode
	}{{"0660", 0o660}, {"0600", 0o600}, {"666", 0o666}} {
		mode, err := socketMode(tt.mode)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "s")
		l, err := listenAt("unix:"+path, mode)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != tt.want {
			t.Errorf("%s: %v, %v", tt.mode, info.Mode(), err)
		}
		l.Close()
	}
	for _, bad := range []string{"rw", "0", "01777", "0899"} {
		if _, err := socketMode(bad); err == nil {
			t.Errorf("%q is taken for permissions", bad)
		}
	}
}
