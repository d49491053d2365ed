package web

import (
	"context"
	"net/http/httptrace"
	"time"
)

// A clock limits the time that servers take, all hops and the body together.
// It stands still while we wait for our own turn.
type clock struct {
	timer  *time.Timer
	left   time.Duration
	since  time.Time
	cancel context.CancelCauseFunc
}

func newClock(ctx context.Context, total time.Duration) (context.Context, *clock) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{left: total, cancel: cancel}
	if total > 0 {
		c.since = time.Now()
		c.timer = time.AfterFunc(total, func() { cancel(errTotal) })
	}
	return ctx, c
}

func (c *clock) pause() {
	if c.timer != nil && c.timer.Stop() {
		c.left -= time.Since(c.since)
	}
}

func (c *clock) resume() {
	if c.timer != nil {
		c.since = time.Now()
		c.timer.Reset(max(c.left, 0))
	}
}

func (c *clock) stop() {
	if c.timer != nil {
		c.timer.Stop()
	}
	c.cancel(nil)
}

// A meter counts what one hop costs: bytes, and connections.
type meter struct {
	cancel context.CancelCauseFunc
	grant  int64
	dials  int
	conn   *wire
	before int64
	total  int64
}

func (m *meter) gotConn(info httptrace.GotConnInfo) {
	m.settle()
	if !info.Reused {
		if m.dials++; m.dials > maxDials {
			m.cancel(errStorm)
		}
	}
	if m.conn = wireOf(info.Conn); m.conn != nil {
		if info.Reused {
			m.before = m.conn.in.Load()
		}
		m.conn.grant(m.grant)
	}
}

func (m *meter) settle() {
	if m.conn != nil {
		m.total += m.conn.in.Load() - m.before
		m.conn, m.before = nil, 0
	}
}

func (m *meter) bytes() int64 {
	if m.conn == nil {
		return m.total
	}
	return m.total + m.conn.in.Load() - m.before
}
