package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"wiredesk/store"
)

// Limits on what a server may wish for, whatever it writes.
const (
	maxFresh = 24 * time.Hour
	maxRetry = 24 * time.Hour
)

// validators returns what resp's sender wants to be sent back, byte for byte.
// What could not be sent or kept is left out, and so is the star, which asks for
// something else: an unconditional request is always right.
func validators(h http.Header) store.Validators {
	return store.Validators{ETag: sendable(h.Get("ETag")), LastModified: sendable(h.Get("Last-Modified"))}
}

func sendable(s string) string {
	if len(s) > 1<<10 || s == "*" || !httpguts.ValidHeaderFieldValue(s) || !utf8.ValidString(s) {
		return ""
	}
	return s
}

// freshUntil returns until when an answer that came at now need not be asked
// for again (FETCH-A12); zero: it may be at once. A 304 that does not say leaves
// it at what the answer said that it confirms: before is its lifetime.
func freshUntil(h http.Header, before time.Duration, now time.Time) (until time.Time, life time.Duration) {
	life, said := lifetime(h, now)
	if !said {
		life = before
	}
	left := life
	if age := seconds(h.Get("Age")); age > 0 {
		left -= age
	}
	if left <= 0 {
		return time.Time{}, life
	}
	return now.Add(min(left, maxFresh)), life
}

// lifetime returns how long an answer is fresh; it was not said if h has no
// field for it.
func lifetime(h http.Header, now time.Time) (life time.Duration, said bool) {
	control := strings.Join(h.Values("Cache-Control"), ",")
	found := time.Duration(-1)
	for part := range strings.SplitSeq(control, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store", "no-cache":
			return 0, true
		case "max-age":
			if found < 0 {
				found = max(seconds(strings.Trim(strings.TrimSpace(value), `"`)), 0)
			}
		}
	}
	if found >= 0 {
		return found, true
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0, control != "" || h.Get("Expires") != ""
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		date = now
	}
	return max(expires.Sub(date), 0), true
}

// seconds reads delta-seconds; -1 if s is none. Numbers too large for us are
// very large all the same (RFC 9111, 1.2.2).
func seconds(s string) time.Duration {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return -1
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > math.MaxInt32 {
		n = math.MaxInt32
	}
	return time.Duration(n) * time.Second
}

// retryAfter reads Retry-After in both its forms (FETCH-A15); zero: absent, or
// not to be understood.
func retryAfter(h http.Header, now time.Time) time.Time {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return time.Time{}
	}
	if d := seconds(value); d >= 0 {
		return now.Add(min(d, maxRetry))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return time.Time{}
	}
	// The server counts by its own clock, which may be wrong; or by ours, if by
	// its own that time is over.
	if date, err := http.ParseTime(h.Get("Date")); err == nil && at.After(date) {
		at = now.Add(at.Sub(date))
	}
	if !at.After(now) {
		return time.Time{}
	}
	return now.Add(min(at.Sub(now), maxRetry)).UTC()
}

// judge names an answer that is no success. A 429 is meant for all that we ask
// of its host.
func (t *trip) judge(resp *http.Response, now time.Time) *Error {
	e := refuse(statusCode(resp), resp, "")
	if resp.StatusCode >= 400 {
		e.RetryAfter = retryAfter(resp.Header, now)
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		e.Host = store.Patience(host(t.at))
		until := e.RetryAfter
		if until.IsZero() {
			until = now.Add(unasked)
		}
		t.client.holds.put(t.at, until, now)
	}
	return e
}

func statusCode(resp *http.Response) store.Code {
	challenged := resp.Header.Get("Cf-Mitigated") != ""
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusProxyAuthRequired:
		return store.CodeLogin
	case challenged, status == http.StatusForbidden, status == http.StatusUnavailableForLegalReasons:
		return store.CodeBlocked
	case status == http.StatusNotFound:
		return store.CodeMissing
	case status == http.StatusGone:
		return store.CodeGone
	case status == http.StatusTooManyRequests:
		return store.CodeLimited
	case status == http.StatusServiceUnavailable:
		return store.CodeBusy
	case status == http.StatusNoContent, status == http.StatusResetContent:
		return store.CodeEmpty
	}
	return store.CodeStatus
}

// refuse makes an error of an answer. The reason phrase is the server's and may
// hold anything, so the standard one is used.
func refuse(code store.Code, resp *http.Response, why string) *Error {
	text := "status " + strconv.Itoa(resp.StatusCode)
	if name := http.StatusText(resp.StatusCode); name != "" {
		text += " " + name
	}
	if why != "" {
		text += ": " + why
	}
	return &Error{Code: code, Status: resp.StatusCode, Detail: Line(text)}
}
