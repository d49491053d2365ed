package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"wiredesk/fetch/web"
	"wiredesk/publish"
	"wiredesk/publish/bucket"
	"wiredesk/publish/serve"
)

// publishing is the publish section.
type publishing struct {
	publish.Config `yaml:",inline"`

	Bucket     bucket.Config `yaml:",inline"`
	TLS        tlsSection    `yaml:"tls" desc:"serve readers by HTTPS"`
	SocketMode string        `yaml:"socket_mode" desc:"permissions of listeners at unix:PATH, as in 0660; empty: what the umask leaves"`
}

// check reports every mistake of the section. Each line names the key.
func (p publishing) check() error {
	var errs []error
	for key, address := range map[string]string{"listen": p.Listen, "admin": p.Admin, "tls.redirect": p.TLS.Redirect} {
		if address == "" || strings.HasPrefix(address, "unix:") {
			continue
		}
		if _, port, err := net.SplitHostPort(loopback(address)); err != nil || !isPort(port) {
			errs = append(errs, fmt.Errorf("%s: %q: write host and port, as in 127.0.0.1:8080, or unix:/run/wiredesk/http.sock", key, address))
		}
	}
	if p.Listen != "" && loopback(p.Listen) == loopback(p.Admin) {
		errs = append(errs, errors.New("admin: the operator's listener needs an address of its own"))
	}
	for i, h := range p.Hubs {
		if err := web.CheckURL(h); err != nil {
			errs = append(errs, fmt.Errorf("hubs.%d: %w", i, err))
		}
	}
	if _, err := serve.ParseProxies(p.TrustedProxies); err != nil {
		errs = append(errs, fmt.Errorf("trusted_proxies: %w", err))
	}
	errs = append(errs, p.Bucket.Check(), secret("target_secret_file", p.Bucket.SecretFile))
	if _, err := socketMode(p.SocketMode); err != nil {
		errs = append(errs, fmt.Errorf("socket_mode: %w", err))
	}
	return errors.Join(append(errs, p.TLS.check(p.Listen))...)
}

// loopback completes an address without a host: what is not asked for is not
// open to the network (RELIABILITY-A1).
func loopback(address string) string {
	switch {
	case strings.HasPrefix(address, ":"):
		return "127.0.0.1" + address
	case isPort(address):
		return "127.0.0.1:" + address
	}
	return address
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}
