package main

import (
	"errors"
	"net"
	"os"
	"strings"
	"time"

	"wiredesk/publish/serve"
)

// listeners are the addresses that a daemon serves on.
type listeners struct {
	public, admin net.Listener // nil: not configured
}

// listen opens the configured addresses, all or none. A socket that the service
// manager hands over takes the place of the configured one.
func listen(cfg *config) (*listeners, error) {
	given, err := inheritedSockets()
	if err != nil {
		return nil, err
	}
	ls := listeners{public: given["public"], admin: given["admin"]}
	var errs [2]error
	if ls.public == nil {
		ls.public, errs[0] = listenAt(cfg.Publish.Listen)
	}
	if ls.admin == nil {
		ls.admin, errs[1] = listenAt(cfg.Publish.Admin)
	}
	if err := errors.Join(errs[:]...); err != nil {
		ls.close()
		return nil, err
	}
	if ls.public != nil {
		ls.public = serve.Limit(ls.public)
	}
	return &ls, nil
}

// listenAt listens on host:port or unix:PATH; on "" it does not.
func listenAt(address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	path, unix := strings.CutPrefix(address, "unix:")
	if !unix {
		return net.Listen("tcp", address)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close() // somebody lives: listening will fail and say so
	} else if info, err := os.Lstat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		_ = os.Remove(path) // left behind by a daemon that was killed
	}
	return net.Listen("unix", path)
}

func (ls *listeners) close() {
	for _, l := range []net.Listener{ls.public, ls.admin} {
		if l != nil {
			_ = l.Close()
		}
	}
}

// url returns the address of the front page, "" if there is none.
func (ls *listeners) url() string {
	if ls.public == nil || ls.public.Addr().Network() != "tcp" {
		return ""
	}
	host, port, err := net.SplitHostPort(ls.public.Addr().String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}
