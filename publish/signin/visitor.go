package signin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

// Cookie is the name of the cookie that holds a session's secret.
const Cookie = "wiredesk"

// A Visitor is who a request is from.
type Visitor struct {
	Name string
	Form string // what each form must carry back; empty for a program with a token
}

// Genuine reports whether a form was made for this visitor: another site can
// make a browser send one, but cannot know what is in ours.
func (v Visitor) Genuine(form string) bool {
	return v.Form == "" || subtle.ConstantTimeCompare([]byte(form), []byte(v.Form)) == 1
}

// Who returns who a request is from: by token, else by session.
func (g *Guard) Who(r *http.Request) (Visitor, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if kind, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		return g.bearer(sha256.Sum256([]byte(strings.TrimSpace(token))))
	}
	c, err := r.Cookie(Cookie)
	if err != nil {
		return Visitor{}, false
	}
	key := digest(sha256.Sum256([]byte(c.Value)))
	s := g.sessions[key]
	switch {
	case s == nil:
		return Visitor{}, false
	case g.over(s):
		delete(g.sessions, key)
		return Visitor{}, false
	}
	s.used = g.now()
	return Visitor{Name: s.user.Name, Form: s.form}, true
}

// bearer compares with every token, so that the time tells nothing.
func (g *Guard) bearer(token digest) (Visitor, bool) {
	v, found := Visitor{}, false
	for _, b := range g.tokens {
		if subtle.ConstantTimeCompare(token[:], b.token[:]) == 1 {
			v, found = Visitor{Name: b.name}, true
		}
	}
	return v, found
}

// NewCookie returns the cookie of a session, for the pages below path. secure
// keeps it off plain HTTP.
func NewCookie(secret, path string, secure bool) *http.Cookie {
	c := &http.Cookie{
		Name: Cookie, Value: secret, Path: path, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
		MaxAge: int(longest / time.Second),
	}
	if secret == "" {
		c.MaxAge = -1 // forget it
	}
	return c
}
