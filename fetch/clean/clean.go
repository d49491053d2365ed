// Package clean brings what sources write into one form: absolute and
// canonical addresses, safe HTML, plain text, plausible dates, a language, the
// agency that is credited, and the key that tells whether the content changed.
// Nothing here does I/O or reads the clock.
package clean

import (
	"net/url"
	"strings"

	"wiredesk/store/safe"
)

// URL returns raw as an absolute http or https address, or "". An empty raw is
// no link, though RFC 3986 would have it name the base.
func URL(raw string, base *url.URL) string {
	if strings.TrimSpace(raw) == "" {
		return ""
	}
	return safe.URL(raw, base)
}

// wordCount counts the words of text, as readers of its script do: every ideograph
// is one.
func wordCount(text string) int {
	n := 0
	for _, w := range strings.Fields(text) {
		n++
		for _, r := range w {
			if r >= 0x2E80 {
				n++
			}
		}
	}
	return n
}
