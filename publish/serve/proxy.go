package serve

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks whose X-Forwarded headers are believed. Anybody
// else could write what they like there.
type Proxies []netip.Prefix

// ParseProxies reads networks, as in 10.0.0.0/8.
func ParseProxies(list []string) (Proxies, error) {
	var out Proxies
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("%q is no network: write one as in 10.0.0.0/8", s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func (p Proxies) trust(a netip.Addr) bool {
	for _, n := range p {
		if n.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// Unwrap returns the request as the client sent it to the first trusted proxy:
// RemoteAddr, Host and the URL's scheme are theirs. A request from elsewhere
// comes back as it is. URL.Scheme is set in any case.
func (p Proxies) Unwrap(r *http.Request) *http.Request {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	r.URL.Scheme = scheme
	if len(p) == 0 || !p.trust(Client(r)) {
		return r
	}
	out := r.WithContext(r.Context())
	u := *r.URL
	out.URL = &u
	if from := p.client(r); from.IsValid() {
		out.RemoteAddr = netip.AddrPortFrom(from, 0).String()
	}
	if proto := last(r.Header["X-Forwarded-Proto"]); proto == "https" || proto == "http" {
		u.Scheme = proto
	}
	if host := last(r.Header["X-Forwarded-Host"]); host != "" {
		out.Host = host
	}
	return out
}

// client is the last address of X-Forwarded-For that is no trusted proxy: what
// stands before it, anybody may have written.
func (p Proxies) client(r *http.Request) netip.Addr {
	var chain []string
	for _, line := range r.Header["X-Forwarded-For"] {
		chain = append(chain, strings.Split(line, ",")...)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			return netip.Addr{}
		}
		if i == 0 || !p.trust(a) {
			return a.Unmap()
		}
	}
	return netip.Addr{}
}

// last returns the last value of a list header: the one that the nearest proxy
// wrote.
func last(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	line := lines[len(lines)-1]
	return strings.TrimSpace(line[strings.LastIndexByte(line, ',')+1:])
}

// Client returns the address that a request came from. The peer of a Unix
// socket is on this machine.
func Client(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}
