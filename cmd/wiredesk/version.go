package main

import (
	"runtime/debug"

	"wiredesk/fetch/web"
)

// release is the version that a package was built as; the linker sets it.
var release string

// version is what wiredesk calls itself, by the release, the module's version
// or the commit.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) > 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

// agent is the whole User-Agent that publishers see.
func agent(product, contact string) string { return web.Agent(product, version(), contact) }
