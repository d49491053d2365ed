package publish

import (
	"slices"

	"wiredesk/publish/curate"
)

// Feeds returns the addresses of the feeds that a [Press] publishes of a topic
// at the site with the given address: what hubs are told of.
func Feeds(site string, t curate.Topic) []string {
	var list []string
	for _, f := range formats {
		if wanted(t, f.name) {
			list = append(list, site+t.Path(f.file))
		}
	}
	if t.Changes {
		list = append(list, site+t.Path(changesFile))
	}
	return list
}

// wanted reports whether a topic is published in a format.
func wanted(t curate.Topic, format string) bool {
	return len(t.Formats) == 0 || slices.Contains(t.Formats, format)
}
