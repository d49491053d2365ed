// Package parse reads feeds: bytes of any format, charset and state of repair
// become a [Document] or a named [Error].
package parse

import "wiredesk/store"

// Parse reads a feed. What can be repaired is read, with warnings.
func Parse(raw []byte, o Options) (*Document, error) {
	return nil, refuse(store.CodeNotFeed, "not built yet")
}
