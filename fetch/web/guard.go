package web

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"

	"wiredesk/store"
)

// A guard decides which addresses may be connected to. It looks at the address
// that the kernel is about to use, after DNS and on every hop, because names
// and spellings can not be trusted: Go itself turns http://127。９。９。９/ into
// an address only after any check of the text.
type guard struct {
	allow []netip.Prefix
	proxy string // the configured proxy's host:port, which is never checked
}

// control is the [net.Dialer.Control] of a Client.
func (g guard) control(network, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fail(store.CodePrivate, "%s is no address", address)
	}
	return g.check(ap)
}

// check returns nil if ap may be connected to.
func (g guard) check(ap netip.AddrPort) error {
	addr := ap.Addr().WithZone("").Unmap()
	if g.allowed(addr) {
		return nil
	}
	if !public(addr) {
		return fail(store.CodePrivate, "%s is not a public address", addr)
	}
	if slices.Contains(closedPorts, ap.Port()) {
		return fail(store.CodePrivate, "port %d is not for web pages", ap.Port())
	}
	return nil
}

// allowed reports whether the operator opened a network that holds addr.
// Nobody can open what is no single host, nor reach a closed IPv4 address
// by wrapping it into an open IPv6 network.
func (g guard) allowed(addr netip.Addr) bool {
	if addr.IsMulticast() || addr.IsUnspecified() || addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return false
	}
	inside := slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(addr) })
	if inner, ok := wrapped(addr); ok {
		return inside && (public(inner) || g.allowed(inner))
	}
	return inside
}

// public reports whether addr is a global unicast address by IANA's registries
// of special-purpose addresses.
func public(addr netip.Addr) bool {
	holds := func(p netip.Prefix) bool { return p.Contains(addr) }
	if addr.Is4() {
		return !slices.ContainsFunc(ssrf.IPv4DeniedPrefixes, holds)
	}
	return ssrf.IPv6GlobalUnicast.Contains(addr) && !slices.ContainsFunc(ssrf.IPv6DeniedPrefixes, holds)
}

var (
	nat64    = netip.MustParsePrefix("64:ff9b::/96")
	compat   = netip.MustParsePrefix("::/96")
	sixToTwo = netip.MustParsePrefix("2002::/16") // 6to4, RFC 3056
	teredo   = netip.MustParsePrefix("2001::/32")
)

// wrapped returns the IPv4 address that a transition mechanism carries in addr.
func wrapped(addr netip.Addr) (netip.Addr, bool) {
	b := addr.As16()
	switch {
	case addr.Is4():
		return netip.Addr{}, false
	case compat.Contains(addr) && addr != netip.IPv6Loopback(), nat64.Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToTwo.Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	case teredo.Contains(addr):
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true
	}
	return netip.Addr{}, false
}

// closedPorts belong to protocols that a crafted request could speak to. The
// operator's own networks are free of this list.
var closedPorts = []uint16{
	1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115,
	117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563,
	587, 601, 636, 873, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 2375, 2379, 3306, 3389, 3659, 4045, 4190, 5060, 5061,
	5432, 5900, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9100, 10080, 11211, 27017,
}

// checkName refuses a host that is written as a closed address, in whatever
// spelling, and a closed port. With a proxy it is all that can be checked here:
// names are looked up over there, by programs that read 0x7f.1 as an address.
func (g guard) checkName(u *url.URL) error {
	port, _ := strconv.ParseUint(u.Port(), 10, 16)
	name := strings.TrimSuffix(hostname(u), ".")
	addr, err := netip.ParseAddr(name)
	switch last := name[strings.LastIndexByte(name, '.')+1:]; {
	case err == nil:
		err = g.check(netip.AddrPortFrom(addr, uint16(port)))
	case last == "localhost":
		err = fail(store.CodePrivate, "%s is this machine's own name", short(name))
	case last != "" && strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x"):
		err = fail(store.CodePrivate, "%s is an address in disguise", short(name))
	case slices.Contains(closedPorts, uint16(port)):
		err = fail(store.CodePrivate, "port %d is not for web pages", port)
	default:
		return nil
	}
	if err != nil {
		return fmt.Errorf("through the proxy: %w", err)
	}
	return nil
}
