package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"wiredesk/publish/serve"
)

// listeners are the addresses that a daemon serves on.
type listeners struct {
	public, admin net.Listener // nil: not configured
	plain         net.Listener // leads readers to https; nil: none
	secure        bool         // public speaks TLS
}

// listen opens the configured addresses, all or none. A socket that the service
// manager hands over takes the place of the configured one.
func listen(cfg *config) (*listeners, error) {
	given, err := inheritedSockets()
	if err != nil {
		return nil, err
	}
	ls := listeners{public: given["public"], admin: given["admin"], secure: cfg.Publish.TLS.on()}
	mode, _ := socketMode(cfg.Publish.SocketMode) // it was checked
	var errs [3]error
	if ls.public == nil {
		ls.public, errs[0] = listenAt(cfg.Publish.Listen, mode)
	}
	if ls.admin == nil {
		ls.admin, errs[1] = listenAt(cfg.Publish.Admin, mode)
	}
	ls.plain, errs[2] = listenAt(cfg.Publish.TLS.Redirect, mode)
	if err := errors.Join(errs[:]...); err != nil {
		ls.close()
		return nil, err
	}
	for _, l := range []*net.Listener{&ls.public, &ls.plain} {
		if *l != nil {
			*l = serve.Limit(*l)
		}
	}
	return &ls, nil
}

// socketMode reads permissions as chmod has them; 0 stands for none given.
func socketMode(s string) (os.FileMode, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "0o"), 8, 32)
	if err != nil || n == 0 || n > 0o777 {
		return 0, fmt.Errorf("%q are no permissions: write them as in 0660", s)
	}
	return os.FileMode(n), nil
}

// listenAt listens on host:port or unix:PATH; on "" it does not.
func listenAt(address string, mode os.FileMode) (net.Listener, error) {
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
	mask := syscall.Umask(0o177) // nobody gets in before it has its permissions
	l, err := net.Listen("unix", path)
	syscall.Umask(mask)
	if err != nil {
		return nil, err
	}
	if mode == 0 {
		mode = 0o777 &^ os.FileMode(mask)
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (ls *listeners) close() {
	for _, l := range []net.Listener{ls.public, ls.admin, ls.plain} {
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
	scheme := "http://"
	if ls.secure {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port) + "/"
}
