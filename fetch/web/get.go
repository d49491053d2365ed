package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"wiredesk/store"
)

// maxHops is how many redirects are followed (FETCH-A19).
const maxHops = 10

// Get fetches one document. The error is always an [*Error].
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	s := c.state.Load()
	u, err := parse(r.URL)
	if err != nil {
		return nil, fail(store.CodeScheme, "%v", err)
	}
	t := &trip{client: c, state: s, request: &r, asked: address(u), home: origin(u), at: u, permanent: true, start: s.Now().UTC()}
	ctx, t.clock = newClock(ctx, s.Timeouts.Total)
	defer t.clock.stop()
	res, err := t.run(ctx)
	if err == nil {
		return res, nil
	}
	e := classify(ctx, err)
	e.Wire, e.Hops = t.wire, t.hops
	return nil, e
}

// A trip is one document's way through its redirects.
type trip struct {
	client  *Client
	state   *state
	request *Request
	clock   *clock
	asked   string // address of the first hop
	home    string // origin of the first address: credentials go nowhere else
	start   time.Time

	at        *url.URL // asked next
	hops      int
	permanent bool   // every redirect so far was 301 or 308
	moved     string // last address reached by permanent redirects alone
	wire      int64
}

// run follows redirects until an answer is final.
func (t *trip) run(ctx context.Context) (*Response, error) {
	limit := t.request.Hops
	if limit == 0 {
		limit = maxHops
	}
	seen := make(map[string]bool, 1)
	for {
		address := address(t.at)
		if seen[address] {
			return nil, fail(store.CodeRedirect, "the redirects run in a circle at %s", short(address))
		}
		seen[address] = true
		if err := t.permit(ctx); err != nil {
			return nil, err
		}
		res, next, err := t.hop(ctx, address)
		if err != nil || next == nil {
			return res, err
		}
		if t.hops++; t.hops > limit {
			return nil, fail(store.CodeRedirect, "more than %d redirects, the last to %s", limit, short(addressOf(next)))
		}
		t.at = next
		if t.permanent {
			t.moved = addressOf(next)
		} else {
			t.moved = ""
		}
	}
}

// permit asks robots.txt, where it matters, and checks what a proxy would not.
func (t *trip) permit(ctx context.Context) error {
	if t.state.Proxy != "" {
		if err := t.state.guard.checkName(t.at); err != nil {
			return err
		}
	}
	if !t.request.Robots {
		return nil
	}
	t.clock.pause()
	defer t.clock.resume()
	return t.client.permitted(ctx, t.at)
}

