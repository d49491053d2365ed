package store

import "time"

// A Follower is who our own hub tells of one topic (WebSub): a subscriber, who
// is sent each new document, or another hub, which is only told that there is
// one. There is one at most for a topic and a callback.
type Follower struct {
	Topic    string    `cbor:"1,keyasint,omitempty"` // address of the feed
	Callback string    `cbor:"2,keyasint,omitempty"`
	Hub      bool      `cbor:"3,keyasint,omitempty"` // Callback is another hub
	Secret   string    `cbor:"4,keyasint,omitempty"`
	Until    time.Time `cbor:"5,keyasint,omitzero"`  // end of the lease; zero: none, as of a hub
	Had      uint64    `cbor:"6,keyasint,omitempty"` // hash of the document that it was told of last, or that was given up
	Tries    int       `cbor:"7,keyasint,omitempty"` // attempts at the present document that failed
	Due      time.Time `cbor:"8,keyasint,omitzero"`  // not before; zero: at once
	Failing  time.Time `cbor:"9,keyasint,omitzero"`  // since when nothing has arrived; zero: the last attempt did
	Why      string    `cbor:"10,keyasint,omitempty"`
	Gone     bool      `cbor:"-"` // to be forgotten
}
