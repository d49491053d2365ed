package store

import "time"

// A Subscription is how a source's hub pushes to us (WebSub). There is one at
// most for a source. What the hub grants is Active; what it was asked for and
// has not verified yet is Pending: for a renewal that is another callback, and
// the old one answers until the new one is verified.
type Subscription struct {
	Source  SourceID  `cbor:"1,keyasint,omitempty"`
	Topic   string    `cbor:"2,keyasint,omitempty"` // what the document calls itself
	Hubs    []string  `cbor:"3,keyasint,omitempty"` // in the publisher's order
	Hub     int       `cbor:"4,keyasint,omitempty"` // the one that is asked now
	Active  Callback  `cbor:"5,keyasint,omitzero"`
	Pending Callback  `cbor:"6,keyasint,omitzero"`
	Due     time.Time `cbor:"7,keyasint,omitzero"`   // when to ask the hub; zero: never
	Errors  int       `cbor:"8,keyasint,omitempty"`  // attempts without a grant, in a row
	Denied  time.Time `cbor:"9,keyasint,omitzero"`   // when the hub refused; zero: it did not
	Why     string    `cbor:"10,keyasint,omitempty"` // of the last refusal or failure, one line
	Leaving bool      `cbor:"11,keyasint,omitempty"` // nobody wants it any more: the hub is to be told
	Gone    bool      `cbor:"12,keyasint,omitempty"` // the hub was told
	Pushed  time.Time `cbor:"13,keyasint,omitzero"`  // last push that brought something
	Missed  time.Time `cbor:"14,keyasint,omitzero"`  // a poll found what no push brought; zero: pushes are trusted
	ID      string    `cbor:"15,keyasint,omitempty"` // the feed's own, as polls saw it
	Title   string    `cbor:"16,keyasint,omitempty"` // the same
}

// A Callback is the part of an address that only the hub knows, and the secret
// that its pushes are signed with.
type Callback struct {
	Token  string    `cbor:"1,keyasint,omitempty"` // empty: there is none
	Secret []byte    `cbor:"2,keyasint,omitempty"`
	Until  time.Time `cbor:"3,keyasint,omitzero"` // end of the lease
}

// Live reports whether the hub pushes now.
func (s *Subscription) Live(now time.Time) bool {
	return s.Active.Token != "" && now.Before(s.Active.Until) && !s.Leaving && !s.Gone
}

// Trusted reports whether pushes come so reliably that the source need not be
// polled as often.
func (s *Subscription) Trusted(now time.Time) bool { return s.Live(now) && s.Missed.IsZero() }
