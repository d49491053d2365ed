package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	systemd "github.com/coreos/go-systemd/v22/daemon"
)

// tellSystemd tells the service manager that started us how we do, if one did.
// That it does not listen is its own trouble: nothing of ours depends on it.
func tellSystemd(states ...string) {
	for _, s := range states {
		_, _ = systemd.SdNotify(false, s)
	}
}

// inheritedSockets returns the sockets that the service manager opened for us, by the
// names that their units give them (FileDescriptorName=public or admin).
func inheritedSockets() (map[string]net.Listener, error) {
	named, err := activation.ListenersWithNames()
	if err != nil {
		return nil, fmt.Errorf("take the sockets of the service manager: %w", err)
	}
	sockets := map[string]net.Listener{}
	for name, ls := range named {
		for _, l := range ls {
			if l == nil {
				continue
			}
			if name != "public" && name != "admin" || sockets[name] != nil {
				return nil, fmt.Errorf("the service manager hands over a socket named %q: give each socket unit FileDescriptorName=public or FileDescriptorName=admin, once", name)
			}
			sockets[name] = l
		}
	}
	return sockets, nil
}

// watchdog tells the service manager that all is well, for as long as the store
// answers. A daemon that hangs falls silent and is started anew.
func (d *daemon) watchdog(ctx context.Context) {
	limit, err := systemd.SdWatchdogEnabled(false)
	if err != nil || limit == 0 {
		return
	}
	tick := time.NewTicker(limit / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			look, cancel := context.WithTimeout(ctx, limit/3)
			if _, err := d.db.Stats(look); err == nil {
				tellSystemd(systemd.SdNotifyWatchdog)
			}
			cancel()
		}
	}
}
