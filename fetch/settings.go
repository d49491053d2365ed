package fetch

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"wiredesk/fetch/clean"
	"wiredesk/fetch/web"
)

// feed is a source made ready for polling: secrets read, names resolved.
type feed struct {
	*Source
	zone   *time.Location // nil: not configured
	header map[string]string
	list   bool // of feeds, each a source of its own
}

func prepare(s *Source) (*feed, error) {
	p := &feed{Source: s, header: maps.Clone(s.Headers), list: s.OPML != ""}
	if p.list {
		list := *s
		list.URL = s.OPML
		p.Source = &list
	}
	if s.Zone != "" {
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return nil, fmt.Errorf("zone: %w", err)
		}
		p.zone = zone
	}
	if s.AuthFile == "" {
		return p, nil
	}
	secret, err := readSecret(s.AuthFile)
	if err != nil {
		return nil, fmt.Errorf("auth_file: %w", err)
	}
	if p.header == nil {
		p.header = make(map[string]string, 1)
	}
	p.header["Authorization"] = secret
	return p, nil
}

// readSecret makes an Authorization value of a file that holds user:password
// or a bearer token.
func readSecret(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, 8<<10))
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(raw))
	switch {
	case secret == "" || strings.ContainsAny(secret, "\r\n"):
		return "", fmt.Errorf("%s: write one line, user:password or a token", file)
	case strings.HasPrefix(secret, "Bearer ") || strings.HasPrefix(secret, "Basic "):
		return secret, nil
	case strings.Contains(secret, ":"):
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(secret)), nil
	}
	return "Bearer " + secret, nil
}

// own adds to a request what the source asks for at its own origin.
func (p *feed) own(r *web.Request) {
	if web.Origin(r.URL) == web.Origin(p.URL) {
		r.Header, r.HTTP1, r.Pin = p.header, p.HTTP1, p.Certificate
	}
}

// reading numbers the way in which documents are read. A higher number makes
// every document be fetched and read anew once.
const reading = "1"

// bond is the hash of all that validators hold for beside the final address
// (FETCH-A6): another question may have another answer.
func (s *settings) bond(p *feed, address, accept string) uint64 {
	h := xxhash.New()
	for _, part := range []string{reading, address, accept, s.agent(), p.Zone, p.Lang} {
		_, _ = h.WriteString(part)
		_, _ = h.Write([]byte{0})
	}
	for _, name := range slices.Sorted(maps.Keys(p.header)) {
		_, _ = h.WriteString(name + "\x00" + p.header[name] + "\x00")
	}
	return h.Sum64()
}

// Links returns the rules by which the addresses of articles are compared.
func (c Config) Links() clean.Rules { return clean.Rules{Tracking: c.Tracking} }

func (c Config) agent() string {
	if c.Agent != "" {
		return c.Agent
	}
	return c.UserAgent
}

// Web returns the part of c that a [web.Client] obeys.
func (c Config) Web() web.Config {
	return web.Config{
		Agent: c.agent(), Timeouts: web.Timeouts(c.Timeouts), MaxBody: int64(c.MaxBody),
		Workers: c.Workers, PerHost: c.PerHost, HostGap: c.HostGap, Allow: c.AllowNetworks, Proxy: c.Proxy,
	}
}

// location returns the zone of dates that name none: the configured one, else
// the one learned from the source's own dates.
func (p *feed) location(learned string) *time.Location {
	if p.zone != nil || learned == "" {
		return p.zone
	}
	zone, err := time.LoadLocation(learned)
	if err != nil {
		return nil
	}
	return zone
}
