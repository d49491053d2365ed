package parse

import (
	"fmt"

	"wiredesk/store"
)

// An Error says why bytes are no feed, or one that must not be read.
type Error struct {
	Code   store.Code // CodeEmpty, CodeHTML, CodeNotFeed, CodeXML or CodeHostile
	Detail string     // one line for a person, without the feed's own markup
}

func (e *Error) Error() string { return fmt.Sprintf("read feed: %s: %s", e.Code, e.Detail) }

func refuse(code store.Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}
