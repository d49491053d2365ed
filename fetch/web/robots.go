package web

import (
	"context"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"wiredesk/store"
)

const (
	robotsMax   = 512 << 10 // RFC 9309, 2.5: at least 500 KiB
	robotsHops  = 5
	robotsKeep  = 24 * time.Hour
	robotsRetry = time.Hour // an answer that forbids everything because the file could not be had
	robotsHosts = 10_000    // remembered
)

// robots remembers what hosts' robots.txt say (RFC 9309).
type robots struct {
	mu    sync.Mutex
	known map[string]*policy // by origin
}

// A policy is one origin's robots.txt, or the attempt to read it.
type policy struct {
	mu    sync.Mutex // held while it is being fetched
	until time.Time  // zero: not fetched yet
	rules rules
	err   *Error // the file could not be had: nothing may be fetched
}

// permitted returns an error if robots.txt keeps us from u.
func (c *Client) permitted(ctx context.Context, u *url.URL) error {
	p := c.robot.get(origin(u), c.state.Load().Now())
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := c.state.Load().Now(); now.After(p.until) {
		c.readRobots(ctx, u, p)
		if ctx.Err() != nil {
			p.until = time.Time{}
			return context.Cause(ctx)
		}
	}
	return p.judge(u)
}

// Forbidden reports whether a robots.txt that was read before keeps us from
// the address. It makes no request.
func (c *Client) Forbidden(address string) bool {
	u, err := parse(address)
	if err != nil {
		return true
	}
	c.robot.mu.Lock()
	p := c.robot.known[origin(u)]
	c.robot.mu.Unlock()
	if p == nil || !p.mu.TryLock() {
		return false
	}
	defer p.mu.Unlock()
	return p.err == nil && c.state.Load().Now().Before(p.until) && p.judge(u) != nil
}

func (p *policy) judge(u *url.URL) error {
	if p.err != nil {
		return &Error{Code: store.CodeRobots, Detail: Line("robots.txt could not be read: " + p.err.Error()), RetryAfter: p.until}
	}
	if path := u.RequestURI(); !p.rules.allow(path) {
		return fail(store.CodeRobots, "robots.txt of %s keeps us from %s", host(u), short(path))
	}
	return nil
}

func (r *robots) get(origin string, now time.Time) *policy {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.known[origin]
	if p != nil {
		return p
	}
	if r.known == nil || len(r.known) >= robotsHosts {
		r.known = make(map[string]*policy)
	}
	p = &policy{}
	r.known[origin] = p
	return p
}

// readRobots fetches u's robots.txt into p. A file that is not there allows
// everything; one that can not be had allows nothing.
func (c *Client) readRobots(ctx context.Context, u *url.URL, p *policy) {
	res, err := c.Get(ctx, Request{URL: origin(u) + "/robots.txt", Accept: "text/plain, */*;q=0.1", Max: robotsMax, Cut: true, Hops: robotsHops})
	now := c.state.Load().Now()
	p.rules, p.err, p.until = rules{}, nil, now.Add(robotsKeep)
	if err == nil {
		p.rules = parseRobots(string(res.Body))
		return
	}
	var e *Error
	if errors.As(err, &e) && (e.Code == store.CodeRedirect || e.Status >= 400 && e.Status < 500 && e.Status != 429) {
		return
	}
	p.err, p.until = e, now.Add(robotsRetry)
}

// robotsToken is the name that publishers write rules for.
const robotsToken = "wiredesk"

// rules are the lines of robots.txt that are meant for us.
type rules []rule

type rule struct {
	path  string
	allow bool
}

// parseRobots keeps the group of our name, else the group of everybody.
func parseRobots(text string) rules {
	var ours, all rules
	var named, mine, every, inRules bool
	text = strings.TrimPrefix(text, "\ufeff")
	for _, l := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		l, _, _ = strings.Cut(l, "#")
		key, value, ok := strings.Cut(l, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key = strings.ToLower(strings.TrimSpace(key)); key {
		case "user-agent":
			if inRules {
				mine, every, inRules = false, false, false
			}
			mine = mine || isOurs(value)
			every = every || value == "*"
			named = named || mine
		case "allow", "disallow":
			inRules = true
			if value == "" {
				continue
			}
			r := rule{path: plainPath(value), allow: key == "allow"}
			if mine {
				ours = append(ours, r)
			}
			if every {
				all = append(all, r)
			}
		}
	}
	if named {
		return ours
	}
	return all
}

// isOurs compares the product token alone: what follows it is a comment.
func isOurs(agent string) bool {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return r != '-' && r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end >= 0 {
		agent = agent[:end]
	}
	return strings.EqualFold(agent, robotsToken)
}

// allow reports whether path may be fetched: the longest rule that matches
// decides, and of two equally long ones the kinder.
func (rs rules) allow(path string) bool {
	best, verdict := -1, true
	path = plainPath(path)
	if path == "/robots.txt" {
		return true
	}
	for _, r := range rs {
		if len(r.path) < best || !matches(r.path, path) {
			continue
		}
		if len(r.path) > best {
			best, verdict = len(r.path), r.allow
		} else {
			verdict = verdict || r.allow
		}
	}
	return verdict
}

// plainPath writes a path in the one way that paths and rules are compared in:
// what needs no escape has none (RFC 9309, 2.2.2).
func plainPath(s string) string {
	s = escape(s)
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		raw, err := hex.DecodeString(s[min(1, len(s)):min(3, len(s))])
		switch {
		case s[0] != '%' || err != nil || len(raw) != 1:
			b.WriteByte(s[0])
			s = s[1:]
			continue
		case strings.IndexByte(unreserved, raw[0]) >= 0:
			b.WriteByte(raw[0])
		default:
			b.WriteString(strings.ToUpper(s[:3]))
		}
		s = s[3:]
	}
	return b.String()
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// matches reports whether path begins as pattern says, where * stands for
// anything and a $ at the end for the end. It takes linear time in practice:
// each star is matched once, at the first place that fits.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	rest := path[len(parts[0]):]
	for i, part := range parts[1:] {
		if anchored && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return !anchored || rest == ""
}
