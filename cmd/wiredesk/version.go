package main

import (
	"runtime/debug"

	"wiredesk/fetch/web"
)

// version is what wiredesk calls itself, by the module's version or the commit.
func version() string {
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
