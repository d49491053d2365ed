package web

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"wiredesk/store"
)

const (
	postHops   = 5
	maxAnswer  = 4 << 10 // bytes read of the answer to a form
	answerWire = 256 << 10
)

// A Posted is the answer to a form.
type Posted struct {
	Status     int
	Body       string // its first bytes, for a person
	RetryAfter time.Time
}

// Post sends a form. Redirects are followed where they repeat the form as it is
// (307, 308), and never from https to http: there may be a secret in it. Any
// answer that is no redirect is returned; the error is always an [*Error].
func (c *Client) Post(ctx context.Context, address string, form url.Values) (*Posted, error) {
	s := c.state.Load()
	u, err := parse(address)
	if err != nil {
		return nil, fail(store.CodeScheme, "%v", err)
	}
	ctx, clock := newClock(ctx, s.Timeouts.Total)
	defer clock.stop()
	for range postHops {
		p, next, err := c.post(ctx, s, clock, u, form.Encode())
		if err != nil {
			return nil, classify(ctx, err)
		}
		if next == nil {
			return p, nil
		}
		if u.Scheme == "https" && next.Scheme != "https" {
			return nil, fail(store.CodeRedirect, "a redirect from https to http")
		}
		u = next
	}
	return nil, fail(store.CodeRedirect, "more than %d redirects", postHops)
}

// post makes one request. It returns the answer or where to send the form next.
func (c *Client) post(ctx context.Context, s *state, clock *clock, u *url.URL, form string) (*Posted, *url.URL, error) {
	clock.pause()
	leave, err := c.gates.enter(ctx, store.Patience(host(u)))
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	clock.resume()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	resp, err := s.exchange(ctx, cancel, http.MethodPost, u, header, []byte(form))
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusTemporaryRedirect, resp.StatusCode == http.StatusPermanentRedirect:
		next, err := resolve(u, resp.Header.Get("Location"))
		if err != nil {
			return nil, nil, fail(store.CodeRedirect, "status %d: %v", resp.StatusCode, err)
		}
		return nil, next, nil
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return nil, nil, fail(store.CodeRedirect, "status %d: a form is not turned into a question", resp.StatusCode)
	}
	raw, _ := io.ReadAll(io.LimitReader(&stream{raw: resp.Body, idle: s.Timeouts.Idle, cancel: cancel, max: answerWire}, maxAnswer))
	return &Posted{Status: resp.StatusCode, Body: Line(string(raw)), RetryAfter: retryAfter(resp.Header, s.Now().UTC())}, nil, nil
}

// exchange makes one request as it is, past all pauses. The caller closes the
// answer's body, and cancels when it is done with it.
func (s *state) exchange(ctx context.Context, cancel context.CancelCauseFunc, method string, u *url.URL, header http.Header, body []byte) (*http.Response, error) {
	if s.Proxy != "" {
		if err := s.guard.checkName(u); err != nil {
			return nil, err
		}
	}
	m := &meter{cancel: cancel, grant: answerWire + maxHeader + overhead}
	t := &trip{state: s, at: u, request: &Request{}}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: m.gotConn}),
		method, "http://x/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.URL, req.Host = t.target(), u.Host
	maps.Copy(req.Header, header)
	req.Header.Set("User-Agent", s.Agent)
	req.Header.Set("Accept-Encoding", "identity")
	return s.transport.RoundTrip(req)
}

// Send makes one request as it is and returns the answer's status and the first
// keep bytes of its body. Nothing is followed, and it waits for no turn at the
// host: whoever sends much must see to that. It is for those who asked to be
// called back. The error is always an [*Error].
func (c *Client) Send(ctx context.Context, method, address string, header http.Header, body []byte, keep int) (status int, answer []byte, err error) {
	u, err := parse(address)
	if err != nil {
		return 0, nil, fail(store.CodeScheme, "%v", err)
	}
	s := c.state.Load()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	resp, err := s.exchange(ctx, cancel, method, u, header, body)
	if err != nil {
		return 0, nil, classify(ctx, err)
	}
	defer resp.Body.Close()
	if keep > 0 {
		answer, err = io.ReadAll(io.LimitReader(resp.Body, int64(keep)))
	}
	if err != nil {
		return 0, nil, classify(ctx, err)
	}
	return resp.StatusCode, answer, nil
}

// Decode undoes the Content-Encoding of a body that was sent to us, within the
// limits of one that we fetched. The error is always an [*Error].
func (c *Client) Decode(ctx context.Context, body []byte, coding string) ([]byte, error) {
	limit := c.MaxBody()
	if int64(len(body)) > limit {
		return nil, tooBig(limit)
	}
	s := &stream{raw: bytes.NewReader(body), max: limit}
	r, done, err := c.decode(s, coding)
	if err != nil {
		return nil, classify(ctx, err)
	}
	defer done()
	raw, err := c.fill(ctx, r, int64(len(body)), 2*limit)
	if err != nil {
		return nil, classify(ctx, decodeError(err, r != io.Reader(s)))
	}
	return raw, nil
}

// MaxBody returns the most bytes that an answer may have on the wire.
func (c *Client) MaxBody() int64 { return c.state.Load().MaxBody }
