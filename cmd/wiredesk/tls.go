package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// tlsSection is the publish.tls section: certificates from files, or from an
// authority that speaks ACME.
type tlsSection struct {
	Cert      string   `yaml:"cert" desc:"certificate file in PEM, its chain included; read again when it changes"`
	Key       string   `yaml:"key" desc:"its key file, readable by you alone"`
	Hosts     []string `yaml:"hosts" desc:"instead of files: names to get certificates for by ACME; the listener must be reachable there at port 443"`
	Directory string   `yaml:"directory" desc:"address of the ACME authority; empty: Let's Encrypt"`
	Cache     string   `yaml:"cache" desc:"folder that keeps what the authority gave; empty: certificates, beside the store"`
	Redirect  string   `yaml:"redirect" desc:"address of a plain listener that leads readers to https, as in 0.0.0.0:80; empty: none"`
}

func (t tlsSection) on() bool { return t.Cert != "" || len(t.Hosts) > 0 }

// check reports every mistake of the section. Each line names the key.
func (t tlsSection) check(listen string) error {
	var errs []error
	if !t.on() {
		if t.Key != "" || t.Redirect != "" {
			errs = append(errs, errors.New("tls: it lacks cert and key, or hosts"))
		}
		return errors.Join(errs...)
	}
	switch {
	case t.Cert != "" && len(t.Hosts) > 0:
		errs = append(errs, errors.New("tls.hosts: certificates come from files already; leave one of them out"))
	case t.Cert != "" && t.Key == "":
		errs = append(errs, errors.New("tls.key: the certificate's key is missing"))
	case t.Cert != "":
		if err := secret("tls.key", t.Key); err != nil {
			errs = append(errs, err)
		} else if _, err := tls.LoadX509KeyPair(t.Cert, t.Key); err != nil {
			errs = append(errs, fmt.Errorf("tls.cert: %w", err))
		}
	}
	for _, h := range t.Hosts {
		if !strings.Contains(h, ".") || strings.ContainsAny(h, "/:* ") {
			errs = append(errs, fmt.Errorf("tls.hosts: %q is no name that an authority certifies: write one as in news.example.org", h))
		}
	}
	if listen == "" || strings.HasPrefix(listen, "unix:") {
		errs = append(errs, errors.New("tls: publish.listen is no address of this machine, so nobody could speak TLS with it"))
	}
	return errors.Join(errs...)
}

// secure returns how the public listener speaks TLS, and what answers on the
// plain one; nils where it does not. report hears what is wrong with the
// certificate at the moment, nil: nothing.
func secure(cfg *config, log *slog.Logger, now func() time.Time, report func(error)) (*tls.Config, http.Handler) {
	t := cfg.Publish.TLS
	switch {
	case t.Cert != "":
		c := &certificate{cert: t.Cert, key: t.Key, log: log, now: now, report: report}
		return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}, upgrade(cfg.Site.URL)
	case len(t.Hosts) > 0:
		m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(t.Hosts...), Cache: autocert.DirCache(t.Cache)}
		if a, err := mail.ParseAddress(cfg.Site.Contact); err == nil {
			m.Email = a.Address
		}
		if t.Directory != "" {
			m.Client = &acme.Client{DirectoryURL: t.Directory}
		}
		c := m.TLSConfig()
		c.MinVersion = tls.VersionTLS12
		return c, m.HTTPHandler(upgrade(cfg.Site.URL))
	}
	return nil, nil
}

// upgrade leads readers who came by plain HTTP to the site, and nowhere else.
func upgrade(site string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || !strings.HasPrefix(site, "https://") {
			http.Error(w, "Use HTTPS.", http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, site+r.URL.EscapedPath(), http.StatusMovedPermanently)
	})
}

// A certificate is read from files, and again when they change: whoever renews
// it need not know of us. A broken file leaves the one that was good.
type certificate struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time
	report    func(error)

	mu      sync.Mutex
	looked  time.Time
	stamp   string
	current *tls.Certificate
}

// looking is how long the files are trusted to be as they were.
const looking = time.Second

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.current != nil && now.Sub(c.looked).Abs() < looking {
		return c.current, nil
	}
	c.looked = now
	if stamp := fileStamp(c.cert) + fileStamp(c.key); stamp != c.stamp {
		pair, err := tls.LoadX509KeyPair(c.cert, c.key)
		if err != nil { // tried again until the files fit together
			c.report(fmt.Errorf("%s cannot be read; the certificate that was good stays: %w", c.cert, err))
			if c.current == nil {
				return nil, err
			}
			return c.current, nil
		}
		if c.current != nil {
			c.log.Info("certificate reloaded", "file", c.cert)
		}
		c.stamp, c.current = stamp, &pair
	}
	c.report(c.ending(now))
	return c.current, nil
}

// renewal is how long before its end a certificate should have been renewed.
const renewal = 3 * 24 * time.Hour

// ending says that the certificate ends soon, or did.
func (c *certificate) ending(now time.Time) error {
	if end := c.current.Leaf.NotAfter; now.After(end.Add(-renewal)) {
		return fmt.Errorf("%s ends on %s", c.cert, end.UTC().Format(time.RFC1123))
	}
	return nil
}

func fileStamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(info.ModTime().UnixNano(), info.Size(), " ")
}

// certificates is where an authority's certificates are kept.
func (c *config) certificates() string {
	return filepath.Join(filepath.Dir(c.Store.Path), "certificates")
}
