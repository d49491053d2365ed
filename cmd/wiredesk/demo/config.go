package demo

import (
	"fmt"
	"net"
	"os"
	"strings"
)

// settle is how long the demo's desk waits for copies of a story to gather.
const settle = "1s"

// freeAddress returns the address of the first free port from 8080 on.
func freeAddress() (string, error) {
	for port := 8080; port < 8180; port++ {
		address := fmt.Sprintf("127.0.0.1:%d", port)
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		return address, l.Close()
	}
	return "", fmt.Errorf("open the demo's pages: the ports 8080 to 8179 of 127.0.0.1 are all taken")
}

// writeConfig writes the configuration of the demo's daemon: the outlets as
// sources, asked several times a second, and four topics.
func writeConfig(path, storePath, exportDir, address, password string, feeds []*feed) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# Written by wiredesk demo, and gone when it ends.
version: 1
site: {title: The Demo Desk, url: "http://%s", contact: demo@wiredesk.invalid, language: en, zone: UTC}
store: {path: %q}
fetch:
  interval: 200ms
  min_interval: 100ms
  host_gap: 0s
  websub: false
  allow_networks: [127.0.0.0/8]
defaults: {read: auto, content: excerpt, zone: %s, lang: en}
publish: {listen: %q, dir: %q}
desk: {users: {demo: {token: %q}}}
topics:
  %s: {title: All the news, match: "*", limit: 100, settle: %[8]s}
  ships: {title: Ships and harbours, match: "(ferry OR harbour OR lighthouse) -shares", changes: true, settle: %[8]s}
  money: {title: Money, match: "(shares OR wheat OR \"central bank\") -source:mirror", settle: %[8]s}
  quake: {title: Kestrel Bay earthquake, match: "\"kestrel bay\" (earthquake OR quake OR tremor)", settle: %[8]s}
sources:
`, address, storePath, pageZone, address, exportDir, password, everything, settle)
	for _, f := range feeds {
		fmt.Fprintf(&b, "  %s:\n    url: %q\n    name: %q\n    rank: %d\n    interval: 200ms\n", f.id, f.site.base+f.path, f.name, f.rank)
		if len(f.tags) > 0 {
			fmt.Fprintf(&b, "    tags: [%s]\n", strings.Join(f.tags, ", "))
		}
		if f.low {
			b.WriteString("    trust: low\n")
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write the demo's configuration: %w", err)
	}
	return nil
}
