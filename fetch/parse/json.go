package parse

import "wiredesk/store"

func parseJSON(text string, o *Options) (*Document, error) {
	return nil, refuse(store.CodeNotFeed, "JSON")
}
