package web

import (
	"net/netip"
	"testing"
)

func TestGuardKnowsClosedAddresses(t *testing.T) {
	closed := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.9.9.9", "127.255.255.255",
		"169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.31.196.1",
		"192.52.193.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
		"203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::7f00:1", "::10.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
		"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:fbff:f5ff:fffe",
		"2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "2002:808:808::1", "2620:4f:8000::1",
		"3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "::2",
	}
	open := []string{
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
		"172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2000::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8",
	}
	for _, s := range closed {
		if err := (guard{}).check(netip.AddrPortFrom(netip.MustParseAddr(s), 80)); err == nil {
			t.Errorf("check(%s) = nil, want it refused", s)
		}
	}
	for _, s := range open {
		if err := (guard{}).check(netip.AddrPortFrom(netip.MustParseAddr(s), 443)); err != nil {
			t.Errorf("check(%s) = %v, want nil", s, err)
		}
	}
}

func TestGuardOpensWhatTheOperatorAllows(t *testing.T) {
	for _, tt := range []struct {
		name, allow, addr string
		port              uint16
		open              bool
	}{
		{"its network", "127.1.0.0/16", "127.1.0.1", 8080, true},
		{"mapped into IPv6", "127.1.0.0/16", "::ffff:127.1.0.1", 80, true},
		{"another loopback network", "127.1.0.0/16", "127.66.0.1", 80, false},
		{"any port in it", "10.0.0.0/8", "10.1.2.3", 6379, true},
		{"a closed port outside", "10.0.0.0/8", "8.8.8.8", 25, false},
		{"everything but multicast", "0.0.0.0/0", "224.0.0.1", 80, false},
		{"everything but broadcast", "0.0.0.0/0", "255.255.255.255", 80, false},
		{"everything but unspecified", "0.0.0.0/0", "0.0.0.0", 80, false},
		{"NAT64 of a public address", "64:ff9b::/96", "64:ff9b::808:808", 80, true},
		{"NAT64 of a private address", "64:ff9b::/96", "64:ff9b::a00:1", 80, false},
		{"6to4 of a private address", "::/0", "2002:a00:1::1", 80, false},
		{"IPv6 of its own", "fd00::/8", "fd00::1", 80, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := guard{allow: []netip.Prefix{netip.MustParsePrefix(tt.allow)}}
			err := g.check(netip.AddrPortFrom(netip.MustParseAddr(tt.addr), tt.port))
			if (err == nil) != tt.open {
				t.Errorf("check(%s:%d) with %s allowed = %v, want open: %v", tt.addr, tt.port, tt.allow, err, tt.open)
			}
		})
	}
}
