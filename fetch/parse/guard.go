package parse

import (
	"strings"

	"wiredesk/store"
)

// Limits of one document. Beyond the first group the document is refused,
// beyond the second the surplus is dropped with a warning.
const (
	maxBytes     = 20 << 20
	maxOpen      = 100_000   // elements open at once
	maxElements  = 2_000_000 // in all: 20 MiB of real feeds have a tenth of it
	maxNames     = 100_000   // namespaces declared
	maxInScope   = 1_000     // namespaces in scope at once
	maxEntries   = 50_000
	maxExpansion = 1 << 20 // bytes that the DOCTYPE's entities may add

	maxDepth      = 100     // outside text constructs
	maxMarkup     = 256     // inside one
	maxKept       = 2_000   // entries
	maxKids       = 1_000   // properties of one element
	maxProperties = 300_000 // of all entries
	maxAttributes = 256
	maxName       = 1 << 10
	maxText       = 1 << 20
	maxLine       = 1_000   // characters of a title or name
	maxAddress    = 2 << 10 // bytes
	maxList       = 50      // categories, enclosures, links, people of one item
)

// guard counts what the document would cost, in one pass that neither
// allocates nor recurses, so that a hostile one is refused before anything
// grows with it. What it cannot see in broken markup, side bounds again.
func guard(src string) error {
	if len(src) > maxBytes {
		return refuse(store.CodeHostile, "%d MiB of text, more than %d", len(src)>>20, maxBytes>>20)
	}
	if n := strings.Count(src, "xmlns"); n > maxNames {
		return refuse(store.CodeHostile, "%d namespace declarations, more than %d", n, maxNames)
	}
	var open, elements, entries int
	var ends [2]bool // no more end of a comment, of a CDATA section
	for i := strings.IndexByte(src, '<'); i >= 0 && i+1 < len(src); {
		from := i + 1
		switch c := src[from]; {
		case c == '/':
			open = max(open-1, 0)
		case c == '!':
			from = skipMarked(src, i, &ends)
		case isNameStart(c):
			elements++
			open++
			if isEntry(src[from:]) {
				entries++
			}
		}
		n := strings.IndexByte(src[from:], '<')
		if n < 0 {
			break
		}
		if end := strings.IndexByte(src[from:from+n], '>'); end > 0 && src[from+end-1] == '/' && open > 0 {
			open--
		}
		switch i = from + n; {
		case open > maxOpen:
			return refuse(store.CodeHostile, "more than %d elements are open at once", maxOpen)
		case elements > maxElements:
			return refuse(store.CodeHostile, "more than %d elements", maxElements)
		case entries > maxEntries:
			return refuse(store.CodeHostile, "more than %d entries", maxEntries)
		}
	}
	return nil
}

// isEntry reports whether a tag that starts with tag is an item or entry,
// whatever its prefix.
func isEntry(tag string) bool {
	tag = tag[:min(len(tag), 32)]
	if end := strings.IndexAny(tag, " \t\r\n/>"); end >= 0 {
		tag = tag[:end]
	}
	tag = tag[strings.IndexByte(tag, ':')+1:]
	return strings.EqualFold(tag, "item") || strings.EqualFold(tag, "entry")
}

// skipMarked returns where the comment or CDATA section at i ends, or else the
// place after its "<!": what is in there is no element. An end that was once
// sought in vain is not sought again.
func skipMarked(src string, i int, none *[2]bool) int {
	for k, m := range [...]struct{ open, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}} {
		if none[k] || !strings.HasPrefix(src[i:], m.open) {
			continue
		}
		if n := strings.Index(src[i+len(m.open):], m.end); n >= 0 {
			return i + len(m.open) + n + len(m.end)
		}
		none[k] = true
	}
	return i + 2
}
