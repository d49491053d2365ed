package hub

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wiredesk/store"
)

// patience is the most that one request may take, whatever the other side does.
const patience = 10 * time.Second

// A job is one request to one callback.
type job struct {
	key    key
	ask    *intent        // nil: deliver
	to     store.Follower // as it was when the job began
	doc    Document
	hash   uint64
	leased time.Time
}

// errGone says that a subscriber wants no more.
var errGone = errors.New("gone: it wants no more")

// do makes the request. A nil error says that the other side took it, or meant
// it.
func (h *Hub) do(ctx context.Context, j *job) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch {
	case j.ask != nil:
		return h.ask(ctx, j)
	case j.to.Hub:
		return h.ping(ctx, j)
	}
	return h.deliver(ctx, j)
}

// ask verifies that a callback's owner meant what was asked for it, or tells
// that a subscription ended (WebSub, sections 5.2 and 5.3).
func (h *Hub) ask(ctx context.Context, j *job) error {
	q := url.Values{"hub.mode": {j.ask.mode}, "hub.topic": {j.key.topic}}
	if j.ask.mode == modeDenied {
		q.Set("hub.reason", j.ask.reason)
		_, _, err := h.Sender.Send(ctx, http.MethodGet, withQuery(j.key.callback, q), nil, nil, 0)
		return err
	}
	challenge := rand.Text()
	q.Set("hub.challenge", challenge)
	if j.ask.mode == modeSubscribe {
		q.Set("hub.lease_seconds", strconv.Itoa(int(j.ask.lease.Seconds())))
	}
	status, answer, err := h.Sender.Send(ctx, http.MethodGet, withQuery(j.key.callback, q), nil, nil, len(challenge)+1)
	switch {
	case err != nil:
		return err
	case status/100 != 2:
		return fmt.Errorf("status %d", status)
	case string(answer) != challenge:
		return errors.New("it did not repeat the challenge")
	}
	return nil
}

// withQuery adds parameters to those that a callback has.
func withQuery(callback string, q url.Values) string {
	sep := "?"
	if strings.Contains(callback, "?") {
		sep = "&"
	}
	return callback + sep + q.Encode()
}

// deliver sends the document as readers get it, signed where a secret was
// agreed on.
func (h *Hub) deliver(ctx context.Context, j *job) error {
	header := http.Header{"Content-Type": {j.doc.Type}, "Link": {j.doc.Link}}
	if j.to.Secret != "" {
		mac := hmac.New(sha256.New, []byte(j.to.Secret))
		mac.Write(j.doc.Body)
		header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	status, _, err := h.Sender.Send(ctx, http.MethodPost, j.key.callback, header, j.doc.Body, 0)
	switch {
	case err != nil:
		return err
	case status == http.StatusGone:
		return errGone
	case status/100 != 2:
		return fmt.Errorf("status %d", status)
	}
	return nil
}

// ping tells another hub that a topic has news; it comes and reads.
func (h *Hub) ping(ctx context.Context, j *job) error {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {j.key.topic}}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	status, _, err := h.Sender.Send(ctx, http.MethodPost, j.key.callback, header, []byte(form.Encode()), 0)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("status %d", status)
	}
	return err
}

// waits are the pauses before a document is tried again (PUBLISH-C26).
var waits = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// dead is how long nothing may arrive before a subscription ends early.
const dead = 3 * 24 * time.Hour

// after returns what a follower is once it was sent a document: err is nil if
// that arrived. A document that failed as often as there are waits is given up;
// the subscription lives on, unless nothing has arrived for days.
func after(f store.Follower, sent uint64, err error, now time.Time) store.Follower {
	if err == nil {
		f.Had, f.Tries, f.Due, f.Failing, f.Why = sent, 0, time.Time{}, time.Time{}, ""
		return f
	}
	f.Why = err.Error()
	if f.Failing.IsZero() {
		f.Failing = now
	}
	if f.Tries < len(waits) {
		f.Due = now.Add(waits[f.Tries])
		f.Tries++
		return f
	}
	f.Had, f.Tries, f.Due = sent, 0, time.Time{}
	f.Gone = !f.Hub && now.Sub(f.Failing) >= dead
	return f
}
