package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// ErrWrong reports a name and password that do not belong together. It does
// not say which of them is wrong.
var ErrWrong = errors.New("name or password is wrong")

// ErrSlow reports that an address has to wait before its next guess, or that
// too many people sign in at this moment.
var ErrSlow = errors.New("too many attempts; wait a minute")

const (
	longest     = 7 * 24 * time.Hour // that a session lasts, however it is used
	maxSessions = 1000
	hashers     = 2 // passwords checked at one time: each takes a processor
)

// A Guard knows who may enter, and who has. It is safe for concurrent use.
// Sessions live in memory: a restart signs everybody out.
type Guard struct {
	now     func() time.Time
	hashing chan struct{}

	mu       sync.Mutex
	users    map[string]User
	tokens   []bearer
	sessions map[digest]*session
	tries    tries
	idle     time.Duration
}

// A digest stands for a secret: two of them take the same time to compare
// whatever they have in common.
type digest [sha256.Size]byte

type bearer struct {
	token digest
	name  string
}

// A session is one browser of one user.
type session struct {
	user  User // as it was at sign-in
	began time.Time
	used  time.Time
	form  string // what the browser's forms carry
}

// NewGuard returns a guard who lets nobody in before Configure.
func NewGuard(now func() time.Time) *Guard {
	return &Guard{now: now, hashing: make(chan struct{}, hashers), sessions: map[digest]*session{}, tries: tries{}}
}

// Configure sets who may enter. It ends the sessions of users who are gone or
// have another password or token.
func (g *Guard) Configure(c Config) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.users, g.tokens, g.idle = map[string]User{}, nil, c.Session
	for _, u := range c.Users {
		g.users[u.Name] = u
		if u.Token != "" {
			g.tokens = append(g.tokens, bearer{sha256.Sum256([]byte(u.Token)), u.Name})
		}
	}
	for key, s := range g.sessions {
		if g.users[s.user.Name] != s.user {
			delete(g.sessions, key)
		}
	}
}

// Open reports whether there is anybody who may enter.
func (g *Guard) Open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.users) > 0
}

// Enter starts a session for whoever gives the right password, or the token in
// its place, and returns the secret that the browser keeps.
func (g *Guard) Enter(ctx context.Context, from netip.Addr, name, password string) (secret string, err error) {
	g.mu.Lock()
	u, known := g.users[name]
	free := g.tries.take(from, g.now())
	g.mu.Unlock()
	if !free {
		return "", ErrSlow
	}
	ok, err := g.right(ctx, u, password)
	switch {
	case err != nil:
		return "", err
	case !ok || !known:
		return "", ErrWrong
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.users[name] != u {
		return "", ErrWrong // the configuration changed meanwhile
	}
	g.tries.forget(from)
	g.prune()
	now := g.now()
	secret = rand.Text()
	g.sessions[sha256.Sum256([]byte(secret))] = &session{user: u, began: now, used: now, form: rand.Text()}
	return secret, nil
}

// nobody is the hash that the password for a name that does not exist is
// compared with, so that the answer takes as long.
const nobody = "$2a$12$kqF6xlZYMa7c5OO1OL8fz.Bnd9zLRAM6MOVPrMZkqQL28R.xg168G"

// right compares a password with what is kept of it, or with the token.
func (g *Guard) right(ctx context.Context, u User, password string) (bool, error) {
	select {
	case g.hashing <- struct{}{}:
		defer func() { <-g.hashing }()
	case <-ctx.Done():
		return false, ErrSlow
	case <-time.After(5 * time.Second):
		return false, ErrSlow
	}
	hash := u.Password
	if hash == "" {
		hash = nobody
	}
	if len(password) > maxPassword {
		password = ""
	}
	ok := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil && u.Password != ""
	given, token := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(u.Token))
	return subtle.ConstantTimeCompare(given[:], token[:]) == 1 && u.Token != "" || ok, nil
}

// prune forgets sessions that ended, and the one that was used least recently
// where there are too many.
func (g *Guard) prune() {
	var oldest digest
	for key, s := range g.sessions {
		if g.over(s) {
			delete(g.sessions, key)
		} else if o := g.sessions[oldest]; o == nil || s.used.Before(o.used) {
			oldest = key
		}
	}
	if len(g.sessions) >= maxSessions {
		delete(g.sessions, oldest)
	}
}

func (g *Guard) over(s *session) bool {
	now := g.now()
	return now.Sub(s.used) > g.idle || now.Sub(s.began) > longest
}

// Leave ends the session of a secret.
func (g *Guard) Leave(secret string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.sessions, sha256.Sum256([]byte(secret)))
}