// hop makes one request. It returns the final answer or where to go next.
func (t *trip) hop(ctx context.Context, address string) (*Response, *url.URL, error) {
	t.clock.pause() // waiting for our own turn is not the server's fault
	leave, err := t.client.gates.enter(ctx, store.Patience(host(t.at)))
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	if err := t.client.holds.check(t.at, t.state.Now()); err != nil {
		return nil, nil, err
	}
	giveBack, err := t.client.slots.take(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer giveBack()
	t.clock.resume()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	m := &meter{cancel: cancel, grant: t.maxWire()}
	defer func() { t.wire += m.bytes() }()
	req := t.prepare(ctx, m, address)
	resp, err := t.transport().RoundTrip(req)
	if err != nil {
		return nil, nil, classify(ctx, err)
	}
	defer resp.Body.Close()
	if isRedirect(resp.StatusCode) {
		next, err := t.redirected(resp)
		return nil, next, err
	}
	res, err := t.finish(ctx, cancel, m, resp, address)
	return res, nil, err
}

// maxWire leaves room for framing beside the body and the header fields.
func (t *trip) maxWire() int64 { return t.maxBody() + t.maxBody()/8 + maxHeader + overhead }

func (t *trip) maxBody() int64 {
	if t.request.Max > 0 {
		return t.request.Max
	}
	return t.state.MaxBody
}

// prepare builds the request of one hop.
func (t *trip) prepare(ctx context.Context, m *meter, address string) *http.Request {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: m.gotConn})
	req := (&http.Request{
		Method: http.MethodGet, URL: t.target(), Host: t.at.Host, Header: make(http.Header, 8),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	h := req.Header
	h.Set("User-Agent", withAudience(t.state.Agent, t.request.Audience))
	h.Set("Accept-Encoding", codings)
	accept := t.request.Accept
	if accept == "" {
		accept = "*/*"
	}
	h.Set("Accept", accept)
	if origin(t.at) == t.home {
		for name, value := range t.request.Header {
			h.Set(name, value)
		}
	}
	if t.asksFor(address) {
		if v := t.request.Validators.ETag; v != "" {
			h["If-None-Match"] = []string{v}
		}
		if v := t.request.Validators.LastModified; v != "" {
			h["If-Modified-Since"] = []string{v}
		}
	}
	return req
}

// target returns the address in the form that the transport wants: to a proxy
// the whole of it goes into the request line.
func (t *trip) target() *url.URL {
	if t.at.Scheme != "http" || t.at.Opaque == "" || t.state.Proxy == "" || strings.HasPrefix(t.state.Proxy, "socks5") {
		return t.at
	}
	u := *t.at
	u.Opaque = "//" + u.Host + u.Opaque
	return &u
}

// asksFor reports whether the validators at hand came from this address.
func (t *trip) asksFor(address string) bool {
	from := t.request.ValidFor
	if from == "" {
		from = t.request.URL
	}
	u, err := parse(from)
	return err == nil && addressOf(u) == address
}

func addressOf(u *url.URL) string { return address(u) }

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirected returns where resp leads.
func (t *trip) redirected(resp *http.Response) (*url.URL, error) {
	drain(resp)
	next, err := resolve(t.at, resp.Header.Get("Location"))
	if err != nil {
		return nil, &Error{Code: store.CodeRedirect, Status: resp.StatusCode, Detail: Line(fmt.Sprintf("status %d: %v", resp.StatusCode, err))}
	}
	if resp.StatusCode != http.StatusMovedPermanently && resp.StatusCode != http.StatusPermanentRedirect {
		t.permanent = false
	}
	return next, nil
}

// finish reads a final answer.
func (t *trip) finish(ctx context.Context, cancel context.CancelCauseFunc, m *meter, resp *http.Response, address string) (*Response, error) {
	now := t.state.Now().UTC()
	res := &Response{
		Status: resp.StatusCode, Header: resp.Header, Asked: t.asked, URL: address, Moved: t.moved, Start: t.start, End: now,
		Conditional: resp.Request.Header["If-None-Match"] != nil || resp.Request.Header["If-Modified-Since"] != nil,
		Validators:  validators(resp.Header),
	}
	before := time.Duration(0)
	if resp.StatusCode == http.StatusNotModified {
		before = t.request.Life
	}
	res.Fresh, res.Life = freshUntil(resp.Header, before, now)
	switch {
	case resp.StatusCode == http.StatusNotModified && !res.Conditional:
		return nil, refuse(store.CodeSurprise, resp, "")
	case resp.StatusCode == http.StatusNotModified:
		res.NotModified = true
		res.Wire = t.wire + m.bytes()
		return res, nil
	case resp.StatusCode == http.StatusIMUsed && resp.Request.Header.Get("A-IM") != "":
		res.Delta = true
	case resp.StatusCode != http.StatusOK:
		return nil, t.judge(resp, now)
	}
	body := &stream{raw: resp.Body, idle: t.state.Timeouts.Idle, cancel: cancel}
	raw, err := t.client.read(ctx, body, resp, t.maxBody(), t.request.Cut)
	if err != nil {
		e := classify(ctx, err)
		e.Status = resp.StatusCode
		return nil, e
	}
	if len(raw) == 0 && !t.request.Cut {
		return nil, refuse(store.CodeEmpty, resp, "")
	}
	res.Body, res.End, res.Wire = raw, t.state.Now().UTC(), t.wire+m.bytes()
	return res, nil
}
